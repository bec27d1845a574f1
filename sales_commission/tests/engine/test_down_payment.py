"""What was paid in advance earns once, whatever is left to pay in the end."""

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestDownPayment(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spices = cls.env["product.category"].create({"name": "Spices"})
        cls.pepper.categ_id = cls.spices
        cls.of_spices = {
            basis: cls.env["sales.metric"].create(
                {
                    "name": f"Spices {basis}",
                    "code": f"spices_{basis}",
                    "basis": basis,
                    "domain": f"[('categ_id', 'child_of', {cls.spices.id})]",
                }
            )
            for basis in ("invoiced", "collected")
        }

    def _bill(self, order, day, **vals):
        wizard = self.env["sale.advance.payment.inv"].create({"sale_order_ids": order.ids, **vals})
        invoice = wizard._create_invoices(order)
        invoice.write({"invoice_date": day, "invoice_payment_term_id": False})
        invoice.action_post()
        return invoice

    def _variants(self, basis):
        """A plan for each choice of the company and each kind of rule: 10 % of all, or of one category."""
        for choice in ("down_payment", "final"):
            self.company.sales_commission_down_payment = choice
            for metric in (self.env.ref(f"sales_tracking.metric_{basis}"), self.of_spices[basis]):
                with self.subTest(choice=choice, metric=metric.name):
                    yield self._plan([self._percent(0.1, metric)])

    def _amount(self, plan):
        plan.action_compute(MARCH)
        return round(sum(self._entries(plan).mapped("amount")), 2)

    def test_order_paid_in_full_in_advance(self):
        """1,000 by a down payment, final invoice 0.00: 100 once, when both are there and paid."""
        order = self._order(1000, moment="2026-03-01 03:00:00")
        advance = self._bill(order, "2026-03-02", advance_payment_method="percentage", amount=100)
        final = self._bill(order, "2026-03-05", advance_payment_method="delivered")
        self.assertEqual(final.amount_total, 0)
        for plan in self._variants("collected"):
            self.assertEqual(self._amount(plan), 0)
        self._pay(advance, 400, "2026-03-03")
        for plan in self._variants("collected"):
            self.assertEqual(self._amount(plan), 40)
        self._pay(advance, 600, "2026-03-08")
        for plan in self._variants("collected"):
            self.assertEqual(self._amount(plan), 100)
            self.assertEqual(plan.action_compute(MARCH)["entries"], 0)
        for metric in (self.metric_collected, self.of_spices["collected"]):
            self.assertEqual(metric.get_value("2026-03-01", "2026-03-31", company_id=self.company.id), 1000)

    def test_goods_exchanged(self):
        """Lines that sum to zero: what is sold earns, what comes back does not, on the day of the invoice."""
        clove = self._create_product(name="Clove", lst_price=100, taxes_id=[])
        self._invoice(
            day="2026-03-02",
            invoice_line_ids=[
                Command.create({"product_id": self.pepper.id, "price_unit": 100, "tax_ids": [Command.clear()]}),
                Command.create(
                    {"product_id": clove.id, "quantity": -1, "price_unit": 100, "tax_ids": [Command.clear()]}
                ),
            ],
        )
        for share in (0, 0.3):
            plan = self._plan([self._percent(0.1, self.of_spices["collected"], invoiced_share=share)])
            self.assertEqual(self._amount(plan), 10)
        self.assertEqual(self._amount(self._plan([self._percent(0.1, self.metric_collected)])), 0)
        self.assertEqual(self.of_spices["collected"].get_value("2026-03-01", "2026-03-31"), 100)

    def test_order_shrinks_below_its_down_payment(self):
        """300 in advance, then 200 are enough: the final document is a credit note of 100; 20 in all variants."""
        order = self._order(100, quantity=10, moment="2026-03-01 03:00:00")
        self._bill(order, "2026-03-02", advance_payment_method="fixed", fixed_amount=300)
        order.order_line.filtered(lambda line: line.product_id == self.pepper).product_uom_qty = 2
        final = order._create_invoices(final=True)
        final.write({"invoice_date": "2026-03-05", "invoice_payment_term_id": False})
        final.action_post()
        self.assertEqual((final.move_type, final.amount_total), ("out_refund", 100))
        for plan in self._variants("invoiced"):
            self.assertEqual(self._amount(plan), 20)

    def test_margin(self):
        """300 of 1,000 in advance, cost 600: margin 120 and 280, or 400 with the final invoice, as commissions say."""
        margin = self.env.ref("sales_tracking.metric_margin")
        self.pepper.standard_price = 600
        for choice, expected in (("down_payment", [120, 280]), ("final", [0, 400])):
            self.company.sales_commission_down_payment = choice
            plan = self._plan([self._percent(0.1, margin)])
            order = self._order(1000, moment="2026-03-01 03:00:00")
            invoices = self._bill(order, "2026-03-02", advance_payment_method="percentage", amount=30)
            invoices |= self._bill(order, "2026-03-05", advance_payment_method="delivered")
            for invoice, amount in zip(invoices, expected, strict=True):
                facts = self._facts("invoiced", [("res_id", "=", invoice.id)])
                self.assertAlmostEqual(sum(facts.mapped("margin")), amount)
            self.assertAlmostEqual(margin.get_value("2026-03-01", "2026-03-31"), 400)
            plan.action_compute(MARCH)
            self.assertEqual(self._amounts(plan), [amount / 10 for amount in expected if amount])
            invoices.button_draft()
