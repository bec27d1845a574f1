from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _compute_no_followup(self):
        """What is paid on delivery is not followed up before: see account.move._follow_up_from.

        Without a dependency on the form of sale: an uninstallation would take fields along that depend on it.
        """
        result = super()._compute_no_followup()
        for line in self:
            if line.move_id.sales_type == "cod":
                line.no_followup = True
        return result
