"""What each role reads of the addons' fields and models, tried inside the server by the dispatch of RPC."""

import contextlib

import psycopg2

from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw

ADDONS = ("sales_tracking", "sales_target", "sales_commission")
MOST_RECORDS = 20
DESCRIBED = ["type", "groupable", "searchable", "aggregator"]


class Undone(Exception):
    """Ends a try, so that nothing of it stays."""


def main(env, users, documents):
    """Read every field of the addons and ask every model of theirs whatever a client asks, as each role.

    :param users: ids by role
    :param documents: id of a record by model of Odoo, about the salesperson's customer
    :return: a dict per model: `fields` with their roles: who may read them and who finds something in them;
        `finds`: the roles that find records of it; `failures`
    """
    env.cr.commit = env.cr.flush
    readers = [Reader(env, users, name, documents.get(name)) for name, _model in sorted(env.registry.items())]
    return [reader.read() for reader in readers if reader.names]


class Reader:
    """What roles read of one model."""

    def __init__(self, env, users, model_name, document):
        self.env = env
        self.users = users
        self.model_name = model_name
        self.document = document
        model = env.registry[model_name]
        self.is_ours = model._original_module in ADDONS
        self.names = [
            name
            for name, field in model._fields.items()
            if not model._abstract and field._modules and name not in MAGIC_COLUMNS
            # On our models those as well that were core's, such as tokens.
            and (
                field.base_field._modules[0] in ADDONS
                or (self.is_ours and set(ADDONS).intersection(field._modules))
            )
        ]
        self.result = {
            "model": model_name,
            "is_ours": self.is_ours,
            "is_transient": model._transient,
            "finds": [],
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
            if self.is_ours:
                # What a field can be asked for by the first that finds records; the rights are those of the model.
                self._ask(role, described if ids and len(self.result["finds"]) == 1 else {}, ids)
        return self.result

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
            for method, arguments in (
                ("read", [ids, [name]]),
                # What is required is never empty, and the condition needs no look at it.
                ("search", [[[name, "=" if self.env[self.model_name]._fields[name].required else "!=", False]]]),
                ("formatted_read_group", [[], [name], ["__count"]]),
                ("export_data", [ids, [name]]),
            ):
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
        for name, field in described.items():
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
