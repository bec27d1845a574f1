from odoo.fields import Command
from odoo.tests import tagged

from ..margin_floor.common_margin import MarginGuardCommon
from ..payment_followup.common_dunning import DunningCommon
from ..quotation_followup.common_quotation_followup import QuotationFollowupCommon


class BranchCommon:
    """A branch of the company, whose people work in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "Bandung", "parent_id": cls.company.id})
        cls.env.user.company_ids |= cls.branch
        cls.salesperson.company_ids |= cls.branch
        cls.env.cr.flush()


@tagged("post_install", "-at_install")
class TestFloorOfBranch(BranchCommon, MarginGuardCommon):
    def _order_of(self, company, price=72):
        """One unit that costs 60: a margin of 16.7 % at 72."""
        return (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": self.contact.id,
                    "user_id": self.salesperson.id,
                    "company_id": company.id,
                    "team_id": False,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.pepper.id,
                                "price_unit": price,
                                "purchase_price": 60,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )

    def test_floor_of_the_head_company(self):
        self.floor.floor = 20
        self.assertEqual(self._order_of(self.company).margin_guard_state, "needed")
        self.assertEqual(self._order_of(self.branch).margin_guard_state, "needed")
        self.assertFalse(self._order_of(self.branch, price=80).margin_guard_state)
        self.assertFalse(self._order_of(self.company_2).margin_guard_state, "another company has no part in it")

    def test_own_floor_goes_first(self):
        self.floor.floor = 20
        own = self._floor(10, company=self.branch)
        self.assertFalse(self._order_of(self.branch).margin_guard_state)
        self.assertEqual(self._order_of(self.company).margin_guard_state, "needed", "not the other way round")
        own.unlink()
        self.assertEqual(self._order_of(self.branch).margin_guard_state, "needed")


@tagged("post_install", "-at_install")
class TestPolicyOfBranch(BranchCommon, DunningCommon):
    def _policy_in_sql(self):
        """The level that comes next, which the statement of the payment follow-up finds."""
        invoice = self._owed()
        self.env.flush_all()
        # What a branch books differs only in its company.
        branch = (self.branch.id, invoice.id)
        self.env.cr.execute("UPDATE account_move_line SET company_id = %s WHERE move_id = %s", branch)
        self.env.cr.execute("UPDATE account_move SET company_id = %s WHERE id = %s", branch)
        self.env.invalidate_all()
        account = self.env["sales.dunning.account"].sudo()._of(self.customer, self.branch)
        figures = account.with_context(dunning_today=self._day("2026-03-20"))
        return account._policy(), figures.level_id.policy_id

    def test_policy_of_the_head_company(self):
        self.assertEqual(self._policy_in_sql(), (self.policy, self.policy))

    def test_own_policy_goes_first(self):
        own = self._policy(name="Bandung", company_id=self.branch.id, sequence=99)
        self.assertEqual(self._policy_in_sql(), (own, own))

    def test_head_company_goes_before_all_companies(self):
        self._policy(name="All", company_id=False, sequence=1)
        self.assertEqual(self._policy_in_sql(), (self.policy, self.policy))

    def test_not_the_other_way_round(self):
        self.policy.active = False
        self._policy(name="Bandung", company_id=self.branch.id)
        account = self.env["sales.dunning.account"].sudo()._of(self.customer, self.company)
        self.assertFalse(account._policy())


@tagged("post_install", "-at_install")
class TestCadenceOfBranch(BranchCommon, QuotationFollowupCommon):
    def _cadence_of(self, company):
        quotation = self._quotation(company_id=company.id, team_id=False)
        self.env.flush_all()
        self.env.invalidate_all()
        return quotation.followup_cadence_id

    def test_cadence_of_the_head_company(self):
        self.assertEqual(self._cadence_of(self.company), self.cadence)
        self.assertEqual(self._cadence_of(self.branch), self.cadence)

    def test_own_cadence_goes_first(self):
        own = self._cadence("Bandung", company_id=self.branch.id, sequence=99)
        self.assertEqual(self._cadence_of(self.branch), own)
        self.assertEqual(self._cadence_of(self.company), self.cadence)


@tagged("post_install", "-at_install")
class TestBranchReadsWhatApplies(BranchCommon, DunningCommon, MarginGuardCommon):
    """Who works in the branch alone sees what the head company decided for it, and changes nothing of it."""

    def test_read_rules(self):
        manager = self._user("branch_manager", "sales_team.group_sale_manager")
        manager.write({"company_id": self.branch.id, "company_ids": [Command.set(self.branch.ids)]})
        metric = self.env["sales.metric"].create({"name": "Ours", "company_id": self.company.id, "code": "ours"})
        cadence = self.env["sales.quotation.cadence"].create({"name": "Ours", "company_id": self.company.id})
        for record in (self.policy, self.policy.level_ids[0], self.floor, metric, cadence):
            theirs = record.with_user(manager)
            with self.subTest(model=record._name):
                self.assertTrue(theirs.has_access("read"))
                self.assertFalse(theirs.has_access("write"))
                self.assertFalse(record.with_user(self.foreign_user).has_access("read"))

    def test_policy_of_the_head_company_is_chosen_in_a_branch(self):
        account = self.env["sales.dunning.account"].sudo()._of(self.customer, self.branch)
        account.policy_id = self.policy
        self.assertEqual(account._policy(), self.policy)
