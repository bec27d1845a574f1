from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_pricing import PricingCommon


@tagged("post_install", "-at_install")
class TestLinePricelist(PricingCommon):
    def test_the_same_product_at_two_lists(self):
        order = self._quotation(
            (self.pepper, 10, {"pricelist_id": self.wholesale.id}),
            (self.pepper, 10, {"pricelist_id": self.export.id}),
            (self.pepper, 10),
        )
        wholesale, export, retail = order.order_line
        self.assertEqual((wholesale.price_unit, wholesale.discount), (100, 20))
        self.assertEqual((export.price_unit, export.discount), (80, 0))
        self.assertEqual((retail.price_unit, retail.discount), (100, 0))
        self.assertEqual(wholesale.price_rule_id, self.wholesale.item_ids.filtered("min_quantity"))
        self.assertEqual(export.price_rule_id, self.export.item_ids)
        self.assertFalse(retail.price_rule_id)
        self.assertEqual(wholesale.price_source, "Wholesale (USD): 20 % discount on sales price (from 10)")
        self.assertEqual(retail.price_source, "Sales Price")

    def test_a_list_on_an_order_without_one(self):
        order = self._quotation((self.pepper, 1, {"pricelist_id": self.wholesale.id}), pricelist_id=False)
        self.assertEqual((order.order_line.price_unit, order.order_line.discount), (100, 10))

    def test_where_the_price_comes_from_survives_list_and_rule(self):
        order = self._quotation((self.pepper, 1, {"pricelist_id": self.export.id}))
        line = order.order_line
        source = line.price_source
        self.export.item_ids.unlink()
        line.invalidate_recordset()
        self.assertFalse(line.price_rule_id)
        self.export.unlink()
        line.invalidate_recordset()
        self.assertFalse(line.pricelist_id)
        self.assertEqual((line.price_unit, line.price_source), (80, source))

    def test_the_quantity_crosses_a_break_both_ways(self):
        order = self._quotation((self.pepper, 9), pricelist_id=self.wholesale.id)
        line = order.order_line
        for quantity, discount in ((9, 10), (10, 20), (9.99, 10), (25, 20), (1, 10)):
            line.product_uom_qty = quantity
            self.assertEqual((line.price_unit, line.discount), (100, discount), quantity)
            self.assertEqual("from 10" in line.price_source, discount == 20)

    def test_fixed_prices_in_a_foreign_currency_cross_a_break(self):
        self.export.item_ids = [Command.create(self._fixed(30, min_quantity=5))]
        line = self._quotation((self.pepper, 5, {"pricelist_id": self.export.id})).order_line
        self.assertEqual(line.price_unit, 60)
        line.product_uom_qty = 4
        self.assertEqual(line.price_unit, 80)

    def test_what_was_typed_survives_another_quantity_and_list(self):
        order = self._quotation(
            *[(self.pepper, 1)] * 3, (self.pepper, 1, {"price_unit": 0}), pricelist_id=self.wholesale.id
        )
        price, discount, automatic, gift = order.order_line
        price.price_unit = 77
        discount.discount = 3
        order.order_line.product_uom_qty = 20
        self.assertEqual((price.price_unit, price.discount), (77, 10))
        self.assertEqual((discount.price_unit, discount.discount), (100, 3))
        self.assertEqual((automatic.price_unit, automatic.discount), (100, 20))
        self.assertEqual(gift.price_unit, 0)
        order.order_line.pricelist_id = self.export
        self.assertEqual((price.price_unit, price.discount), (77, 10))
        self.assertEqual((discount.price_unit, discount.discount), (80, 3))
        self.assertEqual(automatic.price_unit, 80)
        self.assertEqual(gift.price_unit, 0)
        self.assertEqual(order.order_line.mapped("is_price_manual"), [True, True, False, True])

    def test_a_price_given_at_creation_counts_as_typed(self):
        line = self._quotation((self.pepper, 1, {"price_unit": 55, "discount": 2})).order_line
        line.product_uom_qty = 30
        self.assertEqual((line.price_unit, line.discount), (55, 2))

    def test_typed_in_the_form(self):
        order = self._quotation((self.pepper, 1), pricelist_id=self.wholesale.id)
        with Form(order.with_user(self.salesperson)) as form:
            with form.order_line.edit(0) as line:
                line.discount = 4
                line.product_uom_qty = 50
                self.assertEqual(line.discount, 4)
            with form.order_line.new() as line:
                line.product_id = self.pepper
                self.assertEqual(line.discount, 10)
                line.price_unit = 66
                line.product_uom_qty = 50
                self.assertEqual((line.price_unit, line.discount), (66, 10))
            with form.order_line.new() as line:
                line.product_id = self.pepper
                line.product_uom_qty = 50
                line.pricelist_id = self.export
                self.assertEqual((line.price_unit, line.discount), (80, 0))
                self.assertEqual(line.price_source, "Export (EUR): 40.00\xa0€")
        self.assertEqual(order.order_line.mapped("price_unit"), [100, 66, 80])
        self.assertEqual(order.order_line.mapped("discount"), [4, 10, 0])
        self.assertEqual(order.order_line.mapped("is_price_manual"), [True, True, False])

    def test_update_prices_asks_before_it_wipes(self):
        order = self._quotation((self.pepper, 1), (self.pepper, 1), (self.pepper, 1))
        price, discount, _automatic = order.order_line
        price.price_unit = 77
        discount.discount = 3
        order.pricelist_id = self.wholesale
        question = order.action_update_prices()
        self.assertEqual(question["res_model"], "sales.price.update")
        self.assertEqual(order.order_line.mapped("price_subtotal"), [77, 97, 100])
        wizard = self.env["sales.price.update"].with_user(self.salesperson).create({"order_id": order.id})
        self.assertEqual(wizard.line_ids, price | discount)
        wizard.action_keep()
        self.assertEqual(order.order_line.mapped("price_subtotal"), [77, 97, 90])
        order.with_context(typed_prices="replace").action_update_prices()
        self.assertEqual(order.order_line.mapped("price_subtotal"), [90, 90, 90])
        self.assertFalse(order.action_update_prices())  # nothing to ask any more
        self.assertFalse(any(order.order_line.mapped("is_price_manual")))

    def test_the_wizard_replaces(self):
        order = self._quotation()
        order.order_line.price_unit = 77
        wizard = self.env["sales.price.update"].with_user(self.salesperson).create({"order_id": order.id})
        wizard.action_replace()
        self.assertEqual(order.order_line.price_unit, 100)

    def test_updated_lines_keep_their_own_list(self):
        order = self._quotation((self.pepper, 1, {"pricelist_id": self.export.id}), (self.pepper, 1))
        self.export.item_ids.fixed_price = 30
        order.action_update_prices()
        self.assertEqual(order.order_line.mapped("price_unit"), [60, 100])

    def test_a_copy_keeps_the_list_and_prices_anew(self):
        order = self._quotation((self.pepper, 1, {"pricelist_id": self.export.id}), (self.pepper, 1), (self.pepper, 1))
        order.order_line[1].write({"price_unit": 77, "discount": 5})
        self.export.item_ids.fixed_price = 48
        self.pepper.list_price = 110
        copy = order.copy()
        # At the rate of today, 0.8 EUR/USD.
        self.assertEqual(copy.order_line.mapped("price_unit"), [60, 77, 110])
        self.assertEqual(copy.order_line.mapped("discount"), [0, 5, 0])
        self.assertEqual(copy.order_line[0].pricelist_id, self.export)
        self.assertEqual(copy.order_line.mapped("is_price_manual"), [False, True, False])
        self.assertEqual(order.order_line.mapped("price_unit"), [80, 77, 100])

    def test_a_copy_of_what_was_invoiced(self):
        self.pepper.invoice_policy = "order"
        order = self._quotation()
        order.action_confirm()
        order.sudo()._create_invoices()
        self.pepper.list_price = 110
        self.assertEqual(order.copy().order_line.price_unit, 110)

    def test_a_copy_after_the_list_was_archived(self):
        order = self._quotation((self.pepper, 1, {"pricelist_id": self.export.id}))
        self.export.active = False
        copy = order.copy()
        self.assertFalse(copy.order_line.pricelist_id)
        self.assertEqual(copy.order_line.price_unit, 100)

    def test_lists_that_are_refused(self):
        line = self._quotation().order_line
        archived = self._pricelist("Of the past", self.usd, active=False)
        with self.assertRaisesRegex(UserError, "archived: Of the past"):
            line.pricelist_id = archived
        foreign = self._pricelist("Elsewhere", self.usd, company_id=self.company_2.id)
        with self.assertRaisesRegex(UserError, "another company"):
            line.pricelist_id = foreign

    def test_a_confirmed_line_keeps_its_list(self):
        order = self._quotation((self.pepper, 1, {"pricelist_id": self.export.id}))
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "once the order is confirmed"):
            order.order_line.pricelist_id = self.wholesale
        self.assertEqual(order.order_line.price_unit, 80)

    def test_what_was_invoiced_keeps_its_price(self):
        self.pepper.invoice_policy = "order"
        order = self._quotation((self.pepper, 1))
        order.action_confirm()
        order.sudo()._create_invoices().action_post()
        self.export.item_ids.fixed_price = 1
        [line] = order.get_price_comparison(self.export.ids)["pricelists"][0]["lines"]
        self.assertEqual((line["price_unit"], line["manual"]), (100, True))

    def test_use_a_list_in_the_same_currency(self):
        order = self._quotation(
            (self.pepper, 10), (self.pepper, 10, {"pricelist_id": self.export.id}), (self.pepper, 10)
        )
        order.order_line[2].price_unit = 70
        [version] = order.get_price_comparison(self.wholesale.ids)["pricelists"]
        self.assertTrue(order.action_use_pricelist(self.wholesale.id))
        self.assertEqual(order.pricelist_id, self.wholesale)
        self.assertFalse(order.order_line.pricelist_id)
        self.assertEqual(order.order_line.mapped("price_subtotal"), [800, 800, 700])
        self.assertEqual(order.amount_total, version["total"])
        self.assertIn("2,500.00 → ", str(order.message_ids[0].body).replace("&nbsp;", " ").replace("$ ", ""))

    def test_use_a_list_in_another_currency(self):
        """The quotation stays in dollars, so that a typed price means what it meant."""
        order = self._quotation((self.pepper, 10), (self.pepper, 10))
        order.order_line[1].price_unit = 70
        order.action_use_pricelist(self.export.id)
        self.assertEqual(order.currency_id, self.usd)
        self.assertEqual(order.pricelist_id, self.retail)
        self.assertEqual(order.order_line.mapped("price_unit"), [80, 70])
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "no quotation any more"):
            order.action_use_pricelist(self.retail.id)

    def test_typed_price_of_four_digits_stays(self):
        self.env.ref("product.decimal_price").digits = 4
        label = self.env["product.product"].create({"name": "Label", "list_price": 0.0125})
        order = self._quotation((label, 1000))
        line = order.order_line
        self.assertFalse(line.is_price_manual)
        line.price_unit = 0.0141
        self.assertTrue(line.is_price_manual)
        line.product_uom_qty = 2000
        self.assertEqual((line.price_unit, line.price_subtotal), (0.0141, 28.2))
        order.with_context(typed_prices="replace").action_update_prices()
        self.assertEqual(line.price_unit, 0.0125)
        created = self._quotation((label, 1000, {"price_unit": 0.0141})).order_line
        created.product_uom_qty = 2000
        self.assertEqual(created.price_unit, 0.0141)

    def test_discounts_of_before_are_the_lists(self):
        """Where the addon is installed on quotations with discounts, they go on following their list."""
        order = self._quotation((self.pepper, 1), pricelist_id=self.wholesale.id)
        order.env.flush_all()
        cr = self.env.cr
        cr.execute("ALTER TABLE sale_order_line DROP technical_discount, DROP price_rule_id, DROP price_source")
        self.env["sale.order.line"]._add_price_columns()
        order.env.invalidate_all()
        self.assertFalse(order.order_line.price_source)
        self.assertFalse(order.order_line.is_price_manual)
        order.order_line.product_uom_qty = 10
        self.assertEqual(order.order_line.discount, 20)

    def test_confirming_writes_as_much_as_without_lists(self):
        """No statement more for an order whose lines have lists of their own."""
        counts = []
        for pricelist in (self.env["product.pricelist"], self.wholesale, self.env["product.pricelist"], self.wholesale):
            orders = self.env["sale.order"].union(
                *(self._quotation(*[(self.pepper, 5, {"pricelist_id": pricelist.id})] * 5) for _n in range(5))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.action_confirm()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[3], counts[2])
