from odoo import fields, models

from .res_company import POLICIES


class ResPartner(models.Model):
    _inherit = "res.partner"

    overdue_order_policy = fields.Selection(
        selection=POLICIES,
        string="Orders While Overdue",
        company_dependent=True,
        groups="sales_team.group_sale_manager,account.group_account_invoice",
        help="Instead of the policy of the company, for this customer.",
    )
