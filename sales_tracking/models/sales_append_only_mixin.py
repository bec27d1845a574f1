from odoo import api, models
from odoo.exceptions import UserError


class SalesAppendOnlyMixin(models.AbstractModel):
    """A history of what was sent and when: rows are added and never changed.

    :cvar set _changeable: fields that may still be written, for what becomes of a row afterwards
    """

    _name = "sales.append.only.mixin"
    _description = "Append-Only History"

    _changeable = frozenset()

    def write(self, vals):
        if self and not self._changeable.issuperset(vals):
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        self.check_access("read")
        raise UserError(self.env._("The history of the follow-up can't be changed: it shows what was sent and when."))
