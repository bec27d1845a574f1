from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    tender_id = fields.Many2one(
        comodel_name="sales.tender",
        index="btree_not_null",
        check_company=True,
        groups="sales_team.group_sale_salesman",
    )
