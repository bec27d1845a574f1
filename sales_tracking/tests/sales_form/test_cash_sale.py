from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestCashSale(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = cls._user("cashier", "account.group_account_invoice")
        cls.cashier.group_ids |= cls.env.ref("sales_team.group_sale_salesman_all_leads")

    def test_one_dialog(self):
        """A quotation is confirmed, invoiced, paid into the till and its cash invoice printed."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "sales_type": "cash",
                "user_id": self.salesperson.id,
                "order_line": [(0, 0, {"product_id": self.pepper.id, "product_uom_qty": 2, "price_unit": 100})],
            }
        )
        self.pepper.invoice_policy = "order"
        dialog = Form(self.env["sales.cash.sale"].with_user(self.cashier).with_context(default_order_id=order.id))
        sale = dialog.save()
        self.assertEqual(sale.journal_id.type, "cash")
        action = sale.action_collect()
        invoice = order.invoice_ids
        self.assertEqual(order.state, "sale")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.sales_type, "cash")
        self.assertEqual(action["report_name"], "sales_tracking.report_cash_invoice")
        self.env.flush_all()
        [[collected]] = self.env["sales.achievement"]._read_group(
            [("basis", "=", "collected"), ("res_id", "=", invoice.id)], [], ["amount:sum"]
        )
        self.assertEqual(collected, 200)

    def test_what_others_have_to_pay_is_not_told(self):
        foreign = self.env["sale.order"].create({"partner_id": self.customer.id, "company_id": self.company_2.id})
        with self.assertRaises(AccessError):
            self.env["sales.cash.sale"].with_user(self.cashier).create({"order_id": foreign.id})
