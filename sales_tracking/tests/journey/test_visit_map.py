from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..visit.common_visit import MONAS, NEAR
from .common_journey import JourneyCommon


@tagged("post_install", "-at_install")
class TestVisitMap(JourneyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shops = cls._customers(3, cls.weekly)
        cls.env["res.partner"].create({"name": "Nowhere", "user_id": cls.salesperson.id})

    def _map(self, user=None, **arguments):
        visits = self.env["sales.visit"].with_user(user or self.salesperson).with_company(self.company)
        return visits.get_visit_map(**arguments)

    def test_own_customers_with_a_position(self):
        with freeze_time("2026-03-01 03:00:00"):
            self._done(partner_id=self.shops[0].id, date_start="2026-03-01 03:00:00")
        with freeze_time("2026-03-11 03:00:00"):
            customers = {each["id"]: each for each in self._map()["customers"]}
        self.assertEqual(customers.keys(), set(self.shops.ids))
        first, second = (customers[shop.id] for shop in self.shops[:2])
        self.assertEqual((first["days"], first["overdue"], first["class"]), (10, 3, "week"))
        self.assertEqual((second["days"], second["overdue"]), (False, False))

    def test_route_in_its_order(self):
        for number, shop in enumerate(self.shops):
            self._visit(partner_id=shop.id, date_start="2026-03-04 03:00:00", sequence=3 - number)
        nowhere = self.env["crm.lead"].create({"name": "Warung", "user_id": self.salesperson.id})
        self._visit(lead_id=nowhere.id, date_start="2026-03-04 03:00:00", sequence=9)
        self._visit(partner_id=self.shops[0].id, date_start="2026-03-04 03:00:00").action_cancel()
        route = self._map(day="2026-03-04")["route"]
        self.assertEqual([stop["name"].split(" ·")[0][-1] for stop in route[:3]], ["2", "1", "0"])
        self.assertEqual([stop["latitude"] is False for stop in route], [False, False, False, True])
        self.assertFalse(self._map(day="2026-03-05")["route"])

    def test_a_route_sets_out_where_the_plan_does(self):
        self._plan()
        self.assertEqual([round(degrees, 5) for degrees in self._map(day="2026-03-04")["start"]],
                         [round(degrees, 5) for degrees in MONAS])  # fmt: skip
        self.assertIs(self._map(day="2026-05-04")["start"], False)

    def test_positions_are_for_leads(self):
        with freeze_time("2026-03-04 03:00:00"):
            visit = self._visit()
            visit.action_check_in(*NEAR)
        with freeze_time("2026-03-04 05:00:00"):
            self.assertFalse(self._map()["positions"])
            [position] = self._map(self.lead_user, user_id=self.salesperson.id)["positions"]
            self.assertEqual((position["id"], position["latitude"]), (visit.id, NEAR[0]))
            self.assertFalse(self._map(self.foreign_user_here())["positions"])
        with freeze_time("2026-03-05 05:00:00"):
            self.assertFalse(self._map(self.lead_user)["positions"])

    def foreign_user_here(self):
        """A lead of another team of the company."""
        user = self._user("other_lead", "sales_tracking.group_team_lead")
        self.other_team.write({"user_id": user.id, "member_ids": [Command.clear()]})
        return user

    def test_whose_map_one_sees(self):
        people = {each["id"] for each in self._map(self.lead_user)["people"]}
        self.assertEqual(people, {self.lead_user.id, self.salesperson.id, self.peer.id})
        self.assertEqual([each["id"] for each in self._map()["people"]], [self.salesperson.id])
        with self.assertRaises(AccessError):
            self._map(self.peer, user_id=self.salesperson.id)
        with self.assertRaises(AccessError):
            self._map(self.portal_user)

    def test_tiles_are_asked_of_nobody_by_default(self):
        self.assertFalse(self._map()["tiles"])
        for url in ("http://tile.example.com/{z}/{x}/{y}.png", "https://tile.example.com/{z}/{x}.png"):
            with self.assertRaisesRegex(ValidationError, "https"):
                self.company.map_tile_url = url
        self.company.map_tile_url = "https://tile.example.com/{z}/{x}/{y}.png"
        self.assertEqual(self._map()["tiles"], self.company.map_tile_url)

    def test_few_statements_for_many_customers(self):
        self._map()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            self._map()
        self._customers(200, self.two_weekly)
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            self.assertEqual(len(self._map()["customers"]), 203)
