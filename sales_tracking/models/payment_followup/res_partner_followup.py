from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    type = fields.Selection(selection_add=[("followup", "Payment Follow-Up")])
    dunning_account_ids = fields.One2many(
        comodel_name="sales.dunning.account",
        inverse_name="partner_id",
        string="Payment Follow-Up",
        groups="sales_team.group_sale_salesman,account.group_account_invoice",
    )

    def action_view_dunning(self):
        """Where the payment follow-up of the customer stands in the current company."""
        self.ensure_one()
        self.check_access("read")
        account = self.env["sales.dunning.account"]._of(self, self.env.company)
        account.check_access("read")
        return account.get_formview_action()
