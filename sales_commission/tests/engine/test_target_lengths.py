"""A target serves a plan of another length: a month of a year by its shape, a quarter of months."""

import doctest

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ...models.engine import targets
from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTargetLengths(SalesCommissionCommon):
    def _target(self, amount, first, last, **vals):
        target = self.env["sales.target"].create(
            {
                "metric_id": self.metric_invoiced.id,
                "user_id": self.salesperson.id,
                "date_from": first,
                "date_to": last,
                "amount": amount,
                **vals,
            }
        )
        target.action_approve()
        return target

    def _attainment(self, **vals):
        """1,000 for the target as such."""
        rule = {
            "name": "Attainment",
            "metric_id": self.metric_invoiced.id,
            "kind": "attainment",
            "attainment_mode": "step",
            "tier_ids": [Command.create({"attainment": 1, "payout": 1000})],
        }
        return self._plan([rule], **vals)

    def _yearly(self, **vals):
        """15,000 by hand: 4,000 in March, 1,000 in each other month."""
        months = [(f"2026-{month:02}-01", 4000 if month == 3 else 1000) for month in range(1, 13)]
        ends = ("31", "28", "31", "30", "31", "30", "31", "31", "30", "31", "30", "31")
        return self._target(
            15000,
            "2026-01-01",
            "2026-12-31",
            shape="manual",
            period_ids=[
                Command.create({"date_from": first, "date_to": f"{first[:8]}{last}", "amount": amount})
                for (first, amount), last in zip(months, ends, strict=True)
            ],
            **vals,
        )

    def test_choice(self):
        self.assertFalse(doctest.testmod(targets).failed)

    def test_month_of_a_year(self):
        self._yearly()
        plan = self._attainment()
        self._invoice(3999, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 0)
        self._invoice(1, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 1000)

    def test_the_own_length_goes_first(self):
        self._yearly()
        self._target(2000, "2026-03-01", "2026-03-31")
        plan = self._attainment()
        self._invoice(2000, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 1000)

    def test_even_spread_by_working_days(self):
        """The parts of the months of a quarter sum to it: 22, 20 and 22 working days of 64."""
        target = self._target(6400, "2026-01-01", "2026-03-31")
        self.company.resource_calendar_id = self.env["resource.calendar"].create({"name": "Five days"})
        months = (("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28"), ("2026-03-01", "2026-03-31"))
        parts = [target._amount_within(self._day(first), self._day(last)) for first, last in months]
        self.assertEqual(parts, [2200, 2000, 2200])

    def test_quarter_of_months(self):
        for month, last in ((1, 31), (2, 28)):
            self._target(1000, f"2026-{month:02}-01", f"2026-{month:02}-{last}")
        plan = self._attainment(period="quarter")
        self._invoice(3000, "2026-03-02")
        result = plan.action_compute(MARCH)
        self.assertEqual((result["amount"], result["skipped"]), (0, {"no_target": 1, "up_to_date": 1}))
        self.assertIn("each of its months", plan._skip_reasons()["no_target"])
        self._target(1000, "2026-03-01", "2026-03-31")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 1000)

    def test_fiscal_year(self):
        """A year that ends in June, as the company's did when the plan was made."""
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        plan = self._attainment(period="fiscal_year", date_from="2025-07-01")
        self._target(10000, "2025-07-01", "2026-06-30")
        self.assertEqual(plan._period_bounds(self._day(MARCH)), (self._day("2025-07-01"), self._day("2026-06-30")))
        self.assertEqual(plan._period_name(self._day("2025-07-01")), "2025/26")
        self._invoice(6000, "2025-07-01")
        self._invoice(4000, "2026-03-02")
        self._invoice(9000, "2025-06-30")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 1000)
        self.assertEqual(self._statement(plan, day="2025-07-01").period_end, self._day("2026-06-30"))
        self.company.fiscalyear_last_month = "12"
        self.assertEqual(plan.action_compute(MARCH)["entries"], 0)

    def test_no_month(self):
        plan = self._attainment()
        self._invoice(1000, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["skipped"]["no_target"], 1)
        self.assertIn("for the month", plan._skip_reasons()["no_target"])
