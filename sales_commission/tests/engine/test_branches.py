from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.sales_tracking.tests.analytics.test_branches import BranchCommon

from ..common import MARCH, SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestPlanWithBranches(BranchCommon, SalesCommissionCommon):
    """10 % of 600 invoiced in the head company and of 400 in its branch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(600, day="2026-03-10")
        cls.theirs = cls._invoice(400, day="2026-03-11")
        cls.env.flush_all()
        # What a branch books differs only in its company.
        branch = (cls.branch.id, cls.theirs.id)
        cls.env.cr.execute("UPDATE account_move SET company_id = %s WHERE id = %s", branch)
        cls.env.cr.execute("UPDATE account_move_line SET company_id = %s WHERE move_id = %s", branch)
        cls.env.invalidate_all()

    def _earned(self, plan):
        plan.sudo().action_compute(MARCH)
        entries = self.env["sales.commission.entry"].search([("plan_id", "=", plan.id)])
        self.assertLessEqual(entries.company_id, self.company)
        return sum(entries.mapped("amount"))

    def test_documents_of_the_branch_pay(self):
        plan = self._plan([self._percent(0.1)])
        self.assertTrue(plan.with_branches)
        self.assertEqual(self._earned(plan), 100)
        self.assertEqual(plan.sudo().action_compute(MARCH)["entries"], 0)

    def test_without_branches(self):
        self.assertEqual(self._earned(self._plan([self._percent(0.1)], with_branches=False)), 60)

    def test_approved_terms_stay(self):
        plan = self._plan([self._percent(0.1)])
        with self.assertRaisesRegex(UserError, "approved terms"):
            plan.with_branches = False

    def test_who_works_in_the_branch_alone(self):
        self.salesperson.write({"company_id": self.branch.id, "company_ids": [Command.set(self.branch.ids)]})
        plan = self._plan([self._percent(0.1)])
        self.assertEqual(self._earned(plan), 100)
        statement = self.env["sales.commission.statement"].search([("plan_id", "=", plan.id)])
        for record in (plan, plan.version_ids, statement, statement.entry_ids[:1]):
            with self.subTest(model=record._name):
                own = record.with_user(self.salesperson).with_context(allowed_company_ids=self.branch.ids)
                self.assertTrue(own.has_access("read"))
                self.assertFalse(record.with_user(self.foreign_user).has_access("read"))
        with self.assertRaisesRegex(ValidationError, "works neither in"):
            self._plan([self._percent(0.1)], with_branches=False)
