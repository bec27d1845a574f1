"""What the addons' public methods do for each role, called inside the server by the dispatch of RPC."""

import contextlib
import inspect
import re

import psycopg2

from odoo.exceptions import UserError
from odoo.service.model import call_kw, get_public_method

ADDONS = ("sales_tracking", "sales_target", "sales_commission")
NOWHERE = 2**31 - 1
# What a caller may send by mistake or on purpose in place of any argument.
FUTURE = "2031-01-01"
HOSTILE = (FUTURE, "x", -1, NOWHERE, [NOWHERE], ["x"], {"x": 1}, True)
CONTEXTS = (
    {"active_id": NOWHERE, "active_ids": [NOWHERE], "active_model": "res.partner"},
    {"active_id": "x", "active_ids": "x", "active_model": "no.model"},
    {"active_ids": [["x"]], "active_model": "sale.order", "default_order_id": NOWHERE},
    {"achievement_scope": "x", "attribution_scope": "x", "default_user_id": "x"},
    {"achievement_scope": {"x": 1}, "attribution_scope": {"x": 1}, "default_company_id": NOWHERE},
    {"lang": "xx_XX", "tz": "Nowhere", "allowed_company_ids": [1]},
)


class Undone(Exception):
    """Ends a call, so that nothing of it stays."""


def main(env, users, records, values, arguments, hostile_roles):
    """Call every public method of the addons as every role, and with what no client sends.

    :param users: ids by role
    :param records: id of a record by model
    :param values: values of a new record by model, for the wizards: each role has its own
    :param arguments: keyword arguments by "model.method", for those that need any
    :param hostile_roles: the roles that call with senseless arguments
    :return: a dict per method: `changes`, the tables in which it changed rows by role; `answers`, the roles that it was
        not refused to; `told`, those of them who may not read the record and learned something of it; `failures`
    """
    env.cr.commit = env.cr.flush  # nothing that is called stays
    env.cr.rollback = lambda: None
    caller = Caller(env, users, records, values)
    return [
        caller.call_method(model_name, method, arguments.get(f"{model_name}.{method}", {}), hostile_roles)
        for model_name, method in public_methods(env)
    ]


def public_methods(env):
    """The methods of the addons that RPC lets through and that core's models do not have: (model, method)."""
    prefixes = tuple(f"odoo.addons.{addon}." for addon in ADDONS)
    for model_name, model in sorted(env.registry.items()):
        if model._abstract:
            continue
        names = {
            name
            for owner in model.mro()
            if owner.__module__.startswith(prefixes)
            for name, value in vars(owner).items()
            if inspect.isfunction(value) and not name.startswith("_") and not hasattr(env.registry["base"], name)
        }
        for name in sorted(names - {"message_parse", "message_post"}):
            with contextlib.suppress(UserError):
                get_public_method(env[model_name], name)
                yield model_name, name


def hostile_calls(method, given):
    """Calls that no client makes: (what, arguments, context)."""
    for name in inspect.signature(method).parameters:
        for value in HOSTILE if name != "self" else ():
            yield f"{name}={value!r}", {**given, name: value}, {}
    for context in CONTEXTS:
        yield f"the context {context}", given, context


class Caller:
    """Calls methods as roles, on the usual record of each model."""

    def __init__(self, env, users, records, values):
        self.env = env
        self.users = users
        self.records = records
        self.values = values
        self.unwatched = {model._table for model in env.registry.values() if model._transient}
        self.answer = None

    def call_method(self, model_name, method, given, hostile_roles):
        function = getattr(self.env.registry[model_name], method)
        on_model = getattr(function, "_api_model", False)
        result = {
            "model": model_name,
            "method": method,
            "is_tried": False,
            "changes": {},
            "answers": [],
            "told": [],
            "failures": [],
        }
        failures = result["failures"]
        for role in self.users:
            if not on_model and not self.ids(role, model_name):
                continue
            result["is_tried"] = True
            tables = self.call(role, model_name, method, given, failures)
            if tables is None:
                continue
            result["answers"].append(role)
            if tables:
                result["changes"][role] = sorted(tables)
            if not on_model and not self.reads(role, model_name):
                answer = self.answer
                self.call(role, model_name, method, given, [], [NOWHERE])
                if answer != self.answer:
                    result["told"].append(role)
        for role in hostile_roles:
            if not on_model and not self.ids(role, model_name):
                continue
            for what, kwargs, context in hostile_calls(function, given):
                found = []
                tables = self.call(role, model_name, method, kwargs, found, None, context)
                failures += [f"with {what} {failure}" for failure in found]
                if tables is not None and kwargs.get("today") == FUTURE:
                    failures.append(f"with {what} as {role}: it runs as of a day that is not today")
            if not on_model:
                found = []
                self.call(role, model_name, method, given, found, [NOWHERE])
                failures += [f"on a record that is gone {failure}" for failure in found]
        return result

    def call(self, role, model_name, method, kwargs, failures, ids=None, context=None):
        """The tables that the call changed, before it is undone; None if it is refused."""
        changed = self.answer = None
        try:
            with contextlib.suppress(Undone), self.env.cr.savepoint():
                env = self.env(user=self.users[role], context={})
                model = env[model_name]
                if ids is None:
                    ids = self._ids(env, model_name)
                before = self._changes()
                first = [] if getattr(getattr(type(model), method), "_api_model", False) else [ids]
                answer = call_kw(model, method, first, {**kwargs, "context": context or {}})
                self.env.cr.flush()
                self.answer = re.sub(rf"\b{ids[0]}\b", "#", repr(answer)) if ids else repr(answer)
                changed = {table for table, count in self._changes().items() if count != before.get(table)}
                raise Undone
        except (UserError, psycopg2.IntegrityError):
            return None
        except Exception as error:
            failures.append(f"as {role}: {error!r}"[:300])
        return changed

    def ids(self, role, model_name):
        with contextlib.suppress(Undone), self.env.cr.savepoint():
            found = self._ids(self.env(user=self.users[role], context={}), model_name)
            raise Undone
        return found

    def reads(self, role, model_name):
        """Whether the role may read the usual record; nobody's wizard is anybody else's."""
        if self.env[model_name]._transient:
            return True
        record = self.env[model_name].browse(self.records[model_name])
        return record.with_user(self.users[role]).has_access("read")

    def _ids(self, env, model_name):
        """The usual record, or for a wizard one of the caller's own if he may have one."""
        if env[model_name]._transient and model_name in self.values:
            with contextlib.suppress(UserError), self.env.cr.savepoint():
                return env[model_name].create(self.values[model_name]).ids
        return [self.records[model_name]] if model_name in self.records else []

    def _changes(self):
        self.env.cr.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables "
            "WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {table: count for table, count in self.env.cr.fetchall() if table not in self.unwatched}
