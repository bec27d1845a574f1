from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _amount_in_words(self):
        """The total in words of the reader's language, negative on a credit note."""
        self.ensure_one()
        sign = -1 if self.move_type == "out_refund" else 1
        return self.currency_id.amount_to_text(sign * self.amount_total)

    def _order_to_collect(self):
        """The order whose goods are handed over against the money, if the invoice is of one."""
        return self.invoice_line_ids.sale_line_ids.order_id[:1]
