from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..payment_followup.common_dunning import DunningCommon


@tagged("post_install", "-at_install")
class TestCashOnDelivery(DunningCommon):
    """What is paid on delivery is followed up from the delivery on, not from the invoice."""

    def _invoiced(self):
        order = self._order(1000, sales_type="cod")
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-03-01"
        invoice.action_post()
        return order, invoice

    def _instalments(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")

    @freeze_time("2026-03-20")
    def test_by_hand(self):
        _order, invoice = self._invoiced()
        self.assertTrue(invoice.is_awaiting_delivery)
        self.assertTrue(self._instalments(invoice).no_followup)
        invoice.action_delivered()
        self.assertFalse(invoice.is_awaiting_delivery)
        self.assertFalse(self._instalments(invoice).no_followup)
        self.assertEqual(self._instalments(invoice).date_maturity, fields.Date.to_date("2026-03-20"))

    @freeze_time("2026-03-20")
    def test_by_the_delivered_quantity(self):
        order, invoice = self._invoiced()
        self.env["account.move"]._follow_up_delivered(self.company)
        self.assertTrue(invoice.is_awaiting_delivery)
        order.order_line.qty_delivered = order.order_line.product_uom_qty
        self.env["account.move"]._follow_up_delivered(self.company)
        self.assertFalse(invoice.is_awaiting_delivery)

    @freeze_time("2026-03-20")
    def test_others_as_before(self):
        invoice = self._order(1000, sales_type="credit")._create_invoices()
        invoice.action_post()
        self.assertFalse(self._instalments(invoice).no_followup)

    def test_amount_to_collect(self):
        order, invoice = self._invoiced()
        self.assertEqual(order._amount_to_collect(), 1000)
        self._pay(invoice, 400, "2026-03-20")
        self.assertEqual(order._amount_to_collect(), 600)
