from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_margin import MarginGuardCommon


@tagged("post_install", "-at_install")
class TestMarginFloor(MarginGuardCommon):
    """What is below which floor."""

    def _breaches(self, order):
        return [(each.name, each.percent and round(each.percent, 2)) for each in order._margin_breaches()]

    def test_exactly_at_the_floor_is_enough(self):
        self.floor.floor = 40
        self.assertFalse(self._quotation(100).margin_guard_state)
        order = self._quotation(99)
        self.assertEqual(order.margin_guard_state, "needed")
        self.assertEqual(self._breaches(order), [("Pepper", 39.39), (None, 39.39)])
        self.assertIn("Pepper: margin 39.4 %, floor 40 %", order.margin_guard_explanation)

    def test_a_good_line_does_not_excuse_a_bad_one(self):
        order = self._quotation(lines=[{"price_unit": 65}, {"price_unit": 200}])
        self.assertEqual(self._breaches(order), [("Pepper", 7.69)])

    def test_deepest_category_and_team(self):
        spices = self.env["product.category"].create({"name": "Spices"})
        hot = self.env["product.category"].create({"name": "Hot", "parent_id": spices.id})
        self.pepper.categ_id = hot
        self._floor(30, categ_id=spices.id)
        self.assertEqual(self._breaches(self._quotation(80)), [("Pepper", 25)])
        self._floor(20, categ_id=hot.id)
        self.assertFalse(self._breaches(self._quotation(80)))
        self._floor(5, team_id=self.team.id)
        self.assertEqual(self._breaches(self._quotation(70)), [("Pepper", 14.29)], "the total follows the team's")
        self._floor(10, categ_id=hot.id, team_id=self.team.id)
        self.assertFalse(self._breaches(self._quotation(70)))
        self.assertTrue(self._breaches(self._quotation(70, team_id=self.other_team.id)))

    def test_an_order_wide_discount_counts_against_its_lines(self):
        """Pepper at 80 costs 60: 25 %, and 16.67 % less the discount, below the 20 % of its category."""
        self.floor.unlink()
        self._floor(20, categ_id=self.pepper.categ_id.id)
        other = self._create_product(name="Advice", standard_price=10)
        self.assertFalse(self._breaches(self._quotation(80)))
        order = self._quotation(lines=[{"price_unit": 80}, {"product_id": other.id, "price_unit": 160}])
        self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.1}
        ).action_apply_discount()
        self.assertEqual(self._breaches(order), [("Pepper", 16.67)])
        self.assertEqual(order.margin_guard_state, "needed")

    def test_a_moved_category_takes_the_other_floor(self):
        spices, hot = self.env["product.category"].create([{"name": "Spices"}, {"name": "Hot"}])
        self.pepper.categ_id = hot
        self._floor(30, categ_id=spices.id)
        order = self._quotation(80)
        self.assertFalse(self._breaches(order))
        hot.parent_id = spices
        self.assertTrue(self._breaches(order))

    def test_two_companies(self):
        self._floor(50, company=self.company_2)
        self.assertFalse(self._quotation(100).margin_guard_state)
        with self.assertRaisesRegex(UserError, "Total: margin 40.0 %, floor 50 %"):
            self.env["sale.order"].with_company(self.company_2).create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company_2.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.pepper.id,
                                "price_unit": 100,
                                "purchase_price": 60,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            ).action_confirm()

    def test_foreign_currency(self):
        """The cost of 60 is 120 in a currency of which two are one of ours."""
        currency = self.setup_other_currency("EUR", rates=[("2020-01-01", 2)])
        pricelist = self.env["product.pricelist"].create({"name": "Abroad", "currency_id": currency.id})
        order = self._quotation(140, pricelist_id=pricelist.id)
        self.assertEqual((order.currency_id, order.order_line.purchase_price), (currency, 120))
        self.assertEqual(self._breaches(order), [("Pepper", 14.29), (None, 14.29)])
        self.assertFalse(self._breaches(self._quotation(142, pricelist_id=pricelist.id)))

    def test_unknown_cost(self):
        advice = self._create_product(name="Advice", standard_price=0, taxes_id=[], type="service")
        lines = [{"product_id": advice.id, "price_unit": 500}, {"price_unit": 70}]
        self.assertEqual(
            self._breaches(self._quotation(lines=lines)), [("Pepper", 14.29), (None, 14.29)],
            "what is not known doesn't make up for a loss",
        )  # fmt: skip
        alone = self._quotation(lines=lines[:1])
        self.assertFalse(alone.margin_guard_state)
        self.floor.unknown_cost = "warn"
        alone.invalidate_recordset()
        self.assertEqual(alone.margin_guard_state, "warn")
        self.floor.unknown_cost = "below"
        alone.invalidate_recordset()
        self.assertEqual(alone.margin_guard_state, "needed")
        self.assertTrue(self._request(alone).needs_manager)

    def test_sections_notes_and_down_payments(self):
        order = self._quotation(100)
        order.write(
            {
                "order_line": [
                    Command.create({"display_type": "line_section", "name": "Spices"}),
                    Command.create({"display_type": "line_note", "name": "Dry"}),
                    Command.create(
                        {"is_downpayment": True, "product_id": self.pepper.id, "price_unit": 1, "product_uom_qty": 0}
                    ),
                ]
            }
        )
        self.assertFalse(self._breaches(order))

    def test_discounts_and_returns(self):
        discount = self._create_product(name="Discount", standard_price=0, taxes_id=[], type="service")
        deducted = {"product_id": discount.id, "price_unit": -30}
        self.assertEqual(self._breaches(self._quotation(lines=[{"price_unit": 100}, deducted])), [(None, 14.29)])
        self.assertEqual(self._breaches(self._quotation(lines=[{"price_unit": 100, "discount": 30}])), [
            ("Pepper", 14.29), (None, 14.29),
        ])  # fmt: skip
        returned = [{"price_unit": 100, "product_uom_qty": 3}, {"price_unit": 100, "product_uom_qty": -1}]
        self.assertFalse(self._breaches(self._quotation(lines=returned)))
        self.assertEqual(self._breaches(self._quotation(lines=[{"price_unit": 100, "discount": 100}])), [
            ("Pepper", None), (None, None),
        ])  # fmt: skip

    def test_combo_is_one(self):
        """The cheap part carries the dear one: 60 + 0.5 of cost at 100."""
        pinch = self._create_product(name="Pinch", standard_price=0.5, lst_price=100, taxes_id=[])
        combos = self.env["product.combo"].create(
            [
                {"name": product.name, "combo_item_ids": [Command.create({"product_id": product.id})]}
                for product in (self.pepper, pinch)
            ]
        )
        box = self._create_product(
            name="Box", type="combo", lst_price=100, standard_price=0, taxes_id=[], combo_ids=[Command.set(combos.ids)]
        )
        order = self._quotation(lines=[{"product_id": box.id}])
        order.write(
            {
                "order_line": [
                    Command.create(
                        {
                            "product_id": combo.combo_item_ids.product_id.id,
                            "combo_item_id": combo.combo_item_ids.id,
                            "linked_line_id": order.order_line.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for combo in combos
                ]
            }
        )
        self.assertEqual(order.order_line.mapped("price_unit"), [0, 50, 50])
        self.assertFalse(self._breaches(order))
        self.floor.floor = 40
        order.invalidate_recordset()
        self.assertEqual(self._breaches(order), [("Box", 39.5), (None, 39.5)])

    def test_in_the_form(self):
        with Form(self.env["sale.order"].with_user(self.salesperson)) as form:
            form.partner_id = self.contact
            with form.order_line.new() as line:
                line.product_id = self.pepper
                line.tax_ids.clear()
                line.price_unit = 70
            self.assertEqual(form.margin_guard_state, "needed")
            with form.order_line.edit(0) as line:
                line.price_unit = 80
            self.assertFalse(form.margin_guard_state)


@tagged("post_install", "-at_install")
class TestMarginGuard(MarginGuardCommon):
    """Nothing below the floor leaves the house."""

    def test_every_way_out_is_closed(self):
        order = self._quotation().with_user(self.salesperson)
        report = self.env["ir.actions.report"].with_user(self.salesperson)
        ways = {
            "send": order.action_quotation_send,
            "mark as sent": order.action_quotation_sent,
            "share": order.with_context(active_model="sale.order", active_id=order.id).action_share,
            "message": lambda: order.with_context(mark_so_as_sent=True).message_post(body="Our offer"),
            "print": lambda: report._render_qweb_pdf("sale.action_report_saleorder", order.ids),
            "print as page": lambda: report._render_qweb_html("sale.action_report_saleorder", order.ids),
            "confirm": order.action_confirm,
            "write sent": lambda: order.write({"state": "sent"}),
            "write sale": lambda: order.write({"state": "sale"}),
            "write with lines": lambda: order.write(
                {"state": "sale", "order_line": [Command.update(order.order_line.id, {"price_unit": 69})]}
            ),
            "confirm as server": order.sudo()._validate_order,
            "create sent": lambda: self._quotation(state="sent"),
            "create sale": lambda: self._quotation(state="sale"),
            "default": lambda: order.with_context(default_state="sale").create(order.copy_data()[0]),
        }
        for way, leave in ways.items():
            with self.subTest(way), self.assertRaisesRegex(UserError, "below the floor"), self.env.cr.savepoint():
                leave()
        self.assertEqual(order.state, "draft")

    def test_one_of_a_batch(self):
        orders = self._quotation(100) + self._quotation(70)
        with self.assertRaisesRegex(UserError, orders[1].name):
            orders.action_confirm()

    def test_after_the_price_is_raised(self):
        order = self._quotation()
        order.order_line.price_unit = 80
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_block(self):
        self.floor.action = "block"
        order = self._quotation()
        self.assertEqual(order.margin_guard_state, "block")
        with self.assertRaisesRegex(UserError, "can't be approved"):
            order.action_confirm()
        with self.assertRaisesRegex(UserError, "can't be approved"):
            self._request(order)

    def test_warn(self):
        self.floor.action = "warn"
        order = self._quotation()
        self.assertEqual(order.margin_guard_state, "warn")
        order.action_confirm()
        note = order.message_ids.filtered(lambda message: "Confirmed below the margin floor" in message.body)
        self.assertTrue(note.is_internal or note.subtype_id.internal)

    def test_confirmed_order_does_not_sink(self):
        order = self._quotation(100)
        order.action_confirm()
        self._commit()
        for change in (
            lambda: order.order_line.write({"price_unit": 70}),
            lambda: order.write({"order_line": [Command.update(order.order_line.id, {"discount": 30})]}),
            lambda: order.order_line.copy({"order_id": order.id, "price_unit": 1}),
        ):
            with self.assertRaisesRegex(UserError, "confirmed order"), self.env.cr.savepoint():
                change()
                self._commit()
            self.env.cr.precommit.clear()
            self.env.invalidate_all()
        order.with_user(self.manager).order_line.price_unit = 70
        self._commit()
        order.with_user(self.salesperson).order_line.price_unit = 90
        self._commit()

    def test_floor_holds_whoever_owns_the_order(self):
        order = self._quotation(100, user=self.lead_user)
        order.action_confirm()
        self._commit()
        order.user_id = self.peer
        self._commit()
        order.order_line.price_unit = 70
        self._commit()
        # Nobody takes over a sale that is made to earn on it, either, where commissions are installed.
        with self.assertRaisesRegex(UserError, "confirmed order|sale is made"), self.env.cr.savepoint():
            order.user_id = self.lead_user
            self._commit()
        self.env.cr.precommit.clear()
        self.env.invalidate_all()
        order.with_user(self.manager).user_id = self.lead_user
        self._commit()
        quotation = self._quotation(70)
        self._request(quotation).with_user(self.lead_user).action_approve()
        quotation.with_user(self.lead_user).user_id = self.lead_user
        self._commit()
        with self.assertRaisesRegex(UserError, "below the floor"):
            quotation.with_user(self.lead_user).action_confirm()

    def test_floor_of_the_own_team_holds_in_another(self):
        other = self.env["crm.team"].create({"name": "Outlet", "company_id": self.company.id})
        self._floor(5, team_id=other.id)
        self._floor(20, team_id=self.team.id)
        for price, is_held in ((74, True), (76, False)):
            order = self._quotation(price, team_id=other.id)
            self.assertEqual(order._is_held_by_margin_guard(), is_held)
        order = self._quotation(70, team_id=other.id)
        with self.assertRaisesRegex(UserError, "below the floor"):
            order.action_confirm()

    def test_confirmed_before_the_floor_was_raised(self):
        order = self._quotation(100)
        order.action_confirm()
        self._commit()
        self.floor.floor = 50
        line = order.order_line
        down_payment = {"is_downpayment": True, "name": "Down payment", "price_unit": 30, "product_uom_qty": 0}
        order.write({"order_line": [Command.update(line.id, {"name": "Black"}), Command.create(down_payment)]})
        self._commit()
        for change in (
            lambda: line.write({"price_unit": 90}),
            lambda: order.write({"order_line": [Command.create({"product_id": self.pepper.id, "price_unit": 90})]}),
        ):
            with self.assertRaisesRegex(UserError, "confirmed order"), self.env.cr.savepoint():
                change()
                self._commit()

    def test_cost_is_not_lowered(self):
        order = self._quotation()
        line = order.order_line
        for cost in (0, 30):
            with self.assertRaisesRegex(AccessError, "can't be less"), self.env.cr.savepoint():
                line.write({"purchase_price": cost})
            with self.assertRaisesRegex(AccessError, "can't be less"), self.env.cr.savepoint():
                self._quotation(lines=[{"price_unit": 70, "purchase_price": cost}])
        gold = self._create_product(name="Gold", standard_price=600, taxes_id=[])
        with self.assertRaisesRegex(AccessError, "can't be less"), self.env.cr.savepoint():
            line.write({"product_id": gold.id, "purchase_price": 60})
        self.env.invalidate_all()
        self.assertEqual(line.purchase_price, 60)
        line.with_user(self.manager).purchase_price = 50
        self.assertEqual(line.purchase_price, 50)
        own = self._quotation(user=self.manager)
        with self.assertRaisesRegex(AccessError, "can't be less"):
            own.order_line.purchase_price = 50
        with self.assertRaisesRegex(AccessError, "can't be less"):
            line.with_context(default_purchase_price=1).create({"order_id": order.id, "product_id": self.pepper.id})

    def test_figures_of_the_guard_are_not_written(self):
        order = self._quotation()
        order.order_line.write({"price_subtotal": 999})
        self.assertEqual(order.order_line.price_subtotal, 70)
        order.order_line.is_downpayment = True
        with self.assertRaisesRegex(UserError, "below the floor"), self.env.cr.savepoint():
            order.action_confirm()
        order.order_line.product_uom_qty = 0
        order.action_confirm()
        self._commit()
        with self.assertRaisesRegex(UserError, "confirmed order"), self.env.cr.savepoint():
            order.order_line.write({"is_downpayment": False, "product_uom_qty": 1})
            self._commit()

    def test_without_a_floor_nothing_changes(self):
        self.floor.unlink()
        order = self._quotation(1)
        order.order_line.purchase_price = 0
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_statements_do_not_grow(self):
        self._quotation(100)._check_margin_guard()
        counts = {}
        for size in (5, 50):
            orders = self.env["sale.order"].concat(*(self._quotation(100) for _ in range(size)))
            self._commit()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._check_margin_guard()
            counts[size] = self.env.cr.sql_log_count - before
        self.assertEqual(counts[5], counts[50])
        self.floor.unlink()
        self.env["sales.margin.rule"]._rules_of(self.company.id)
        # Which company an order belongs to is known where it is confirmed.
        orders._check_margin_guard()
        with self.assertQueryCount(0):
            orders._check_margin_guard()
