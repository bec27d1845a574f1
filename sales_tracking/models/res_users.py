from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _changes_shared_records(self):
        """Tell whether the user may change what all companies share: who has all of them, and administrators.

        The companies that the user is allowed count, not those that are selected now.
        """
        self.ensure_one()
        # As superuser: companies of others count, and are not the user's to see.
        return self.has_group("base.group_system") or not (
            self.env["res.company"].sudo().search(Domain.TRUE) - self.sudo().company_ids
        )
