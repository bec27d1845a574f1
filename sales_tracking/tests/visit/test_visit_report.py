import io
from datetime import datetime
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_visit import FAR, VisitCommon

MAILER = "odoo.addons.sales_tracking.tools.jobs"


@tagged("post_install", "-at_install")
class TestVisitReport(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead_user.email = "lead@example.com"
        met = cls.env.ref("sales_tracking.sales_interaction_outcome_met")
        with freeze_time("2026-03-10 03:00:00"):
            cls.visit = cls._visit(date_start="2026-03-10 02:30:00", outcome_id=met.id, note="=Wants 10 kg")
            cls.visit.action_check_in(*FAR)
        with freeze_time("2026-03-10 04:30:00"):
            cls.visit.action_check_out()
        order = cls._order(1000, moment="2026-03-10 04:00:00")
        order.copy({"date_order": "2026-03-10 04:00:00"})
        with freeze_time("2026-03-10 05:00:00"):
            cls._visit(date_start="2026-03-10 08:00:00")
            cls._visit(date_start="2026-03-10 09:00:00").action_cancel()
            cls._visit(cls.peer, date_start="2026-03-12 08:00:00")
        with freeze_time("2026-03-11 05:00:00"):
            cls.env["sales.visit"].cron_mark_missed()

    def _report(self, user=None, **vals):
        return self.env["sales.visit.report"].with_user(user or self.lead_user).create({"date": "2026-03-10", **vals})

    def test_figures_of_a_day(self):
        [each] = self._report()._get_people()
        self.assertEqual(each["person"], self.salesperson)
        total = each["total"]
        self.assertEqual((total["planned"], total["done"], total["missed"], total["hours"]), (2, 1, 1, 1.5))
        self.assertEqual((total["ordered"], total["quoted"]), (1000, 1000))

    def test_a_week_is_monday_to_sunday(self):
        report = self._report(period="week")
        self.assertEqual((str(report.date_from), str(report.date_to)), ("2026-03-09", "2026-03-15"))
        self.assertEqual([each["person"] for each in report._get_people()], [self.peer, self.salesperson])
        self.assertEqual(
            [each["person"] for each in self._report(period="week", user_ids=self.peer.ids)._get_people()], [self.peer]
        )

    def test_only_what_the_reader_may_see(self):
        self.assertFalse(self._report(self.peer)._get_people())
        own = self._report(self.peer, period="week", team_ids=self.team.ids)._get_people()
        self.assertEqual([each["person"] for each in own], [self.peer])
        with self.assertRaisesRegex(UserError, "no visit in this period"):
            self._report(self.peer).action_print()
        with self.assertRaises(AccessError):
            self._report().with_user(self.peer).read(["date"])

    def test_workbook(self):
        book = openpyxl.load_workbook(io.BytesIO(self._report()._xlsx_content()))
        visits, summary = book.worksheets
        rows = list(visits.values)
        header, first = rows[3], dict(zip(rows[3], rows[4], strict=True))
        self.assertEqual(len(rows), 7, header)
        self.assertEqual(first["Salesperson"], self.salesperson.name)
        self.assertEqual(first["Customer"], "Toko Melati")
        self.assertEqual(first["Planned Start"], datetime(2026, 3, 10, 9, 30))
        self.assertEqual(first["Check-In"], datetime(2026, 3, 10, 10))
        self.assertEqual(first["Check-Out"], datetime(2026, 3, 10, 11, 30))
        self.assertEqual(round(first["Distance (m)"]), 334)
        self.assertEqual(first["Verification"], "Out of Range")
        self.assertEqual((first["Hours"], first["Ordered (USD)"], first["Quoted (USD)"]), (1.5, 1000, 1000))
        self.assertEqual(first["Note"], "=Wants 10 kg")
        self.assertIsNone(dict(zip(rows[3], rows[5], strict=True))["Distance (m)"])
        self.assertEqual(list(summary.values)[-1], ("Total", 2, 1, 1, 0, 1.5, 1000, 1000))

    def test_paper(self):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "sales_tracking.report_visits", self._report().ids
        )
        text = " ".join(html.decode().split())
        for part in ("Toko Melati", "334", "Out of Range", "10:00", "11:30", "Met", "=Wants 10 kg", "1,000.00"):
            self.assertIn(part, text)

    def _mails(self):
        return self.env["mail.mail"].search([("subject", "=like", "Visits, %")], order="id")

    def _run(self, moment):
        progress = patch.object(self.registry["ir.cron"], "_commit_progress", return_value=float("inf"))
        with freeze_time(moment), progress:
            return self.env["sales.visit.report.mail"].cron_send()

    def _switch_on(self, frequency, day="2026-03-10"):
        with freeze_time(f"{day} 02:00:00"):
            self.company.write({"visit_report_frequency": frequency, "visit_report_hour": 19})

    def test_mailed_once(self):
        self._switch_on("day")
        self.assertEqual(self._run("2026-03-10 11:59:00"), {"sent": 0, "failed": 0})
        self.assertEqual(self._run("2026-03-10 12:00:00"), {"sent": 1, "failed": 0})
        for moment in ("2026-03-10 12:30:00", "2026-03-11 02:00:00"):
            self.assertEqual(self._run(moment), {"sent": 0, "failed": 0})
        [mail] = self._mails()
        self.assertEqual(mail.email_to, self.lead_user.email_formatted)
        self.assertEqual(
            [attachment.name.rsplit(".")[-1] for attachment in mail.attachment_ids.sorted("id")], ["pdf", "xlsx"]
        )
        self.assertIn(self.salesperson.name, mail.body_html)

    def test_made_up_for_after_a_downtime(self):
        """The cron was down for a week: the days with visits are mailed, each once."""
        self._switch_on("day")
        self.assertEqual(self._run("2026-03-17 02:00:00"), {"sent": 2, "failed": 0})
        self.assertEqual([mail.subject for mail in self._mails()], ["Visits, 03/10/2026", "Visits, 03/12/2026"])
        self.assertEqual(self._run("2026-03-17 13:00:00"), {"sent": 0, "failed": 0})

    def test_not_before_it_was_switched_on(self):
        self._switch_on("day", "2026-03-11")
        self.assertEqual(self._run("2026-03-17 02:00:00"), {"sent": 1, "failed": 0})

    def test_weekly(self):
        self._switch_on("week")
        self.assertEqual(self._run("2026-03-15 11:00:00"), {"sent": 0, "failed": 0})
        self.assertEqual(self._run("2026-03-15 12:00:00"), {"sent": 1, "failed": 0})
        self.assertEqual(self._run("2026-03-20 12:00:00"), {"sent": 0, "failed": 0})
        self.assertEqual(self._mails().subject, "Visits, 03/09/2026 – 03/15/2026")

    def test_one_failure_does_not_stop_the_others(self):
        other_lead = self._user("other_lead", "sales_tracking.group_team_lead")
        other_lead.email = "other@example.com"
        self.other_team.user_id = other_lead
        with freeze_time("2026-03-10 03:00:00"):
            self._visit(self.manager, team_id=self.other_team.id, date_start="2026-03-10 08:00:00")
        self.lead_user.email = False
        self._switch_on("day")
        with mute_logger(MAILER):
            self.assertEqual(self._run("2026-03-10 12:00:00"), {"sent": 1, "failed": 1})
            self.assertEqual(self._run("2026-03-10 12:30:00"), {"sent": 0, "failed": 1})
        failed = self.env["sales.visit.report.mail"].with_user(self.lead_user).search([("state", "=", "failed")])
        self.assertIn("no e-mail address", failed.error)
        self.assertNotIn(self.salesperson.name, self._mails().body_html)
        self.lead_user.email = "lead@example.com"
        self.assertEqual(self._run("2026-03-10 13:00:00"), {"sent": 1, "failed": 0})
        self.assertEqual((failed.state, failed.error), ("sent", False))

    def test_a_mail_holds_only_what_its_lead_may_see(self):
        """Who is the leader of a team without the group of leads sees no other person's visits."""
        self.team.user_id = self.peer
        self.peer.email = "peer@example.com"
        self._switch_on("week")
        self.assertEqual(self._run("2026-03-15 12:00:00")["sent"], 1)
        self.assertIn(self.peer.name, self._mails().body_html)
        self.assertNotIn(self.salesperson.name, self._mails().body_html)

    def test_only_administrators_run_it(self):
        with self.assertRaises(AccessError):
            self.env["sales.visit.report.mail"].with_user(self.lead_user).cron_send()
