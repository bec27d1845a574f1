from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesCommissionCommon

APRIL = "2026-04-15"


@tagged("post_install", "-at_install")
class TestCommissionSettlement(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(cls.env.registry["res.company"], "_sales_today", lambda company: date(2026, 4, 20))
        )

    def _compute(self, plan, **amounts):
        """Invoices of the salesperson by month, computed; 5 % of them is earned.

        :return: the statements of March and April
        """
        for month, amount in amounts.items():
            day = {"march": "2026-03-05", "april": "2026-04-05"}[month]
            move_type = "out_invoice" if amount > 0 else "out_refund"
            self._invoice(abs(amount), day, move_type=move_type)
        for day in ("2026-03-01", "2026-04-01"):
            plan.action_compute(day)
        return self._statement(plan), self._statement(plan, day="2026-04-01")

    def _draw_plan(self, draw=2000, recoverable=True, **vals):
        plan = self._plan([self._percent(0.05)])
        plan.assignment_ids.write({"draw_amount": draw, "draw_recoverable": recoverable, **vals})
        return plan

    def _confirm(self, statement):
        return statement.with_user(self.manager).action_confirm()

    def _kinds(self, statement):
        return {(entry.kind, entry.amount) for entry in statement.entry_ids}

    def test_recoverable_draw(self):
        """Of 1,400 earned 2,000 is paid, 600 of it in advance; of the next 3,000 2,400 is paid."""
        march, april = self._compute(self._draw_plan(), march=28000, april=60000)
        expected = (
            [{"commission_amount": 1400, "draw_amount": 600, "payable_amount": 2000, "draw_balance": 600}],
            [{"commission_amount": 3000, "draw_amount": -600, "payable_amount": 2400, "draw_balance": 0}],
        )
        # As drafts they show what will happen, and nothing is written.
        for statement, values in zip((march, april), expected, strict=True):
            self.assertRecordValues(statement, values)
            self.assertEqual(statement.entry_count, 1)
        self._confirm(march)
        self._confirm(april)
        for statement, values in zip((march, april), expected, strict=True):
            self.assertRecordValues(statement, values)
        self.assertEqual(self._kinds(march), {("earned", 1400), ("draw", 600)})
        self.assertEqual(self._kinds(april), {("earned", 3000), ("draw", -600)})
        self.assertEqual((march | april).mapped("amount"), [2000, 2400])
        self.assertEqual((march | april).mapped("payout_amount"), [2000, 2400])

    def test_confirming_both_at_once_is_the_same(self):
        march, april = self._compute(self._draw_plan(), march=28000, april=60000)
        self._confirm(april | march)
        self.assertEqual((march | april).mapped("amount"), [2000, 2400])

    def test_draw_that_need_not_be_paid_back(self):
        march, april = self._compute(self._draw_plan(recoverable=False), march=28000, april=60000)
        self._confirm(march | april)
        self.assertEqual((march | april).mapped("amount"), [2000, 3000])
        self.assertEqual((march | april).mapped("draw_balance"), [0, 0])

    def test_draw_of_a_part_of_the_period(self):
        """From 17 March, 15 of 31 days; ends before the balance is paid back, which later commission does."""
        plan = self._draw_plan(draw=3100, date_from="2026-03-17", date_to="2026-03-31")
        plan.action_compute("2026-03-01")
        march = self._statement(plan)
        self.assertEqual((march.draw_amount, march.payable_amount, march.entry_count), (1500, 1500, 0))
        self._confirm(march)
        self.assertEqual(self._kinds(march), {("draw", 1500)})
        plan.assignment_ids = [Command.create({"user_id": self.salesperson.id, "date_from": "2026-04-01"})]
        self._invoice(20000, "2026-04-05")
        plan.action_compute(APRIL)
        april = self._statement(plan, day="2026-04-01")
        self.assertEqual((april.commission_amount, april.draw_amount, april.payable_amount), (1000, -1000, 0))
        self.assertEqual(april.draw_balance, 500)

    def test_computing_again_opens_no_second_statement(self):
        plan = self._draw_plan()
        for _run in range(2):
            plan.action_compute("2026-03-01")
        self.assertEqual(self.env["sales.commission.statement"].search_count([("plan_id", "=", plan.id)]), 1)

    def test_negative_statement_carries_forward(self):
        march, april = self._compute(self._plan([self._percent(0.05)]), march=-4000, april=10000)
        self.assertRecordValues(march, [{"amount": -200, "carried_out_amount": 200, "payable_amount": 0}])
        self.assertRecordValues(april, [{"amount": 500, "carried_in_amount": -200, "payable_amount": 300}])
        self._confirm(march)
        self.assertEqual(self._kinds(march), {("clawback", -200), ("carry", 200)})
        self.assertEqual(self._kinds(april), {("earned", 500), ("carry", -200)})
        self.assertIn("April 2026", march.entry_ids.filtered(lambda entry: entry.kind == "carry").explanation)
        self.assertIn("March 2026", april.entry_ids.filtered(lambda entry: entry.kind == "carry").explanation)
        self.assertRecordValues(march, [{"amount": 0, "carried_out_amount": 200, "payout_amount": 0}])
        self.assertRecordValues(april, [{"amount": 300, "carried_in_amount": -200, "payable_amount": 300}])

    def test_carry_opens_the_next_statement(self):
        plan = self._plan([self._percent(0.05)])
        self._invoice(4000, "2026-03-05", move_type="out_refund")
        plan.action_compute("2026-03-01")
        self._confirm(self._statement(plan))
        self.assertRecordValues(
            self._statement(plan, day="2026-04-01"),
            [{"amount": -200, "carried_out_amount": 200, "payable_amount": 0, "user_id": self.salesperson.id}],
        )

    def test_carry_skips_locked_periods(self):
        """March is negative because of a credit note that came after April was locked."""
        plan = self._plan([self._percent(0.05)])
        self._invoice(1000, "2026-04-05")
        plan.action_compute(APRIL)
        self._confirm(self._statement(plan, day="2026-04-01"))
        self._invoice(4000, "2026-03-05", move_type="out_refund")
        plan.action_compute("2026-03-01")
        march = self._statement(plan)
        self._confirm(march)
        self.assertEqual(march.payable_amount, 0)
        self.assertEqual(self._statement(plan, day="2026-05-01").payable_amount, 0)
        self.assertEqual(self._statement(plan, day="2026-05-01").carried_in_amount, -200)

    def test_carry_over_a_period_without_a_statement(self):
        """All confirmed at once: what is negative goes to the next statement that there is."""
        plan = self._plan([self._percent(0.05)])
        self._invoice(4000, "2026-02-05", move_type="out_refund")
        self._invoice(10000, "2026-04-05")
        plan.action_compute("2026-02-01")
        plan.action_compute(APRIL)
        february, april = self._statement(plan, day="2026-02-01"), self._statement(plan, day="2026-04-01")
        self._confirm(february | april)
        self.assertEqual((february | april).mapped("amount"), [0, 300])
        self.assertEqual((february | april).mapped("payout_amount"), [0, 300])
        self.assertFalse(self._statement(plan, day="2026-03-01"))

    def test_an_earlier_draft_comes_first(self):
        march, april = self._compute(self._draw_plan(), march=28000, april=60000)
        with self.assertRaisesRegex(UserError, "March 2026.* first"):
            self._confirm(april)
        self.assertEqual((march | april).mapped("state"), ["draft", "draft"])

    def test_payout_currency(self):
        """Converted once, at lock, with the rate of the day; a later rate changes nothing."""
        euro = self._currency("XEU", {"2026-04-01": 0.8, "2026-05-01": 0.5})
        plan = self._plan([self._percent(0.05)])
        plan.assignment_ids.payout_currency_id = euro
        march, _april = self._compute(plan, march=1000.30)
        self._confirm(march)
        self.assertRecordValues(
            march,
            [
                {
                    "payout_currency_id": euro.id,
                    "payout_rate": 0.8,
                    "payout_rate_date": self._day("2026-04-20"),
                    "amount": 50.02,
                    "payout_amount": 40.02,
                }
            ],
        )

    def test_no_rate(self):
        late = self._currency("XLT", {"2026-05-01": 0.5})
        plan = self._plan([self._percent(0.05)])
        plan.assignment_ids.payout_currency_id = late
        march, _april = self._compute(plan, march=1000)
        with self.assertRaisesRegex(UserError, "XLT for 04/20/2026"):
            self._confirm(march)
        self.assertEqual((march.state, march.entry_count), ("draft", 1))

    def _currency(self, name, rates):
        return self.env["res.currency"].create(
            {
                "name": name,
                "symbol": name,
                "rate_ids": [
                    Command.create({"name": day, "rate": rate, "company_id": self.company.id})
                    for day, rate in rates.items()
                ],
            }
        )

    def test_nobody_confirms_for_the_own_contact(self):
        """An agent's statement, by somebody who belongs to the agent."""
        plan = self._plan([self._percent(0.05)])
        agent = self.env["res.partner"].create({"name": "Agen Pala", "is_company": True})
        statement = self.env["sales.commission.statement"]._open(plan, agent, self._day("2026-03-01"))
        self.assertFalse(statement.user_id)
        self.manager.partner_id.parent_id = agent
        with self.assertRaisesRegex(UserError, "is your own"):
            self._confirm(statement)
        self.assertTrue(statement.with_user(self.administrator).action_confirm())

    def test_who_confirms(self):
        march, _april = self._compute(self._plan([self._percent(0.05)]), march=1000)
        for user in (self.salesperson, self.lead_user, self.foreign_user, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                march.with_user(user).action_confirm()

    def test_queries_do_not_grow(self):
        """What many drafts will pay takes as many queries as what two do."""
        plan = self._draw_plan()
        statements = self.env["sales.commission.statement"]
        partners = self.env["res.partner"].create([{"name": f"Agent {number}"} for number in range(60)])
        for partner in partners:
            statements._open(plan, partner, self._day("2026-03-01"))
        found = statements.search([("plan_id", "=", plan.id)])
        counts = []
        for some in (found[:2], found):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("payable_amount")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_preview(self):
        march, april = self._compute(self._draw_plan(), march=28000, april=60000)
        wizard = self._preview(march | april)
        self.assertFalse(wizard.problem)
        self.assertEqual(wizard.statement_ids.mapped("payable_amount"), [2000, 2400])
        self.assertIn("March 2026", self._preview(april).problem)
        wizard.action_confirm()
        self.assertEqual((march | april).mapped("state"), ["confirmed", "confirmed"])
        self.assertIn("None of the selected", self._preview(march).problem)

    def _preview(self, statements):
        return self.env["sales.commission.confirm"].with_user(self.manager).with_context(
            active_ids=statements.ids
        ).create({})  # fmt: skip
