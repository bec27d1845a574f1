from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date


class SalesDunningReminder(models.Model):
    """Fees and interest of a reminder become an invoice when somebody asks for it, and never by themselves."""

    _inherit = "sales.dunning.reminder"

    def action_invoice_charges(self):
        """Draft an invoice for each customer: the fees and the interest, less what earlier invoices have charged.

        :return: the action that opens the invoices
        """
        self.env["account.move"].check_access("create")
        self.check_access("read")
        for reminder in self:
            if reminder.charge_move_id and reminder.charge_move_id.state != "cancel":
                raise UserError(
                    self.env._(
                        "The charges of the reminder to %(customer)s of %(day)s are on invoice %(invoice)s.",
                        customer=reminder.partner_id.display_name,
                        day=format_date(self.env, reminder.day),
                        invoice=reminder.charge_move_id.display_name,
                    )
                )
        moves = self.env["account.move"]
        for reminders in self.sorted("id").grouped("account_id").values():
            moves |= reminders._invoice_charges()
        if not moves:
            raise UserError(self.env._("There is neither a fee nor interest left to be invoiced."))
        if len(moves) == 1:
            return moves.get_formview_action()
        action = self.env["ir.actions.actions"]._for_xml_id("account.action_move_out_invoice")
        return {**action, "domain": [("id", "in", moves.ids)], "context": {"default_move_type": "out_invoice"}}

    def _invoice_charges(self):
        """Draft the invoice of these reminders of one customer; none where nothing is left to be charged."""
        lines = []
        for number, reminder in enumerate(self):
            lines += reminder._charge_lines(self[:number])
        if not lines:
            return self.env["account.move"]
        account = self.account_id
        move = (
            self.env["account.move"]
            .with_company(account.company_id)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": account.company_id.id,
                    "partner_id": account.contact_id.id,
                    "currency_id": account.currency_id.id,
                    "invoice_line_ids": [Command.create(line) for line in lines],
                }
            )
        )
        self.sudo().charge_move_id = move  # the one thing that may become of a row of the history
        return move

    def _charge_lines(self, earlier):
        """The invoice lines of one reminder.

        :param earlier: the customer's reminders before it that the same invoice charges
        """
        product = self.level_id.policy_id.charge_product_id
        charges = [(self.env._("Reminder fee: %s", self.level_name), self.fee)]
        charges += [
            (self.env._("Interest on arrears of %s", line.move_name), amount)
            for line, amount in self._interest_left(earlier)
        ]
        return [
            {
                "product_id": product.id,
                "name": name,
                "price_unit": amount,
                # Damages for delay are no supply; with a product its taxes apply.
                **({} if product else {"tax_ids": [Command.clear()]}),
            }
            for name, amount in charges
            if not self.currency_id.is_zero(amount)
        ]

    def _interest_left(self, earlier):
        """The interest of each instalment in company currency that neither an invoice nor an earlier reminder has."""
        charging = earlier | self.search(
            [("account_id", "=", self.account_id.id), ("charge_move_id.state", "in", ("draft", "posted"))]
        )
        left = []
        for line in self.line_ids.filtered("interest"):
            before = charging.line_ids.filtered(lambda other, line=line: other.move_line_id == line.move_line_id)
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
