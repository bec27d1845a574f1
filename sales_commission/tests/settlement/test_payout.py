import base64
import csv
import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestCommissionPayout(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan([cls._percent(0.05)])
        cls.agent = cls.env["res.partner"].create({"name": "Agen Cengkeh", "email": "agent@example.com"})
        cls.first, cls.second, cls.refund = (
            cls._invoice(1000.30, "2026-03-02"),
            cls._invoice(2000.30, "2026-03-03"),
            cls._invoice(300.30, "2026-03-04", move_type="out_refund"),
        )
        cls.plan.action_compute("2026-03-01")
        cls.statement = cls.env["sales.commission.statement"].search([("plan_id", "=", cls.plan.id)])

    def _agent_statement(self, *amounts, rate=None):
        """A confirmed statement of an external agent over bonuses."""
        statement = self.env["sales.commission.statement"]._open(self.plan, self.agent, self._day("2026-03-01"))
        for amount in amounts:
            adjustment = self.env["sales.commission.adjustment"].create(
                {"statement_id": statement.id, "amount": amount, "reason": f"Deal over {amount}"}
            )
            adjustment.with_user(self.manager).action_post()
        if rate:
            currency = self.env["res.currency"].create(
                {"name": "XPA", "symbol": "X", "rate_ids": [Command.create({"name": "2020-01-01", "rate": rate})]}
            )
            self.plan.assignment_ids.create(
                {
                    "plan_id": self.plan.id,
                    "beneficiary": "agent",
                    "agent_id": self.agent.id,
                    "date_from": "2026-01-01",
                    "payout_currency_id": currency.id,
                }
            )
        statement.with_user(self.manager).action_confirm()
        return statement

    def _pay(self, statements):
        return statements.with_user(self.manager).action_pay()

    def _billed(self):
        """A paid statement of an external agent and its bill."""
        statement = self._agent_statement(100)
        self._pay(statement)
        return statement, statement.bill_id

    @staticmethod
    def _post_bill(bill):
        bill.invoice_date = "2026-03-31"
        bill.action_post()

    def test_bill(self):
        statement = self._agent_statement(100.10, 50.05)
        self.assertTrue(self._pay(statement))
        bill = statement.bill_id
        self.assertRecordValues(
            bill,
            [
                {
                    "move_type": "in_invoice",
                    "partner_id": self.agent.id,
                    "amount_untaxed": 150.15,
                    "state": "draft",
                    "company_id": self.company.id,
                    "ref": statement.display_name,
                }
            ],
        )
        self.assertEqual(len(bill.invoice_line_ids), 1)
        self.assertEqual((statement.state, statement.paid_by_id), ("paid", self.manager))
        with self.assertRaisesRegex(UserError, "paid already"):
            self._pay(statement)

    def test_bill_by_document_in_another_currency(self):
        """The lines sum to the bill and to what is paid, to the cent, whatever the rate."""
        product = self.env["product.product"].create({"name": "Commission", "type": "service"})
        account = self.company_data["default_account_expense"].copy()
        self.company.write(
            {
                "sales_commission_bill_lines": "document",
                "sales_commission_product_id": product.id,
                "sales_commission_account_id": account.id,
            }
        )
        statement = self._agent_statement(10.01, 10.01, 10.01, -5.07, rate=0.3333)
        self._pay(statement)
        bill = statement.bill_id
        self.assertEqual(len(bill.invoice_line_ids), 4)
        self.assertEqual(bill.currency_id.name, "XPA")
        self.assertEqual(statement.amount, 24.96)
        self.assertEqual(statement.payout_amount, 8.32)
        self.assertEqual(bill.amount_untaxed, 8.32)
        self.assertEqual(round(sum(bill.invoice_line_ids.mapped("price_subtotal")), 2), 8.32)
        self.assertEqual(bill.invoice_line_ids.product_id, product)
        self.assertEqual(bill.invoice_line_ids.account_id, account)

    def test_entries_sum_to_the_statement(self):
        self.assertEqual(self.statement.amount, round(sum(self.statement.entry_ids.mapped("amount")), 2))
        self.statement.with_user(self.manager).action_confirm()
        self.assertEqual(self.statement.payout_amount, 135.02)

    def test_deleted_bill(self):
        """The statement stays locked, keeps its entries and is paid again."""
        statement = self._agent_statement(100)
        entries = statement.entry_ids
        self._pay(statement)
        statement.bill_id.unlink()
        self.assertRecordValues(statement, [{"state": "confirmed", "bill_id": False, "paid_on": False}])
        self.assertEqual(statement.entry_ids, entries)
        self._pay(statement)
        self.assertEqual((statement.state, statement.bill_id.amount_untaxed), ("paid", 100))

    def test_cancelled_bill(self):
        statement, bill = self._billed()
        bill.button_cancel()
        self.assertEqual((statement.state, statement.paid_on), ("confirmed", False))
        self._pay(statement)
        self.assertEqual((statement.state, statement.bill_id.state), ("paid", "draft"))
        self.assertNotEqual(statement.bill_id, bill)

    def test_cancelled_bill_that_is_posted_after_all(self):
        """It pays its statement again, and no second bill is made for it meanwhile."""
        statement, bill = self._billed()
        bill.button_cancel()
        bill.button_draft()
        self._pay(statement)
        self.assertEqual((statement.state, statement.bill_id), ("paid", bill))
        bill.button_cancel()
        bill.button_draft()
        self._post_bill(bill)
        self.assertEqual((statement.state, statement.bill_id), ("paid", bill))

    def test_corrected_bill(self):
        """Reversed and made anew by the accountant: the new bill pays the statements of the old one."""
        statements, bill = self._billed()
        self._post_bill(bill)
        self._reversal(bill, "2026-03-31").modify_moves()
        self.assertEqual(bill.payment_state, "reversed")
        self.assertEqual((statements.state, statements.bill_id.amount_untaxed), ("paid", 100))
        self.assertNotEqual(statements.bill_id, bill)

    def test_reversed_bill(self):
        """A refund of all of it makes the statement payable again; one that is only drafted decides nothing."""
        statement, bill = self._billed()
        self._post_bill(bill)
        refund = bill._reverse_moves([{"invoice_date": bill.invoice_date}])
        self.assertEqual((statement.state, statement.bill_id), ("paid", bill))
        refund.action_post()
        self.assertEqual((bill.payment_state, statement.state), ("reversed", "confirmed"))
        self._pay(statement)
        self.assertEqual((statement.state, statement.bill_id.amount_untaxed), ("paid", 100))

    def test_negative_statement_makes_no_bill(self):
        statement = self._agent_statement(-100)
        self.assertEqual((statement.payable_amount, statement.carried_out_amount), (0, 100))
        self._pay(statement)
        self.assertEqual((statement.state, statement.bill_id), ("paid", self.env["account.move"]))
        following = self._statement_of(self.agent, "2026-04-01")
        self.assertEqual(following.carried_in_amount, -100)

    def _statement_of(self, partner, day):
        return self.env["sales.commission.statement"].search(
            [("plan_id", "=", self.plan.id), ("partner_id", "=", partner.id), ("period_start", "=", day)]
        )

    def test_payroll(self):
        self.statement.with_user(self.manager).action_confirm()
        self._pay(self.statement)
        payroll = self.statement.payroll_id
        self.assertEqual((self.statement.state, self.statement.bill_id), ("paid", self.env["account.move"]))
        [line] = csv.DictReader(io.StringIO(payroll._csv_content().decode("utf-8-sig")))
        self.assertEqual(
            (line["employee"], line["employee_ref"], line["period_start"], line["amount"], line["currency"]),
            (self.salesperson.name, "salesperson", "2026-03-01", "135.02", "USD"),
        )
        rows = list(openpyxl.load_workbook(io.BytesIO(payroll._xlsx_content())).active.values)
        self.assertEqual(list(rows[0]), list(line))
        self.assertEqual(rows[1][6], 135.02)

    def test_payroll_hook(self):
        """One method is all that a payroll program of its own needs."""
        statements = self.env.registry["sales.commission.statement"]
        original = statements._get_payroll_lines

        def lines(statements):
            return [{**line, "wage_type": "=4711"} for line in original(statements)]

        self.statement.with_user(self.manager).action_confirm()
        self._pay(self.statement)
        with patch.object(statements, "_get_payroll_lines", lines):
            content = self.statement.payroll_id._csv_content().decode("utf-8-sig")
        self.assertIn("wage_type", content)
        self.assertIn("'=4711", content)

    def test_cancelled_payroll_file(self):
        self.statement.with_user(self.manager).action_confirm()
        self._pay(self.statement)
        self.statement.payroll_id.with_user(self.manager).action_cancel()
        self.assertEqual((self.statement.state, self.statement.entry_count), ("confirmed", 3))

    def test_draft_is_not_paid(self):
        with self.assertRaisesRegex(UserError, "before it is paid"):
            self._pay(self.statement)

    def test_nobody_pays_the_own_statement(self):
        plan = self._plan([self._percent(0.05)], self.manager)
        self._invoice(1000, "2026-03-02", user=self.manager)
        plan.action_compute("2026-03-01")
        statement = self._statement(plan, self.manager)
        statement.with_user(self.administrator).action_confirm()
        with self.assertRaisesRegex(UserError, "is your own"):
            self._pay(statement)

    def test_who_pays(self):
        self.statement.with_user(self.manager).action_confirm()
        for user in (self.salesperson, self.lead_user, self.foreign_user, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.statement.with_user(user).action_pay()

    def test_state_is_not_written(self):
        for values in ({"state": "paid"}, {"bill_id": False}, {"payout_amount": 1}):
            with self.assertRaisesRegex(UserError, "Confirm and Pay buttons"):
                self.statement.with_user(self.manager).write(values)

    def test_mail(self):
        """PDF and XLSX in the language of the person; what fails is noted and does not stop the others."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.agent.lang = "fr_FR"
        report = self.env.registry["ir.actions.report"]
        statement = self._agent_statement(100.5)
        self.salesperson.partner_id.email = False
        self.statement.with_user(self.manager).action_send()
        self.assertIn("confirm it before you send it", self.statement.send_error)
        self.statement.with_user(self.manager).action_confirm()
        with patch.object(report, "_render_qweb_pdf", lambda *_args, **_kwargs: (b"%PDF", "pdf")):
            (self.statement | statement).with_user(self.manager).action_send()
        self.assertIn("no valid e-mail address", self.statement.send_error)
        self.assertFalse(self.statement.sent_on)
        self.assertTrue(statement.sent_on)
        mail = statement.sudo().mail_id
        self.assertEqual(mail.recipient_ids, self.agent)
        self.assertIn("mars 2026", mail.subject)
        self.assertEqual(
            [attachment.name.rpartition(".")[2] for attachment in mail.attachment_ids.sorted("name")], ["pdf", "xlsx"]
        )
        [xlsx] = mail.attachment_ids.filtered(lambda attachment: attachment.name.endswith("xlsx"))
        rows = list(openpyxl.load_workbook(io.BytesIO(base64.b64decode(xlsx.datas))).active.values)
        self.assertEqual(rows[-1][5], 100.5)
        self.assertEqual(rows[-2][5], 100.5)
