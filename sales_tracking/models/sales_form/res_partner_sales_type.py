from odoo import fields, models

from ...tools.sales_types import SALES_TYPES


class ResPartner(models.Model):
    _inherit = "res.partner"

    sales_type = fields.Selection(
        selection=SALES_TYPES,
        company_dependent=True,
        groups="sales_team.group_sale_salesman,account.group_account_invoice",
        help="The form in which this customer usually buys: new quotations begin with it.",
    )
