from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestFormTerms(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user")._apply_group(cls.env.ref("product.group_product_pricelist"))
        cls.wholesale_list = cls.env["product.pricelist"].create({"name": "Wholesale"})
        cls.terms = cls.env["sales.form.terms"].create(
            {
                "company_id": cls.company.id,
                "sales_type": "wholesale",
                "minimum_quantity": 10,
                "pricelist_id": cls.wholesale_list.id,
            }
        )
        cls.customer.sales_type = "wholesale"

    def test_price_list_of_the_form(self):
        order = self.env["sale.order"].create({"partner_id": self.contact.id})
        self.assertEqual(order.pricelist_id, self.wholesale_list)
        own = self.env["product.pricelist"].create({"name": "Own"})
        self.customer.specific_property_product_pricelist = own
        self.assertEqual(self.env["sale.order"].create({"partner_id": self.customer.id}).pricelist_id, own)
        other = self.env["res.partner"].create({"name": "Retail"})
        self.assertNotEqual(self.env["sale.order"].create({"partner_id": other.id}).pricelist_id, self.wholesale_list)

    def test_least_quantity(self):
        """10 of anything, 24 of spices: the line begins with it, in its own unit."""
        spices = self.env["product.category"].create({"name": "Spices"})
        self.pepper.categ_id = self.env["product.category"].create({"name": "Pepper", "parent_id": spices.id})
        self.env["sales.form.terms"].create(
            {"company_id": self.company.id, "sales_type": "wholesale", "categ_id": spices.id, "minimum_quantity": 24}
        )
        with Form(self.env["sale.order"].with_user(self.salesperson)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.pepper
                self.assertEqual(line.product_uom_qty, 24)
        self.assertEqual(self.terms._minimum(self.company, "wholesale", self._create_product()), (10, False))
        self.assertEqual(self.terms._minimum(self.company, "cash", self.pepper), (0, False))
        line = form.record.order_line
        line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertEqual(line._minimum_quantity(), 2)

    def test_below_is_said(self):
        order = self._order(lines=[(self.pepper, 3, 100)], sales_type="wholesale")
        self.assertIn("10.0", order.order_line._onchange_below_minimum()["warning"]["message"])

    def _quotation(self, quantity=9, sales_type="wholesale"):
        line = {"product_id": self.pepper.id, "product_uom_qty": quantity, "price_unit": 100}
        return self.env["sale.order"].create(
            {"partner_id": self.customer.id, "sales_type": sales_type, "order_line": [Command.create(line)]}
        )

    def test_refused_below_a_binding_minimum(self):
        """Ten are enough, in dozens too; nine and half a dozen are not. What is taken back has no minimum."""
        warned = self._quotation()
        warned.action_confirm()
        self.assertEqual(warned.state, "sale")
        self.terms.is_binding = True
        order = self._quotation()
        with self.assertRaisesRegex(UserError, "At least 10.0 .* are ordered"):
            order.action_confirm()
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.order_line.product_uom_qty = 0.5
        with self.assertRaisesRegex(UserError, "At least 0.84 Dozens"):
            order.action_confirm()
        order.order_line.product_uom_qty = 1
        for each in (order, self._quotation(sales_type="cash"), self._quotation(quantity=-1)):
            each.action_confirm()
            self.assertEqual(each.state, "sale")

    def test_no_statement_more(self):
        """Once read, the terms cost no statement."""
        self.env["sales.form.terms"]._terms(self.company.id, "wholesale")
        with self.assertQueryCount(0):
            self.env["sales.form.terms"]._terms(self.company.id, "wholesale")
