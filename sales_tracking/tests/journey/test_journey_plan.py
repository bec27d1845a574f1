from collections import Counter
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..visit.common_visit import NEAR
from .common_journey import JourneyCommon

BEFORE = "2026-02-27 03:00:00"


@tagged("post_install", "-at_install")
class TestJourneyPlan(JourneyCommon):
    def _generated(self, moment=BEFORE, **vals):
        with freeze_time(moment):
            plan = self._plan(**vals)
            plan.action_generate()
        return plan

    def test_each_customer_as_often_as_its_class_says(self):
        weekly, two_weekly, monthly = (
            self._customers(2, each) for each in (self.weekly, self.two_weekly, self.monthly)
        )
        plan = self._generated()
        counts = Counter(visit.partner_id for visit in plan.visit_ids)
        self.assertEqual([counts[customer] for customer in weekly | two_weekly | monthly], [4, 4, 2, 2, 1, 1])
        first, second = (self._days(plan, customer) for customer in two_weekly)
        self.assertEqual({(self._week(days[1]) - self._week(days[0])).days for days in (first, second)}, {14})

    def _week(self, day):
        day = self._at(day)
        return day - timedelta(days=day.weekday())

    def test_days_are_even(self):
        self._customers(23, self.weekly)
        plan = self._generated(date_to="2026-03-08")
        self.assertEqual(sorted(Counter(str(visit.day) for visit in plan.visit_ids).values()), [4, 4, 5, 5, 5])

    def test_usual_day_and_hour(self):
        [customer] = self._customers(1, self.weekly, visit_weekday="2", visit_hour=14)
        plan = self._generated()
        self.assertEqual(self._days(plan, customer), ["2026-03-04", "2026-03-11", "2026-03-18", "2026-03-25"])
        self.assertEqual({str(visit.date_start.time()) for visit in plan.visit_ids}, {"07:00:00"})

    def test_holidays_and_leave_are_free(self):
        self._customers(5, self.weekly)
        calendar = self.company.sudo().resource_calendar_id
        resource = self.env["resource.resource"].sudo().create(
            {"name": "Person", "user_id": self.salesperson.id, "company_id": self.company.id,
             "calendar_id": calendar.id}
        )  # fmt: skip
        leaves = self.env["resource.calendar.leaves"].sudo()
        leaves.create({"name": "Nyepi", "calendar_id": calendar.id, "company_id": self.company.id,
                       "date_from": "2026-03-18 17:00:00", "date_to": "2026-03-19 16:59:59"})  # fmt: skip
        leaves.create({"name": "Leave", "calendar_id": calendar.id, "resource_id": resource.id,
                       "company_id": self.company.id,
                       "date_from": "2026-03-08 17:00:00", "date_to": "2026-03-13 16:59:59"})  # fmt: skip
        plan = self._generated()
        days = self._days(plan)
        self.assertNotIn("2026-03-19", days)
        self.assertFalse([day for day in days if "2026-03-09" <= day <= "2026-03-15"])
        self.assertFalse([day for day in days if self._at(day).weekday() > 4])
        # The week without work moves its visits to the next one: 5 customers in three weeks.
        self.assertEqual(len(plan.visit_ids), 15)

    def test_shortest_way(self):
        self._customers(6, self.weekly, visit_weekday="0")
        plan = self._generated(date_to=BEFORE[:8] + "28", date_from="2026-02-23", moment="2026-02-22 03:00:00")
        visits = plan.visit_ids.sorted("sequence")
        self.assertEqual([visit.partner_id.name[-1] for visit in visits], list("012345"))
        self.assertEqual(visits.sorted("date_start"), visits)
        self.assertEqual(visits[0].address_latitude, False)

    def test_a_draft_is_in_nobodys_day(self):
        self._customers(2, self.weekly)
        plan = self._generated()
        visit = plan.visit_ids[0]
        self.assertEqual(set(plan.visit_ids.mapped("state")), {"draft"})
        self.assertFalse(plan.visit_ids.event_id)
        with self.assertRaisesRegex(UserError, "Draft"):
            visit.with_user(self.salesperson).action_check_in(*NEAR)
        with freeze_time(BEFORE):
            plan.action_publish()
        self.assertEqual(set(plan.visit_ids.mapped("state")), {"planned"})
        self.assertEqual(len(plan.visit_ids.event_id), 8)
        self.assertEqual(plan.visit_ids.mapped("plan_day"), plan.visit_ids.mapped("day"))
        told = (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", plan._name), ("res_id", "=", plan.id), ("message_type", "=", "user_notification")])
        )
        self.assertEqual(told.partner_ids, self.salesperson.partner_id)

    def test_planned_anew_is_only_what_is_ahead(self):
        customers = self._customers(5, self.weekly)
        plan = self._generated()
        with freeze_time(BEFORE):
            plan.action_publish()
        by_hand = self._visit(partner_id=customers[0].id, date_start="2026-03-20 03:00:00")
        first_week = plan.visit_ids.filtered(lambda visit: str(visit.day) <= "2026-03-10")
        later = plan.visit_ids - first_week
        customers[4].customer_class_id = False
        with freeze_time("2026-03-10 03:00:00"):
            plan.action_generate()
        self.assertEqual(first_week.exists(), first_week)
        self.assertFalse(later.exists())
        self.assertTrue(by_hand.exists())
        ahead = plan.visit_ids.filtered(lambda visit: str(visit.day) > "2026-03-10")
        self.assertEqual(set(ahead.mapped("state")), {"planned"})
        self.assertNotIn(customers[4], ahead.partner_id)
        # The week of the visit planned by hand needs no other.
        days = [visit.day for visit in ahead if visit.partner_id == customers[0]]
        self.assertFalse([day for day in days if "2026-03-16" <= str(day) <= "2026-03-22"])
        with freeze_time("2026-03-29 03:00:00"), self.assertRaisesRegex(UserError, "still ahead"):
            plan.action_generate()

    def test_a_made_visit_is_neither_removed_nor_planned_again(self):
        [customer] = self._customers(1, self.weekly)
        plan = self._generated()
        with freeze_time(BEFORE):
            plan.action_publish()
        first = plan.visit_ids.sorted("day")[0]
        with freeze_time("2026-03-02 03:00:00"):
            first.with_user(self.salesperson).action_check_in(*NEAR)
            first.with_user(self.salesperson).action_check_out()
            plan.action_generate()
        self.assertEqual(first.state, "done")
        self.assertEqual(len(plan.visit_ids), 4)
        self.assertEqual(len({self._week(day) for day in self._days(plan, customer)}), 4)

    def test_last_visit_sets_when_the_next_is_due(self):
        [customer] = self._customers(1, self.monthly)
        with freeze_time("2026-02-17 03:00:00"):
            self._done(partner_id=customer.id, date_start="2026-02-17 03:00:00")
        [day] = self._days(self._generated(), customer)
        self.assertEqual(self._week(day), self._at("2026-03-16"))

    def test_moved_visit_keeps_the_day_of_the_plan(self):
        self._customers(1, self.weekly)
        plan = self._generated()
        with freeze_time(BEFORE):
            plan.action_publish()
            visit = plan.visit_ids[0].with_user(self.salesperson)
            day = visit.plan_day
            visit.date_start += timedelta(days=1)
        self.assertEqual((visit.plan_day, visit.day), (day, day + timedelta(days=1)))
        with self.assertRaises(UserError):
            visit.write({"plan_day": visit.day})

    def test_who_plans_for_whom(self):
        self._customers(1, self.weekly)
        self.assertTrue(self._generated(user=self.salesperson).visit_ids)
        with self.assertRaises(AccessError):
            self._plan(user=self.peer)
        plan = self._plan()
        with self.assertRaises(AccessError):
            plan.with_user(self.peer).action_generate()
        with self.assertRaises(AccessError):
            plan.with_user(self.foreign_user).action_publish()
        with self.assertRaises(UserError):
            plan.write({"state": "published"})

    def test_refusals(self):
        plan = self._plan()
        with freeze_time(BEFORE), self.assertRaisesRegex(UserError, "has a class"):
            plan.action_generate()
        with self.assertRaisesRegex(UserError, "no visits yet"):
            plan.action_publish()
        with self.assertRaisesRegex(ValidationError, "13 weeks"):
            self._plan(date_to="2026-06-01")
        self._customers(1, self.weekly)
        with freeze_time(BEFORE):
            plan.action_generate()
            plan.action_publish()
        with self.assertRaisesRegex(UserError, "stays on record"):
            plan.unlink()

    def test_two_hundred_customers_are_inserted_at_once(self):
        for each in (self.weekly, self.two_weekly, self.monthly):
            self._customers(20, each)
        with freeze_time(BEFORE):
            few, many = self._plan(date_to="2026-03-08"), self._plan(date_from="2026-03-09", date_to="2026-04-12")
            few.action_generate()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            few.action_generate()
            of_few = self.env.cr.sql_log_count - before
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            many.action_generate()
            of_many = self.env.cr.sql_log_count - before
        self.assertGreater(len(many.visit_ids), 100)
        self.assertLessEqual(of_many, of_few)
