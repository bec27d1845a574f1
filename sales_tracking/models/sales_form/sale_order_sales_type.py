from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column

from ...tools.sales_types import SALES_TYPES


class SaleOrder(models.Model):
    _inherit = "sale.order"

    sales_type = fields.Selection(
        selection=SALES_TYPES,
        compute="_compute_sales_type",
        store=True,
        precompute=True,
        readonly=False,
        groups="base.group_user",
        help="The form of the sale, at first what is usual with the customer. Invoices take it over, so that orders, "
        "invoices and payments are reported by it.",
    )

    def _auto_init(self):
        # A column that is there isn't computed: what was sold before the addon came has no form of sale.
        if not column_exists(self.env.cr, "sale_order", "sales_type"):
            create_column(self.env.cr, "sale_order", "sales_type", "varchar")
        return super()._auto_init()

    @api.depends("partner_id")
    def _compute_sales_type(self):
        for order in self:
            # In sudo mode: customers who order by themselves don't see it.
            customer = order.with_company(order.company_id).partner_id.commercial_partner_id.sudo()
            order.sales_type = customer.sales_type or order.sales_type

    def _prepare_invoice(self):
        # Core sorts the values by the grouping keys, which False and text don't allow.
        return {**super()._prepare_invoice(), "sales_type": self.sales_type or ""}

    def _get_invoice_grouping_keys(self):
        return [*super()._get_invoice_grouping_keys(), "sales_type"]
