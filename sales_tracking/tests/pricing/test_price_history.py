from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestPriceHistory(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cls.env["product.price.history"]
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Wholesale", "company_id": cls.company.id})
        cls.rule = cls._rule(fixed_price=90)
        cls.env.cr.flush()

    @classmethod
    def _rule(cls, **vals):
        return cls.env["product.pricelist.item"].create(
            {
                "pricelist_id": cls.pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": cls.pepper.product_tmpl_id.id,
                "compute_price": "fixed",
                **vals,
            }
        )

    def _recorded(self, *domain):
        """What the end of the transaction records beyond what was there before."""
        known = self.history.search([]).ids
        self.env.cr.flush()
        return self.history.search([("id", "not in", known), *domain], order="id")

    def test_rule_created(self):
        rule = self._rule(fixed_price=80, min_quantity=10, date_start="2026-01-01 00:00:00")
        row = self._recorded()
        self.assertEqual((row.kind, row.event, row.rule_id), ("rule", "created", rule.id))
        self.assertEqual((row.old_value, row.new_value, row.min_quantity), (False, 80, 10))
        self.assertEqual(row.date_start, fields.Datetime.to_datetime("2026-01-01 00:00:00"))
        self.assertEqual(row.pricelist_id, self.pricelist)
        self.assertEqual(row.product_tmpl_id, self.pepper.product_tmpl_id)
        self.assertEqual((row.company_id, row.currency_id), (self.company, self.pricelist.currency_id))
        self.assertEqual((row.user_id, row.subject), (self.env.user, "Pepper"))

    def test_rule_changed(self):
        self.rule.fixed_price = 99
        row = self._recorded()
        self.assertEqual((row.event, row.old_value, row.new_value), ("changed", 90, 99))
        self.assertAlmostEqual(row.change_rate, 0.1)
        self.assertIn("90", row.old_label)
        self.assertIn("99", row.new_label)

    def test_dates_changed(self):
        self.rule.date_end = "2026-12-31 00:00:00"
        row = self._recorded()
        self.assertEqual((row.event, row.old_value, row.new_value), ("changed", 90, 90))
        self.assertIn("until", row.new_label)

    def test_same_value(self):
        self.rule.fixed_price = 90
        self.rule.write({"fixed_price": 90.0, "min_quantity": 0, "pricelist_id": self.pricelist.id})
        self.pepper.write({"list_price": 100, "standard_price": 60})
        self.assertFalse(self._recorded())

    def test_there_and_back_in_one_transaction(self):
        self.rule.fixed_price = 10
        self.rule.fixed_price = 90
        self.assertFalse(self._recorded())

    def test_many_from_different_values(self):
        rules = self.rule | self._rule(fixed_price=80, min_quantity=10) | self._rule(fixed_price=70, min_quantity=20)
        self.env.cr.flush()
        rules.write({"fixed_price": 70})
        rows = self._recorded()
        self.assertEqual(rows.mapped("old_value"), [90, 80])
        self.assertEqual(rows.mapped("new_value"), [70, 70])

    def test_percentage_and_markup(self):
        rule = self._rule(compute_price="formula", base="standard_price", price_markup=20)
        self.env.cr.flush()
        rule.price_markup = 25
        row = self._recorded()
        self.assertEqual((row.is_percentage, row.change_rate), (True, False))
        self.assertIn("25 % markup on product cost", row.new_label)

    def test_rule_deleted(self):
        rule_id = self.rule.id
        self.rule.unlink()
        row = self._recorded()
        self.assertEqual((row.event, row.rule_id, row.old_value, row.new_value), ("deleted", rule_id, 90, False))
        self.assertEqual(row.pricelist_id, self.pricelist)

    def test_created_and_deleted(self):
        self._rule(fixed_price=1).unlink()
        self.assertFalse(self._recorded())

    def test_pricelist_archived_and_restored(self):
        self.pricelist.active = False
        row = self._recorded()
        self.assertEqual((row.event, row.rule_id), ("archived", self.rule.id))
        self.pricelist.active = True
        self.assertEqual(self._recorded().event, "restored")

    def test_pricelist_deleted(self):
        self.rule.fixed_price = 91
        changed = self._recorded()
        self.pricelist.unlink()
        row = self._recorded()
        self.assertEqual((row.event, row.old_value, row.pricelist_name), ("deleted", 91, "Wholesale"))
        self.assertFalse(row.pricelist_id)
        self.assertEqual(row.product_tmpl_id, self.pepper.product_tmpl_id)
        changed.invalidate_recordset()
        self.assertEqual((changed.new_value, changed.pricelist_name, changed.rule_id), (91, "Wholesale", row.rule_id))

    def test_product_deleted(self):
        product = self._create_product(name="Mace", lst_price=50, standard_price=30, taxes_id=[])
        self._rule(product_tmpl_id=product.product_tmpl_id.id, fixed_price=45)
        self.env.cr.flush()
        product.product_tmpl_id.unlink()
        rows = self._recorded()
        self.assertEqual(
            {(row.kind, row.event, row.old_value, row.subject) for row in rows},
            {("rule", "deleted", 45, "Mace"), ("list_price", "deleted", 50, "Mace"), ("cost", "deleted", 30, "Mace")},
        )

    def test_category_deleted(self):
        parent = self.env["product.category"].create({"name": "Spices"})
        category = self.env["product.category"].create({"name": "Pods", "parent_id": parent.id})
        self._rule(applied_on="2_product_category", product_tmpl_id=False, categ_id=category.id, fixed_price=5)
        self.env.cr.flush()
        parent.unlink()
        row = self._recorded()
        self.assertEqual((row.event, row.categ_id.id, row.subject), ("deleted", False, "Category: Spices / Pods"))

    def test_sales_price(self):
        self.pepper.lst_price = 110
        row = self._recorded()
        self.assertEqual((row.kind, row.old_value, row.new_value), ("list_price", 100, 110))
        self.assertEqual(row.product_tmpl_id, self.pepper.product_tmpl_id)

    def test_product_created(self):
        product = self._create_product(name="Mace", lst_price=50, standard_price=30, taxes_id=[])
        rows = self._recorded()
        self.assertEqual(rows.product_tmpl_id, product.product_tmpl_id)
        self.assertEqual(
            {(row.kind, row.event, row.new_value) for row in rows},
            {("list_price", "created", 50), ("cost", "created", 30)},
        )

    def test_archived_product(self):
        self.pepper.active = False
        self.assertFalse(self._recorded())
        self.pepper.write({"list_price": 120, "standard_price": 70})
        self.assertEqual(set(self._recorded().mapped("new_value")), {120, 70})

    def test_variant_extra(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Grade", "value_ids": [Command.create({"name": "A"}), Command.create({"name": "B"})]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Nutmeg",
                "list_price": 100,
                "attribute_line_ids": [
                    Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]})
                ],
            }
        )
        self.env.cr.flush()
        template.attribute_line_ids.product_template_value_ids[0].price_extra = 15
        row = self._recorded()
        self.assertEqual((row.kind, row.event, row.new_value), ("price_extra", "created", 15))
        self.assertEqual(row.product_tmpl_id, template)

    def test_cost_in_two_companies(self):
        self.pepper.with_company(self.company).standard_price = 61
        self.pepper.with_company(self.company_2).standard_price = 62
        rows = self._recorded()
        self.assertEqual(
            [(row.company_id, row.old_value, row.new_value, row.product_id) for row in rows],
            [(self.company, 60, 61, self.pepper), (self.company_2, False, 62, self.pepper)],
        )
        seen = self.history.with_user(self.salesperson).search([("id", "in", rows.ids)])
        self.assertEqual(seen.new_value, 61, "the cost of another company is none of ours")

    def test_acting_user(self):
        """Also where the change is made with more rights than the user has."""
        self.rule.with_user(self.salesperson).sudo().fixed_price = 77
        self.assertEqual(self._recorded().user_id, self.salesperson)

    def test_import(self):
        external_id = self.env["ir.model.data"].create(
            {
                "module": "test", "name": "wholesale_pepper", "model": "product.pricelist.item", "res_id": self.rule.id,
            }
        )  # fmt: skip
        result = self.env["product.pricelist.item"].load(["id", "fixed_price"], [[external_id.complete_name, "88"]])
        self.assertEqual(result["ids"], self.rule.ids)
        self.env.cr.flush()
        row = self.history.search([("rule_id", "=", self.rule.id)], limit=1)
        self.assertEqual((row.old_value, row.new_value), (90, 88))

    def test_append_only(self):
        row = self.history.search([("rule_id", "=", self.rule.id)])
        self.assertEqual(row.event, "created")
        for attempt in (
            lambda: row.sudo().write({"new_value": 1}),
            lambda: row.sudo().unlink(),
            lambda: row.sudo().copy(),
            lambda: self.history.sudo().create({"kind": "rule", "event": "created", "date": "2026-01-01"}),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_costs_follow_the_groups_of_the_field(self):
        self.pepper.write({"standard_price": 65, "list_price": 101})
        rows = self._recorded()
        as_salesperson = self.history.with_user(self.salesperson)
        self.assertEqual(as_salesperson.search([("id", "in", rows.ids)]), rows)
        self.patch(type(self.env["product.product"]).standard_price, "groups", "sales_team.group_sale_manager")
        self.env.registry.clear_cache()
        self.assertEqual(as_salesperson.search([("id", "in", rows.ids)]).kind, "list_price")
        self.assertEqual(self.history.with_user(self.manager).search([("id", "in", rows.ids)]), rows)

    def test_portal(self):
        with self.assertRaises(AccessError):
            self.history.with_user(self.portal_user).search([])

    def test_products_created_together(self):
        """The history of 100 new products costs as many statements as that of one."""

        def queries():
            before = self.cr.sql_log_count
            self.env["product.product"].create(
                [{"name": f"Spice {number}", "list_price": 10, "standard_price": 5} for number in range(100)]
            )
            self.env.cr.flush()
            return self.cr.sql_log_count - before

        queries()
        recorded = queries()
        self.patch(type(self.history), "_watch", lambda self, records, is_new=False: None)
        self.assertLessEqual(recorded - queries(), 8)

    def test_queries_do_not_grow(self):
        def queries(count):
            rules = self.env["product.pricelist.item"].create(
                [
                    {"pricelist_id": self.pricelist.id, "compute_price": "fixed", "fixed_price": 10 + number}
                    for number in range(count)
                ]
            )
            self.env.cr.flush()
            before = self.cr.sql_log_count
            self.env["product.price.history"]._watch(rules)
            rules.invalidate_recordset(["price"])
            self.env.cr.execute("UPDATE product_pricelist_item SET fixed_price = 5 WHERE id = ANY(%s)", [rules.ids])
            self.env.invalidate_all(flush=False)
            self.env.cr.flush()
            return self.cr.sql_log_count - before

        few, many = queries(10), queries(1000)
        self.assertEqual(self.history.search_count([("new_value", "=", 5)]), 1010)
        self.assertLessEqual(many, few + 6)
