from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "sales.interaction.mixin"]

    def _interaction_link(self):
        return "order_id"
