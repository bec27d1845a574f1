from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    commission_statement_ids = fields.One2many(
        comodel_name="sales.commission.statement",
        inverse_name="bill_id",
        string="Commission Statements",
        groups="sales_team.group_sale_salesman,account.group_account_invoice",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_reopen_commission(self):
        self._commission_of_bills().reopen_payment(
            self.env._("The vendor bill was deleted: the statement can be paid again.")
        )

    def button_cancel(self):
        result = super().button_cancel()
        # The bill stays known: it may be posted after all.
        self._commission_of_bills().reopen_payment(
            self.env._("The vendor bill was cancelled: the statement can be paid again."), keep_bill=True
        )
        return result

    def _post(self, soft=True):
        posted = super()._post(soft)
        for bill, statements in posted._commission_of_bills().grouped("bill_id").items():
            statements.paid_by(bill)
        return posted

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """A bill of which a refund takes back all is off like one that is cancelled."""
        result = super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        self.filtered(lambda move: move.payment_state == "reversed")._commission_of_bills().reopen_payment(
            self.env._("The vendor bill was reversed: the statement can be paid again.")
        )
        return result

    def _commission_of_bills(self):
        """The statements that these vendor bills pay: a statement never stays paid by a bill that is none."""
        # Who deletes, cancels or posts a bill need not have rights on commissions.
        return self.filtered(lambda move: move.move_type == "in_invoice").sudo().commission_statement_ids


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """A bill that is only corrected goes on paying its statements, as the bill that takes its place."""
        statements = {bill: bill._commission_of_bills() for bill in self.move_ids}
        action = super().reverse_moves(is_modify=is_modify)
        if is_modify:
            # The new bills were made in the order of the old ones.
            for bill, corrected in zip(self.move_ids, self.new_move_ids.sorted("id"), strict=False):
                if bill.payment_state == "reversed":
                    statements[bill].paid_by(corrected)
        return action
