from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_policy_id = fields.Many2one(
        comodel_name="sales.dunning.policy",
        string="Payment Follow-Up",
        check_company=True,
        copy=False,
        index="btree_not_null",
        groups="sales_team.group_sale_salesman,account.group_account_invoice",
        help="Instead of the policy of the customer or the company, for this invoice.",
    )
