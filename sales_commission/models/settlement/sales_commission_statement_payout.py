from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..engine.arithmetic import decimal
from .arithmetic import convert_parts


class SalesCommissionStatement(models.Model):
    """Paying: a vendor bill for who is paid as a supplier, a payroll line for employees."""

    _inherit = "sales.commission.statement"

    paid_by_id = fields.Many2one(comodel_name="res.users", string="Paid by", readonly=True, copy=False)
    paid_on = fields.Datetime(readonly=True, copy=False)
    bill_id = fields.Many2one(
        comodel_name="account.move",
        string="Vendor Bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    bill_payment_state = fields.Selection(related="bill_id.payment_state", string="Bill Payment", related_sudo=True)
    payroll_id = fields.Many2one(
        comodel_name="sales.commission.payroll",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def action_pay(self):
        """Hand confirmed statements to who pays them, and mark them as paid.

        External agents get a vendor bill each, in the currency of the payout; employees a line of a payroll file.
        Statements over nothing are marked as paid without either.

        :return: True
        :raise UserError: for one's own statement, or one that is not confirmed or is paid already
        """
        self.check_access("write")
        self._check_not_own()
        for statement in self.filtered(lambda statement: statement.state != "confirmed"):
            message = (
                self.env._('Confirm the statement "%(statement)s" before it is paid.', statement=statement.display_name)
                if statement.state == "draft"
                else self.env._('The statement "%(statement)s" is paid already.', statement=statement.display_name)
            )
            raise UserError(message)
        # Bills and payroll files are made for whoever may pay commission, with or without rights in accounting.
        statements = self.sudo()
        statements._mark_paid()
        owed = statements.filtered(lambda statement: statement.payout_amount > 0)
        # A bill that was cancelled and set to draft again is not made a second time.
        owed = owed.filtered(lambda statement: statement.bill_id.state not in ("draft", "posted"))
        billed = owed.filtered(lambda statement: statement._is_paid_by_bill())
        for company, of_company in billed.grouped("company_id").items():
            of_company._create_bills(company)
        for company, of_company in (owed - billed).grouped("company_id").items():
            payroll = (
                self.env["sales.commission.payroll"]
                .sudo()
                .create({"company_id": company.id, "date": company._sales_today()})
            )
            of_company._mark({"payroll_id": payroll.id})
        return True

    def action_open_bill(self):
        self.ensure_one()
        return self.bill_id._get_records_action()

    def action_open_payroll(self):
        self.ensure_one()
        return self.payroll_id._get_records_action()

    def _mark(self, values):
        return self._write_decided(values)

    def _mark_paid(self, **values):
        return self._mark({"state": "paid", "paid_by_id": self.env.uid, "paid_on": fields.Datetime.now(), **values})

    def _is_paid_by_bill(self):
        """Whether the person is a supplier rather than an employee."""
        self.ensure_one()
        return not self.user_id or self.user_id.share

    def _create_bills(self, company):
        moves = self.env["account.move"].with_company(company).create([statement._bill_values() for statement in self])
        for statement, move in zip(self, moves, strict=True):
            statement._mark({"bill_id": move.id})
            move.message_post(
                body=self.env._("For the commission statement %(statement)s.", statement=statement._get_html_link())
            )

    def _bill_values(self):
        """The vendor bill of a statement; its lines sum to the paid amount."""
        self.ensure_one()
        statement = self.with_context(lang=self.partner_id.lang)
        return {
            "move_type": "in_invoice",
            "partner_id": self.partner_id.id,
            "currency_id": self.payout_currency_id.id,
            "company_id": self.company_id.id,
            "invoice_date": self.company_id._sales_today(),
            "ref": statement.display_name,
            "invoice_line_ids": [
                Command.create(statement._bill_line_values(name, amount)) for name, amount in statement._bill_lines()
            ],
        }

    def _bill_lines(self):
        """(text, amount in the currency of the payout) of each line of the bill."""
        self.ensure_one()
        if self.company_id.sales_commission_bill_lines == "statement":
            return [(self.display_name, self.payout_amount)]
        groups = self._get_documents() + self._get_other_entries()
        parts = convert_parts(
            [decimal(group["amount"]) for group in groups],
            decimal(self.payout_rate),
            self.payout_currency_id.decimal_places,
        )
        return [(group["name"], float(part)) for group, part in zip(groups, parts, strict=True) if part]

    def _bill_line_values(self, name, amount):
        company = self.company_id
        values = {"name": name, "quantity": 1, "price_unit": amount}
        if company.sales_commission_product_id:
            values["product_id"] = company.sales_commission_product_id.id
        if company.sales_commission_account_id:
            values["account_id"] = company.sales_commission_account_id.id
        return values

    def _get_payroll_lines(self):
        """The lines of the payroll file. Override it for what the payroll program needs.

        :return: a dict per statement, all with the same keys in the same order; they are the columns of the file
        """
        return [
            {
                "reference": statement.id,
                "employee": statement.partner_id.name,
                "employee_ref": statement.partner_id.ref or statement.user_id.login,
                "plan": statement.plan_id.name,
                "period_start": statement.period_start,
                "period_end": statement.period_end,
                "amount": statement.payout_amount,
                "currency": statement.payout_currency_id.name,
            }
            for statement in self
        ]

    @api.private
    def reopen_payment(self, reason, keep_bill=False):
        """The payment is off: the statements, which stay locked, can be paid again.

        :param bool keep_bill: the bill may pay them after all
        """
        paid = self.filtered(lambda statement: statement.state == "paid")
        paid._mark({"state": "confirmed", "paid_by_id": False, "paid_on": False, "payroll_id": False})
        if not keep_bill:
            self._mark({"bill_id": False})
        for statement in paid:
            statement.message_post(body=reason)

    @api.private
    def paid_by(self, bill):
        """Confirmed statements are paid by a bill that there is already."""
        self.filtered(lambda statement: statement.state == "confirmed")._mark_paid(bill_id=bill.id)
