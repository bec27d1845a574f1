from odoo import fields, models

SALES_TYPES = [
    ("cash", "Cash"),
    ("credit", "Credit"),
    ("tender", "Tender"),
    ("export", "Export"),
    ("consignment", "Consignment"),
    ("wholesale", "Wholesale"),
    ("direct", "Direct"),
]


class SaleOrder(models.Model):
    _inherit = "sale.order"

    sales_type = fields.Selection(
        selection=SALES_TYPES,
        help="The form of the sale. Invoices take it over, so that orders, invoices and payments are reported by it.",
    )

    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), "sales_type": self.sales_type}
