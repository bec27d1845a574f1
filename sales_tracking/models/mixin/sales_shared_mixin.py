from functools import partial

from odoo import api, models
from odoo.exceptions import AccessError


class SalesSharedMixin(models.AbstractModel):
    """Settings of one company or, without a company, of all: those are read by all and changed by who has them all.

    The record rules of the model say so; this says it in words, and that nobody moves a record out of reach.
    """

    _name = "sales.shared.mixin"
    _description = "Settings That Companies Share"

    @api.model
    def _default_company_id(self):
        """Return no company for a user who may change what all companies share, else the user's own."""
        return self.env["res.company"] if self.env.user._changes_shared_records() else self.env.company

    def write(self, vals):
        result = super().write(vals)
        # The rules were asked about the records as they were.
        self.check_access("write")
        return result

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        if not refused or operation == "read" or not self.env["ir.model.access"].check(self._name, operation, False):
            return refused
        forbidden, make_error = refused
        shared = "company_id" not in self._fields or any(not record.company_id for record in forbidden.sudo())
        return forbidden, partial(self._shared_access_error, make_error) if shared else make_error

    def _shared_access_error(self, make_error):
        # Core's error goes along: it writes to the log who tried what.
        make_error()
        message = self.env._(
            'Records of "%(model)s" without a company are shared by all companies: only users who have access to every '
            "company, and administrators of the system, may create, change or delete them.",
            model=self.env["ir.model"]._get(self._name).name,
        )
        if "company_id" in self._fields:
            message += " " + self.env._("Choose a company for it, or ask one of them.")
        else:
            message += " " + self.env._("Ask one of them.")
        return AccessError(message)
