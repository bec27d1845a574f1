from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    commission_statement_ids = fields.One2many(
        comodel_name="sales.commission.statement", inverse_name="bill_id", string="Commission Statements"
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_reopen_commission(self):
        self._reopen_commission(self.env._("The vendor bill was deleted: the statement can be paid again."))

    def button_cancel(self):
        result = super().button_cancel()
        self._reopen_commission(self.env._("The vendor bill was cancelled: the statement can be paid again."))
        return result

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """A bill of which a refund takes back all is off like one that is cancelled."""
        result = super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        self.filtered(lambda move: move.payment_state == "reversed")._reopen_commission(
            self.env._("The vendor bill was reversed: the statement can be paid again.")
        )
        return result

    def _reopen_commission(self, reason):
        """A statement never stays paid by a bill that is none."""
        if bills := self.filtered(lambda move: move.move_type == "in_invoice"):
            # Who deletes a bill need not have rights on commissions.
            bills.sudo().commission_statement_ids.reopen_payment(reason)
