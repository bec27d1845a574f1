from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestCommissionOutlook(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._sales_today()
        cls.first = cls.today.replace(day=1)

    def _outlook(self, plan, user=None):
        plan = plan.with_user(user or self.salesperson)
        plan.invalidate_recordset()
        return plan

    def test_tiers(self):
        """8,000 invoiced earn 400; an open order of 4,000 would add 100 at 5 % and 160 at 8 %."""
        plan = self._plan([self._tiers()], date_from=self.first)
        self._invoice(8000, self.first)
        plan.action_compute(self.first)
        self._order(4000)
        self.assertRecordValues(
            self._outlook(plan),
            [
                {
                    "my_earned_amount": 400,
                    "my_payable_amount": 400,
                    "my_expected_amount": 260,
                    "my_next_level": "$\N{NO-BREAK SPACE}2,000.00 more to reach 8\N{NO-BREAK SPACE}%",
                    "my_level_progress": 80,
                }
            ],
        )

    def test_what_is_invoiced_is_not_expected(self):
        plan = self._plan([self._percent(0.05)], date_from=self.first)
        self.pepper.invoice_policy = "order"
        order = self._order(1000, quantity=4)
        self.assertEqual(self._outlook(plan).my_expected_amount, 200)
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.assertEqual(self._outlook(plan).my_expected_amount, 150)

    def test_shares_and_draws(self):
        """A quarter of an order of somebody else; a draw is what is paid at least."""
        plan = self._plan([self._percent(0.05)], self.salesperson | self.peer, date_from=self.first)
        plan.assignment_ids.filtered(lambda each: each.user_id == self.peer).draw_amount = 300
        plan.action_compute(self.first)
        self._order(1000, shares={self.salesperson: 75, self.peer: 25})
        self.assertRecordValues(
            self._outlook(plan, self.peer),
            [{"my_earned_amount": 0, "my_payable_amount": 300, "my_expected_amount": 12.5, "my_next_level": False}],
        )

    def test_what_others_sell(self):
        """A manager earns 1 % of what is theirs, not of the own sale; a team of two shares 5 % three to one."""
        plan = self._plan([self._percent(0.05), self._percent(0.01, role="override")], date_from=self.first)
        self._override(plan, self.lead_user, person=self.salesperson, date_from=self.first)
        self._override(plan, self.salesperson, team=self.team, date_from=self.first)
        team_plan = self._plan([self._percent(0.05)], date_from=self.first)
        team_plan.assignment_ids = [
            Command.clear(),
            Command.create(
                {
                    "beneficiary": "team",
                    "team_id": self.team.id,
                    "date_from": self.first,
                    "distribution_ids": [
                        Command.create({"user_id": user.id, "share": share})
                        for user, share in ((self.salesperson, 75), (self.peer, 25))
                    ],
                }
            ),
        ]
        self._order(1000)
        self._order(2000, user=self.peer)
        self.assertEqual(self._outlook(plan, self.lead_user).my_expected_amount, 10)
        self.assertEqual(self._outlook(plan).my_expected_amount, 50 + 20)
        self.assertEqual(self._outlook(team_plan, self.peer).my_expected_amount, 37.5)

    def test_the_first_exclusive_rule(self):
        """An order counts for the first rule alone, and for a stacking one besides."""
        rules = [self._percent(0.05), self._percent(0.5), self._percent(0.01, application="stacking")]
        plan = self._plan(rules, date_from=self.first)
        self._order(1000)
        self.assertEqual(self._outlook(plan).my_expected_amount, 60)

    def test_top_tier_and_nothing(self):
        plan = self._plan([self._tiers()], date_from=self.first)
        self._invoice(30000, self.first)
        plan.action_compute(self.first)
        self.assertRecordValues(
            self._outlook(plan), [{"my_next_level": False, "my_expected_amount": 0, "my_earned_amount": 2200}]
        )
        # Who is not in the plan has nothing of it, whoever may look at it.
        self.assertRecordValues(
            self._outlook(plan, self.manager),
            [{"my_earned_amount": 0, "my_expected_amount": 0, "my_next_level": False}],
        )
