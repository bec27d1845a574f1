from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, SalesCommissionCommon

MODELS = ("plan", "version", "rule", "tier", "assignment", "distribution", "entry", "statement")


@tagged("post_install", "-at_install")
class TestCommissionAccess(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = cls._user("outsider", "sales_team.group_sale_salesman")
        cls.reader = cls._user("reader", "sales_team.group_sale_salesman_all_leads")
        cls.employee = cls._user("employee", "base.group_user")
        cls.public_user = cls.env.ref("base.public_user").sudo()
        cls.earners = cls.salesperson | cls.peer | cls.lead_user
        cls.plan = cls._plan([cls._percent(0.05)], cls.earners)
        cls.outsider_plan = cls._plan([cls._tiers()], cls.outsider)
        for user in cls.earners | cls.outsider:
            cls._invoice(1000, "2026-03-02", user=user)
        for plan in cls.plan | cls.outsider_plan:
            plan.action_compute(MARCH)

    def _people(self, user, model="entry"):
        """Whose records the user reads."""
        records = self.env[f"sales.commission.{model}"].with_user(user)
        return records.search([("company_id", "=", self.company.id)]).sudo().user_id

    def test_who_reads_whose_commission(self):
        for user, people in (
            (self.salesperson, self.salesperson),
            (self.peer, self.peer),
            (self.lead_user, self.earners),
            (self.outsider, self.outsider),
            (self.reader, self.earners | self.outsider),
            (self.manager, self.earners | self.outsider),
            (self.foreign_user, self.env["res.users"]),
        ):
            for model in ("entry", "statement", "assignment"):
                with self.subTest(user=user.login, model=model):
                    self.assertEqual(self._people(user, model), people)

    def test_former_team_members_are_out_of_sight(self):
        self.team.crm_team_member_ids.filtered(lambda member: member.user_id == self.peer).active = False
        self.assertEqual(self._people(self.lead_user), self.lead_user | self.salesperson)

    def test_terms_are_read_by_those_they_hold_for(self):
        for model in ("plan", "version", "rule"):
            records = self.env[f"sales.commission.{model}"]
            for user, count in (
                (self.salesperson, 1),
                (self.lead_user, 1),
                (self.outsider, 1),
                (self.reader, 2),
                (self.foreign_user, 0),
            ):
                with self.subTest(user=user.login, model=model):
                    found = records.with_user(user).search([("company_id", "=", self.company.id)])
                    self.assertEqual(len(found), count)
        self.assertFalse(self.env["sales.commission.tier"].with_user(self.peer).search([]))
        self.assertEqual(len(self.env["sales.commission.tier"].with_user(self.outsider).search([])), 3)

    def test_own_entry_is_readable_to_the_last_field(self):
        entry = self.env["sales.commission.entry"].with_user(self.salesperson).search([])
        [values] = entry.read()
        self.assertEqual(values["explanation"], "1,000.00 × 5\N{NO-BREAK SPACE}% = 50.00.")

    def test_nobody_else_reads_anything(self):
        for user in (self.portal_user, self.public_user, self.employee):
            for model in MODELS:
                if model == "statement" and user == self.portal_user:
                    # External agents read their own, which this one has none of.
                    self.assertFalse(self.env["sales.commission.statement"].with_user(user).search([]))
                    continue
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[f"sales.commission.{model}"].with_user(user).search([])

    def test_only_administrators_set_up_and_compute(self):
        draft = self.plan.version_ids.copy({"date_from": "2026-06-01", "reason": "Raise"})
        for user in (self.salesperson, self.lead_user, self.reader):
            plan = self.plan.with_user(user)
            for action in (
                lambda plan=plan: plan.action_compute(MARCH),
                lambda plan=plan: plan.write({"name": "Mine"}),
                lambda plan=plan: plan.action_close(),
                lambda plan=plan: plan.copy(),
                lambda plan=plan: plan.assignment_ids.unlink(),
                lambda plan=plan: (plan.version_ids - draft).action_new_version(),
                lambda plan=plan: draft.rule_ids.with_env(plan.env).write({"rate": 1}),
                lambda plan=plan: draft.with_env(plan.env).action_approve(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError), self.cr.savepoint():
                    action()

    def test_an_administrator_of_another_company_computes_nothing_here(self):
        foreign_manager = self.foreign_user
        foreign_manager.group_ids = [Command.link(self.env.ref("sales_team.group_sale_manager").id)]
        with self.assertRaises(AccessError):
            self.plan.with_user(foreign_manager).action_compute(MARCH)

    def test_nobody_writes_the_ledger(self):
        entry = self._entries(self.plan)[0]
        entry_values, [statement_values] = (
            entry.copy_data(),
            entry.statement_id.copy_data({"period_start": "2026-05-01"}),
        )
        for user in (self.salesperson, self.lead_user, self.reader, self.manager):
            env = self.env(user=user)
            for action in (
                lambda env=env: env["sales.commission.entry"].create(entry_values),
                lambda env=env: entry.with_env(env).write({"amount": 1}),
                lambda env=env: entry.with_env(env).unlink(),
                lambda env=env: env["sales.commission.statement"].create(statement_values),
            ):
                # An AccessError is a UserError.
                with self.subTest(user=user.login), self.assertRaises(UserError), self.cr.savepoint():
                    action()

    def test_the_run_reads_the_plan_s_company_only(self):
        """A plan of this company pays nothing for what the same person sells in another."""
        self.salesperson.company_ids |= self.company_2
        plan = self._plan([self._percent(0.05)], self.salesperson)
        foreign_invoice = (
            self.env["account.move"]
            .with_company(self.company_2)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-03-02",
                    "invoice_user_id": self.salesperson.id,
                    "invoice_line_ids": [
                        Command.create({"name": "Clove", "price_unit": 700, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        foreign_invoice.action_post()
        plan.action_compute(MARCH)
        self.assertEqual(self._amounts(plan), [50])
