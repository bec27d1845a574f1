from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _amount_in_words(self):
        """The amount in words of the reader's language, negative for what was paid back."""
        self.ensure_one()
        return self.currency_id.amount_to_text(self.amount if self.payment_type == "inbound" else -self.amount)

    def _paid_for(self):
        """What the money was for: the invoices that it settles, else the memo."""
        self.ensure_one()
        return ", ".join(self.reconciled_invoice_ids.mapped("name")) or self.memo or ""
