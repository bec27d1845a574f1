from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.sales_tracking.tests.analytics.test_branches import BranchCommon

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestTargetWithBranches(BranchCommon, SalesTargetCommon):
    """600 invoiced in the head company and 400 in its branch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(600, day="2026-02-10")
        theirs = cls._invoice(400, day="2026-02-11")
        cls.env.flush_all()
        # What a branch books differs only in its company.
        for table in ("account_move", "account_move_line"):
            cls.env.cr.execute(
                f"UPDATE {table} SET company_id = %s WHERE {'id' if table == 'account_move' else 'move_id'} = %s",
                (cls.branch.id, theirs.id),
            )
        cls.env.invalidate_all()

    def test_documents_of_the_branch_count(self):
        for scope in ("person", "team", "company"):
            with self.subTest(scope=scope):
                target = self._target(1000, scope=scope)
                self.assertTrue(target.with_branches)
                self.assertEqual(self._figures(target)["actual"], 1000)
                opened = self.env["sales.achievement"].search(target._fact_domain())
                self.assertEqual(sum(opened.mapped("amount")), 1000)
                target.with_branches = False
                self.assertEqual(self._figures(target)["actual"], 600)

    def test_targets_of_both_kinds_side_by_side(self):
        whole = self._target(1000)
        alone = self._target(1000, scope="team", with_branches=False)
        figures = {row["target_id"]: row["actual"] for row in (whole | alone).get_report("2026-03-31")}
        self.assertEqual(figures, {whole.id: 1000, alone.id: 600})

    def test_the_result_is_kept_with_the_branches(self):
        target = self._target(1000)
        target.action_approve()
        target.action_start()
        target.action_close()
        self.assertEqual(target.closed_actual, 1000)
        kept = self.env["sales.target.kept.fact"].search([("target_id", "=", target.id), ("counted", "=", True)])
        self.assertEqual(sum(kept.mapped("amount")), 1000)

    def test_opportunities_of_the_branch(self):
        self.env["crm.lead"].create(
            [
                {
                    "name": "Deal", "type": "opportunity", "expected_revenue": 100, "probability": 50,
                    "user_id": self.salesperson.id, "team_id": False, "company_id": company.id,
                    "date_deadline": "2036-02-10",
                }
                for company in (self.company, self.branch)
            ]
        )  # fmt: skip
        target = self._target(1000, date_from="2036-02-01", date_to="2036-02-29")
        self.assertEqual(self._figures(target, "2036-02-01")["pipeline"], 100)
        target.with_branches = False
        self.assertEqual(self._figures(target, "2036-02-01")["pipeline"], 50)

    def test_who_works_in_the_branch_alone(self):
        self.salesperson.write({"company_id": self.branch.id, "company_ids": [Command.set(self.branch.ids)]})
        target = self._target(1000)
        self.assertEqual(self._figures(target)["actual"], 1000)
        own = target.with_user(self.salesperson).with_context(allowed_company_ids=self.branch.ids)
        self.assertTrue(own.has_access("read"))
        self.assertEqual(own.get_report("2026-03-31")[0]["actual"], 1000)
        self.assertFalse(target.with_user(self.foreign_user).has_access("read"))
        with self.assertRaisesRegex(ValidationError, "works neither in"):
            target.with_branches = False

    def test_who_leads_or_administrates_the_branch_alone(self):
        """Both read the target that the head company set for their people, or for them; neither changes it."""
        self.team.user_id = self.lead_user
        for user in (self.salesperson, self.lead_user, self.manager):
            user.write({"company_id": self.branch.id, "company_ids": [Command.set(self.branch.ids)]})
        target, own = self._target(1000, team_id=self.team.id), self._target(500, user_id=self.manager.id)
        target.action_approve()
        for record, user in ((target, self.lead_user), (own, self.manager)):
            theirs = record.with_user(user).with_context(allowed_company_ids=self.branch.ids)
            with self.subTest(user=user.login):
                self.assertTrue(theirs.has_access("read"))
                self.assertFalse(theirs.has_access("write"))
            self.assertEqual(theirs.get_report("2026-03-31")[0]["target_id"], record.id)
            with self.assertRaises(AccessError):
                theirs.amount = 1
        months = target.period_ids.with_user(self.lead_user).with_context(allowed_company_ids=self.branch.ids)
        self.assertEqual((months.has_access("read"), months.has_access("write")), (True, False))
        with self.assertRaises(AccessError):
            self.env["sales.target.revision"].with_user(self.lead_user).create(
                {"target_id": target.id, "date": "2026-02-01", "amount": 1, "reason": "Less"}
            )
