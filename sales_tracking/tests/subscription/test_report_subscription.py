from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_subscription import SubscriptionCommon

JOBS = "odoo.addons.sales_tracking.tools.jobs"


@tagged("post_install", "-at_install")
class TestReportSubscription(SubscriptionCommon):
    def test_each_period_is_sent_once(self):
        self._subscription(people=self.manager | self.peer)
        with freeze_time("2026-03-31 23:30:00"):  # 6:30 in Jakarta
            self.assertEqual(self._run()["sent"], 0)
        with freeze_time("2026-04-01 00:10:00"):
            self.assertEqual(self._run(), {"sent": 2, "skipped": 0, "failed": 0})
            self.assertEqual(self._run(), {"sent": 0, "skipped": 0, "failed": 0})
        mails = self._mails()
        self.assertEqual(len(mails), 2)
        self.assertEqual(set(mails.mapped("subject")), {"Ordered: 03/01/2026 – 03/31/2026"})
        texts = {mail.email_to: str(mail.body_html) for mail in mails}
        self.assertIn("3,333.36", texts[self.manager.email_formatted])
        self.assertIn("333.33", texts[self.peer.email_formatted])
        self.assertNotIn("3,000.03", texts[self.peer.email_formatted])

    def test_days_without_the_job_are_made_up_for(self):
        self._subscription(frequency="day", skip_if_empty=False)
        with freeze_time("2026-04-01 05:00:00"):
            self._run()
        with freeze_time("2026-04-04 05:00:00"):
            self.assertEqual(self._run()["sent"], 3)
            self.assertEqual(self._run()["sent"], 0)
        subjects = self._mails().mapped("subject")
        self.assertEqual(len(subjects), len(set(subjects)))
        self.assertIn("Ordered: 04/02/2026 – 04/02/2026", subjects)

    def test_what_is_older_than_31_days_is_not_made_up_for(self):
        subscription = self._subscription(frequency="day", skip_if_empty=False)
        with freeze_time("2026-06-15 05:00:00"):
            days = [day for _subscription, _user, day in subscription._due()]
        self.assertEqual((len(days), min(days), max(days)), (32, date(2026, 5, 15), date(2026, 6, 15)))

    def test_a_kill_in_the_middle_leaves_no_row_without_a_mail(self):
        subscription = self._subscription(people=self.manager | self.peer)
        send = type(subscription)._send

        def killed(self, recipient, day):
            send(self, recipient, day)
            raise KeyboardInterrupt

        with freeze_time("2026-04-01 05:00:00"):
            savepoint = self.env.cr.savepoint()
            with patch.object(type(subscription), "_send", killed), self.assertRaises(KeyboardInterrupt):
                self._run()
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.assertFalse(self._mails())
            self.assertFalse(subscription.delivery_ids)
            self.assertEqual(self._run()["sent"], 2)
        self.assertEqual(len(self._mails()), 2)

    def test_relative_days_count_from_the_day_on_which_the_report_was_due(self):
        subscription = self._subscription(
            frequency="day", skip_if_empty=False, domain="[('day', '>=', 'today -1d'), ('day', '<', 'today')]"
        )
        self.assertEqual(subscription.period, "filter")
        with freeze_time("2026-04-05 05:00:00"):
            reader = subscription._reader_env(self.manager)
            screen = subscription._screen(subscription.company_id._sales_today().replace(day=3), reader)
            facts = screen.model.search(screen.domain)
        self.assertEqual(facts.mapped(lambda fact: str(fact.day)), ["2026-04-02"])

    def test_fixed_days_of_the_filter_give_way_to_a_period(self):
        subscription = self._subscription()
        self.assertEqual(subscription.period, "over")
        subscription.period = "filter"
        self.assertIn("fixed days", subscription.period_warning)

    def test_a_report_without_facts_is_not_sent(self):
        subscription = self._subscription(people=self.lead_user, domain="[('basis', '=', 'visit')]", period="over")
        with freeze_time("2026-04-01 05:00:00"):
            self.assertEqual(self._run(), {"sent": 0, "skipped": 1, "failed": 0})
        self.assertEqual(subscription.delivery_ids.state, "skipped")

    @mute_logger(JOBS)
    def test_failures_are_shown_and_stop_nobody_else(self):
        self.peer.email = False
        employee = self._user("employee", "base.group_user")
        employee.email = "employee@example.com"
        outside = self.foreign_user
        outside.email = "outside@example.com"
        subscription = self._subscription(people=self.peer | employee | outside | self.manager)
        with freeze_time("2026-04-01 05:00:00"):
            self.assertEqual(self._run(), {"sent": 1, "skipped": 0, "failed": 3})
            rows = {row.user_id: row for row in subscription.delivery_ids}
            self.assertIn("no e-mail address", rows[self.peer].error)
            self.assertIn("not allowed to access", rows[employee].error)
            self.assertIn("has no access to", rows[outside].error)
            self.assertEqual(subscription.with_user(self.manager).failure_count, 3)
            self._run()
            self._run()
            self.assertEqual(self._run()["failed"], 0, "it is tried three times by itself")

            self.peer.email = "peer@example.com"
            row = rows[self.peer].with_user(self.manager)
            self.assertEqual(row.action_retry()["params"]["type"], "success")
            self.assertEqual((row.state, row.error), ("sent", False))
            with self.assertRaisesRegex(UserError, "Only what failed"):
                row.action_retry()
        self.assertEqual(len(self._mails()), 2)

    def test_people_choose_for_themselves_and_administrators_for_others(self):
        own = self._subscription(self.salesperson)
        self.assertEqual(own.user_ids, self.salesperson)
        with self.assertRaisesRegex(AccessError, "Only sales administrators"):
            self._subscription(self.salesperson, people=self.peer)
        with self.assertRaises(AccessError):
            own.with_user(self.salesperson).team_ids = self.team
        with self.assertRaises(AccessError):
            own.with_user(self.peer).read(["name"])
        with self.assertRaisesRegex(ValidationError, "own people"):
            self._subscription(people=self.portal_user)

    def test_groups_and_leads_of_teams(self):
        group = self.env["res.groups"].create({"name": "Board", "user_ids": [Command.set(self.peer.ids)]})
        subscription = self._subscription()
        subscription.write({"group_ids": group.ids, "team_ids": self.team.ids})
        self.assertEqual(subscription._recipients(), self.manager | self.peer | self.lead_user)
        self.peer.active = False
        self.assertEqual(subscription._recipients(), self.manager | self.lead_user)

    def test_what_is_no_screen_of_a_report_is_refused(self):
        for wrong in (
            {"report_model": "res.users"},
            {"domain": "[('basis', '=', env)]"},
            {"domain": "[('nothing', '=', 1)]"},
            {"row_groupbys": "nothing"},
            {"row_groupbys": "user_id.login"},
            {"row_groupbys": "user_id:month"},
            {"measures": "user_id:array_agg"},
            {"measures": "sales_type"},
        ):
            with self.subTest(wrong), self.assertRaises(UserError):
                self._subscription(**wrong)

    def test_a_changed_schedule_sends_nothing_of_the_past(self):
        subscription = self._subscription(skip_if_empty=False)
        with freeze_time("2026-04-10 05:00:00"):
            subscription.frequency = "day"
            self.assertEqual(self._run()["sent"], 0)
        with freeze_time("2026-04-11 05:00:00"):
            self.assertEqual(self._run()["sent"], 1)

    @mute_logger("odoo.sql_db")
    def test_two_workers_write_one_row(self):
        """The database refuses a second row: whoever comes later leaves the report to the other."""
        subscription = self._subscription()
        day = date(2026, 4, 1)
        with freeze_time("2026-04-01 05:00:00"):
            deliveries = type(subscription.delivery_ids)
            # The other's row is not seen yet by who comes later.
            subscription._deliver(self.manager, day)
            with patch.object(deliveries, "search", lambda self, *args, **kwargs: self.browse()):
                self.assertIsNone(subscription._deliver(self.manager, day))
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(len(subscription.delivery_ids), 1)
