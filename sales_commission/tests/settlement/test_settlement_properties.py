"""What holds whatever was earned, adjusted and converted."""

from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from ...models.engine.arithmetic import round_half_up
from ...models.settlement.arithmetic import convert_parts, draw_step
from ..common import SalesCommissionCommon
from ..engine.properties import HealthCheck, given, settings, st

EXAMPLES = settings(
    max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
QUICK = settings(EXAMPLES, max_examples=200)
CENTS = st.integers(-2_000_000, 2_000_000).map(lambda cents: Decimal(cents) / 100)
DRAWS = st.integers(0, 500_000).map(lambda cents: Decimal(cents) / 100)
RATES = st.integers(1, 50_000).map(lambda rate: Decimal(rate) / 1000)


@tagged("post_install", "-at_install")
class TestSettlementProperties(SalesCommissionCommon):
    @QUICK
    @given(st.lists(CENTS, min_size=1, max_size=12), DRAWS)
    def test_recoverable_draw(self, commissions, draw):
        """Every period pays the draw at least, and what was paid in all is what was earned and what is owed."""
        balance, paid = Decimal(0), Decimal(0)
        for commission in commissions:
            granted, advanced = draw_step(commission, Decimal(0), draw, balance)
            balance += advanced
            paid += commission + granted + advanced
            self.assertGreaterEqual(balance, 0)
            if draw:
                self.assertGreaterEqual(commission + granted + advanced, draw)
        self.assertEqual(paid, sum(commissions) + balance)

    @QUICK
    @given(st.lists(CENTS, min_size=1, max_size=12), RATES, st.sampled_from((0, 2, 3)))
    def test_converted_parts(self, amounts, rate, digits):
        """Whatever the rate, the lines of a bill sum to what is paid."""
        self.assertEqual(sum(convert_parts(amounts, rate, digits)), round_half_up(sum(amounts) * rate, digits))

    @EXAMPLES
    @given(st.lists(st.integers(1, 900_000), min_size=1, max_size=4), RATES, st.booleans())
    def test_entries_statement_and_bill(self, cents, rate, by_document):
        """The entries sum to the statement; the statement at the rate is the bill and the sum of its lines."""
        self._pay_an_agent(cents, float(rate), by_document)

    def _pay_an_agent(self, cents, rate, by_document):
        self.company.sales_commission_bill_lines = "document" if by_document else "statement"
        count = self.env["sales.commission.plan"].search_count([])
        currency = self.env["res.currency"].create(
            {
                "name": f"P{count}",
                "symbol": "P",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": rate, "company_id": self.company.id})],
            }
        )
        agent = self.env["res.partner"].create({"name": "Agent"})
        plan = self._plan([self._percent(0.0333)])
        plan.assignment_ids = [
            Command.clear(),
            Command.create(
                {
                    "beneficiary": "agent",
                    "agent_id": agent.id,
                    "date_from": "2026-01-01",
                    "payout_currency_id": currency.id,
                }
            ),
        ]
        for amount in cents:
            self._invoice(amount / 100, "2026-03-05", commission_agent_id=agent.id)
        plan.action_compute("2026-03-01")
        statement = self.env["sales.commission.statement"].search([("plan_id", "=", plan.id)])
        statement.action_confirm()
        statement.action_pay()
        total = round(sum(statement.entry_ids.mapped("amount")), 2)
        self.assertEqual(round(statement.amount, 2), total)
        expected = float(round_half_up(Decimal(str(total)) * Decimal(str(statement.payout_rate)), 2))
        self.assertEqual(statement.payout_amount, expected)
        bill = statement.bill_id
        self.assertEqual(round(bill.amount_untaxed, 2), expected)
        self.assertEqual(round(sum(bill.invoice_line_ids.mapped("price_subtotal")), 2), expected)
