"""Commission on cash: released as payments arrive, whatever else settles an invoice."""

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionCash(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan([cls._percent(0.1, cls.metric_collected)])

    def _compute(self, day=MARCH):
        return round(self.plan.action_compute(day)["amount"], 2)

    def _register(self, invoices, **vals):
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create(vals)
            ._create_payments()
        )

    def test_second_of_three_payments_unreconciled(self):
        invoice = self._invoice(100, "2026-03-02")
        payments = [self._pay(invoice, amount, "2026-03-05") for amount in (33.33, 33.33, 33.34)]
        self.assertEqual(self._compute(), 10)
        self.assertEqual(self._amounts(self.plan), [3.33, 3.34, 3.33])
        payments[1].move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._compute(), -3.33)
        self.assertEqual(sorted(self._amounts(self.plan)), [-3.34, 0.01, 3.33, 3.33, 3.34])
        self.assertEqual(self._compute(), 0)

    def test_one_payment_of_three_invoices(self):
        invoices = self.env["account.move"].union(
            *(self._invoice(amount, "2026-03-02", tax=self.tax_15) for amount in (100, 200, 300))
        )
        self._register(invoices, group_payment=True, amount=690, payment_date="2026-03-05")
        self.assertEqual(self._compute(), 60)
        self.assertEqual(self._amounts(self.plan), [10, 20, 30])

    def test_exchange_difference(self):
        """USD 1,200 at 1.20 is 1,000, and stays so when it is paid at 1.25 in two parts."""
        currency = self.setup_other_currency("EUR", rates=[("2026-03-01", 1.2), ("2026-03-08", 1.25)])
        for basis in ("invoiced", "collected"):
            with self.subTest(basis=basis):
                plan = self._plan([self._percent(0.05, self.env.ref(f"sales_tracking.metric_{basis}"))])
                invoice = self._invoice(1200, "2026-03-02", currency_id=currency.id)
                for amount in (500, 700):
                    self._register(invoice, amount=amount, currency_id=currency.id, payment_date="2026-03-09")
                self.assertEqual(invoice.amount_residual, 0)
                self.assertTrue(invoice.line_ids.matched_credit_ids.exchange_move_id)
                self.assertEqual(plan.action_compute(MARCH)["amount"], 50)
                (invoice).button_draft()

    def test_write_off(self):
        for counts, expected in ((False, 95), (True, 100)):
            with self.subTest(counts=counts):
                self.company.sales_commission_write_off_is_cash = counts
                plan = self._plan([self._percent(0.1, self.metric_collected)])
                invoice = self._invoice(1000, "2026-03-02")
                self._register(
                    invoice,
                    amount=950,
                    payment_date="2026-03-05",
                    payment_difference_handling="reconcile",
                    writeoff_account_id=self.company_data["default_account_expense"].id,
                )
                self.assertEqual(invoice.amount_residual, 0)
                self.assertEqual(plan.action_compute(MARCH)["amount"], expected)
                invoice.button_draft()

    def test_write_off_by_hand(self):
        """A journal entry that settles what is left."""
        for counts, expected in ((False, 90), (True, 100)):
            with self.subTest(counts=counts):
                self.company.sales_commission_write_off_is_cash = counts
                plan = self._plan([self._percent(0.1, self.metric_collected)])
                invoice = self._invoice(1000, "2026-03-02")
                self._pay(invoice, 900, "2026-03-05")
                receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
                entry = self.env["account.move"].create(
                    {
                        "date": "2026-03-06",
                        "line_ids": [
                            Command.create(
                                {"account_id": receivable.account_id.id, "partner_id": self.customer.id, "credit": 100}
                            ),
                            Command.create(
                                {"account_id": self.company_data["default_account_expense"].id, "debit": 100}
                            ),
                        ],
                    }
                )
                entry.action_post()
                (receivable | entry.line_ids.filtered("credit")).reconcile()
                self.assertEqual(plan.action_compute(MARCH)["amount"], expected)
                invoice.button_draft()

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
        for counts, expected in ((False, 98), (True, 100)):
            with self.subTest(counts=counts):
                self.company.sales_commission_write_off_is_cash = counts
                plan = self._plan([self._percent(0.1, self.metric_collected)])
                invoice = self._invoice(1000, "2026-03-02", invoice_payment_term_id=terms.id, tax=self.tax_15)
                self._register(invoice, payment_date="2026-03-05")
                self.assertEqual(invoice.amount_residual, 0)
                self.assertAlmostEqual(plan.action_compute(MARCH)["amount"], expected)
                invoice.button_draft()

    def test_bank_fee_that_counts_as_money(self):
        self.company.money_account_ids = self.company_data["default_account_expense"]
        invoice = self._invoice(1000, "2026-03-02")
        self._register(
            invoice,
            amount=970,
            payment_date="2026-03-05",
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(self._compute(), 100)

    def test_receipt(self):
        receipt = self._invoice(1000, "2026-03-02", move_type="out_receipt")
        self._pay(receipt, 500, "2026-03-05")
        self.assertEqual(self._compute(), 50)
        plan = self._plan([self._percent(0.1)])
        self.assertEqual(plan.action_compute(MARCH)["amount"], 100)
        self._reverse(receipt, "2026-03-06")
        self.assertEqual(plan.action_compute(MARCH)["amount"], -100)

    def test_half_a_cent(self):
        """10.05 due, 167.50 of 201 paid: 8.375."""
        self.plan = self._plan([self._percent(0.05, self.metric_collected)])
        invoice = self._invoice(201, "2026-03-02")
        self._pay(invoice, 167.5, "2026-03-05")
        self.assertEqual(self._compute(), 8.38)

    def test_part_when_invoiced_and_the_rest_in_cash(self):
        self.plan = self._plan([self._percent(0.1, self.metric_collected, invoiced_share=0.3)])
        invoice = self._invoice(1000, "2026-03-02")
        self.assertEqual(self._compute(), 30)
        self._pay(invoice, 500, "2026-03-05")
        self.assertEqual(self._compute(), 35)
        self._pay(invoice, 500, "2026-03-06")
        self.assertEqual(self._compute(), 35)

    def test_only_cash_is_split(self):
        with self.assertRaisesRegex(ValidationError, 'works only where "Basis" is "Collected"'):
            self._plan([self._percent(0.1, invoiced_share=0.3)])

    def test_tiers_of_cash(self):
        self.plan = self._plan([self._tiers(metric_id=self.metric_collected.id)])
        invoice = self._invoice(30000, "2026-03-02")
        for amount in (10000, 10000, 10000):
            self._pay(invoice, amount, "2026-03-05")
        self.assertEqual(self._compute(), 2200)
        self.assertEqual(self._amounts(self.plan), [500, 800, 900])

    def test_credit_note_before_collection(self):
        """Invoice 1,000; 200 credited, 800 in cash: 80 and no negative entry."""
        invoice = self._invoice(1000, "2026-03-02")
        credit = self._reverse(invoice, "2026-03-03", [200])
        (invoice | credit).line_ids.filtered(lambda line: line.display_type == "payment_term").reconcile()
        self._pay(invoice, 800, "2026-03-05")
        self.assertEqual(self._compute(), 80)
        self.assertEqual(self._amounts(self.plan), [80])

    def test_refund_after_collection(self):
        """1,000 collected, 200 refunded later: 100 and -20."""
        invoice = self._invoice(1000, "2026-03-02")
        self._pay(invoice, 1000, "2026-03-05")
        self.assertEqual(self._compute(), 100)
        credit = self._reverse(invoice, "2026-03-08", [200])
        self.assertEqual(self._compute(), 0)
        self._pay(credit, 200, "2026-03-09")
        self.assertEqual(self._compute(), -20)
        self.assertEqual(self._entries(self.plan).mapped("kind"), ["earned", "clawback"])

    def test_unpaid_documents_are_named(self):
        self._invoice(1000, "2026-03-02")
        self.assertEqual(self.plan.action_compute(MARCH)["skipped"], {"unpaid": 1})

    def test_prepaid_invoice(self):
        """The payment came before the invoice: it counts on its own date, under the terms of the sale."""
        invoice = self._invoice(1000, "2026-03-02")
        self._pay(invoice, 1000, "2026-02-20")
        self.assertEqual(self._compute(), 0)
        self.assertEqual(self._compute("2026-02-20"), 100)
