from odoo import models


class SaleOrder(models.Model):
    """Goods that are paid when they are handed over."""

    _inherit = "sale.order"

    def _amount_to_collect(self):
        """What is still to be paid, in the order's currency: all of the order less what was paid of its invoices."""
        self.ensure_one()
        invoices = self.invoice_ids.filtered(lambda move: move.state == "posted" and move.move_type == "out_invoice")
        paid = sum(
            invoice.currency_id._convert(
                invoice.amount_total - invoice.amount_residual, self.currency_id, self.company_id, invoice.date
            )
            for invoice in invoices
        )
        return self.currency_id.round(self.amount_total - paid)

    def _carrier_name(self):
        """Who delivers, where the application for delivery methods is installed."""
        return ("carrier_id" in self and self.carrier_id.name) or ""
