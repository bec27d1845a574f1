"""What counts in the period of the sale: cash after leaving, and credit notes if the plan says so."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesCommissionCommon

JANUARY, FEBRUARY = "2026-01-15", "2026-02-15"


class PeriodOfSaleCommon(SalesCommissionCommon):
    def _compute(self, plan):
        """What the nightly run adds."""
        before = self._entries(plan)
        for day in (JANUARY, FEBRUARY):
            plan.action_compute(day)
        for day in (JANUARY, FEBRUARY):
            self.assertEqual(plan.action_compute(day)["entries"], 0)
        return self._entries(plan) - before

    def _confirm(self, plan, day="2026-01-01"):
        self._statement(plan, day=day).with_user(self.administrator).action_confirm()

    def _target(self, amount, metric):
        self.env["sales.target"].create(
            {
                "metric_id": metric.id,
                "user_id": self.salesperson.id,
                "date_from": "2026-01-01",
                "amount": amount,
            }
        ).action_approve()

    @staticmethod
    def _attainment(metric, payout=1000):
        return {
            "name": "Attainment",
            "metric_id": metric.id,
            "kind": "attainment",
            "attainment_mode": "step",
            "tier_ids": [Command.create({"attainment": 1, "payout": payout})],
        }


@tagged("post_install", "-at_install")
@freeze_time("2026-02-20")
class TestCashAfterLeaving(PeriodOfSaleCommon):
    """Sold in January, 10,000, of which 6,000 were paid before leaving on the 31st, and 4,000 in February."""

    def _leaving(self, rule, **vals):
        plan = self._plan([rule], **vals)
        plan.assignment_ids.date_to = "2026-01-31"
        invoice = self._invoice(10000, "2026-01-10")
        self._pay(invoice, 6000, "2026-01-20")
        self._compute(plan)
        return plan, invoice

    def _paid_later(self, plan, invoice):
        self._pay(invoice, 4000, "2026-02-10")
        return self._compute(plan)

    def test_cap_of_the_period_of_the_sale(self):
        """5 % up to 400: January paid 300, so that 100 are left for 200."""
        plan, invoice = self._leaving(self._percent(0.05, self.metric_collected, period_cap=400))
        self._confirm(plan)
        later = self._paid_later(plan, invoice)
        self.assertEqual(sorted(later.mapped("amount")), [0, 100])
        self.assertEqual(sum(later.mapped("capped_amount")), 100)
        self.assertEqual(set(later.mapped("origin_period_start")), {self._day("2026-01-01")})
        self.assertEqual(later.statement_id.period_start, self._day("2026-02-01"))
        self.assertEqual(set(later.mapped("document_date")), {self._day("2026-02-10")})

    def test_threshold_of_the_period_of_the_sale(self):
        """Nothing below 8,000: February's cash reaches it for January."""
        plan, invoice = self._leaving(self._percent(0.05, self.metric_collected, threshold=8000))
        self.assertFalse(self._entries(plan))
        self.assertEqual(self._paid_later(plan, invoice).mapped("amount"), [500])

    def test_attainment_where_it_was_reached(self):
        self._target(10000, self.metric_collected)
        plan, invoice = self._leaving(self._attainment(self.metric_collected))
        self.assertFalse(self._entries(plan))
        self.assertEqual(self._paid_later(plan, invoice).mapped("amount"), [1000])

    def test_without_limits_it_counts_when_it_arrives(self):
        plan, invoice = self._leaving(self._percent(0.05, self.metric_collected))
        [later] = self._paid_later(plan, invoice)
        self.assertEqual((later.amount, later.origin_period_start), (200, self._day("2026-02-01")))

    def test_a_plan_that_pays_nobody_who_left(self):
        plan, invoice = self._leaving(
            self._percent(0.05, self.metric_collected, period_cap=400), pay_after_leaving=False
        )
        self.assertFalse(self._paid_later(plan, invoice))

    def test_the_nightly_run_goes_back_to_the_sale(self):
        plan, invoice = self._leaving(self._percent(0.05, self.metric_collected, period_cap=400))
        with freeze_time("2027-06-20"):
            self._pay(invoice, 4000, "2027-06-10")
            self.assertEqual(plan._days_to_compute(self._day("2027-06-20"))[0], self._day("2026-01-10"))


@tagged("post_install", "-at_install")
@freeze_time("2026-02-20")
class TestCreditNotesInThePeriodOfTheSale(PeriodOfSaleCommon):
    """Invoiced in January; credited in February, when January is confirmed."""

    def _credited(self, rule, amount, credited, count="sale"):
        """What the credit note changes of the commission on an invoice."""
        plan = self._plan([rule], credit_notes_count=count)
        invoice = self._invoice(amount, "2026-01-10")
        self._compute(plan)
        self._confirm(plan)
        credit = self._reverse(invoice, "2026-02-10", [credited])
        later = self._compute(plan)
        self.assertEqual(later.statement_id.period_start, self._day("2026-02-01"))
        origin = "2026-01-01" if count == "sale" else "2026-02-01"
        self.assertEqual(set(later.mapped("origin_period_start")), {self._day(origin)})
        amounts = sum(later.mapped("amount"))
        credit.button_draft()
        invoice.button_draft()
        return amounts

    def test_tiers(self):
        """12,000 earned 660, 7,000 earn 350; by itself the credit note of 5,000 would take 250."""
        self.assertEqual(self._credited(self._tiers(), 12000, 5000), -310)
        self.assertEqual(self._credited(self._tiers(), 12000, 5000, "own"), -250)

    def test_attainment(self):
        self._target(10000, self.metric_invoiced)
        self.assertEqual(self._credited(self._attainment(self.metric_invoiced), 10000, 1), -1000)

    def test_limits(self):
        """Of 20,000 at 5 % the cap let 400 through, which 9,000 still reach; the threshold they don't."""
        self.assertEqual(self._credited(self._percent(0.05, threshold=10000), 20000, 11000), -1000)
        plan = self._plan([self._percent(0.05, period_cap=400)], credit_notes_count="sale")
        invoice = self._invoice(20000, "2026-01-10")
        self._compute(plan)
        self._confirm(plan)
        self._reverse(invoice, "2026-02-10", [11000])
        self.assertEqual(sum(self._compute(plan).mapped("amount")), 0)
        self._reverse(invoice, "2026-02-11", [9000])
        self.assertEqual(sum(self._compute(plan).mapped("amount")), -400)

    def test_left_out_of_its_own_period(self):
        plan = self._plan([self._percent(0.05)], credit_notes_count="sale")
        self._reverse(self._invoice(1000, "2026-01-10"), "2026-02-10")
        self.assertEqual(plan.action_compute(FEBRUARY)["skipped"], {"other_period": 1})
        self.assertIn("period of their invoice", plan._skip_reasons()["other_period"])

    def test_the_nightly_run_goes_back_to_the_sale(self):
        plan = self._plan([self._percent(0.05)], credit_notes_count="sale")
        with freeze_time("2027-06-20"):
            self._reverse(self._invoice(1000, "2026-01-10"), "2027-06-10")
            self.assertEqual(plan._days_to_compute(self._day("2027-06-20"))[0], self._day("2026-01-10"))

    def test_it_is_part_of_the_terms(self):
        plan = self._plan([self._percent(0.05)])
        with self.assertRaises(UserError):
            plan.credit_notes_count = "sale"
