"""What each role reads of the addons' fields and models, tried inside the server by the dispatch of RPC."""

import contextlib

import psycopg2

from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw

ADDONS = ("sales_tracking", "sales_target", "sales_commission")
MOST_RECORDS = 20
# Roles that have nothing to do with the records, of two companies.
OUTSIDERS = ("foreigner", "seller")
DESCRIBED = ["type", "groupable", "searchable", "aggregator"]


class Undone(Exception):
    """Ends a try, so that nothing of it stays."""


def main(env, users, documents, is_thorough):
    """Read every field of the addons and ask every model of theirs whatever a client asks, as each role.

    :param users: ids by role
    :param documents: id of a record by model of Odoo, about the salesperson's customer
    :param is_thorough: ask for each field by every door; else read and search it
    :return: a dict per model: `fields` with their roles: who may read them and who finds something in them;
        `finds`: the roles that find records of it; `leaks`: fields by which a form that was never saved takes a record
        that its reader may not read, with the role; `failures`
    """
    env.cr.commit = env.cr.flush
    readers = [
        Reader(env, users, name, documents.get(name), is_thorough) for name, _model in sorted(env.registry.items())
    ]
    return [reader.read() for reader in readers if reader.names]


class Reader:
    """What roles read of one model."""

    def __init__(self, env, users, model_name, document, is_thorough):
        self.env = env
        self.users = users
        self.model_name = model_name
        self.document = document
        self.is_thorough = is_thorough
        model = env.registry[model_name]
        self.is_ours = model._original_module in ADDONS
        self.names = [
            name
            for name, field in model._fields.items()
            if not model._abstract
            and field._modules
            and name not in MAGIC_COLUMNS
            # On our models those as well that were core's, such as tokens.
            and (field.base_field._modules[0] in ADDONS or (self.is_ours and set(ADDONS).intersection(field._modules)))
        ]
        self.result = {
            "model": model_name,
            "is_ours": self.is_ours,
            "is_transient": model._transient,
            "finds": [],
            "leaks": [],
            "failures": [],
            "fields": {
                name: {"is_stored": bool(model._fields[name].store), "may": [], "finds": []} for name in self.names
            },
        }

    def read(self):
        for role in self.users:
            described = self._call(role, "fields_get", [self.names], {"attributes": DESCRIBED}) or {}
            readable = [name for name in self.names if name in described]
            ids = self._reached(role)
            if ids:
                self.result["finds"].append(role)
            self._read_fields(role, readable, ids)
            # What a field can be asked for by the first that finds records; the rights are those of the model.
            is_first = bool(ids) and len(self.result["finds"]) == 1
            if self.is_ours and (is_first or self.is_thorough):
                self._ask(role, described if is_first else {}, ids)
            elif self.is_ours and ids:
                self._call(role, "web_search_read", [[], {"display_name": {}}], {"limit": MOST_RECORDS})
            if self.is_ours and role in OUTSIDERS:
                self._fill_in(role)
        return self.result

    def _fill_in(self, role):
        """Choose records in a new form that the role may not read; related fields would tell about them."""
        model = self.env[self.model_name].with_user(self.users[role])
        if not model._auto or not model.has_access("create"):
            return
        for name in self.names:
            field = model._fields[name]
            if field.type != "many2one":
                continue
            others = self.env[field.comodel_name].search([], order="id desc", limit=10 * MOST_RECORDS)
            hidden = others - others.with_user(self.users[role])._filtered_access("read")
            for values, context in (({name: hidden[:1].id}, {}), ({}, {f"default_{name}": hidden[:1].id})):
                arguments = [[], values, list(values), {name: {"fields": {"display_name": {}}}}]
                if hidden and self._call(role, "onchange", arguments, {"context": context}):
                    self.result["leaks"].append([name, role])

    def _reached(self, role):
        """The records that the role reads: the document that it is all about, or the first of them."""
        domain = [["id", "=", self.document]] if self.document else []
        return self._call(role, "search", [domain], {"limit": MOST_RECORDS}) or []

    def _read_fields(self, role, readable, ids):
        """All that may be read at once; each of the others has to be refused by itself."""
        rows = self._call(role, "read", [ids, readable], {"load": ""}) if ids and readable else None
        if rows is None:
            rows = [{}]
            for name in readable if ids else ():
                for row in self._call(role, "read", [ids, [name]], {"load": ""}) or ():
                    rows.append(row)
        for name in readable:
            if ids and any(name in row for row in rows):
                self.result["fields"][name]["may"].append(role)
            if any(row.get(name) for row in rows):
                self.result["fields"][name]["finds"].append(role)
        for name in set(self.names) - set(readable) if ids else ():
            doors = [
                ("read", [ids, [name]]),
                # What is required is never empty, and the condition needs no look at it.
                ("search", [[[name, "=" if self.env[self.model_name]._fields[name].required else "!=", False]]]),
            ]
            if self.is_thorough:
                doors += [("formatted_read_group", [[], [name], ["__count"]]), ("export_data", [ids, [name]])]
            for method, arguments in doors:
                answer = self._call(role, method, arguments)
                if answer and answer != {"datas": []}:
                    self.result["fields"][name]["may"].append(role)

    def _ask(self, role, described, ids):
        """What lists, groups, searches and many2one fields ask."""
        self._call(role, "read", [ids, ["display_name"]])
        self._call(role, "name_search", [], {"name": "a"})
        self._call(role, "web_search_read", [[], {name: {} for name in described}], {"limit": MOST_RECORDS})
        self._call(role, "search_count", [[]])
        self._call(role, "default_get", [list(described)])
        for name, field in described.items() if self.is_thorough else ():
            if field["groupable"]:
                by = f"{name}:month" if field["type"] in ("date", "datetime") else name
                self._call(role, "formatted_read_group", [[], [by], ["__count"]])
            if field.get("aggregator"):
                self._call(role, "formatted_read_group", [[], [], [f"{name}:{field['aggregator']}"]])
            if field["searchable"]:
                self._call(role, "search_count", [[[name, "!=", False]]])

    def _call(self, role, method, arguments, kwargs=None):
        """The answer of the call, or None if it is refused."""
        answer = None
        try:
            with contextlib.suppress(Undone), self.env.cr.savepoint():
                model = self.env(user=self.users[role], context={})[self.model_name]
                answer = call_kw(model, method, arguments, kwargs or {})
                raise Undone
        except (UserError, psycopg2.IntegrityError):
            return None
        except Exception as error:
            asked = ", ".join(map(str, arguments))[:120]
            self.result["failures"].append(f"{method}({asked}) as {role}: {error!r}"[:400])
        return answer
