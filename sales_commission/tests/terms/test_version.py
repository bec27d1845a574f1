from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..common import CommissionPlanCommon


@tagged("post_install", "-at_install")
class TestCommissionVersion(CommissionPlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan([cls._tiers()])
        cls.version = cls.plan.version_ids

    def _new_version(self, **vals):
        return self.env["sales.commission.version"].create(
            {
                "plan_id": self.plan.id,
                "date_from": "2026-06-01",
                "reason": "New year, new rates",
                "rule_ids": [Command.create(self._percent(0.05))],
                **vals,
            }
        )

    def test_approval_is_recorded(self):
        self.assertEqual(self.version.approved_by_id, self.env.user)
        self.assertEqual(self.plan.state, "approved")

    def test_approved_terms_are_frozen(self):
        rule, tier = self.version.rule_ids, self.version.rule_ids.tier_ids[0]
        for change in (
            lambda: self.version.write({"date_from": "2026-02-01"}),
            lambda: self.version.write({"rule_ids": [Command.create(self._percent(0.05))]}),
            lambda: self.version.write({"state": "draft"}),
            lambda: self.version.unlink(),
            lambda: rule.write({"rate": 0.5}),
            lambda: rule.write({"tier_ids": [Command.delete(tier.id)]}),
            lambda: rule.copy(),
            lambda: rule.unlink(),
            lambda: tier.write({"rate": 0.5}),
            lambda: tier.copy({"rule_id": rule.id}),
            lambda: tier.unlink(),
            lambda: tier.sudo().write({"rate": 0.5}),
            lambda: tier.with_context(sales_commission_transition=True).write({"rate": 0.5}),
            lambda: self._new_version().rule_ids.write({"version_id": self.version.id}),
        ):
            with self.assertRaisesRegex(UserError, "approved and can't change"), self.cr.savepoint():
                change()

    def test_steps_by_days_to_pay_are_frozen_and_copied(self):
        steps = [Command.create({"days": days, "share": share}) for days, share in ((30, 1), (60, 0.5))]
        rule = self._percent(0.1, self.metric_collected, earned_on="days_to_pay", payment_step_ids=steps)
        version = self._plan([rule]).version_ids
        step = version.rule_ids.payment_step_ids[0]
        draft = self.env["sales.commission.version"].browse(version.action_new_version()["res_id"])
        self.assertEqual(draft.rule_ids.earned_on, "days_to_pay")
        self.assertEqual(draft.rule_ids.payment_step_ids.mapped("share"), [1, 0.5])
        for change in (
            lambda: version.rule_ids.write({"earned_on": "cash"}),
            lambda: version.rule_ids.write({"payment_step_ids": [Command.delete(step.id)]}),
            lambda: step.write({"share": 0.5}),
            lambda: step.copy({"days": 90}),
            lambda: step.create({"rule_id": version.rule_ids.id, "days": 90}),
            lambda: step.unlink(),
            lambda: step.sudo().write({"days": 90}),
            lambda: draft.rule_ids.payment_step_ids[1].write({"rule_id": version.rule_ids.id, "days": 90}),
        ):
            with self.assertRaisesRegex(UserError, "approved and can't change"), self.cr.savepoint():
                change()
        draft.rule_ids.payment_step_ids[0].share = 0.9
        self.assertEqual(step.share, 1)

    def test_plan_with_approved_terms_stays(self):
        for change in (
            lambda: self.plan.unlink(),
            lambda: self.plan.write({"period": "year"}),
            lambda: self.plan.write({"company_id": self.company_2.id}),
        ):
            with self.assertRaisesRegex(UserError, "has approved terms"), self.cr.savepoint():
                change()

    def test_what_an_approved_metric_measures_stays(self):
        with self.assertRaisesRegex(UserError, "part of the approved commission terms"):
            self.metric_invoiced.domain = "[('quantity', '>', 1)]"
        self.metric_invoiced.name = "Invoiced sales"

    def test_refusal_about_a_metric_names_no_plan_of_another_company(self):
        manager = new_test_user(self.env, login="abroad", groups="sales_team.group_sale_manager")
        with self.assertRaisesRegex(UserError, r"plans that you may not see \(1\)"):
            self.metric_invoiced.with_user(manager)._check_redefinition()

    def test_state_is_set_by_approval_only(self):
        with self.assertRaisesRegex(UserError, "Approve button"):
            self._new_version(state="approved")
        with self.assertRaisesRegex(UserError, "Approve button"):
            self._new_version().state = "approved"

    def test_new_version_ends_the_one_before(self):
        new = self._new_version()
        new.action_approve()
        self.assertEqual(str(self.version.date_to), "2026-05-31")
        self.assertEqual(self.plan._get_version(date(2026, 5, 31)), self.version)
        self.assertEqual(self.plan._get_version(date(2026, 6, 1)), new)
        self.assertFalse(self.plan._get_version(date(2025, 12, 31)))

    def test_new_version_needs_a_reason(self):
        with self.assertRaisesRegex(UserError, "reason"):
            self._new_version(reason=False).action_approve()

    def test_versions_do_not_overlap(self):
        for dates in (
            {"date_from": "2025-12-01"},
            {"date_from": "2026-01-01"},
            {"date_from": "2026-06-01", "date_to": "2026-06-30"},
        ):
            with self.subTest(dates), self.assertRaisesRegex(ValidationError, "already has approved terms"):
                self._new_version(**dates).action_approve()

    def test_version_without_rules(self):
        with self.assertRaisesRegex(UserError, "pay nobody"):
            self._new_version(rule_ids=[]).action_approve()

    def test_assignments_do_not_overlap(self):
        assignment = self.plan.assignment_ids
        with self.assertRaisesRegex(ValidationError, "already assigned"), self.cr.savepoint():
            assignment.copy({"date_from": "2026-06-01"})
        assignment.date_to = "2026-05-31"
        assignment.copy({"date_from": "2026-06-01", "date_to": False})
