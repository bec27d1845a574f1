from odoo.tests import Form, tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestExport(SalesTrackingCommon):
    def test_weights_and_incoterm(self):
        """Two dozen of 0.5 kg weigh 12 kg; the invoice takes the incoterm over."""
        self.pepper.weight = 0.5
        order = self._order(sales_type="export", lines=[(self.pepper, 2, 100)])
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertEqual(order.net_weight, 12)
        order.incoterm = self.env.ref("account.incoterm_FOB")
        order.incoterm_location = "Tanjung Priok"
        invoice = order._create_invoices()
        self.assertEqual(invoice.invoice_incoterm_id.code, "FOB")
        self.assertEqual(invoice.incoterm_location, "Tanjung Priok")

    def test_goods_sold_by_weight(self):
        """2 t weigh 2,000 kg, whatever the product says."""
        self.pepper.weight = 0.5
        order = self._order(sales_type="export", lines=[(self.pepper, 2, 100)])
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_ton")
        self.assertEqual(order.net_weight, 2000)

    def test_bill_of_lading_comes_with_the_goods(self):
        order = self._order(sales_type="export")
        with Form(order.with_user(self.salesperson)) as form:
            form.bill_of_lading = "MEDUJ1234567"
        self.assertEqual(order.bill_of_lading, "MEDUJ1234567")
        self.assertFalse(order.copy().bill_of_lading)
