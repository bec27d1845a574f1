from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_pricing import PricingCommon


@tagged("post_install", "-at_install")
class TestPriceComparison(PricingCommon):
    def _version(self, order, pricelist):
        grid = order.get_price_comparison(pricelist.ids)
        self.assertEqual(grid["currency_id"], order.currency_id.id)
        [version] = grid["pricelists"]
        return version

    def _price(self, order, pricelist):
        return self._version(order, pricelist)["lines"][0]["price_unit"]

    def test_a_fixed_price_is_converted(self):
        """40 EUR at 0.5 EUR/USD are 80 USD, in the grid and on the line."""
        order = self._quotation((self.pepper, 3))
        version = self._version(order, self.export)
        self.assertEqual(
            version,
            {
                "id": self.export.id,
                "name": "Export (EUR)",
                "total": 240,
                "margin": 60,
                "lines": [
                    {
                        "line_id": order.order_line.id,
                        "price_unit": 80,
                        "discount": 0,
                        "subtotal": 240,
                        "manual": False,
                        "rule": "Export (EUR): 40.00\xa0€",
                    }
                ],
            },
        )
        order.order_line.pricelist_id = self.export
        self.assertEqual(order.order_line.price_unit, 80)
        self.assertEqual(order.amount_total, 240)
        self.assertEqual(order.currency_id, self.usd)

    def test_at_the_rate_of_the_order(self):
        """On 1 July 40 EUR at 0.8 EUR/USD are 50 USD."""
        order = self._quotation(date_order="2026-07-01 08:00:00")
        self.assertEqual(self._price(order, self.export), 50)

    def test_a_formula_works_in_the_currency_of_its_list(self):
        """100 USD are 50 EUR. Surcharges, roundings and margins of the rule are euros: in dollars they are double."""
        cases = (
            ({"price_discount": 10, "price_surcharge": 5}, 100),  # 45 + 5 = 50 EUR
            ({"price_discount": 16, "price_round": 10, "price_surcharge": -0.01}, 79.98),  # 42 → 40 − 0.01 = 39.99 EUR
            ({"price_discount": 50, "price_min_margin": -10, "price_max_margin": 100}, 80),  # 25 → at least 40 EUR
            ({"price_discount": -50, "price_min_margin": 0, "price_max_margin": 10}, 120),  # 75 → at most 60 EUR
            ({"base": "standard_price", "price_markup": 50, "price_surcharge": 1}, 92),  # cost 60 USD: 45 + 1 = 46 EUR
        )
        order = self._quotation()
        for rule, price in cases:
            pricelist = self._pricelist("Formula", self.eur, self._formula(**rule))
            self.assertAlmostEqual(self._price(order, pricelist), price, msg=str(rule))
            order.order_line.pricelist_id = pricelist
            self.assertAlmostEqual(order.order_line.price_unit, price, msg=str(rule))

    def test_a_list_based_on_another_in_a_third_currency(self):
        """10 % off the fixed 40 EUR are 36 EUR; in a dollar list based on it, 72 USD and 2 more are 74 USD."""
        pricelist = self._pricelist(
            "Partners",
            self.usd,
            self._formula(base="pricelist", base_pricelist_id=self.export.id, price_discount=10, price_surcharge=2),
        )
        self.assertAlmostEqual(self._price(self._quotation(), pricelist), 74)

    def test_the_current_list_on_the_screen(self):
        order = self._quotation((self.pepper, 3), (self.pepper, 1))
        screen = order.get_price_comparison_screen()
        self.assertEqual((screen["pricelist_id"], screen["total"]), (self.retail.id, 400))
        self.assertEqual([line["name"] for line in screen["lines"]], ["Pepper", "Pepper"])
        self.assertEqual(screen["pricelists"], order.get_price_comparison()["pricelists"])
        order.order_line[0].pricelist_id = self.export
        self.assertFalse(order.get_price_comparison_screen()["pricelist_id"])
        order.order_line[1].pricelist_id = self.export
        self.assertEqual(order.get_price_comparison_screen()["pricelist_id"], self.export.id)

    def test_a_discount_is_shown_as_one(self):
        [line] = self._version(self._quotation((self.pepper, 10)), self.wholesale)["lines"]
        self.assertEqual((line["price_unit"], line["discount"], line["subtotal"]), (100, 20, 800))

    def test_quantities_and_units_are_those_of_the_line(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._quotation((self.pepper, 1, {"product_uom_id": dozen.id}))
        [line] = self._version(order, self.wholesale)["lines"]
        self.assertEqual((line["price_unit"], line["discount"]), (1200, 20))
        self.assertEqual(self._price(order, self.export), 960)

    def test_the_total_is_what_the_order_would_have(self):
        """With taxes included and not, rounded like the order: applied, it has the same totals to the cent."""
        included = self.tax_15.copy({"name": "11 % included", "amount": 11, "price_include_override": "tax_included"})
        order = self._quotation(
            (self.pepper, 3, {"tax_ids": [Command.set(self.tax_15.ids)]}),
            (self.pepper, 7, {"tax_ids": [Command.set(included.ids)]}),
            (self.pepper, 1, {"discount": 12.5, "tax_ids": [Command.set(included.ids)]}),
        )
        pricelist = self._pricelist("Odd", self.eur, self._fixed(33.33))
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            version = self._version(order, pricelist)
            for line in version["lines"]:
                self.env["sale.order.line"].browse(line["line_id"]).write(
                    {"price_unit": line["price_unit"], "discount": line["discount"]}
                )
            order.invalidate_recordset()
            self.assertEqual(version["total"], order.amount_total)
            self.assertEqual([line["subtotal"] for line in version["lines"]], order.order_line.mapped("price_subtotal"))
            self.assertAlmostEqual(version["margin"], order.margin)

    def test_mixed_early_payment_discount(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % in a week",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "early_pay_discount_computation": "mixed",
            }
        )
        order = self._quotation((self.pepper, 10, {"tax_ids": [Command.set(self.tax_15.ids)]}), payment_term_id=term.id)
        # 800 and 15 % of 784
        self.assertEqual(self._version(order, self.export)["total"], 917.6)

    def test_typed_prices_and_discounts_keep_their_value(self):
        order = self._quotation((self.pepper, 1), (self.pepper, 1), (self.pepper, 1, {"price_unit": 55}))
        order.order_line[0].price_unit = 70
        order.order_line[1].discount = 5
        lines = self._version(order, self.export)["lines"]
        self.assertEqual([line["manual"] for line in lines], [True] * 3)
        self.assertEqual([line["subtotal"] for line in lines], [70, 95, 55])
        self.assertEqual([line["rule"] for line in lines], [False] * 3)

    def test_by_default_the_lists_that_may_be_used(self):
        self._pricelist("Elsewhere", self.usd, company_id=self.company_2.id)
        self._pricelist("Of the past", self.usd, active=False)
        everybody = self._pricelist("Everybody", self.usd, company_id=False)
        africa = self.env["res.country.group"].create(
            {"name": "Africa", "country_ids": [Command.set(self.env.ref("base.ke").ids)]}
        )
        african = self._pricelist("Africa", self.usd, country_group_ids=[Command.set(africa.ids)])
        order = self._quotation()
        lists = self.retail | self.export | self.wholesale | everybody
        names = {version["name"] for version in order.get_price_comparison()["pricelists"]}
        self.assertEqual(names, set(lists.mapped("display_name")))
        self.contact.country_id = self.env.ref("base.ke")
        names = {version["name"] for version in order.get_price_comparison()["pricelists"]}
        self.assertEqual(names, set((lists | african).mapped("display_name")))

    def test_lists_that_can_not_be_used(self):
        order = self._quotation()
        foreign = self._pricelist("Elsewhere", self.usd, company_id=self.company_2.id)
        with self.assertRaisesRegex(UserError, "another company"):
            order.get_price_comparison(foreign.ids)
        with self.assertRaisesRegex(UserError, "archived: Of the past"):
            order.get_price_comparison(self._pricelist("Of the past", self.usd, active=False).ids)
        gone = self._pricelist("Gone", self.usd)
        gone.unlink()
        with self.assertRaisesRegex(UserError, "deleted"):
            order.get_price_comparison(gone.ids)

    def test_writes_nothing(self):
        order = self._quotation((self.pepper, 5), (self.pepper, 1, {"pricelist_id": self.export.id}))
        order.env.flush_all()
        names = ("price_unit", "discount", "price_subtotal", "pricelist_id", "price_source", "write_date")
        before = order.order_line.read(names), order.read(["amount_total", "pricelist_id", "write_date"])
        log = []
        execute = self.env.cr.execute

        def logged(query, *args, **kwargs):
            log.append(str(query))
            return execute(query, *args, **kwargs)

        self.patch(self.env.cr, "execute", logged)
        order.get_price_comparison()
        order.env.flush_all()
        self.assertTrue(log)
        self.assertFalse([query for query in log if "UPDATE" in query or "INSERT" in query])
        order.invalidate_recordset()
        after = order.order_line.read(names), order.read(["amount_total", "pricelist_id", "write_date"])
        self.assertEqual(after, before)

    def test_who_may_compare(self):
        order = self._quotation()
        order.message_subscribe(self.portal_user.partner_id.ids)
        order.sudo().partner_id = self.portal_user.partner_id
        for user in (self.peer, self.foreign_user, self.portal_user):
            with self.assertRaises(AccessError):
                order.with_user(user).get_price_comparison()
        self.assertTrue(order.with_user(self.lead_user).get_price_comparison()["pricelists"])

    def test_margin_is_for_those_allowed(self):
        order = self._quotation()
        self.patch(self.env.registry["sale.order.line"]._fields["margin"], "groups", "sales_team.group_sale_manager")
        self.assertNotIn("margin", order.get_price_comparison()["pricelists"][0])
        self.assertIn("margin", order.with_user(self.manager).get_price_comparison()["pricelists"][0])

    def test_a_combo_at_the_prices_of_each_list(self):
        """The combo of 200 USD is 60 EUR = 120 USD in the list: shared 100 to 300 among its parts."""
        combos = self.env["product.combo"]
        parts = self.env["product.product"]
        for name, price in (("Nutmeg", 100), ("Mace", 300)):
            part = self._create_product(name=name, lst_price=price, standard_price=10, taxes_id=[])
            parts |= part
            combos |= combos.create({"name": name, "combo_item_ids": [Command.create({"product_id": part.id})]})
        box = self._create_product(
            name="Box", lst_price=200, type="combo", combo_ids=[Command.set(combos.ids)], taxes_id=[]
        )
        order = self._quotation((box, 1))
        for part, combo in zip(parts, combos, strict=True):
            self.env["sale.order.line"].create(
                {
                    "order_id": order.id,
                    "product_id": part.id,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_line_id": order.order_line[0].id,
                    "tax_ids": [],
                }
            )
        self.assertEqual(order.order_line.mapped("price_unit"), [0, 50, 150])
        pricelist = self._pricelist("Boxes", self.eur, self._fixed(60, product=box))
        version = self._version(order, pricelist)
        self.assertEqual([line["price_unit"] for line in version["lines"]], [0, 30, 90])
        order.order_line[0].pricelist_id = pricelist
        self.assertEqual(order.order_line.mapped("price_unit"), [0, 30, 90])
        self.assertIn("Boxes", order.order_line[1].price_source)
        order.order_line[0].pricelist_id = False
        self.assertEqual(order.order_line.mapped("price_unit"), [0, 50, 150])
        # As the configurator sends a new combo: the parts refer to it by what is no id yet.
        parts = [
            Command.create(
                {
                    "product_id": part.id,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_virtual_id": "box",
                    "price_unit": price,
                    "technical_price_unit": price,
                }
            )
            for part, combo, price in zip(parts, combos, (50, 150), strict=True)
        ]
        parent = {"product_id": box.id, "virtual_id": "box", "pricelist_id": pricelist.id}
        order = self._quotation(order_line=[Command.create(parent), *parts])
        self.assertEqual(order.order_line.mapped("price_unit"), [0, 30, 90])
        copy = order.copy()
        self.assertEqual(copy.order_line[0].pricelist_id, pricelist)
        self.assertEqual(copy.order_line.mapped("price_subtotal"), [0, 18.75, 56.25])  # at the rate of today
        self.assertEqual(order.order_line.mapped("price_unit"), [0, 30, 90])

    def test_queries_do_not_grow_with_the_lines(self):
        products = self.env["product.product"].create(
            [{"name": f"Spice {number}", "list_price": number, "taxes_id": []} for number in range(1, 51)]
        )
        base = self._pricelist("Base", self.eur, *[self._fixed(n, product=p) for n, p in enumerate(products)])
        lists = self.retail | self.export | self.wholesale | base
        lists |= self._pricelist(
            "Chained", self.eur, self._formula(base="pricelist", base_pricelist_id=base.id, price_surcharge=1)
        )
        counts = {}
        for size in (10, 10, 500):  # the first time, caches are filled
            order = self._quotation(*[(products[number % 50], 1 + number % 20) for number in range(size)])
            order.env.flush_all()
            order.env.invalidate_all()
            before = self.env.cr.sql_log_count
            grid = order.get_price_comparison(lists.ids)
            counts[size] = self.env.cr.sql_log_count - before
            self.assertEqual([len(version["lines"]) for version in grid["pricelists"]], [size] * 5)
        self.assertEqual(counts[500], counts[10])
