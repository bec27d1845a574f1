from decimal import Decimal

import psycopg2

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...models.engine.arithmetic import round_half_up, tier_due
from ..common import CommissionPlanCommon


@tagged("post_install", "-at_install")
class TestCommissionTiers(CommissionPlanCommon):
    def test_worked_table(self):
        tiers = self._plan([self._tiers()], approve=False).version_ids.rule_ids.tier_ids._as_table()
        for base, marginal, whole in (
            ("9999.99", "500.00", "500.00"),
            ("10000", "500.00", "800.00"),
            ("24000", "1620.00", "1920.00"),
            ("30000", "2200.00", "3000.00"),
        ):
            with self.subTest(base=base):
                due = [str(round_half_up(tier_due(tiers, mode, Decimal(base)), 2)) for mode in ("marginal", "whole")]
                self.assertEqual(due, [marginal, whole])

    def test_tiers_that_do_not_fit_are_refused(self):
        for tiers, message in (
            (((0, 10000, 0.05), (12000, 0, 0.08)), r"a gap from .*10,000.00 to .*12,000.00"),
            (((0, 10000, 0.05), (9000, 0, 0.08)), r"the tier from .*9,000.00 overlaps"),
            (((0, 0, 0.05), (9000, 0, 0.08)), r"the tier from .*9,000.00 overlaps"),
            (((100, 0, 0.05),), r"must begin at 0, not at .*100.00"),
            (((0, 10000, 0.05),), r"the last tier ends at .*10,000.00"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(ValidationError, message):
                self._plan([self._tiers(tiers=tiers)], approve=False)

    def test_changing_a_tier_alone(self):
        """Two tiers may be changed one after the other; their bounds must fit when the rule is saved or approved."""
        plan = self._plan([self._tiers()], approve=False)
        first, second, _third = plan.version_ids.rule_ids.tier_ids
        first.amount_to = 12000
        with self.assertRaisesRegex(ValidationError, "overlaps"), self.cr.savepoint():
            plan.version_ids.action_approve()
        second.amount_from = 12000
        plan.version_ids.action_approve()
        self.assertEqual(plan.state, "approved")

    def test_form_saves_the_table_at_once(self):
        plan = self._plan([self._tiers()], approve=False)
        with Form(plan.version_ids.rule_ids) as form:
            with form.tier_ids.edit(0) as tier:
                tier.amount_to = 12000
            with form.tier_ids.edit(1) as tier:
                tier.amount_from = 12000
        self.assertEqual(plan.version_ids.rule_ids.tier_ids.mapped("amount_from"), [0, 12000, 25000])

    @mute_logger("odoo.sql_db")
    def test_rates_are_fractions(self):
        with self.assertRaisesRegex(psycopg2.IntegrityError, "rate_range"), self.cr.savepoint():
            self._plan([self._percent(5)], approve=False)

    def test_rule_without_tiers_is_not_approved(self):
        plan = self._plan([self._tiers(tiers=())], approve=False)
        with self.assertRaisesRegex(ValidationError, "no tiers yet"):
            plan.version_ids.action_approve()

    def test_only_money_is_a_base(self):
        with self.assertRaisesRegex(ValidationError, "Choose a metric that measures: Untaxed Amount, Margin"):
            self._plan([self._percent(0.05, self.env.ref("sales_tracking.metric_calls"))], approve=False)

    def test_terms_read_like_the_contract(self):
        rules = self._plan([self._tiers(), self._percent(0.0125)], approve=False).version_ids.rule_ids
        space = "\N{NO-BREAK SPACE}"
        self.assertEqual(
            rules[0].terms,
            "Invoiced in the period, each part at the rate of its tier:\n"
            f"below ${space}10,000.00: 5{space}%\n"
            f"${space}10,000.00 to below ${space}25,000.00: 8{space}%\n"
            f"${space}25,000.00 and above: 10{space}%",
        )
        self.assertEqual(rules[1].terms, f"Invoiced: 1.25{space}%")

    def test_copy_of_a_version_has_its_tiers(self):
        version = self._plan([self._tiers()]).version_ids
        draft = self.env["sales.commission.version"].browse(version.action_new_version()["res_id"])
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.rule_ids.tier_ids.mapped("rate"), [0.05, 0.08, 0.1])
        draft.rule_ids.tier_ids = [Command.update(draft.rule_ids.tier_ids[0].id, {"rate": 0.06})]
        self.assertEqual(version.rule_ids.tier_ids[0].rate, 0.05)
