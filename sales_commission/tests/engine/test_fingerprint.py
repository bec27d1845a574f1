from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionFingerprint(SalesCommissionCommon):
    """A period is evaluated again when anything that its figures are made from has changed, and only then."""

    def _evaluates(self, plan):
        """Whether a run evaluates the period; it posts as usual."""
        with patch.object(type(plan), "_post", autospec=True, side_effect=type(plan)._post) as post:
            plan.action_compute(MARCH)
        return post.called

    def test_unchanged_period_is_not_evaluated(self):
        plan = self._plan([self._percent(0.05), self._percent(0.05, self.metric_collected)])
        paid = self._invoice(1000, "2026-03-02")
        self._invoice(1000, "2026-03-03")
        self._pay(paid, 1000, "2026-03-05")
        self._invoice(500, "2026-03-04", user=self.peer)
        first = plan.action_compute(MARCH)
        self.assertEqual(first["entries"], 3)
        with patch.object(type(plan), "_post", side_effect=AssertionError):
            repeated = plan.action_compute(MARCH)
        plan.run_ids.sudo().fingerprint = "of other sources"
        self.assertTrue(self._evaluates(plan))
        self.assertEqual(repeated, {"entries": 0, "amount": 0.0, "skipped": {"up_to_date": 2, "no_assignment": 1}})
        self.assertEqual(plan.run_ids.sudo()._left_out(), repeated["skipped"])

    def test_what_changes_the_figures(self):
        """Among others what no document tells: the category of a product, the order of shares, the people."""
        category = self.env["product.category"].create({"name": "Coffee"})
        metric = self.metric_invoiced.copy(
            {"name": "Coffee", "code": "coffee", "domain": f"[('product_id.categ_id', '=', {category.id})]"}
        )
        plan = self._plan([self._percent(0.05, metric)], self.salesperson | self.peer)
        order = self._order(0.1, shares={self.salesperson: 50, self.peer: 50}, moment="2026-03-02 03:00:00")
        self._invoice_of(order, "2026-03-02")
        self.assertTrue(self._evaluates(plan))
        self.assertFalse(self._evaluates(plan))

        self.pepper.categ_id = category
        self.assertTrue(self._evaluates(plan))
        self.assertEqual(self._shared(plan, self.salesperson | self.peer), [0.01, 0])

        first, second = order.credit_split_ids.sorted()
        first.sequence = second.sequence + 1
        self.assertTrue(self._evaluates(plan))
        self.assertEqual(self._shared(plan, self.salesperson | self.peer), [0, 0.01])

        assignment = plan.assignment_ids.filtered(lambda assignment: assignment.user_id == self.peer)
        assignment.date_to = "2026-03-01"
        self.assertTrue(self._evaluates(plan))
        self.assertEqual(self._shared(plan, self.salesperson | self.peer), [0, 0])
        self.assertFalse(self._evaluates(plan))

    def test_a_document_that_is_no_fact_is_counted(self):
        plan = self._plan([self._percent(0.05)], clawback_days=1)
        invoice = self._invoice(1000, "2026-02-02")
        self.assertEqual(plan.action_compute(MARCH)["skipped"], {"no_document": 0})
        self._reverse(invoice, "2026-03-09")
        self.assertEqual(plan.action_compute(MARCH)["skipped"], {"excluded": 1})

    def test_attainment_follows_the_target(self):
        plan = self._plan(
            [
                {
                    "name": "Attainment",
                    "metric_id": self.metric_invoiced.id,
                    "kind": "attainment",
                    "attainment_mode": "step",
                    "tier_ids": [Command.create({"attainment": 1, "payout": 400})],
                }
            ]
        )
        self._invoice(1000, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["skipped"], {"up_to_date": 1, "no_target": 1})
        target = self.env["sales.target"].create(
            {
                "metric_id": self.metric_invoiced.id,
                "user_id": self.salesperson.id,
                "date_from": "2026-03-01",
                "amount": 1000,
            }
        )
        target.action_approve()
        self.assertEqual(plan.action_compute(MARCH)["amount"], 400)
        self.assertFalse(self._evaluates(plan))
