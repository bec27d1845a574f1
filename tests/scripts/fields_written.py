"""Which of the addons' stored fields each role can set, tried inside the server by the dispatch of RPC."""

import contextlib
from datetime import timedelta

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw

ADDONS = ("sales_tracking", "sales_target", "sales_commission")


class Undone(Exception):
    """Ends a try of which nothing stays."""


def main(env, users, records, values, entered, is_thorough):
    """Try every stored field of the addons by every door.

    :param users: ids by role; the first that may create a record tries the doors of new records field by field
    :param records: id of a record by model
    :param values: values of a new record by model
    :param entered: names of the fields that people enter by model; all others are tried by every door
    :param is_thorough: try each field by every door as each role; else those that nobody enters one by one as the first
        role that may, and at once as the others
    :return: for each model: its fields and their types; the roles that each field let in, by door; what failed;
        whether it has a record
    """
    env.cr.commit = env.cr.flush  # nothing that is tried stays
    results = []
    for name, model in sorted(env.registry.items()):
        fields = stored_fields(env[name])
        if model._abstract or model._transient or not model._auto or not fields:
            continue
        kinds = {field: env[name]._fields[field].type for field in fields}
        result = {"model": name, "fields": kinds, "has_record": bool(records.get(name))}
        if result["has_record"]:
            doors = Doors(env, users, env[name].browse(records[name]), values.get(name), is_thorough)
            doors.try_all(fields, entered.get(name, ()))
            result |= {"let_in": doors.let_in, "failures": doors.failures}
        results.append(result)
    return results


def stored_fields(model):
    """The fields of the addons that are kept in the database."""
    return [
        name
        for name, field in model._fields.items()
        if field.store and field._modules and field._modules[0] in ADDONS and name not in MAGIC_COLUMNS
    ]


class Doors:
    """The doors of one record, and of the model's new records."""

    def __init__(self, env, users, record, values, is_thorough):
        self.env = env
        self.users = users
        self.record = record
        self.values = values
        self.is_thorough = is_thorough
        self.can_copy = False
        self.let_in = {}  # door: {field: [roles]}
        self.failures = []

    def try_all(self, fields, entered):
        tried = {name: other_value(self.record.sudo(), name) for name in fields}
        guarded = [name for name in fields if name not in entered]
        entered = [name for name in fields if name in entered]
        is_first = is_first_writer = True
        for role, uid in self.users.items():
            may_write = self.record.with_user(uid).has_access("write")
            if may_write and (is_first_writer or self.is_thorough):
                for name in guarded:
                    self.write(role, {name: tried[name]})
                    self.load(role, name, tried[name])
                is_first_writer = False
            else:
                self.write(role, {name: tried[name] for name in guarded})
            for names in [[name] for name in entered] if may_write else [entered]:
                self.write(role, {name: tried[name] for name in names})
            new = self._other_values_of_new(role, guarded)
            if new is not None:
                by_every_door = is_first or self.is_thorough
                self.can_copy = by_every_door and self._call(role, "copy", [self.record.ids], {}, bool)
                for values in [{name: value} for name, value in new.items()] if is_first else [new]:
                    self.create(role, values, by_every_door)
                is_first = False

    def _other_values_of_new(self, role, names):
        """A value for each field that a new record does not have by itself; None where the role creates none."""

        def look(record):
            return {name: other_value(record, name) for name in names}

        return self.values and self._call(role, "create", [[self.values]], {}, look)

    def write(self, role, values):
        self._try("write", role, values, "write", [self.record.ids, dict(values)])

    def load(self, role, name, value):
        """Import the field of the record, as a file would bring it."""
        field = self.record._fields[name]
        if field.type in ("one2many", "many2many", "binary", "json"):
            return
        column = f"{name}/.id" if field.type == "many2one" else name
        self._try("load", role, {name: value}, "load", [[".id", column], [[str(self.record.id), str(value)]]])

    def create(self, role, values, by_every_door):
        """Create a record with the values, and by every door with them as defaults and as a copy with them."""
        self._try("create", role, values, "create", [[self.values | values]])
        if not by_every_door:
            return
        left = {name: value for name, value in self.values.items() if name not in values}
        self._try("default", role, values, "create", [[left]], {f"default_{key}": values[key] for key in values})
        if self.can_copy:
            self._try("copy", role, values, "copy", [self.record.ids, values])

    def _try(self, door, role, values, method, arguments, context=None):
        def look(record):
            return {name for name, value in values.items() if self._stands(record, name, value)}

        if not values:
            return
        taken = self._call(role, method, arguments, context or {}, look, values)
        for name in taken or ():
            self.let_in.setdefault(door, {}).setdefault(name, []).append(role)

    def _call(self, role, method, arguments, context, look, values=()):
        """What `look` finds on the record before all is undone; None if the call is refused."""
        found = None
        try:
            with contextlib.suppress(Undone), self.env.cr.savepoint():
                model = self.env(user=self.users[role], context={})[self.record._name]
                result = call_kw(model, method, arguments, {"context": context})
                self.env.cr.flush()
                if method != "load" or result["ids"]:
                    record = self.record if method in ("write", "load") else self.record.browse(result)
                    found = look(record.sudo())
                raise Undone
        except (ValidationError, psycopg2.IntegrityError):
            # The value was judged, not the right to give one.
            return set(values) if len(values) == 1 else None
        except UserError:
            return None
        except Exception as error:
            self.failures.append(f"{method} of {', '.join(values)} as {role}: {error!r}")
        return found

    def _stands(self, record, name, value):
        record.invalidate_recordset([name])
        now = record[name]
        match record._fields[name].type:
            case "many2one":
                return now.id == value
            case "one2many" | "many2many":
                return set(value[0][2]) <= set(now.ids)
            case "char" | "text" | "html":
                return value in (now or "")
            case "binary":
                return now == value.encode()
        return str(now) == str(value)


def other_value(record, name):
    """A value that the field does not have, as a client sends it."""
    field, now = record._fields[name], record[name]
    match field.type:
        case "boolean":
            return not now
        case "integer" | "many2one_reference":
            return now + 1
        case "float" | "monetary":
            return now + 1.0
        case "char" | "text" | "html":
            return "Changed"
        case "date":
            return str((now or record.env.cr.now().date()) + timedelta(days=3))
        case "datetime":
            return str((now or record.env.cr.now()).replace(microsecond=0) + timedelta(days=3))
        case "selection":
            return next(key for key in [*field.get_values(record.env), "other"] if key != now)
        case "many2one":
            return record.env[field.comodel_name].search([("id", "!=", now.id)], limit=1).id or now.id + 1
        case "one2many" | "many2many":
            other = record.env[field.comodel_name].search([("id", "not in", now.ids)], limit=1)
            return [[6, 0, other.ids or [now.ids[-1] + 1 if now else 1]]]
        case "binary":
            return "Q2hhbmdlZA=="
    return {"changed": True}
