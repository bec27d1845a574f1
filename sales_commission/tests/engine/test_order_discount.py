from freezegun import freeze_time

from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionOrderDiscount(SalesCommissionCommon):
    """A rule on one product pays on that product's price after the order-wide discount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a, cls.b = (
            cls._create_product(name=name, lst_price=1000, standard_price=600, taxes_id=[]) for name in "AB"
        )

    def _product_plan(self, basis, measure="amount"):
        """10 % of what A sells."""
        metric = self.env["sales.metric"].create(
            {
                "name": f"A {basis} {measure}",
                "code": f"a_{basis}_{measure}",
                "basis": basis,
                "measure": measure,
                "domain": f"[('product_id', '=', {self.a.id})]",
            }
        )
        return self._plan([self._percent(0.1, metric)])

    def _discounted_invoice(self, **vals):
        """A 1,000 and B 1,000 less 10 %."""
        order = self._order(lines=[(self.a, 1, 1000), (self.b, 1, 1000)], moment="2026-03-02 03:00:00", **vals)
        self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.1}
        ).action_apply_discount()
        return self._invoice_of(order, "2026-03-02")

    def _earned(self, plan):
        return round(sum(self._entries(plan).mapped("amount")), 2)

    def test_rule_on_one_product(self):
        """A's 1,000 less its half of 200 earns 90, its margin of 300 earns 30; a full credit leaves 0."""
        plans = {
            self._product_plan("ordered"): 90,
            self._product_plan("invoiced"): 90,
            self._product_plan("invoiced", "margin"): 30,
        }
        invoice = self._discounted_invoice()
        for plan, earned in plans.items():
            plan.action_compute(MARCH)
            self.assertEqual(self._earned(plan), earned)
        self._reverse(invoice, "2026-03-09")
        for plan in plans:
            plan.action_compute(MARCH)
            self.assertEqual(self._earned(plan), 90 if plan.version_ids.rule_ids.metric_id.basis == "ordered" else 0)
            plan.action_compute(MARCH)
            self.assertEqual(len(self._entries(plan)), len(self._entries(plan).filtered("amount")))

    def test_rule_on_cash(self):
        """Half of the invoice is paid: 45."""
        plan = self._product_plan("collected")
        self._pay(self._discounted_invoice(), 900, "2026-03-12")
        plan.action_compute(MARCH)
        self.assertEqual(self._earned(plan), 45)

    def test_credit_of_one_line(self):
        """A comes back at 500, B and the discount stay: (900 - 500) x 10 %."""
        plan = self._product_plan("invoiced")
        invoice = self._discounted_invoice()
        credit = self.env["account.move"].browse(self._reversal(invoice, "2026-03-09").refund_moves()["res_id"])
        credit.invoice_line_ids[1:].unlink()
        credit.invoice_line_ids.price_unit = 500
        credit.write({"invoice_date": "2026-03-09", "invoice_payment_term_id": False})
        credit.action_post()
        plan.action_compute(MARCH)
        self.assertEqual(self._earned(plan), 40)

    def test_rate_of_the_invoice(self):
        """Sold at 1.20, credited in full at 1.25: nothing is left of amount nor margin."""
        currency = self.setup_other_currency("EUR", rates=[("2026-03-01", 1.2), ("2026-03-08", 1.25)])
        pricelist = self.env["product.pricelist"].create({"name": "Foreign", "currency_id": currency.id})
        plans = [self._product_plan("invoiced", measure) for measure in ("amount", "margin")]
        invoice = self._discounted_invoice(pricelist_id=pricelist.id, shares={self.salesperson: 60, self.peer: 40})
        plans[0].action_compute(MARCH)
        self.assertEqual(self._earned(plans[0]), 45)
        self._reverse(invoice, "2026-03-09")
        for plan in plans:
            plan.action_compute(MARCH)
            self.assertAlmostEqual(sum(self._entries(plan).mapped("amount")), 0)

    def test_as_decided(self):
        """A product that moves to another category later keeps what was paid on it, with its discount."""
        plan = self._product_plan("invoiced", "margin")
        self._discounted_invoice()
        plan.action_compute(MARCH)
        self._statement(plan).action_confirm()
        kept = self.env["sales.commission.kept.fact"].search(
            [("plan_id", "=", plan.id), ("product_id", "=", self.a.id)]
        )
        self.assertEqual((kept.amount, kept.quantity, kept.unit_cost), (900, 1, 600))
        self.a.categ_id = self.env["product.category"].create({"name": "Other"})
        plan.action_compute(MARCH)
        self.assertEqual(self._earned(plan), 30)
