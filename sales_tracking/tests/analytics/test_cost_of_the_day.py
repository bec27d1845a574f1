from freezegun import freeze_time

from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestCostOfTheDay(SalesTrackingCommon):
    """The margin of what was never ordered rests on the cost of the invoice's day, for good."""

    def setUp(self):
        super().setUp()
        self.pepper.standard_price = 600

    def _margins(self, basis="invoiced"):
        return [round(margin, 2) for margin in self._facts(basis).mapped("margin")]

    def test_cost_changes_later(self):
        """Cost 600 when invoiced, later 800: 400 stays, of today's invoice as of one of March."""
        today = self._invoice(1000, self.company._sales_today())
        self._invoice(1000, "2026-03-10")
        self.pepper.standard_price = 800
        self.assertEqual(self._margins(), [400, 400])
        self._pay(today, 500, self.company._sales_today())
        self.assertEqual(self._margins("collected"), [200])
        self.pepper.standard_price = 0
        self.assertEqual(self._margins(), [400, 400])

    def test_each_day_has_its_cost(self):
        self._facts("invoiced")
        with freeze_time("2031-03-10 05:00:00"):
            self.pepper.standard_price = 700
            self._facts("invoiced")
        with freeze_time("2031-03-20 05:00:00"):
            self.pepper.standard_price = 900
            self._facts("invoiced")
        with freeze_time("2031-03-21 05:00:00"):
            self._invoice(1000, "2031-03-05")
            self._invoice(1000, "2031-03-15")
            self._invoice(1000, "2031-03-25")
        self.assertEqual(self._margins(), [400, 300, 100])

    def test_a_product_without_a_cost_then(self):
        """The first cost of a product is none of the time before, in which it had none."""
        pepper = self.env["product.product"].create({"name": "Long Pepper"})
        self.env.cr.execute("UPDATE product_product SET create_date = '2025-01-01' WHERE id = %s", [pepper.id])
        invoice = self._invoice(1000, post=False)
        invoice.invoice_line_ids.product_id = pepper
        invoice.invoice_line_ids.price_unit = 1000
        invoice.action_post()
        pepper.standard_price = 800
        self.assertEqual(self._margins(), [1000])

    def test_credit_at_the_cost_of_its_invoice(self):
        """What is credited in full leaves no margin, whatever the product costs by then."""
        invoice = self._invoice(1000, "2026-03-10")
        self.pepper.standard_price = 800
        credit = invoice._reverse_moves([{"invoice_date": self.company._sales_today()}])
        credit.action_post()
        self.assertEqual(self._margins(), [400, -400])

    def test_nobody_sets_the_moment(self):
        invoice = self._invoice(1000, "2026-03-10")
        moment = invoice.sales_posted_on
        self.assertTrue(moment)
        invoice.write({"sales_posted_on": "2020-01-01 00:00:00"})
        self.assertEqual(invoice.sales_posted_on, moment)
