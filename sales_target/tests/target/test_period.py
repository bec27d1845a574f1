from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import SalesTargetCommon

# The share of January, February, …, in percent.
SEASON = (5, 5, 15, 15, 5, 5, 5, 5, 5, 5, 15, 15)


@tagged("post_install", "-at_install")
class TestPeriod(SalesTargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["sales.target.profile"].create(
            {"name": "Season", **{f"share_{month:02}": share for month, share in enumerate(SEASON, start=1)}}
        )

    def _year(self, amount=120000, **vals):
        return self._target(amount, **{"date_from": "2026-01-01", "date_to": "2026-12-31", **vals})

    def test_fiscal_year_that_ends_in_june(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        with Form(self.env["sales.target"]) as form:
            form.metric_id = self._metric("calls")
            form.user_id = self.salesperson
            form.amount = 30
            form.period_kind = "year"
            form.date_from = "2026-08-17"
        year = form.record
        self.assertEqual((year.date_from, year.date_to), (date(2026, 7, 1), date(2027, 6, 30)))
        self.assertRegex(year.display_name, r"· 2026/27$")
        quarter = self._target(date_from="2027-04-01", date_to="2027-06-30")
        self.assertEqual(quarter.period_kind, "quarter")
        self.assertRegex(quarter.display_name, r"· Q4 2026/27$")
        calendar_year = self._target(user_id=self.peer.id, date_from="2026-01-01", date_to="2026-12-31")
        self.assertEqual(calendar_year.period_kind, "custom")

    def test_year_of_53_weeks(self):
        """2026 has 53 weeks: the last month of its 4-4-5 year has six."""
        target = self._target(date_from="2026-11-23", date_to="2027-01-03")
        self.assertEqual(target.period_kind, "445")
        self.assertRegex(target.display_name, r"· 4-4-5 Month 12, 2026$")
        first = self._target(date_from="2027-01-04", date_to="2027-01-31")
        self.assertRegex(first.display_name, r"· 4-4-5 Month 1, 2027$")
        with self._refused(ValidationError, "runs from 11/23/2026 to 01/03/2027"):
            self._target(user_id=self.peer.id, period_kind="445", date_from="2026-11-23", date_to="2026-12-27")

    def test_29_february(self):
        target = self._target(date_from="2028-02-01", date_to="2028-02-29", shape="manual", step="week")
        self.assertEqual(target.period_kind, "month")
        self.assertEqual(target.period_ids[-1].date_to, date(2028, 2, 29))
        self._invoice(100, "2028-02-29")
        self.assertEqual(self._figures(target, "2028-03-01")["actual"], 100)

    def test_profile_spreads_the_year(self):
        target = self._year(shape="profile", profile_id=self.profile.id)
        self.assertEqual(target.period_ids.mapped("amount"), [1200 * share for share in SEASON])
        self.assertEqual(
            [(period.date_from.month, period.date_to.day) for period in target.period_ids[:3]],
            [(1, 31), (2, 28), (3, 31)],
        )

    def test_expected_follows_the_profile(self):
        """At the start of March 10 % of the year is expected, although a sixth of it is over."""
        target = self._year(shape="profile", profile_id=self.profile.id)
        self._invoice(9000, "2026-02-04")
        figures = self._figures(target, "2026-03-01")
        self.assertEqual((figures["expected"], figures["pace"]), (12000, 0.75))
        self.assertAlmostEqual(figures["run_rate"], 90000)
        # 11 of the 22 working days of March: half of its 18,000.
        self.assertAlmostEqual(self._figures(target, "2026-03-17")["expected"], 12000 + 18000 / 2)

    def test_weeks_of_a_profile(self):
        target = self._target(1000, shape="profile", profile_id=self.profile.id, step="week")
        self.assertEqual(len(target.period_ids), 5)
        self.assertEqual(target.period_ids[0].date_to, date(2026, 2, 1))
        self.assertEqual(sum(target.period_ids.mapped("amount")), 1000)
        self.assertEqual(target.period_ids.mapped("amount"), [35.71, 250, 250, 250, 214.29])

    def test_parts_sum_to_the_amount_exactly(self):
        for number, amount in enumerate((100000.01, 0.07, 99999.99)):
            target = self._year(
                amount, date_from=f"{2026 + number}-01-01", date_to=f"{2026 + number}-12-31",
                shape="profile", profile_id=self.profile.id,
            )  # fmt: skip
            self.assertEqual(round(sum(target.period_ids.mapped("amount")), 2), amount)

    def test_as_last_year(self):
        self._invoice(3000, "2025-02-10")
        self._invoice(1000, "2025-12-31")
        self._invoice(777, "2025-02-10", user=self.peer)
        self._invoice(400, "2025-07-01", move_type="out_refund")
        target = self._year(shape="last_year")
        amounts = dict(zip(range(1, 13), target.period_ids.mapped("amount"), strict=True))
        self.assertEqual({month: amount for month, amount in amounts.items() if amount}, {2: 90000, 12: 30000})

    def test_without_a_last_year_the_months_are_equal(self):
        self.assertEqual(self._year(shape="last_year").period_ids.mapped("amount"), [10000] * 12)

    def test_by_hand(self):
        target = self._target(100, date_from="2026-01-01", date_to="2026-03-31", shape="manual")
        january, february, march = target.period_ids
        target.period_ids = [Command.update(january.id, {"amount": 50}), Command.update(february.id, {"amount": 25}),
                             Command.update(march.id, {"amount": 25})]  # fmt: skip
        self.assertEqual(self._figures(target, "2026-02-01")["expected"], 50)
        with self._refused(ValidationError, r"sum to 101.0, the target is 100.0: they differ by 1.0"):
            target.period_ids = [Command.update(march.id, {"amount": 26})]
        target.amount = 200
        self.assertEqual(target.period_ids.mapped("amount"), [100, 50, 50])

    def test_by_hand_follows_the_period(self):
        target = self._target(100, date_from="2026-01-01", date_to="2026-03-31", shape="manual")
        target.write({"date_from": "2026-04-01", "date_to": "2026-06-30"})
        self.assertEqual(target.period_ids.mapped("date_from"), [date(2026, month, 1) for month in (4, 5, 6)])
        self.assertEqual(sum(target.period_ids.mapped("amount")), 100)
        self.assertEqual(self._figures(target, "2026-04-01")["expected"], 0)

    def test_as_last_year_of_another_person(self):
        self._invoice(3000, "2025-02-10")
        self._invoice(3000, "2025-05-10", user=self.peer)
        target = self._year(shape="last_year")
        target.user_id = self.peer
        self.assertEqual([period.date_from.month for period in target.period_ids if period.amount], [5])

    def test_average_has_no_spread(self):
        with self._refused(ValidationError, "an average has no parts that add up"):
            self._year(metric="average_sale", shape="profile", profile_id=self.profile.id)

    def test_parts_change_with_the_target_only(self):
        target = self._year(shape="profile", profile_id=self.profile.id)
        for change in (
            lambda part: part.write({"amount": 1}),
            lambda part: part.unlink(),
            lambda part: part.copy({"date_from": "2027-01-01", "date_to": "2027-01-31"}),
        ):
            with self._refused(UserError, "on the target itself"):
                change(target.period_ids[0])
        target.action_approve()
        with self._refused(UserError, "may revise its amount"):
            target.period_ids = [Command.update(target.period_ids[0].id, {"amount": 1})]

    def test_another_shape_spreads_anew(self):
        target = self._year(shape="profile", profile_id=self.profile.id)
        target.write({"date_to": "2026-06-30", "period_kind": "custom"})
        self.assertEqual(target.period_ids.mapped("amount"), [12000, 12000, 36000, 36000, 12000, 12000])
        target.shape = "even"
        self.assertFalse(target.period_ids)

    def test_reached_per_month(self):
        target = self._year(shape="profile", profile_id=self.profile.id)
        self._invoice(3000, "2026-01-31")
        self._invoice(1500, "2026-02-01")
        january, february = target.period_ids[:2]
        self.assertEqual((january.actual, january.attainment), (3000, 0.5))
        self.assertEqual((february.actual, february.attainment), (1500, 0.25))
        self.assertEqual(target.period_ids[5].actual, 0)

    def test_profile_sums_to_100(self):
        with self._refused(ValidationError, r"sum to 101.0 %"):
            self.profile.share_01 = 6
        with self._refused(ValidationError, "Choose the profile"):
            self._year(shape="profile")

    def test_copy_is_for_the_next_period(self):
        year = self._year(scope="company")
        month = self._target(scope="team", date_from="2026-12-01", date_to="2026-12-31", parent_id=year.id)
        days = self._target(date_from="2026-02-02", date_to="2026-02-11")
        copies = [target.copy() for target in (year, month, days)]
        self.assertEqual(
            [(copy.date_from, copy.date_to) for copy in copies],
            [
                (date(2027, 1, 1), date(2027, 12, 31)),
                (date(2027, 1, 1), date(2027, 1, 31)),
                (date(2026, 2, 12), date(2026, 2, 21)),
            ],
        )
        self.assertFalse(copies[1].parent_id)
        self.assertEqual(month.copy({"team_id": self.other_team.id}).date_from, date(2026, 12, 1))

    def test_copy_of_a_target_by_hand_spreads_evenly(self):
        target = self._target(shape="manual", step="week")
        copy = target.copy({"date_from": "2026-03-01", "date_to": "2026-03-31"})
        self.assertEqual((copy.shape, copy.period_ids), ("even", self.env["sales.target.period"]))


@tagged("post_install", "-at_install")
class TestRevision(SalesTargetCommon):
    def _revise(self, target, amount, day, **vals):
        return self.env["sales.target.revision"].create(
            {"target_id": target.id, "amount": amount, "date": day, "reason": "A customer was lost", **vals}
        )

    def test_the_amount_in_force_on_the_day(self):
        target = self._target()
        target.action_approve()
        target.action_start()
        self._revise(target, 60000, "2026-02-18")
        self._revise(target, 50000, "2026-02-25")
        figures = {day: self._figures(target, day) for day in ("2026-02-17", "2026-02-18", "2026-02-24", "2026-02-25")}
        self.assertEqual([row["amount"] for row in figures.values()], [90000, 60000, 60000, 50000])
        self.assertAlmostEqual(figures["2026-02-17"]["expected"], 90000 * 11 / 20)
        self.assertAlmostEqual(figures["2026-02-18"]["expected"], 60000 * 12 / 20)
        self.assertEqual(target.amount, 50000)
        self.assertEqual(
            [(revision.amount_before, revision.amount) for revision in target.revision_ids.sorted()],
            [(60000, 50000), (90000, 60000)],
        )
        self.assertEqual(target.revision_ids.user_id, self.env.user)

    def test_figures_are_of_the_amount_in_force(self):
        target = self._target(date_from="2026-02-01", date_to="2026-02-28")
        target.action_approve()
        self._invoice(45000, "2026-02-04")
        with freeze_time("2026-02-10 03:00:00"):
            self._revise(target, 60000, "2026-02-20")
            self.assertEqual((target.amount, target.amount_in_force, target.attainment), (60000, 90000, 0.5))

    def test_revised_target_stays_agreed(self):
        target = self._target()
        target.action_approve()
        self._revise(target, 80000, "2026-02-10")
        with self._refused(UserError, "was revised"):
            target.action_reset_to_draft()

    def test_dialog_before_the_start(self):
        target = self._target()
        target.action_approve()
        with freeze_time("2026-01-18 03:00:00"):
            self.assertEqual(target.action_revise()["context"]["default_date"], date(2026, 2, 1))

    def test_spread_follows(self):
        target = self._target(1000, date_from="2026-01-01", date_to="2026-02-28", shape="manual")
        january, february = target.period_ids
        target.period_ids = [
            Command.update(january.id, {"amount": 300}), Command.update(february.id, {"amount": 700})
        ]  # fmt: skip
        target.action_approve()
        self._revise(target, 2000, "2026-02-01")
        self.assertEqual(target.period_ids.mapped("amount"), [600, 1400])

    def test_what_is_refused(self):
        target = self._target()
        with self._refused(UserError, "is draft: this step is not possible now"):
            self._revise(target, 1, "2026-02-18")
        target.action_approve()
        for day in ("2026-01-31", "2026-03-01"):
            with self._refused(UserError, "from 02/01/2026 to 02/28/2026"):
                self._revise(target, 1, day)
        revision = self._revise(target, 80000, "2026-02-10")
        with self._refused(UserError, "from 02/10/2026 to 02/28/2026"):
            self._revise(target, 70000, "2026-02-09")
        for records in (revision, revision.sudo()):
            for change in (lambda records=records: records.write({"reason": "Other"}), records.unlink):
                with self._refused(UserError, "once more instead|not allowed to"):
                    change()
        self.assertEqual(target.amount, 80000)

    def test_author_and_old_amount_are_not_a_matter_of_choice(self):
        target = self._target()
        target.action_approve()
        revision = self._revise(target, 80000, "2026-02-10", amount_before=1, user_id=self.peer.id)
        self.assertEqual((revision.amount_before, revision.user_id), (90000, self.env.user))

    def test_dialog(self):
        target = self._target(date_from="2026-01-01", date_to="2026-12-31")
        target.action_approve()
        with freeze_time("2026-02-18 03:00:00"):
            action = target.action_revise()
            form = Form(self.env["sales.target.revision"].with_context(**action["context"]), action["view_id"][0])
            self.assertEqual((form.amount_before, form.amount, form.date), (90000, 90000, date(2026, 2, 18)))
            form.amount = 95000
            form.reason = "The team grew"
            form.save()
        self.assertEqual(target.amount, 95000)
