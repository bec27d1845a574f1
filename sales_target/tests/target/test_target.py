import re

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, mute_logger, tagged

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestTarget(SalesTargetCommon):
    def test_name_tells_metric_scope_and_period(self):
        names = {
            ("2026-02-02", "2026-02-08"): "Invoiced · Jakarta · Week 6, 2026",
            ("2026-03-01", "2026-03-31"): "Invoiced · Jakarta · March 2026",
            ("2026-04-01", "2026-06-30"): "Invoiced · Jakarta · Q2 2026",
            ("2027-01-01", "2027-12-31"): "Invoiced · Jakarta · 2027",
            ("2026-07-05", "2026-07-20"): "Invoiced · Jakarta · 07/05/2026 – 07/20/2026",
        }
        for (date_from, date_to), name in names.items():
            target = self._target(scope="team", date_from=date_from, date_to=date_to)
            self.assertEqual(target.display_name, name)

    def test_two_dates_make_the_kind_of_period(self):
        kinds = {
            ("2026-02-02", "2026-02-08"): "week",
            ("2028-02-01", "2028-02-29"): "month",
            ("2026-04-01", "2026-06-30"): "quarter",
            ("2027-01-01", "2027-12-31"): "year",
            ("2026-07-05", "2026-07-20"): "custom",
        }
        for (date_from, date_to), kind in kinds.items():
            self.assertEqual(self._target(date_from=date_from, date_to=date_to).period_kind, kind)

    def test_period_has_its_calendar_dates(self):
        target = self.env["sales.target"].create(
            {
                "metric_id": self._metric("invoiced").id,
                "scope": "company",
                "amount": 1,
                "period_kind": "month",
                "date_from": "2028-02-01",
            }
        )
        self.assertEqual(target.date_to, fields.Date.to_date("2028-02-29"))
        with self._refused(ValidationError, "runs from 02/01/2026 to 02/28/2026"):
            self._target(period_kind="month", date_from="2026-02-10", date_to="2026-02-28")
        with self.assertRaises(ValidationError):
            target.date_to = "2028-02-28"

    @mute_logger("odoo.sql_db")
    def test_period_ends_after_it_starts(self):
        with self.assertRaises(CheckViolation):
            self._target(date_from="2026-02-28", date_to="2026-02-01")

    def test_form_takes_the_whole_period(self):
        with Form(self.env["sales.target"]) as form:
            form.metric_id = self._metric("calls")
            form.user_id = self.salesperson
            form.amount = 30
            form.period_kind = "quarter"
            form.date_from = "2026-05-17"
        target = form.record
        self.assertEqual(
            (target.date_from, target.date_to),
            (fields.Date.to_date("2026-04-01"), fields.Date.to_date("2026-06-30")),
        )
        self.assertEqual(target.team_id, self.team, "the team of the salesperson")
        with Form(target) as form:
            form.scope = "team"
        self.assertFalse(target.user_id)
        self.assertEqual(target.team_id, self.team)

    def test_currency_only_for_money(self):
        self.assertEqual(self._target().currency_id, self.company.currency_id)
        self.assertFalse(self._target(30, metric="calls").currency_id)
        self.assertFalse(self._target(12.5, metric="time_to_close").currency_id)

    @mute_logger("odoo.sql_db")
    def test_scope_needs_its_node(self):
        for vals in (
            {"scope": "team", "team_id": False},
            {"scope": "person", "user_id": False},
            {"scope": "company", "user_id": self.salesperson.id},
            {"scope": "team", "user_id": self.salesperson.id},
        ):
            with self.subTest(vals), self.assertRaises(CheckViolation):
                self._target(**vals)

    @mute_logger("odoo.sql_db")
    def test_negative_amount_is_refused(self):
        with self.assertRaises(CheckViolation):
            self._target(-1)

    def test_other_company_is_refused(self):
        team = self.env["crm.team"].create({"name": "Foreign", "company_id": self.company_2.id})
        with self.assertRaises(UserError):
            self._target(scope="team", team_id=team.id)
        with self.assertRaises(UserError):
            self._target(user_id=self.foreign_user.id)

    def test_overlap_is_refused_and_named(self):
        target = self._target()
        for date_from, date_to in (
            ("2026-02-01", "2026-02-28"),
            ("2026-02-28", "2026-03-05"),
            ("2026-01-10", "2026-12-20"),
        ):
            with (
                self.subTest(date_from),
                self._refused(ValidationError, "overlaps " + re.escape(f'"{target.display_name}"')),
            ):
                self._target(date_from=date_from, date_to=date_to)
        march = self._target(date_from="2026-03-01", date_to="2026-03-31")
        with self._refused(ValidationError, "overlaps"):
            march.write({"date_from": "2026-02-01", "date_to": "2026-02-28"})

    def test_lengths_live_side_by_side(self):
        """Row B8: an annual target does not forbid monthly ones of the same metric; each length follows itself."""
        self._target(1000000, scope="company", date_from="2026-01-01", date_to="2026-12-31")
        for date_from, date_to, kind in (
            ("2026-02-01", "2026-02-28", "month"),
            ("2026-03-01", "2026-03-31", "month"),
            ("2026-01-01", "2026-03-31", "quarter"),
            ("2026-02-09", "2026-02-15", "week"),
        ):
            with self.subTest(kind):
                target = self._target(scope="company", date_from=date_from, date_to=date_to)
                self.assertEqual(target.period_kind, kind)
                with self._refused(ValidationError, "overlaps"):
                    self._target(scope="company", date_from=date_from, date_to=date_to)
        with self._refused(ValidationError, "overlaps"):
            self._target(scope="company", date_from="2026-01-01", date_to="2026-12-31")

    def test_report_shows_both_lengths(self):
        """100,000 in the year and 10,000 in February of one person: two rows, and no total of 110,000."""
        year = self._target(100000, metric="ordered", date_from="2026-01-01", date_to="2026-12-31")
        month = self._target(10000, metric="ordered")
        (year | month).action_approve()
        self._order(4000, moment="2026-02-10 05:00:00")
        figures = {row["target_id"]: row for row in (year | month).get_report("2026-02-20")}
        self.assertEqual((figures[year.id]["actual"], figures[month.id]["actual"]), (4000, 4000))
        self.assertEqual(figures[year.id]["attainment"], 0.04)
        self.assertEqual(figures[month.id]["attainment"], 0.4)
        report = self.env["sales.target.report"]
        mine = [("target_id", "in", (year | month).ids)]
        self.assertEqual(report._read_group(mine, [], ["amount:sum", "actual:sum"]), [(False, False)])
        self.assertEqual(
            report._read_group(mine, ["period_kind"], ["amount:sum", "actual:sum"]),
            [("month", 10000, 4000), ("year", 100000, 4000)],
        )

    def test_late_changes_stay_within_their_length(self):
        """A cancellation in a closed month is the next month's; the year counts the month itself, and once."""
        year = self._target(100000, metric="ordered", date_from="2026-01-01", date_to="2026-12-31")
        february = self._target(10000, metric="ordered")
        march = self._target(10000, metric="ordered", date_from="2026-03-01", date_to="2026-03-31")
        targets = year | february | march
        targets.action_approve()
        targets.action_start()
        order = self._order(4000, moment="2026-02-10 05:00:00")
        february.action_close()
        order._action_cancel()
        figures = {row["target_id"]: row for row in targets.get_report("2026-03-31")}
        self.assertEqual(figures[february.id]["actual"], 4000)
        self.assertEqual((figures[march.id]["adjustment"], figures[march.id]["actual"]), (-4000, -4000))
        self.assertEqual((figures[year.id]["adjustment"], figures[year.id]["actual"]), (False, 0))

    def test_two_overlapping_at_once_are_refused(self):
        vals = {
            "metric_id": self._metric("invoiced").id,
            "scope": "company",
            "amount": 1,
            "date_from": "2026-02-01",
            "date_to": "2026-02-28",
        }
        with self._refused(ValidationError, "overlaps"):
            self.env["sales.target"].create([vals, vals])

    def test_other_nodes_and_metrics_do_not_overlap(self):
        self._target()
        self._target(user_id=self.peer.id)
        self._target(metric="ordered")
        self._target(scope="team")
        self._target(scope="team", team_id=self.other_team.id)
        self._target(scope="company")
        self._target(scope="company", company_id=self.company_2.id)

    def test_a_person_in_two_teams_has_one_target_at_a_time(self):
        self._target(team_id=self.team.id)
        with self._refused(ValidationError, "overlaps"):
            self._target(team_id=self.other_team.id)

    def test_tree(self):
        year = self._target(1000000, scope="company", date_from="2026-01-01", date_to="2026-12-31")
        team = self._target(scope="team", parent_id=year.id)
        person = self._target(parent_id=team.id)
        self.assertEqual(year.child_ids.child_ids, person)

    def test_cycle_is_refused(self):
        team = self._target(scope="team")
        other = self._target(scope="team", team_id=self.other_team.id, parent_id=team.id)
        for parent in (other, team):
            with self._refused(ValidationError, "part of itself"):
                team.parent_id = parent

    def test_parent_has_the_same_metric_and_contains_the_period(self):
        team = self._target(scope="team")
        for vals in (
            {"metric": "ordered"},
            {"date_from": "2026-03-01", "date_to": "2026-03-31"},
            {"date_from": "2026-02-23", "date_to": "2026-03-01"},
            {"scope": "company"},
        ):
            with self.subTest(vals), self._refused(ValidationError, "can't be part of"):
                self._target(parent_id=team.id, **vals)
        self._target(parent_id=team.id)
        with self._refused(ValidationError, "can't be part of"):
            team.write({"date_from": "2026-03-01", "date_to": "2026-03-31"})

    def test_retention_is_refused(self):
        with self._refused(ValidationError, "retention compares two periods"):
            self._target(metric="retention")

    def test_life(self):
        target = self._target()
        target.action_approve()
        target.action_start()
        target.action_close()
        self.assertEqual(target.state, "closed")
        target.action_reopen()
        self.assertEqual(target.state, "running")
        with self._refused(UserError, "is running: this step is not possible now"):
            target.action_approve()

    def test_agreed_target_is_frozen(self):
        target = self._target()
        for step in ("action_approve", "action_start", "action_close"):
            getattr(target, step)()
            for vals in ({"amount": 1}, {"date_to": "2026-02-27"}, {"user_id": self.peer.id}, {"parent_id": False}):
                with self.subTest(step, vals=vals), self._refused(UserError, "may revise its amount"):
                    target.write(vals)
            with self._refused(UserError, "can't be deleted"):
                target.unlink()
        target.action_reopen()
        with self._refused(UserError, "is running: this step is not possible now"):
            target.action_reset_to_draft()

    def test_approval_is_taken_back_before_the_start(self):
        target = self._target()
        target.action_approve()
        target.action_reset_to_draft()
        target.amount = 95000
        self.assertEqual(target.amount, 95000)
        target.unlink()

    def test_status_changes_with_the_buttons_only(self):
        target = self._target()
        for vals in ({"state": "running"}, {"closed_actual": 1}, {"closed_on": "2026-03-01 00:00:00"}):
            with self.subTest(vals), self._refused(UserError, "changes with its buttons"):
                target.write(vals)

    def test_copy_is_a_draft(self):
        target = self._target()
        target.action_approve()
        copy = target.copy({"date_from": "2026-03-01", "date_to": "2026-03-31"})
        self.assertEqual((copy.state, copy.amount), ("draft", 90000))
