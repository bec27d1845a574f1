"""What holds whatever the documents are."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon
from .properties import HealthCheck, Phase, given, settings, st

# Few and never shrunk: each example posts its documents.
EXAMPLES = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Amount in cents, day of March, percentage paid.
DOCUMENTS = st.lists(
    st.tuples(st.integers(1, 3_000_000), st.integers(1, 19), st.sampled_from((0, 33, 50, 100))), min_size=1, max_size=3
)
SHARES = st.sampled_from(((50, 30, 20), (33.34, 33.33, 33.33), (99.99, 0.005, 0.005), (14.2857, 28.5714, 57.1429)))


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionProperties(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls._user("third", "sales_team.group_sale_salesman")
        cls.people = cls.salesperson | cls.peer | cls.third

    def _plans(self, shares):
        """A plan of each kind of rule, whose people share what the team sells."""
        rules = (
            self._percent(0.0333),
            self._percent(0.0333, self.metric_collected),
            self._tiers("marginal"),
            self._tiers("whole", metric_id=self.metric_collected.id),
            self._percent(0.1, period_cap=500, deal_cap=300),
        )
        plans = self.env["sales.commission.plan"]
        for rule in rules:
            plan = self._plan([rule])
            plan.assignment_ids = [
                Command.clear(),
                Command.create(
                    {
                        "beneficiary": "team",
                        "team_id": self.team.id,
                        "date_from": "2026-01-01",
                        "distribution_ids": [
                            Command.create({"user_id": user.id, "share": share})
                            for user, share in zip(self.people, shares, strict=True)
                        ],
                    }
                ),
            ]
            plans |= plan
        return plans

    def _post(self, document):
        cents, day, paid = document
        invoice = self._invoice(cents / 100, f"2026-03-{day:02}")
        if paid:
            self._pay(invoice, round(cents * paid / 100) / 100, invoice.invoice_date + timedelta(days=1))
        return invoice

    def _totals(self, plan):
        entries = self.env["sales.commission.entry"]
        groups = entries._read_group([("plan_id", "=", plan.id)], ["user_id"], ["amount:sum"])
        return {user: round(amount, 2) for user, amount in groups if round(amount, 2)}

    @EXAMPLES
    @given(documents=DOCUMENTS, shares=SHARES)
    def test_the_figures_of_a_period(self, documents, shares):
        """They depend on the documents alone: not on when the plan was computed, nor on the order of posting."""
        with self.cr.savepoint() as savepoint:
            step_by_step, at_once = self._plans(shares), self._plans(shares)
            for document in documents:
                self._post(document)
                for plan in step_by_step:
                    plan.action_compute(MARCH)
            for one, other in zip(step_by_step, at_once, strict=True):
                other.action_compute(MARCH)
                self.assertEqual(self._totals(one), self._totals(other))
                self.assertEqual(one.action_compute(MARCH)["entries"], 0)
                for statement in one._statements(self._day(MARCH)):
                    self.assertAlmostEqual(statement.amount, sum(statement.entry_ids.mapped("amount")), 2)
            savepoint.rollback()

    @EXAMPLES
    @given(documents=DOCUMENTS, shares=SHARES)
    def test_shares_sum_to_the_commission(self, documents, shares):
        """To the cent, document by document; and crediting everything leaves nothing to anybody."""
        with self.cr.savepoint() as savepoint:
            plans = self._plans(shares)[:1] | self._plans(shares)[2]
            invoices = self.env["account.move"].union(*(self._post((*document[:2], 0)) for document in documents))
            for plan in plans:
                plan.action_compute(MARCH)
            for invoice in invoices:
                shared = sum(self._entries(plans[0], res_id=invoice.id).mapped("amount"))
                self.assertAlmostEqual(shared, self.company.currency_id.round(invoice.amount_untaxed * 0.0333), 2)
            for invoice in invoices:
                self._reverse(invoice, "2026-03-20")
            for plan in plans:
                plan.action_compute(MARCH)
                self.assertEqual(self._totals(plan), {})
            savepoint.rollback()
