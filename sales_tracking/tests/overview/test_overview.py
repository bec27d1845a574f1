from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestOverview(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["utm.source"].create({"name": "Trade Fair"})
        cls.sold = [
            cls._order(date(2026, 3, 2), 300, cls.salesperson, source_id=cls.source.id),
            cls._order(date(2026, 3, 9), 100, cls.salesperson),
            cls._order(date(2026, 2, 5), 200, cls.salesperson),
            cls._order(date(2026, 2, 20), 5000, cls.salesperson),
            cls._order(date(2025, 3, 10), 80, cls.salesperson),
            cls._order(date(2026, 3, 3), 1000, cls.peer),
        ]

    @classmethod
    def _order(cls, day, amount, user, **values):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": user.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create({"product_id": cls.pepper.id, "price_unit": amount, "tax_ids": [Command.clear()]})
                ],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = cls.company._sales_moment(day)
        return order

    def _overview(self, user, **question):
        overview = self.env["sales.overview"].with_user(user).with_company(self.company)
        with patch.object(type(self.company), "_sales_today", lambda company: date(2026, 3, 10)):
            return overview.get_overview(**question)

    def _card(self, overview, name):
        card = next(card for card in overview["cards"] if card["name"] == name)
        return card["current"], card["previous"], card["year_before"]

    def _chart(self, overview, name):
        chart = next(chart for chart in overview["charts"] if chart["name"] == name)
        return dict(zip(chart["labels"], chart["series"][0]["values"], strict=True))

    def _rows(self, user, name):
        sections = {section["name"]: section["rows"] for section in self._overview(user)["sections"]}
        return {row["label"]: row["value"] for row in sections.get(name, ())}

    def test_month_to_date_beside_those_before(self):
        """1 to 10 March against 1 to 10 February and 1 to 10 March 2025: 20 February is no part of it."""
        overview = self._overview(self.salesperson)
        self.assertEqual(overview["period"]["previous"], ["2026-02-01", "2026-02-10"])
        self.assertEqual(self._card(overview, "ordered"), (400, 200, 80))
        self.assertEqual(self._card(overview, "average_order"), (200, 200, 80))

    def test_nothing_is_zero_and_undefined_is_none(self):
        overview = self._overview(self.salesperson)
        self.assertEqual(self._card(overview, "invoiced"), (0, 0, 0))
        self.assertEqual(self._card(overview, "time_to_close"), (None, None, None))
        overview = self._overview(self.salesperson, period="custom", date_from="2024-01-01", date_to="2024-01-31")
        self.assertEqual(self._card(overview, "average_order"), (None, None, None))

    def test_sources_sum_to_the_total(self):
        overview = self._overview(self.salesperson)
        self.assertEqual(self._chart(overview, "source"), {"Trade Fair": 300, "None": 100})

    def test_salesperson_sees_the_own_figures_alone(self):
        overview = self._overview(self.salesperson)
        self.assertNotIn("salesperson", [chart["name"] for chart in overview["charts"]])
        self.assertFalse(overview["people"])
        asked = self._overview(self.salesperson, user_id=self.peer.id)
        self.assertEqual(self._card(asked, "ordered"), (0, 0, 0))

    def test_manager_looks_at_one_person(self):
        overview = self._overview(self.manager)
        self.assertEqual(self._card(overview, "ordered")[0], 1400)
        self.assertEqual(self._chart(overview, "salesperson"), {self.peer.name: 1000, self.salesperson.name: 400})
        overview = self._overview(self.manager, user_id=self.peer.id)
        self.assertEqual(self._card(overview, "ordered")[0], 1000)

    def test_each_figure_is_the_one_behind_it(self):
        """What an action opens has the same figure, for each role."""
        for user in (self.salesperson, self.manager):
            for card in self._overview(user)["cards"]:
                action = card["action"]
                [measure] = action["context"]["pivot_measures"]
                aggregator = "avg" if measure in ("average_amount", "median_days_to_close") else "sum"
                model = self.env[action["res_model"]].with_user(user).with_company(self.company)
                [[value]] = model._read_group(action["domain"], [], [f"{measure}:{aggregator}"])
                nothing = 0 if aggregator == "sum" else None
                self.assertEqual(value or nothing, card["current"], card["name"])

    def test_what_waits(self):
        self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.customer.id,
                "user_id": self.salesperson.id,
                "date_deadline": date(2026, 3, 10),
                "summary": "Call back",
            }
        )
        self.assertEqual(self._rows(self.salesperson, "todo"), {"Activities until Today": 1})

    def test_first_steps_are_ticked_by_themselves(self):
        self.env["crm.team.member"].search([]).unlink()
        label = "Put salespeople into teams"
        self.assertIs(self._rows(self.manager, "first_steps")[label], False)
        self.team.member_ids = self.salesperson
        self.assertIs(self._rows(self.manager, "first_steps")[label], True)
        self.assertFalse(self._rows(self.salesperson, "first_steps"))

    def test_bad_questions(self):
        for question in (
            {"period": "decade"},
            {"period": "custom"},
            {"period": "custom", "date_from": "2026-03-02", "date_to": "2026-03-01"},
            {"user_id": "1 OR 1=1"},
        ):
            with self.assertRaises(UserError):
                self._overview(self.salesperson, **question)

    def test_who_is_with_a_customer(self):
        """The lead sees it, a salesperson does not."""
        visit = self.env["sales.visit"].with_user(self.salesperson).create({"partner_id": self.customer.id})
        visit.action_check_in()
        self.assertEqual(list(self._rows(self.lead_user, "visiting")), [self.salesperson.name])
        self.assertFalse(self._rows(self.salesperson, "visiting"))

    def test_for_people_who_sell_or_invoice(self):
        with self.assertRaises(AccessError):
            self._overview(self.portal_user)
        accountant = self._user("accountant", "account.group_account_invoice")
        overview = self._overview(accountant)
        self.assertFalse(overview["cards"])
        self.assertIn("receivables", [section["name"] for section in overview["sections"]])

    def test_statements(self):
        """The number does not grow with the facts."""
        self._overview(self.manager)
        self.env.invalidate_all()
        with self.assertQueryCount(38):
            self._overview(self.manager)
