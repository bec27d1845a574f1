from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.sales_tracking.models.analytics.period import period_bounds

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestTargetReport(SalesTargetCommon):
    def _assert_figures(self, figures, **expected):
        for name, value in expected.items():
            with self.subTest(name):
                if value is False:
                    self.assertIs(figures[name], False)
                else:
                    self.assertAlmostEqual(figures[name], value, places=3)

    def test_worked_numbers(self):
        """90,000 in 20 working days, 12 complete, 42,000 reached."""
        target = self._target(90000)
        self._invoice(30000, "2026-02-04")
        self._invoice(12000, "2026-02-17")
        expected = {
            "amount": 90000,
            "actual": 42000,
            "attainment": 0.467,
            "expected": 54000,
            "pace": 0.778,
            "run_rate": 70000,
            "gap": 48000,
            "needed_per_day": 6000,
        }
        self._assert_figures(self._figures(target, "2026-02-18"), **expected | {"attainment": 42 / 90, "pace": 42 / 54})
        with freeze_time("2026-02-18 03:00:00"):
            [row] = self.env["sales.target.report"].search_read([("target_id", "=", target.id)])
            self.assertEqual({name: round(row[name], 3) for name in expected}, expected)
            self.assertEqual(round(target.pace, 3), 0.778)
            self.assertEqual(target.needed_per_day, 6000)

    def test_report_and_get_report_agree(self):
        self._target()
        self._target(5, metric="calls")
        self._target(3, metric="time_to_close", scope="team")
        self._invoice(1000, "2026-02-04")
        today = self.company._sales_today()
        rows = self.env["sales.target"].get_report(today)
        report = self.env["sales.target.report"].search_read([], list(rows[0]), load=None)
        for row in report:
            del row["id"]
        self.assertEqual(report, rows)

    def test_found_by_the_name_of_the_person(self):
        target = self._target(scope="person", user_id=self.salesperson.id)
        found = self.env["sales.target.report"].name_search(self.salesperson.name)
        self.assertEqual([row_id for row_id, _name in found], target.ids)

    def test_days_in_the_time_zone_of_the_company(self):
        target = self._target()
        with freeze_time("2026-02-17 16:59:00"):
            self.assertAlmostEqual(target.expected, 90000 * 11 / 20)
        self.env.invalidate_all()
        with freeze_time("2026-02-17 17:00:00"):
            self.assertAlmostEqual(target.expected, 90000 * 12 / 20)

    def test_public_holidays_are_not_worked(self):
        target = self._target(95000)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Imlek",
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-02-16 17:00:00",
                "date_to": "2026-02-17 16:59:59",
            }
        )
        self._assert_figures(self._figures(target, "2026-02-18"), expected=95000 * 11 / 19, needed_per_day=95000 / 8)

    def test_holidays_of_another_company_are_worked(self):
        target = self._target()
        leave = self.env["resource.calendar.leaves"].with_company(self.company_2)
        leave.create({"name": "Elsewhere", "date_from": "2026-02-16 17:00:00", "date_to": "2026-02-17 16:59:59"})
        self._assert_figures(self._figures(target, "2026-02-18"), expected=54000)

    def test_flexible_schedule_works_the_same_days_in_each_span(self):
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Flexible", "company_id": self.company.id, "flexible_hours": True, "hours_per_day": 8,
             "full_time_required_hours": 40, "hours_per_week": 40}
        )  # fmt: skip
        february = (date(2026, 2, 1), date(2026, 2, 28))
        days = self.company._sales_working_days(date(2026, 1, 1), february[1])
        self.assertEqual([day for day in days if day >= february[0]], self.company._sales_working_days(*february))

    def test_company_without_a_schedule_works_every_day(self):
        target = self._target(28000)
        self.company.resource_calendar_id = False
        self._assert_figures(self._figures(target, "2026-02-18"), expected=17000)

    def test_before_and_after_the_period(self):
        target = self._target()
        self._invoice(45000, "2026-02-04")
        self._assert_figures(
            self._figures(target, "2026-01-31"),
            actual=0, attainment=0, expected=0, pace=False, run_rate=False, gap=90000, needed_per_day=4500,
        )  # fmt: skip
        self._assert_figures(
            self._figures(target, "2026-03-01"),
            actual=45000, attainment=0.5, expected=90000, pace=0.5, run_rate=45000, gap=45000, needed_per_day=False,
        )  # fmt: skip

    def test_later_facts_do_not_count_yet(self):
        target = self._target()
        self._invoice(1000, "2026-02-18")
        self._invoice(500, "2026-02-19")
        self._assert_figures(self._figures(target, "2026-02-18"), actual=1000)
        self._assert_figures(self._figures(target, "2026-02-19"), actual=1500)

    def test_zero_target_is_blank(self):
        target = self._target(0)
        self._invoice(1000, "2026-02-04")
        blank = dict.fromkeys(("attainment", "gap", "expected", "pace", "needed_per_day"), False)
        self._assert_figures(self._figures(target, "2026-02-18"), actual=1000, **blank)
        report = self.env["sales.target.report"].browse(target.id)
        self.assertIs(report.attainment, False)
        self.assertIs(report.read(["attainment"])[0]["attainment"], False)
        self.assertIs(target.attainment, False)

    def test_exceeded_target_needs_nothing(self):
        target = self._target(1000)
        self._invoice(1250, "2026-02-04")
        self._assert_figures(self._figures(target, "2026-02-18"), attainment=1.25, gap=-250, needed_per_day=0)

    def test_credit_note_reduces(self):
        target = self._target()
        self._invoice(1000, "2026-02-04")
        self._invoice(300, "2026-02-06", move_type="out_refund")
        self._assert_figures(self._figures(target), actual=700)

    def test_drafts_and_cancelled_do_not_count(self):
        target = self._target()
        self._invoice(1000, "2026-02-04", post=False)
        invoice = self._invoice(1000, "2026-02-04")
        self._assert_figures(self._figures(target), actual=1000)
        invoice.button_draft()
        invoice.button_cancel()
        self._assert_figures(self._figures(target), actual=0)

    def test_a_document_counts_once_at_each_node(self):
        company = self._target(scope="company", metric="ordered")
        jakarta = self._target(scope="team", metric="ordered", parent_id=company.id)
        surabaya = self._target(scope="team", metric="ordered", team_id=self.other_team.id, parent_id=company.id)
        person = self._target(metric="ordered", parent_id=jakarta.id)
        peer = self._target(metric="ordered", user_id=self.peer.id, parent_id=jakarta.id)
        self._order(1000, moment="2026-02-10 05:00:00", shares={self.salesperson: 60, self.peer: 40})
        self._order(200, moment="2026-02-10 05:00:00", team_id=self.other_team.id)
        self._order(30, moment="2026-02-10 05:00:00", user_id=False)
        actuals = {row["target_id"]: row["actual"] for row in self.env["sales.target"].get_report("2026-03-01")}
        self.assertEqual(actuals, {company.id: 1230, jakarta.id: 1030, surabaya.id: 200, person.id: 800, peer.id: 400})

    def test_a_shared_document_is_one_document(self):
        metric = self.env["sales.metric"].create(
            {"name": "Orders", "code": "orders", "basis": "ordered", "measure": "count"}
        )
        targets = (
            self._target(10, scope="company", metric_id=metric.id)
            | self._target(10, scope="team", metric_id=metric.id)
            | self._target(10, metric_id=metric.id)
            | self._target(10, metric_id=metric.id, user_id=self.peer.id)
        )
        lines = [(self.pepper, 1, 10), (self.pepper, 1, 20)]
        self._order(lines=lines, moment="2026-02-10 05:00:00", shares={self.salesperson: 50, self.peer: 50})
        self.assertEqual([row["actual"] for row in targets.get_report("2026-03-01")], [1, 1, 1, 1])

    def test_team_of_the_document_not_of_the_person(self):
        target = self._target(scope="team")
        self._invoice(1000, "2026-02-04", team_id=self.team.id)
        self._invoice(500, "2026-02-04", team_id=self.other_team.id)
        self.team.member_ids -= self.salesperson
        self._assert_figures(self._figures(target), actual=1000)

    def test_late_night_in_the_zone_of_the_company(self):
        january = self._target(metric="ordered", date_from="2026-01-01", date_to="2026-01-31")
        february = self._target(metric="ordered")
        self._order(100, moment="2026-01-31 16:59:00")
        self._order(20, moment="2026-01-31 17:00:00")
        actuals = {row["target_id"]: row["actual"] for row in (january | february).get_report("2026-03-01")}
        self.assertEqual(actuals, {january.id: 100, february.id: 20})

    def test_other_company_is_left_out(self):
        target = self._target(scope="company")
        other = self._target(scope="company", company_id=self.company_2.id)
        self._invoice(1000, "2026-02-04")
        actuals = {row["target_id"]: row["actual"] for row in (target | other).get_report("2026-03-01")}
        self.assertEqual(actuals, {target.id: 1000, other.id: 0})

    def test_plain_numbers(self):
        target = self._target(40, metric="calls")
        for _number in range(3):
            self.env["sales.interaction"].create(
                {"kind": "call", "date": "2026-02-10 05:00:00", "user_id": self.salesperson.id}
            )
        self._assert_figures(self._figures(target), actual=3, attainment=0.075)
        self.assertIs(self._figures(target)["currency_id"], False)

    def test_average_is_not_summed(self):
        target = self._target(2500, metric="average_sale")
        team = self._target(2500, metric="average_sale", scope="team")
        for amount in (1000, 1000, 4000):
            self._order(amount, moment="2026-02-10 05:00:00")
        self._order(6000, moment="2026-02-10 05:00:00", user=self.peer)
        self._assert_figures(
            self._figures(target, "2026-02-18"),
            actual=2000, attainment=0.8, expected=2500, pace=0.8, run_rate=2000, gap=500, needed_per_day=False,
        )  # fmt: skip
        self._assert_figures(self._figures(team, "2026-02-18"), actual=3000)

    def test_average_of_nothing_is_blank(self):
        target = self._target(2500, metric="average_sale")
        self._assert_figures(self._figures(target), actual=False, attainment=False, gap=False, pace=False)

    def test_lower_is_better(self):
        target = self._target(30, metric="time_to_close")
        self._won_deal(days=50)
        self._won_deal(days=30)
        self._assert_figures(self._figures(target), actual=40, attainment=0.75, pace=0.75, gap=10, needed_per_day=False)
        self._won_deal(days=10)
        self._won_deal(days=10)
        self._assert_figures(self._figures(target), actual=25, attainment=1.2, gap=-5)

    def test_metric_turned_into_retention_is_blank(self):
        metric = self.env["sales.metric"].create(
            {"name": "Orders", "code": "orders", "basis": "ordered", "measure": "count"}
        )
        target = self._target(10, metric_id=metric.id)
        other = self._target()
        self._invoice(1000, "2026-02-04")
        metric.measure = "retention"
        self._assert_figures(self._figures(target), actual=False, attainment=False)
        self._assert_figures(self._figures(other), actual=1000)

    def test_blank_figures_are_no_small_ones(self):
        blank = self._target(0)
        target = self._target(1000, user_id=self.peer.id)
        report = self.env["sales.target.report"]
        self.assertEqual(report.search([("pace", "<", 1)]).target_id, target)
        for order in ("attainment", "attainment desc"):
            self.assertEqual(report.search([], order=order).target_id.ids, [target.id, blank.id])

    def test_totals_only_of_what_adds_up(self):
        self._target(1000)
        self._target(3000, user_id=self.peer.id)
        self._invoice(500, "2026-02-04")
        self._invoice(1500, "2026-02-04", user=self.peer)
        self._target(0, user_id=self.lead_user.id)
        self._invoice(700, "2026-02-04", user=self.lead_user)
        report = self.env["sales.target.report"]
        aggregates = ["amount:sum", "actual:sum", "attainment:avg", "pace:avg"]
        self.assertEqual(report._read_group([], [], aggregates), [(4000, 2700, 0.5, 0.5)])
        self._target(4000, scope="team")
        self.assertEqual(
            report._read_group([], ["scope"], ["actual:sum"], order="scope"), [("person", 2700), ("team", 2700)]
        )
        self.assertEqual(report._read_group([], [], aggregates), [(False,) * 4])

    def test_averages_have_no_total(self):
        self._target(2500, metric="average_sale")
        report = self.env["sales.target.report"]
        self._order(1000, moment="2026-02-10 05:00:00")
        self.assertEqual(report._read_group([], [], ["actual:sum", "attainment:avg"]), [(1000, 0.4)])
        self._target(2500, metric="average_sale", user_id=self.peer.id)
        self.assertEqual(report._read_group([], [], ["actual:sum", "attainment:avg"]), [(False, False)])

    def test_opens_the_facts_behind_the_actual(self):
        self._invoice(1000, "2026-02-04")
        self._invoice(300, "2026-02-06", move_type="out_refund")
        self._invoice(50, "2026-02-06", user=self.peer)
        self._invoice(7, "2026-02-06", user=self.peer, team_id=self.other_team.id)
        for scope, actual in (("person", 700), ("team", 750), ("company", 757)):
            target = self._target(scope=scope)
            action = target.action_open_facts()
            facts = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(sum(facts.mapped("amount")), actual)
            self.assertEqual(target.actual, actual)

    def test_no_targets(self):
        self.assertEqual(self.env["sales.target"].get_report("2026-02-18"), [])
        self.assertFalse(self.env["sales.target.report"].search([]))

    def test_constant_number_of_queries(self):
        def count(call):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
            return self.env.cr.sql_log_count - before

        def queries():
            return [
                count(lambda: self.env["sales.target"].get_report("2026-02-18")),
                count(lambda: self.env["sales.target.report"].search_read([], ["actual"], load=None)),
                count(lambda: self.env["sales.target"].search([]).web_read({"display_name": {}, "pace": {}})),
            ]

        months = [date(2010 + number // 12, number % 12 + 1, 1) for number in range(200)]
        for month in months[:10]:
            self._target(date_from=month, date_to=period_bounds("month", month)[1])
        queries()
        few = queries()
        for month in months[10:]:
            self._target(date_from=month, date_to=period_bounds("month", month)[1])
        self.assertEqual(queries(), few)
