from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_pricing import PricingCommon


@tagged("post_install", "-at_install")
class TestPriceOption(PricingCommon):
    def _offer(self, order, *pricelists):
        return order.action_create_price_options([pricelist.id for pricelist in pricelists])

    def test_offers_are_frozen(self):
        order = self._quotation((self.pepper, 10), (self.pepper, 10))
        order.order_line[1].price_unit = 70
        options = self._offer(order, self.wholesale, self.export)
        self.assertEqual(options.mapped("name"), ["Wholesale", "Export"])
        self.assertEqual(options.mapped("state"), ["offered", "offered"])
        self.assertEqual(options.mapped("amount_total"), [1500, 1500])
        self.assertEqual(options.currency_id, self.usd)
        self.assertEqual(options[0].line_ids.mapped("price_subtotal"), [800, 700])
        self.assertEqual(options[0].line_ids.mapped("is_manual"), [False, True])
        self.assertEqual(order.amount_total, 1700)

    def test_prices_below_the_margin_floor_are_not_offered(self):
        self.env["sales.margin.rule"].create({"floor": 30, "company_id": self.company.id})
        order = self._quotation((self.pepper, 10))
        with self.assertRaisesRegex(UserError, "Wholesale .* below the margin floor"):
            self._offer(order, self.retail, self.wholesale)
        self.assertFalse(order.price_option_ids)
        self.assertEqual(self._offer(order, self.retail).state, "offered")

    def test_applying_makes_the_quotation_the_option(self):
        order = self._quotation((self.pepper, 10), (self.pepper, 10))
        order.order_line[1].price_unit = 70
        order.state = "sent"
        wholesale, export = self._offer(order, self.wholesale, self.export)
        self.assertTrue(wholesale.with_user(self.salesperson).action_apply())
        self.assertEqual(order.amount_total, 1500)
        self.assertEqual(order.pricelist_id, self.wholesale)
        self.assertEqual(order.order_line.mapped("discount"), [20, 0])
        self.assertEqual(order.order_line[0].price_source, "Wholesale (USD): 20 % discount on sales price (from 10)")
        self.assertEqual(order.order_line[0].price_rule_id, self.wholesale.item_ids.filtered("min_quantity"))
        self.assertEqual((wholesale.state, export.state), ("applied", "declined"))
        message = str(order.message_ids[0].body).replace("&nbsp;", " ")
        self.assertIn("Price option Wholesale chosen. Total: $ 1,700.00 → $ 1,500.00", message)
        with self.assertRaisesRegex(UserError, "not offered any more"):
            export.action_apply()
        with self.assertRaisesRegex(UserError, "not offered any more"):
            wholesale.action_apply()
        # Automatic lines stay automatic.
        self.assertEqual(order.order_line.mapped("is_price_manual"), [False, True])
        order.order_line[0].product_uom_qty = 9
        self.assertEqual(order.order_line[0].discount, 10)

    def test_an_option_in_another_currency(self):
        order = self._quotation((self.pepper, 3))
        self._offer(order, self.export).action_apply()
        self.assertEqual(order.currency_id, self.usd)
        self.assertEqual(order.order_line.pricelist_id, self.export)
        self.assertEqual((order.order_line.price_unit, order.amount_total), (80, 240))
        self.assertFalse(order.order_line.is_price_manual)

    def test_a_rule_that_expires_changes_nothing(self):
        self.export.item_ids.date_end = "2026-03-02 00:00:00"
        order = self._quotation((self.pepper, 3))
        option = self._offer(order, self.export)
        order.date_order = "2026-04-01 08:00:00"
        [version] = order.get_price_comparison(self.export.ids)["pricelists"]
        self.assertEqual(version["total"], 300)
        option.action_apply()
        self.assertEqual(order.order_line.price_unit, 80)
        self.assertEqual(order.amount_total, 240)

    def test_a_rule_or_a_list_that_is_deleted_changes_nothing(self):
        order = self._quotation((self.pepper, 10))
        option = self._offer(order, self.wholesale)
        self.wholesale.unlink()
        option.invalidate_recordset()
        option.line_ids.invalidate_recordset()
        self.assertEqual((option.name, option.amount_total), ("Wholesale", 800))
        option.action_apply()
        line = order.order_line
        self.assertEqual((line.price_unit, line.discount, order.amount_total), (100, 20, 800))
        self.assertEqual(line.price_source, "Wholesale (USD): 20 % discount on sales price (from 10)")
        # No list gives the price any more: it stays as the customer chose it.
        line.product_uom_qty = 20
        self.assertEqual((line.price_unit, line.discount), (100, 20))

    def test_a_list_that_is_archived_meanwhile(self):
        order = self._quotation((self.pepper, 3))
        option = self._offer(order, self.export)
        self.export.active = False
        option.action_apply()
        self.assertFalse(order.order_line.pricelist_id)
        self.assertEqual(order.order_line.price_unit, 80)
        order.order_line.product_uom_qty = 4
        self.assertEqual(order.order_line.price_unit, 80)

    def test_a_changed_quotation_outdates_its_options(self):
        changes = {
            "quantity": lambda order: order.order_line[0].write({"product_uom_qty": 4}),
            "added": lambda order: order.write({"order_line": [Command.create({"product_id": self.pepper.id})]}),
            "removed": lambda order: order.order_line[1].unlink(),
            "unit": lambda order: order.order_line[0].write(
                {"product_uom_id": self.env.ref("uom.product_uom_dozen").id}
            ),
            "taxes": lambda order: order.order_line[0].write({"tax_ids": [Command.set(self.tax_15.ids)]}),
            "typed": lambda order: order.order_line[0].write({"price_unit": 60}),
            "currency": lambda order: order.write({"pricelist_id": self.export.id}),
        }
        for name, change in changes.items():
            order = self._quotation((self.pepper, 3), (self.pepper, 1))
            option = self._offer(order, self.wholesale)
            self.assertFalse(option.is_outdated)
            change(order)
            option.invalidate_recordset()
            before = order.amount_total
            self.assertTrue(option.is_outdated, name)
            self.assertFalse(order.sudo()._get_portal_price_options(), name)
            with self.assertRaisesRegex(UserError, "has changed since it was offered"):
                option.action_apply()
            self.assertEqual(order.amount_total, before)
            self.assertEqual(option.state, "offered")

    def test_notes_and_sections_change_nothing(self):
        order = self._quotation((self.pepper, 3))
        option = self._offer(order, self.wholesale)
        order.order_line = [Command.create({"display_type": "line_note", "name": "Thank you"})]
        option.action_apply()
        self.assertEqual(order.amount_total, 270)

    def test_nobody_applies_when_it_is_too_late(self):
        def confirm(order):
            order.action_confirm()

        def expire(order):
            order.validity_date = fields.Date.today().replace(year=2020)

        def sign(order):
            order.signature = "R0lGODlhAQABAAD/ACwAAAAAAQABAAACADs="

        def cancel(order):
            order._action_cancel()

        for too_late in (confirm, expire, sign, cancel):
            order = self._quotation((self.pepper, 3))
            option = self._offer(order, self.wholesale)
            too_late(order)
            for user in (self.salesperson, self.manager):
                with self.assertRaisesRegex(UserError, "can't be chosen"):
                    option.with_user(user).action_apply()
            self.assertEqual(order.amount_total, 300)
            self.assertFalse(order.sudo()._get_portal_price_options())

    def test_an_option_that_fails_leaves_everything_as_it_was(self):
        order = self._quotation((self.pepper, 3), (self.pepper, 2))
        options = self._offer(order, self.wholesale, self.export)

        def fail(*_args, **_kwargs):
            raise UserError(order.env._("No message today"))

        self.patch(self.env.registry["sale.order"], "message_post", fail)
        with self.assertRaisesRegex(UserError, "No message today"), self.env.cr.savepoint():
            options[0].action_apply()
        self.env.invalidate_all()
        self.assertEqual(options.mapped("state"), ["offered", "offered"])
        self.assertEqual(order.pricelist_id, self.retail)
        self.assertEqual(order.amount_total, 500)

    def test_offering_again_withdraws_the_older_offer(self):
        order = self._quotation((self.pepper, 3))
        older = self._offer(order, self.wholesale)
        order.order_line.product_uom_qty = 10
        newer = self._offer(order, self.wholesale)
        self.assertEqual((older.state, newer.state), ("declined", "offered"))
        newer.with_user(self.salesperson).action_decline()
        self.assertEqual(newer.state, "declined")

    def test_a_combo_in_an_option(self):
        nutmeg = self._create_product(name="Nutmeg", lst_price=100, taxes_id=[])
        combo = self.env["product.combo"].create(
            {"name": "Spice", "combo_item_ids": [Command.create({"product_id": nutmeg.id})]}
        )
        box = self._create_product(
            name="Box", lst_price=200, type="combo", combo_ids=[Command.set(combo.ids)], taxes_id=[]
        )
        order = self._quotation((box, 1))
        self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": nutmeg.id,
                "combo_item_id": combo.combo_item_ids.id,
                "linked_line_id": order.order_line.id,
                "tax_ids": [],
            }
        )
        pricelist = self._pricelist("Boxes", self.eur, self._fixed(60, product=box))
        self._offer(order, pricelist).action_apply()
        self.assertEqual(order.order_line.mapped("price_unit"), [0, 120])
        self.assertEqual(order.order_line[0].pricelist_id, pricelist)
        self.assertFalse(order.order_line[1].pricelist_id)
        self.assertEqual(order.amount_total, 120)

    def test_rights(self):
        order = self._quotation((self.pepper, 3))
        option = self._offer(order, self.wholesale)
        for user in (self.peer, self.foreign_user, self.portal_user):
            self.env.invalidate_all()
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                option.with_user(user).action_apply()
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                order.with_user(user).action_create_price_options(self.wholesale.ids)
        for values in ({"amount_total": 1}, {"state": "applied"}):
            with self.assertRaises(AccessError):
                option.with_user(self.manager).write(values)

    def test_options_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.wholesale.with_context(lang="fr_FR").name = "Gros"
        self.contact.lang = "fr_FR"
        self.assertEqual(self._offer(self._quotation(), self.wholesale).name, "Gros")
