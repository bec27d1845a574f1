from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SalesAppendOnlyMixin(models.AbstractModel):
    """A history: rows are added and never changed.

    :cvar set _changeable: fields that may still be written, for what becomes of a row afterwards
    :cvar bool _creatable: rows are created by records; false where statements of the addons alone write them
    :cvar _refusal: the sentence that says why, and what to do instead
    """

    _name = "sales.append.only.mixin"
    _description = "Append-Only History"

    _changeable = frozenset()
    _creatable = True
    _refusal = _lt("The history of the follow-up can't be changed: it shows what was sent and when.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self._creatable:
            self._refuse_change()
        return super().create(vals_list)

    def write(self, vals):
        if self and not self._changeable.issuperset(vals):
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        self.check_access("read")
        raise UserError(str(self._refusal))
