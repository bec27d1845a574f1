from odoo.exceptions import AccessError, UserError, ValidationError
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

    def _moves_to_the_branch(self, *users):
        for user in users:
            user.write({"company_id": self.branch.id, "company_ids": [Command.set(self.branch.ids)]})

    def _of_plan(self, plan):
        """A record of each kind that somebody who is paid reads of a plan."""
        statement = self.env["sales.commission.statement"].search([("plan_id", "=", plan.id)], limit=1)
        entry = statement.entry_ids[:1]
        dispute = self.env["sales.commission.dispute"].with_user(statement.user_id)
        dispute = dispute.create({"entry_id": entry.id, "reason": "It should be more"})
        adjustment = self.env["sales.commission.adjustment"].create(
            {"statement_id": statement.id, "amount": 5, "reason": "A mistake"}
        )
        version = plan.version_ids
        return plan, version, version.rule_ids, plan.assignment_ids, statement, entry, dispute, adjustment

    def _in_branch(self, record, user):
        return record.with_user(user).with_context(allowed_company_ids=self.branch.ids)

    def test_who_works_in_the_branch_alone(self):
        self._moves_to_the_branch(self.salesperson)
        plan = self._plan([self._percent(0.1)])
        self.assertEqual(self._earned(plan), 100)
        for record in self._of_plan(plan):
            with self.subTest(model=record._name):
                self.assertTrue(self._in_branch(record, self.salesperson).has_access("read"))
                self.assertFalse(record.with_user(self.foreign_user).has_access("read"))
        with self.assertRaisesRegex(ValidationError, "works neither in"):
            self._plan([self._percent(0.1)], with_branches=False)

    def test_who_leads_a_team_in_the_branch_alone(self):
        """A lead reads what the head company pays the members, and nobody else's."""
        other_lead = self._user("other_lead", "sales_tracking.group_team_lead")
        self.other_team.user_id = other_lead
        self._moves_to_the_branch(self.salesperson, self.lead_user, other_lead)
        plan = self._plan([self._percent(0.1)])
        self._earned(plan)
        for record in self._of_plan(plan):
            with self.subTest(model=record._name):
                self.assertTrue(self._in_branch(record, self.lead_user).has_access("read"))
                self.assertFalse(self._in_branch(record, self.lead_user).has_access("write"))
                self.assertFalse(self._in_branch(record, other_lead).has_access("read"))

    def test_who_administrates_the_branch_alone(self):
        """Neither one's own terms in the head company nor those of one's members are one's to change."""
        self.team.user_id = self.manager
        self._moves_to_the_branch(self.salesperson, self.manager)
        plan = self._plan([self._percent(0.1)], self.salesperson | self.manager)
        self._earned(plan)
        *_terms, _entry, dispute, _adjustment = records = self._of_plan(plan)
        for record in records:
            with self.subTest(model=record._name):
                theirs = self._in_branch(record, self.manager)
                self.assertTrue(theirs.has_access("read"))
                self.assertFalse(theirs.has_access("write"))
                self.assertFalse(theirs.has_access("unlink"))
        with self.assertRaises(AccessError):
            self._in_branch(plan.version_ids, self.manager).action_new_version()
        with self.assertRaises(AccessError):
            self._in_branch(dispute, self.manager).action_accept()
