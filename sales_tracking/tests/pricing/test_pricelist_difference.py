import io

import openpyxl

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestPricelistDifference(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user")._apply_group(cls.env.ref("product.group_product_pricelist"))
        cls.category = cls.env["product.category"].create({"name": "Compared"})
        cls.pepper.categ_id = cls.category
        cls.euro = cls.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        cls.retail = cls._pricelist("Retail", [])
        cls.wholesale = cls._pricelist(
            "Wholesale",
            [
                {"compute_price": "percentage", "percent_price": 10},
                {"compute_price": "percentage", "percent_price": 20, "min_quantity": 100},
            ],
        )
        cls.export = cls._pricelist("Export", [{"compute_price": "fixed", "fixed_price": 40}], currency_id=cls.euro.id)

    @classmethod
    def _pricelist(cls, name, rules, **vals):
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "item_ids": [Command.create({"applied_on": "3_global", **rule}) for rule in rules],
                **vals,
            }
        )

    def _difference(self, list_a, list_b, user=None, **vals):
        return self.env["sales.pricelist.difference"].with_user(user or self.salesperson).create(
            {
                "pricelist_a_id": list_a.id,
                "pricelist_b_id": list_b.id,
                "categ_ids": [Command.set(self.category.ids)],
                "date": "2026-06-01",
                **vals,
            }
        )  # fmt: skip

    def _line(self, difference):
        action = difference.action_compare()
        return self.env[action["res_model"]].with_user(self.salesperson).search(action["domain"])

    def test_percentage(self):
        line = self._line(self._difference(self.retail, self.wholesale))
        self.assertEqual((line.product_id, line.price_a, line.price_b), (self.pepper, 100, 90))
        self.assertEqual((line.difference, line.result), (-10, "b_lower"))
        self.assertAlmostEqual(line.difference_rate, -0.1)
        self.assertEqual(line.rule_a, "Sales price")
        self.assertIn("10 % discount on sales price", line.rule_b)

    def test_quantity(self):
        line = self._line(self._difference(self.retail, self.wholesale, quantity=100))
        self.assertEqual(line.price_b, 80)

    def test_fixed_price_in_another_currency(self):
        """40 EUR at 0.5 EUR/USD are 80 USD."""
        line = self._line(self._difference(self.retail, self.export))
        self.assertEqual((line.price_b, line.currency_id), (80, self.company.currency_id))
        self.assertAlmostEqual(line.difference_rate, -0.2)

    def test_day(self):
        self.wholesale.item_ids.write({"date_start": "2026-06-10 00:00:00"})
        self.assertEqual(self._line(self._difference(self.retail, self.wholesale)).result, "same")
        self.assertEqual(self._line(self._difference(self.retail, self.wholesale, date="2026-06-11")).price_b, 90)

    def test_no_price_no_rate(self):
        self.pepper.list_price = 0
        line = self._line(self._difference(self.retail, self.export))
        self.assertEqual((line.difference, line.difference_rate), (80, False))

    def test_again(self):
        difference = self._difference(self.retail, self.wholesale)
        self._line(difference)
        difference.pricelist_b_id = self.export
        self.assertEqual(self._line(difference).price_b, 80)

    def test_one_list(self):
        with self.assertRaises(UserError):
            self._difference(self.retail, self.retail).action_compare()

    def test_other_company(self):
        foreign = self.env["product.pricelist"].create({"name": "Foreign", "company_id": self.company_2.id})
        with self.assertRaises(UserError):
            self._difference(self.retail, foreign).action_compare()

    def test_selected_lists(self):
        difference = self.env["sales.pricelist.difference"].with_context(
            active_model="product.pricelist", active_ids=(self.export | self.retail).ids
        )
        values = difference.default_get(["pricelist_a_id", "pricelist_b_id"])
        self.assertEqual(set(values.values()), {self.export.id, self.retail.id})

    def test_only_its_author_sees_it(self):
        line = self._line(self._difference(self.retail, self.wholesale))
        self.assertFalse(line.with_user(self.peer).search([("id", "=", line.id)]))

    def test_workbook(self):
        self.pepper.name = "=1+1"
        difference = self._difference(self.retail, self.export)
        sheet = openpyxl.load_workbook(io.BytesIO(difference._xlsx_content())).worksheets[0]
        row = list(sheet.rows)[-1]
        self.assertEqual((row[1].value, row[1].data_type), ("=1+1", "s"))
        self.assertEqual([cell.value for cell in row[3:7]], [100, 80, -20, -0.2])

    def test_queries_do_not_grow(self):
        """Also for a list that is based on another, where core asks for each product."""
        chained = self._pricelist(
            "Chained",
            [
                {
                    "compute_price": "formula",
                    "base": "pricelist",
                    "base_pricelist_id": self.export.id,
                    "price_discount": 10,
                }
            ],
        )

        def queries(count):
            self.env["product.product"].create(
                [
                    {"name": f"Spice {number}", "categ_id": self.category.id, "list_price": number}
                    for number in range(count)
                ]
            )
            self.env.cr.flush()
            self.env.invalidate_all()
            difference = self._difference(self.retail, chained)
            before = self.cr.sql_log_count
            lines = self._line(difference)
            self.assertEqual(lines.filtered(lambda line: line.product_id == self.pepper).price_b, 72)
            return self.cr.sql_log_count - before

        self._line(self._difference(self.retail, chained))
        few, many = queries(10), queries(1000)
        self.assertLessEqual(many, few + 10)
