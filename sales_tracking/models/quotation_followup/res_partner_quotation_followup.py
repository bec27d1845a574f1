from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    no_quotation_followup = fields.Boolean(
        groups="sales_team.group_sale_salesman",
        copy=False,
        help="This customer gets no automatic reminders of quotations. On a company it holds for all its contacts.",
    )
