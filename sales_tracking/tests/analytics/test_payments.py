"""What a payment is, by whatever door it comes, and which documents count."""

import ast
import re
from pathlib import Path

from freezegun import freeze_time

from odoo.fields import Command
from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged

from ...tools.customer_documents import DOCUMENT_TYPES, INVOICE_TYPES
from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-20")
class TestPayments(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fees = cls.company_data["default_account_expense"]
        cls.bank = cls.company_data["default_journal_bank"]

    def _register(self, invoice, amount, **vals):
        """A payment that closes the invoice with less."""
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "amount": amount,
                    "payment_date": "2026-04-02",
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": self.fees.id,
                    **vals,
                }
            )
            ._create_payments()
        )

    def _entry(self, invoice, debits, journal, day="2026-04-02"):
        """An entry by hand that settles the invoice.

        :param dict debits: amount per account
        """
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        settled = {"account_id": receivable.account_id.id, "partner_id": self.customer.id}
        entry = self.env["account.move"].create(
            {
                "date": day,
                "journal_id": journal.id,
                "line_ids": [
                    Command.create({**settled, "credit": sum(debits.values())}),
                    *(Command.create({"account_id": account.id, "debit": debit}) for account, debit in debits.items()),
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids.filtered("credit")).reconcile()
        return entry

    def _collected(self, invoice):
        return round(sum(self._facts("collected", [("res_id", "=", invoice.id)]).mapped("amount")), 8)

    def _paid(self):
        return self.customer._paid_figures(self.company).get(self.customer.id, {}).get("paid", 0)

    def _assert_paid(self, invoice, amount):
        """Facts and payment behaviour agree."""
        before = self._paid()
        self.assertEqual(self._collected(invoice), amount)
        invoice.line_ids.remove_move_reconcile()
        self.assertAlmostEqual(before - self._paid(), amount)

    def test_what_did_not_reach_the_bank_is_not_paid(self):
        invoice = self._invoice(1000)
        self._register(invoice, 900)
        self._assert_paid(invoice, 900)
        invoice = self._invoice(1000)
        self._entry(invoice, {self.bank.default_account_id: 970, self.fees: 30}, self.bank)
        self._assert_paid(invoice, 970)

    def test_early_payment_discount(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "2 % in 7 days",
                "early_discount": True,
                "discount_days": 7,
                "discount_percentage": 2,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        for tax in (None, self.tax_15):
            invoice = self._invoice(1000, "2026-04-01", invoice_payment_term_id=terms.id, tax=tax)
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({"payment_date": "2026-04-02"})._create_payments()
            self.assertEqual(invoice.amount_residual, 0)
            self.assertEqual(self._collected(invoice), 980)

    def test_accounts_that_count_as_money_besides(self):
        """30 of bank fees count; a write-off of 100 on another account does not."""
        other = self.fees.copy()
        self.company.money_account_ids = self.fees
        invoice = self._invoice(1000)
        self._register(invoice, 970)
        self._assert_paid(invoice, 1000)
        invoice = self._invoice(1000)
        self._register(invoice, 900, writeoff_account_id=other.id)
        self._assert_paid(invoice, 900)

    def test_write_offs_count_by_choice(self):
        self.company.sales_commission_write_off_is_cash = True
        invoice = self._invoice(1000)
        self._pay(invoice, 900, "2026-04-01")
        self._entry(invoice, {self.fees: 100}, self.company_data["default_journal_misc"])
        self._assert_paid(invoice, 1000)

    def test_entry_in_another_journal(self):
        """Money is what an account says, not a journal: a write-off there is none, a transfer to the bank is."""
        misc = self.company_data["default_journal_misc"]
        invoice = self._invoice(1000)
        self._entry(invoice, {self.fees: 100}, misc)
        self.assertFalse(self._facts("collected"))
        self._entry(invoice, {self.bank.default_account_id: 800, self.fees: 100}, misc)
        self._assert_paid(invoice, 800)

    def test_bill_of_the_same_partner_is_no_payment(self):
        invoice = self._invoice(1000)
        payable = self.company_data["default_account_payable"]
        self._entry(invoice, {payable: 400}, self.company_data["default_journal_misc"])
        self._assert_paid(invoice, 0)

    def test_withheld_tax(self):
        """1,000 of which 20 are withheld and paid to the tax office for the company."""
        if "is_withholding_tax_on_payment" not in self.env["account.tax"]._fields:
            self.skipTest("Withholding taxes are not installed.")
        tax = self.env["account.tax"].create(
            {
                "name": "Withheld 2 %",
                "amount": -2,
                "type_tax_use": "sale",
                "is_withholding_tax_on_payment": True,
                "invoice_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "account_id": self.fees.id}),
                ],
                "refund_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "account_id": self.fees.id}),
                ],
            }
        )
        self.company.withholding_tax_base_account_id = self.fees.copy()
        invoice = self._invoice(1000)
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "payment_date": "2026-04-02",
                    "should_withhold_tax": True,
                    "withholding_line_ids": [
                        Command.create({"tax_id": tax.id, "name": "W1", "base_amount": 1000, "amount": 20})
                    ],
                }
            )
        )
        payment = wizard._create_payments()
        self.assertIn(20, payment.move_id.line_ids.mapped("debit"))
        self._assert_paid(invoice, 1000)

    def test_receipt_counts_like_an_invoice(self):
        receipt = self._invoice(1000, move_type="out_receipt", tax=self.tax_15)
        self._pay(receipt, 575, "2026-04-02")
        self.assertEqual(self._facts("invoiced", [("res_id", "=", receipt.id)]).amount, 1000)
        self.assertEqual(self._collected(receipt), 500)
        self.assertEqual(self._paid(), 575)

    def test_half_a_cent_of_a_payment(self):
        """10.05 × 167.50 ÷ 201 is 8.375."""
        invoice = self._invoice(201)
        self._pay(invoice, 167.5, "2026-04-02")
        self.assertEqual(self._collected(invoice), 167.5)


@tagged("post_install", "-at_install")
class TestCustomerDocuments(TransactionCase):
    def test_one_list_of_documents(self):
        """Views and access rules, which can't import the list, name the same documents; code imports it."""
        lists = {frozenset(INVOICE_TYPES), frozenset(DOCUMENT_TYPES)}
        for addon in ("sales_tracking", "sales_target", "sales_commission"):
            root = Path(get_module_path("sales_tracking")).parent / addon
            for path in root.rglob("*.xml"):
                for text in re.findall(r"\('out_(?:in|re)[^)]*\)", path.read_text()):
                    self.assertIn(frozenset(ast.literal_eval(text)), lists, f"{path}: {text}")
            for path in (root / "models").rglob("*.py"):
                self.assertNotRegex(path.read_text(), r"\(['\"]out_invoice['\"], *['\"]out_re", path)
