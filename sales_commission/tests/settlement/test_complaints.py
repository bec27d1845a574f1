"""What people complain about in other commission tools.

Elsewhere: down payments counted twice (``test_limits``: down_payment_counts_once), currencies summed (``test_limits``:
order_in_another_currency), amounts stale after another agent (``test_sources``: another_agent_later), runs that come
back empty without saying why (``test_run``: skipped, empty_run_explains_itself_on_the_screen), statements stuck after
their bill is deleted (``test_payout``: deleted_bill).
"""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionComplaints(SalesCommissionCommon):
    def test_credit_notes_pay_positive(self):
        """Whether it names its invoice or not, and whether its price or its quantity is what is large."""
        plan = self._plan([self._percent(0.05)])
        invoice = self._invoice(1000, "2026-03-02")
        self._reverse(invoice, "2026-03-05", prices=[400])
        self._invoice(100, "2026-03-06", move_type="out_refund")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 25)
        self.assertEqual(self._amounts(plan), [50, -20, -5])

    def test_an_edited_rule_rewrites_what_was_settled(self):
        """An approved rule can't be edited, not by RPC either; new terms leave confirmed figures alone."""
        plan = self._plan([self._percent(0.05)])
        self._invoice(1000, "2026-01-10")
        plan.action_compute("2026-01-31")
        settled = self._statement(plan, day="2026-01-01")
        settled.with_user(self.administrator).action_confirm()
        rule = plan.version_ids.rule_ids
        for values in ({"rate": 0.1}, {"active": False}, {"kind": "per_document"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "approved"):
                rule.with_user(self.administrator).write(values)
        plan.version_ids.create(
            {
                "plan_id": plan.id,
                "date_from": "2026-02-01",
                "reason": "A better year",
                "rule_ids": [Command.create(self._percent(0.1))],
            }
        ).action_approve()
        plan.action_compute("2026-01-31")
        self.assertEqual((settled.amount, self._amounts(plan)), (50, [50]))

    def test_unpaid_lines_are_read_by_each_run(self):
        """A run reads the invoices of its period, and older ones when they are paid in it."""
        plan = self._plan([self._percent(0.05, self.metric_collected)])
        old, new = self._invoice(1000, "2026-01-10"), self._invoice(2000, "2026-03-10")
        plan.action_compute(MARCH)
        self.assertEqual(self._documents_read(), {new.id})
        self._pay(old, 1000, "2026-03-11")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 50)
        self.assertEqual(self._documents_read(), {old.id, new.id})

    def _documents_read(self):
        rows = self.env.execute_query(SQL("SELECT res_id FROM sales_commission_fact"))
        return {res_id for (res_id,) in rows}
