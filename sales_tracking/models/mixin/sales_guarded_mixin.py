"""What no caller may write: states, clocks, identities, tokens and captured facts."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tools import ormcache

from .sales_onchange_mixin import ADDONS

# Its identity lets an action through, which no caller over RPC can pass.
DECISION = object()


class SalesGuardedMixin(models.AbstractModel):
    """A model whose read-only fields are refused over RPC as well.

    A stored field of the addons that is read-only is set by actions alone: `_write_decided` and `_create_decided`.
    Anybody else's value is refused when a record is created, copied, imported or written, and so is a default in the
    context; a default of the user, or one that is meant for records of another model, is passed over. Code that runs
    as superuser is let through, without those defaults.

    :cvar set _decided_fields: further fields that actions alone set, such as those of other addons
    :cvar set _given_once: fields that a caller may give a new record, and that stay as they were given
    """

    _name = "sales.guarded.mixin"
    _description = "Fields That Only Actions Set"
    _inherit = ["sales.onchange.mixin"]

    _decided_fields = frozenset()
    _given_once = frozenset()

    @api.model
    @ormcache()
    def _guarded(self):
        """The fields that actions alone set, and those that are given once.

        :return: (frozenset of names, frozenset of names)
        """
        declared = {
            name: frozenset().union(*(vars(owner).get(name) or () for owner in type(self).__mro__))
            for name in ("_decided_fields", "_given_once")
        }
        read_only = {
            name
            for name, field in self._fields.items()
            if field.store and field.readonly and field._modules and field._modules[0] in ADDONS
        }
        given_once = declared["_given_once"]
        return frozenset((read_only | declared["_decided_fields"]) - given_once - set(MAGIC_COLUMNS)), given_once

    @api.model
    def default_get(self, fields):
        decided, _given_once = self._guarded()
        defaults = super().default_get([name for name in fields if name not in decided])
        # Those of the model alone: a context or a user may bring any other.
        for name in decided.intersection(fields):
            if default := self._fields[name].default:
                defaults[name] = default(self)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_deciding():
            self._refuse_context_defaults()
            vals_list = [self._without_defaults(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        decided, given_once = self._guarded()
        if not self._is_deciding():
            self._refuse_guarded(decided & vals.keys())
            self._refuse_guarded(self._changed_fields(vals, given_once))
            self._refuse_foreign_company(vals)
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if self._is_deciding():
            return vals_list
        decided, _given_once = self._guarded()
        left_out = decided - (default or {}).keys()
        return [{name: value for name, value in vals.items() if name not in left_out} for vals in vals_list]

    def _in_action(self):
        """Whether one of the addons' actions is at work, which has checked what it does."""
        return self.env.context.get("sales_decision") is DECISION

    def _is_deciding(self):
        """Whether code sets the fields, not a caller."""
        return self.env.su or self._in_action()

    def _deciding(self):
        """These records for an action that sets guarded fields; the caller's rights stay, and so do their checks."""
        return self.with_context(sales_decision=DECISION)

    def _write_decided(self, vals):
        """Write what actions alone set."""
        return self._deciding().write(vals)

    @api.model
    def _create_decided(self, vals_list):
        """Create records with what actions alone set."""
        return self._deciding().create(vals_list).with_env(self.env)

    @api.model
    def _refuse_context_defaults(self):
        """Refuse a state or figure as a default. Whom and what a record is about, other models' defaults name too."""
        decided, _given_once = self._guarded()
        prefix = "default_"
        named = {key.removeprefix(prefix) for key in self.env.context if key.startswith(prefix)} & decided
        self._without_defaults(
            {
                name: self.env.context[prefix + name]
                for name in named
                if not (self._fields[name].relational or self._fields[name].compute)
            }
        )

    @api.model
    def _without_defaults(self, vals):
        """The values without those of guarded fields that say no more than the default does."""
        decided, _given_once = self._guarded()
        named = decided & vals.keys()
        if not named:
            return vals
        defaults = self.default_get(list(named))
        self._refuse_guarded({name for name in named if (vals[name] or False) != (defaults.get(name) or False)})
        return {name: value for name, value in vals.items() if name not in named}

    def _changed_fields(self, vals, names):
        """Those of the fields that the values would change."""

        def cached(record, name, value):
            return self._fields[name].convert_to_cache(value, record)

        return {
            name
            for name in names & vals.keys()
            if any(cached(record, name, vals[name]) != cached(record, name, record[name]) for record in self)
        }

    def _refuse_guarded(self, names):
        if not names:
            return
        # Who may not even see the record or field learns of the right first.
        self.check_access("write" if self else "create")
        labels = sorted(self._fields[name]._description_string(self.env) or name for name in names)
        raise AccessError(
            self.env._(
                "%(fields)s of %(record)s can't be entered, imported or changed: only the actions of the record set "
                "them. Leave them out, and use its buttons.",
                fields=", ".join(f'"{label}"' for label in labels),
                record=f'"{self._description_string()}"',
            )
        )

    def _refuse_foreign_company(self, vals):
        """Rules of access look at a record before it is written: it can't be slipped into somebody else's company."""
        company_id = vals.get("company_id")
        if not company_id or company_id in self.env.user._get_company_ids():
            return
        if self._fields["company_id"]._modules[0] in ADDONS:
            self.check_access("write")
            raise AccessError(
                self.env._("%s can only be moved to a company that you work for.", f'"{self._description_string()}"')
            )

    @api.model
    def _description_string(self):
        return self.env["ir.model"]._get(self._name).name
