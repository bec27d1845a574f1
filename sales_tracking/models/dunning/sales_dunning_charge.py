from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SalesDunningReminder(models.Model):
    """Fees and interest of a reminder become an invoice when somebody asks for it, and never by themselves."""

    _inherit = "sales.dunning.reminder"

    def action_invoice_charges(self):
        """Draft an invoice of the fee and the interest, less what an earlier invoice has charged of the same interest.

        :return: the action that opens the invoice
        """
        self.ensure_one()
        self.env["account.move"].check_access("create")
        self.check_access("read")
        if self.charge_move_id and self.charge_move_id.state != "cancel":
            raise UserError(self.env._("The charges of this reminder are on invoice %s.", self.charge_move_id.name))
        lines = [(self.env._("Reminder fee: %s", self.level_name), self.fee)]
        lines += [
            (self.env._("Interest on arrears of %s", line.move_name), amount)
            for line, amount in self._interest_left()
        ]
        lines = [(name, amount) for name, amount in lines if not self.currency_id.is_zero(amount)]
        if not lines:
            raise UserError(self.env._("There is neither a fee nor interest left to be invoiced."))
        product = self.level_id.policy_id.charge_product_id
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company_id.id,
                "partner_id": self.account_id.contact_id.id,
                "currency_id": self.currency_id.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": name,
                            "price_unit": amount,
                            # Damages for delay are no supply; with a product its taxes apply.
                            **({} if product else {"tax_ids": [Command.clear()]}),
                        }
                    )
                    for name, amount in lines
                ],
            }
        )
        self.sudo().charge_move_id = move  # the one thing that may become of a row of the history
        return move.get_formview_action()

    def _interest_left(self):
        """The interest of each instalment in company currency that no invoice has charged yet."""
        charged = self.search(
            [("account_id", "=", self.account_id.id), ("charge_move_id.state", "in", ("draft", "posted"))]
        )
        left = []
        for line in self.line_ids.filtered("interest"):
            before = charged.line_ids.filtered(lambda other, line=line: other.move_line_id == line.move_line_id)
            # The interest up to a later reminder holds that up to an earlier one.
            charged = max((other.interest + other.interest_charged for other in before), default=0)
            amount = max(line.interest + line.interest_charged - charged, 0)
            left.append((line, line.currency_id._convert(amount, self.currency_id, self.company_id, self.day)))
        return left

    def action_print_letter(self):
        """Print the letters, and note that they were."""
        self.check_access("read")
        letters = self.filtered("is_letter")
        if not letters:
            raise UserError(self.env._("None of these reminders is a letter."))
        letters.sudo().printed_on = fields.Datetime.now()  # the one thing that may become of a letter
        return self.env.ref("sales_tracking.report_dunning_letter").report_action(letters)

    def _claim_groups(self):
        """The claim by currency, as the account gives it to the same template."""
        self.ensure_one()
        return [
            {
                "currency": currency,
                "items": [
                    {
                        "name": line.move_name,
                        "due": line.date_maturity,
                        "days_late": line.days_late,
                        "residual": line.residual,
                        "claim": line.residual - line.promised,
                    }
                    for line in lines
                ],
                "subtotal": sum(line.residual - line.promised for line in lines),
            }
            for currency, lines in self.line_ids.grouped("currency_id").items()
        ]
