from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.visit.sales_visit_check import OpenVisit
from .common_visit import NEAR, VisitCommon


@tagged("post_install", "-at_install")
class TestForgottenCheckOut(VisitCommon):
    """The company's clock is that of Jakarta: 17:00 UTC is midnight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sales_tz = "Asia/Jakarta"
        cls.jobs = cls.env["sales.visit"].with_user(cls.manager).with_company(cls.company)

    def setUp(self):
        super().setUp()
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1)

    def _open(self, moment, **vals):
        with freeze_time(moment):
            visit = self._visit(date_start=moment, **vals)
            visit.action_check_in(*NEAR)
            self.env.flush_all()
        return visit

    def _written(self, visit, user, moment):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_visit SET write_uid = %s, write_date = %s WHERE id = %s", [user.id, moment, visit.id]
        )
        self.env.invalidate_all()

    def _close_forgotten(self, moment):
        with freeze_time(moment):
            return self.jobs.cron_close_forgotten()

    def _quotation(self, moment):
        order = self.env["sale.order"].create(
            {"partner_id": self.contact.id, "user_id": self.salesperson.id, "company_id": self.company.id}
        )
        order.date_order = moment
        return order

    def test_closed_when_the_day_is_over(self):
        visit = self._open("2026-03-10 09:00:00")
        self.assertEqual(self._close_forgotten("2026-03-10 16:59:00"), {"closed": 0, "failed": 0})
        self.assertEqual(self._close_forgotten("2026-03-10 17:05:00"), {"closed": 1, "failed": 0})
        self.assertEqual((visit.state, visit.closed_automatically), ("done", True))
        self.assertEqual(visit.check_out_time, self._at("2026-03-10 09:00:00"))
        self.assertIs(visit.duration, False)
        interaction = self.env["sales.interaction"].search([("source_key", "=", f"sales.visit,{visit.id}")])
        self.assertEqual((len(interaction), interaction.duration), (1, 0))
        self.assertEqual(self._close_forgotten("2026-03-10 17:10:00"), {"closed": 0, "failed": 0})

    def test_closed_after_the_hours_of_the_company(self):
        self.company.visit_open_hours = 4
        visit = self._open("2026-03-10 02:00:00")
        self.assertEqual(self._close_forgotten("2026-03-10 05:59:00")["closed"], 0)
        self.assertEqual(self._close_forgotten("2026-03-10 06:00:00")["closed"], 1)
        self.assertEqual(visit.day.isoformat(), "2026-03-10")

    def test_ends_at_the_last_known_moment(self):
        visit = self._open("2026-03-10 02:00:00")
        self._written(visit, self.salesperson, "2026-03-10 03:15:00")
        self._quotation("2026-03-10 02:40:00")
        self._close_forgotten("2026-03-10 17:05:00")
        self.assertEqual(visit.check_out_time - visit.check_in_time, timedelta(minutes=75))
        self.assertIs(visit.duration, False)

    def test_what_others_write_is_no_sign_of_the_person(self):
        visit = self._open("2026-03-10 02:00:00")
        self._written(visit, self.lead_user, "2026-03-10 08:00:00")
        self._quotation("2026-03-10 02:40:00")
        self._close_forgotten("2026-03-10 17:05:00")
        self.assertEqual(visit.check_out_time, self._at("2026-03-10 02:40:00"))

    def test_orders_of_the_next_day_are_none_of_it(self):
        visit = self._open("2026-03-10 09:00:00")
        today, tomorrow = self._quotation("2026-03-10 16:30:00"), self._quotation("2026-03-10 17:01:00")
        with freeze_time("2026-03-10 17:04:00"):
            self.assertEqual(visit.order_ids, today)
        self._close_forgotten("2026-03-10 17:05:00")
        self.env.invalidate_all()
        self.assertEqual(visit.order_ids, today)
        self.assertNotIn(tomorrow, visit.order_ids)

    def test_person_and_lead_are_told(self):
        visit = self._open("2026-03-10 09:00:00")
        self._close_forgotten("2026-03-10 17:05:00")
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [("model", "=", "sales.visit"), ("res_id", "=", visit.id), ("message_type", "=", "user_notification")]
            )
        )
        self.assertEqual(messages.partner_ids, self.salesperson.partner_id | self.lead_user.partner_id)
        self.assertIn("2026-03-10 16:00", messages[0].body)
        self.assertIn("without duration", messages[0].body)

    def test_one_failure_stops_no_other(self):
        broken = self._open("2026-03-10 02:00:00")
        other = self._open("2026-03-10 02:10:00", user=self.peer)
        real = type(other)._log_interaction

        def log(visit):
            if visit == broken:
                raise UserError("No log today")
            return real(visit)

        with patch.object(type(other), "_log_interaction", log):
            self.assertEqual(self._close_forgotten("2026-03-10 17:05:00"), {"closed": 1, "failed": 1})
        self.assertEqual((broken.state, other.state), ("in_progress", "done"))
        self.assertEqual(broken.close_error, "No log today")

    def test_next_check_in_offers_to_close_it(self):
        first, second = self._open("2026-03-10 02:00:00"), self._visit(purpose="Payment")
        with freeze_time("2026-03-10 04:00:00"):
            with self.assertRaises(OpenVisit):
                second.action_check_in(*NEAR)
            self.assertIs(self.env["sales.visit"].with_user(self.peer).action_close_open(), False)
            self.assertEqual(first.state, "in_progress")
            self.assertIs(second.action_close_open(), True)
            self.assertEqual((first.state, first.closed_automatically), ("done", True))
            self.assertEqual(second.action_check_in(*NEAR), "verified")

    def test_a_timely_check_out_has_a_duration(self):
        visit = self._open("2026-03-10 02:00:00")
        with freeze_time("2026-03-10 02:40:00"):
            visit.action_check_out(*NEAR)
        self.assertAlmostEqual(visit.duration, 40 / 60)
        self.assertFalse(visit.closed_automatically)

    def test_nobody_marks_or_closes_by_hand(self):
        visit = self._open("2026-03-10 02:00:00")
        for user in (self.salesperson, self.lead_user, self.manager):
            with self.assertRaises(UserError):
                visit.with_user(user).write({"closed_automatically": True})
        with self.assertRaises(AccessError):
            visit.cron_close_forgotten()
        self.salesperson.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        with self.assertRaises(AccessError):
            self.env["sales.visit"].with_user(self.salesperson).action_close_open()
