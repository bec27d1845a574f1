"""Terms that change inside a period: one run of the base, and limits in proportion to the days of each version."""

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon

FEBRUARY = "2026-02-15"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTermsChange(SalesCommissionCommon):
    def _changing(self, before, after, day="2026-02-15"):
        """A plan whose terms change on the day: by half of February, 14 days each."""
        plan = self._plan([before])
        version = self.env["sales.commission.version"].create(
            {"plan_id": plan.id, "date_from": day, "reason": "Better", "rule_ids": [Command.create(after)]}
        )
        version.action_approve()
        return plan

    def test_the_base_runs_on(self):
        """8,000 at 5 %, then 6,000 of the new terms: 2,000 of them are below 10,000, at 10 %, 4,000 above, at 20 %."""
        plan = self._changing(
            self._tiers(tiers=[(0, 10000, 0.05), (10000, 0, 0.08)]),
            self._tiers(tiers=[(0, 10000, 0.1), (10000, 0, 0.2)]),
        )
        self._invoice(8000, "2026-02-02")
        self._invoice(6000, "2026-02-17")
        self.assertEqual(plan.action_compute(FEBRUARY)["amount"], 1400)
        self.assertEqual(self._amounts(plan), [400, 1000])
        self.assertIn("8,000.00", self._entries(plan)[1].explanation)
        # A backdated document of the old terms moves the later ones up.
        self._invoice(2000, "2026-02-03")
        plan.action_compute(FEBRUARY)
        self.assertEqual(sum(self._amounts(plan)), 400 + 100 + 1200)
        self.assertEqual(plan.action_compute(FEBRUARY)["entries"], 0)

    def test_a_percentage_becomes_tiers(self):
        plan = self._changing(self._percent(0.01), self._tiers("whole", [(0, 10000, 0.05), (10000, 0, 0.1)]))
        self._invoice(9000, "2026-02-02")
        self._invoice(1000, "2026-02-20")
        plan.action_compute(FEBRUARY)
        # 10,000 at 10 %, less 9,000 at 5 %.
        self.assertEqual(self._amounts(plan), [90, 550])

    def test_attainment_runs_on(self):
        self.env["sales.target"].create(
            {
                "metric_id": self.metric_invoiced.id,
                "user_id": self.salesperson.id,
                "date_from": "2026-02-01",
                "amount": 10000,
            }
        ).action_approve()
        rules = [
            {
                "name": "Attainment",
                "metric_id": self.metric_invoiced.id,
                "kind": "attainment",
                "attainment_mode": "step",
                "tier_ids": [Command.create({"attainment": 1, "payout": payout})],
            }
            for payout in (1000, 3000)
        ]
        plan = self._changing(*rules)
        self._invoice(6000, "2026-02-02")
        self._invoice(4000, "2026-02-20")
        self.assertEqual(plan.action_compute(FEBRUARY)["amount"], 3000)

    def test_a_rule_that_continues_none_begins_at_nothing(self):
        plan = self._plan([self._tiers()])
        first = plan.version_ids
        version = self.env["sales.commission.version"].browse(first.action_new_version()["res_id"])
        self.assertEqual(version.rule_ids.continues_id, first.rule_ids)
        version.write({"date_from": "2026-02-15", "reason": "Another start"})
        version.rule_ids.continues_id = False
        version.action_approve()
        self._invoice(10000, "2026-02-02")
        self._invoice(10000, "2026-02-20")
        self.assertEqual(plan.action_compute(FEBRUARY)["amount"], 1000)

    def test_what_a_rule_may_continue(self):
        plan = self._plan([self._percent(0.1), self._percent(0.1, self.metric_collected)])
        other_plan = self._plan([self._percent(0.1)])
        first = plan.version_ids
        version = self.env["sales.commission.version"].browse(first.action_new_version()["res_id"])
        rule = version.rule_ids[0]
        for wrong in (other_plan.version_ids.rule_ids, first.rule_ids[1], version.rule_ids[1]):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                rule.continues_id = wrong
        version.rule_ids[1].metric_id = self.metric_invoiced
        with self.assertRaisesRegex(ValidationError, "Two rules continue"), self.cr.savepoint():
            version.rule_ids[1].continues_id = rule.continues_id

    def test_cap_in_proportion(self):
        """280 and 560 for 14 days of 28 each: 420, once."""
        plan = self._changing(self._percent(0.05, period_cap=280), self._percent(0.1, period_cap=560))
        self._invoice(4000, "2026-02-02")
        self._invoice(8000, "2026-02-20")
        self.assertEqual(plan.action_compute(FEBRUARY)["amount"], 420)
        self.assertEqual(self._amounts(plan, kind="earned"), [200, 220])
        self.assertEqual(self._entries(plan, kind="capped").capped_amount, 580)

    def test_a_cap_that_ends(self):
        """Documents of terms without a cap are not capped; the cap of the old ones is that of their days."""
        plan = self._changing(self._percent(0.05, period_cap=280), self._percent(0.1))
        self._invoice(4000, "2026-02-02")
        self._invoice(8000, "2026-02-20")
        plan.action_compute(FEBRUARY)
        self.assertEqual(self._amounts(plan, kind="earned"), [140, 800])

    def test_threshold_in_proportion(self):
        """10,000 and 20,000 for 14 days of 28 each: 15,000."""
        plan = self._changing(self._percent(0.05, threshold=10000), self._percent(0.1, threshold=20000))
        self._invoice(9000, "2026-02-02")
        self._invoice(5000, "2026-02-20")
        self.assertEqual(plan.action_compute(FEBRUARY)["amount"], 0)
        last = self._invoice(1000, "2026-02-21")
        self.assertEqual(plan.action_compute(FEBRUARY)["amount"], 1050)
        self.assertEqual(self._entries(plan).base_amount, 15000, "all that it lets through")
        self._reverse(last, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH)["amount"], -1050, "below the threshold again")

    def test_a_threshold_counts_what_came_before_it_was_reached(self):
        """6,000 + 6,000 reach 10,000; 1,000 credited in March leaves 11,000."""
        plan = self._plan([self._percent(0.05, threshold=10000)])
        invoice = self._invoice(6000, "2026-02-02")
        self._invoice(6000, "2026-02-03")
        self.assertEqual(plan.action_compute(FEBRUARY)["amount"], 600)
        self._reverse(invoice, "2026-03-03", [1000])
        self.assertEqual(plan.action_compute(MARCH)["amount"], -50)

    def test_minimum_in_proportion(self):
        """100 and 300 for 14 days of 28 each: 200, once, less what was earned."""
        plan = self._changing(self._percent(0.05, period_floor=100), self._percent(0.1, period_floor=300))
        self.assertEqual(plan.action_compute(FEBRUARY)["amount"], 200)
        self._invoice(1000, "2026-02-02")
        self._invoice(1000, "2026-02-20")
        plan.action_compute(FEBRUARY)
        self.assertEqual(sum(self._amounts(plan, kind="bonus")), 50)
        self.assertEqual(sum(self._amounts(plan)), 200)
