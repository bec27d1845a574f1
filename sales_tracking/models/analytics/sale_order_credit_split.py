from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    credit_split_ids = fields.One2many(
        comodel_name="sales.credit.split",
        inverse_name="order_id",
        string="Credit Splits",
        groups="sales_team.group_sale_salesman",
        help="Who gets credit for the order, in shares. Empty: the salesperson gets all of it.",
    )
