from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import mute_logger, tagged

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestAlert(SalesTargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sales_target_alert = "activity"
        cls.target = cls._target(1000, metric="ordered")
        cls.target.action_approve()
        cls.target.action_start()

    def setUp(self):
        super().setUp()
        # The job commits its progress, which a test must not.
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1)

    def _run(self, day):
        return self.env["sales.target"].sudo().cron_follow_up(day)

    def _told(self, user):
        return self.target.activity_ids.filtered(lambda activity: activity.user_id == user).mapped("summary")

    def _reach(self, amount):
        return self._order(amount, moment="2026-02-03 05:00:00")

    def test_once_each_although_the_figure_swings(self):
        self.assertEqual(self._run("2026-02-03")["alerts"], 0, "the first days say little")
        self.assertEqual(self._run("2026-02-10")["alerts"], 1)
        self.assertEqual(self._run("2026-02-11")["alerts"], 0)
        order = self._reach(850)
        self.assertEqual(self._run("2026-02-12")["alerts"], 1)
        order._action_cancel()
        self.assertEqual(self._run("2026-02-13")["alerts"], 0, "behind again, and told already")
        self._reach(900)
        self.assertEqual(self._run("2026-02-16")["alerts"], 0)
        self._reach(100)
        self.assertEqual(self._run("2026-02-17")["alerts"], 1)
        self.assertEqual(self._run("2026-02-18")["alerts"], 0)
        name = self.target.display_name
        for user in (self.salesperson, self.lead_user):
            self.assertEqual(self._told(user), [f"Behind pace: {name}", f"Nearly reached: {name}", f"Reached: {name}"])
        self.assertEqual(
            self.env["sales.target.alert"].search([("target_id", "=", self.target.id)]).mapped("kind"),
            ["reached", "near", "behind"],
        )

    def test_the_best_of_several_at_once(self):
        self._reach(1000)
        self.assertEqual(self._run("2026-02-10")["alerts"], 1)
        self.assertEqual(self._told(self.salesperson), [f"Reached: {self.target.display_name}"])
        self.assertEqual(set(self.target.alert_ids.mapped("kind")), {"near", "reached"})

    def test_what_came_on_the_last_day(self):
        self._order(1000, moment="2026-02-28 05:00:00")
        self.assertEqual(self._run("2026-03-02")["alerts"], 0)
        self.assertEqual(self._run("2026-03-01")["alerts"], 1)
        self.assertEqual(set(self.target.alert_ids.mapped("kind")), {"near", "reached"})

    def test_nobody_is_behind_when_it_is_over(self):
        self.assertEqual(self._run("2026-03-01")["alerts"], 0)

    def test_by_mail(self):
        self.company.sales_target_alert = "mail"
        self._reach(1000)
        self._run("2026-02-10")
        self.assertFalse(self.target.activity_ids)
        messages = self.env["mail.message"].search([("subject", "=", f"Reached: {self.target.display_name}")])
        self.assertEqual(messages.notified_partner_ids, self.salesperson.partner_id | self.lead_user.partner_id)

    def test_switched_off(self):
        self.company.sales_target_alert = "none"
        self.assertEqual(self._run("2026-02-10")["alerts"], 0)

    def test_thresholds_of_the_company(self):
        self.company.write({"sales_target_alert_pace": 0.1, "sales_target_alert_attainment": 0.5})
        self._reach(500)
        self._run("2026-02-10")
        self.assertEqual(self.target.alert_ids.mapped("kind"), ["near"])

    def test_approved_targets_start_with_their_period(self):
        march = self._target(date_from="2026-03-01", date_to="2026-03-31")
        march.action_approve()
        self.assertEqual(self._run("2026-02-28")["started"], 0)
        self.assertEqual(self._run("2026-03-01")["started"], 1)
        self.assertEqual(march.state, "running")

    def test_nobody_is_told_about_drafts_and_other_periods(self):
        self.target.action_close()
        self._target(1000, user_id=self.peer.id)
        self.assertEqual(self._run("2026-02-20")["alerts"], 0)

    @mute_logger("odoo.addons.sales_tracking.tools.jobs")
    def test_one_failure_does_not_stop_the_rest(self):
        other = self._target(1000, metric="ordered", user_id=self.peer.id)
        other.action_approve()
        other.action_start()
        tell = type(other)._tell

        def fail(target, *args):
            if target.id == self.target.id:
                raise ValueError("No paper")
            return tell(target, *args)

        with patch.object(type(other), "_tell", fail), patch.object(self.env.cr, "rollback"):
            result = self._run("2026-02-10")
        self.assertEqual((result["failed"], result["alerts"]), (1, 1))
        self.assertIn("unexpected error", self.target.message_ids[0].body)
        self.assertNotIn("No paper", self.target.message_ids[0].body, "the text of the program")

    def test_only_administrators_start_the_job(self):
        for user in (self.salesperson, self.lead_user):
            with self.assertRaises(AccessError):
                self.env["sales.target"].with_user(user).cron_follow_up()
