from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_journey import JourneyCommon


@tagged("post_install", "-at_install")
class TestCustomerToVisit(JourneyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shops = cls._customers(3, cls.weekly)

    def _visited(self, partner, moment, user=None):
        with freeze_time(moment):
            self._done(user=user, partner_id=partner.id, date_start=moment)

    def _found(self, domain):
        found = self.env["res.partner"].with_user(self.salesperson).search([("id", "in", self.shops.ids), *domain])
        return [partner.name[-1] for partner in found.sorted("name")]

    def test_days_since_the_last_visit(self):
        self._visited(self.shops[0], "2026-03-01 03:00:00")
        self._visited(self.shops[0], "2026-03-20 03:00:00")
        self._visited(self.shops[1], "2026-03-01 03:00:00", user=self.peer)
        self._visit(partner_id=self.shops[2].id, date_start="2026-03-30 03:00:00")
        with freeze_time("2026-03-31 03:00:00"):
            shops = self.shops.with_user(self.salesperson)
            self.assertEqual([shop.days_since_visit for shop in shops], [11, 30, False])
            self.assertEqual([shop.visit_overdue_days for shop in shops], [4, 23, False])
            self.assertEqual(self._found([("days_since_visit", ">", 11)]), ["1", "2"])
            self.assertEqual(self._found([("days_since_visit", ">", 10)]), ["0", "1", "2"])
            self.assertEqual(self._found([("days_since_visit", ">=", 30)]), ["1", "2"])
            self.assertEqual(self._found([("days_since_visit", ">", 30)]), ["2"])
            self.assertEqual(self._found([("days_since_visit", "<=", 11)]), ["0"])
            self.assertEqual(self._found([("days_since_visit", "<", 30)]), ["0"])

    def test_a_visit_to_a_contact_is_one_of_its_company(self):
        contact = self.env["res.partner"].create({"name": "Pak Budi", "parent_id": self.shops[0].id})
        self._visited(contact, "2026-03-30 03:00:00")
        with freeze_time("2026-03-31 03:00:00"):
            self.assertEqual(self.shops[0].days_since_visit, 1)
            self.assertEqual(self._found([("days_since_visit", ">", 7)]), ["1", "2"])

    def test_a_class_is_of_its_company_or_of_all(self):
        with self.assertRaises(AccessError):
            self.weekly.with_user(self.salesperson).interval_weeks = 3
        self.weekly.with_user(self.manager).write({"frequency": "custom", "interval_weeks": 3})
        self.assertEqual(self.weekly.interval_weeks, 3)
        self.weekly.frequency = "two_weeks"
        self.assertEqual(self.weekly.interval_weeks, 2)
        self.assertFalse(self.env["sales.customer.class"].with_user(self.foreign_user).search(
            [("id", "=", self.weekly.id)]))  # fmt: skip
