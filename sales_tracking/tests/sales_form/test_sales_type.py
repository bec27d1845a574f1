from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestSalesType(SalesTrackingCommon):
    def test_default_is_the_customers(self):
        self.customer.sales_type = "export"
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        self.assertEqual(order.sales_type, "export")
        order.sales_type = "tender"
        order.partner_id = self.env["res.partner"].create({"name": "New"})
        self.assertEqual(order.sales_type, "tender", "a customer without a usual form changes nothing")
        self.assertEqual(self._order(sales_type="cash").sales_type, "cash")

    def test_each_company_has_its_own(self):
        self.customer.sales_type = "export"
        self.customer.with_company(self.company_2).sales_type = "cash"
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "company_id": self.company_2.id})
        self.assertEqual(order.sales_type, "cash")

    def test_customers_order_by_themselves(self):
        self.customer.sales_type = "direct"
        order = self.env["sale.order"].with_user(self.portal_user).sudo().create({"partner_id": self.customer.id})
        self.assertEqual(order.sales_type, "direct")

    def test_reports(self):
        order = self._order(1000, sales_type="tender")
        self._order(500, sales_type="cash")
        order._create_invoices().action_post()
        self.env.flush_all()
        for model, measure in (("sale.report", "price_subtotal:sum"), ("account.invoice.report", "price_subtotal:sum")):
            rows = self.env[model]._read_group(
                [("company_id", "=", self.company.id), ("sales_type", "=", "tender")], ["sales_type"], [measure]
            )
            self.assertEqual(rows, [("tender", 1000)])

    def test_invoice_takes_it_over(self):
        self.customer.sales_type = "wholesale"
        order = self._order()
        invoice = order._create_invoices()
        self.assertEqual(invoice.sales_type, "wholesale")

    def test_invoices_of_several_orders(self):
        orders = self._order(sales_type="cash") | self._order() | self._order(sales_type="cash") | self._order()
        self.assertEqual(orders._create_invoices().sorted("id").mapped("sales_type"), [False, "cash"])
