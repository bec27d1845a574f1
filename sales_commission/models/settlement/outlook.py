from ast import literal_eval
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

from ..engine.arithmetic import decimal, reached, tier_due
from ..formatting import format_rate

# Older orders that were never invoiced are hardly going to be.
MONTHS_OF_ORDERS = 12


class SalesCommissionPlan(models.Model):
    """What a plan means to the person who looks at it: earned so far, to be expected, and what the next tier takes."""

    _inherit = "sales.commission.plan"

    my_period_name = fields.Char(string="My Period", compute="_compute_my_outlook", compute_sudo=True)
    my_earned_amount = fields.Monetary(
        string="Earned", compute="_compute_my_outlook", compute_sudo=True, help="What you earned in this period."
    )
    my_payable_amount = fields.Monetary(
        string="To Pay to Me",
        compute="_compute_my_outlook",
        compute_sudo=True,
        help="With draw, adjustments and what was carried over, as things stand.",
    )
    my_expected_amount = fields.Monetary(
        string="Expected from Open Orders",
        compute="_compute_my_outlook",
        compute_sudo=True,
        help="What your confirmed orders would earn if what is not invoiced yet counted now: by percentages and tiers, "
        "without limits.",
    )
    my_next_level = fields.Char(string="Next Level", compute="_compute_my_outlook", compute_sudo=True)
    my_level_progress = fields.Float(
        string="Way to the Next Level", compute="_compute_my_outlook", compute_sudo=True, help="In percent."
    )

    @api.depends_context("uid", "lang")
    def _compute_my_outlook(self):
        # As superuser: the figures are the reader's own, whatever the rights on orders and rules.
        partner = self.env.user.partner_id
        for plan in self:
            period_start, _end = plan._period_bounds(plan.company_id._sales_today())
            statement = self.env["sales.commission.statement"].search(
                [("plan_id", "=", plan.id), ("partner_id", "=", partner.id), ("period_start", "=", period_start)]
            )
            rules = plan._my_rules()
            bases = plan._my_bases(rules, period_start)
            plan.my_period_name = plan._period_name(period_start)
            plan.my_earned_amount = statement.commission_amount
            plan.my_payable_amount = statement.payable_amount
            plan.my_expected_amount = plan._my_expected_amount(rules, bases)
            plan.my_next_level, plan.my_level_progress = plan._my_next_level(rules, bases)

    def _my_rules(self):
        """The rules in force that pay the reader's roles, in the order in which they are tried."""
        today = self.company_id._sales_today()
        roles = self.assignment_ids.filtered(
            lambda assignment: (
                self.env.user == assignment.user_id
                and assignment.date_from <= today <= (assignment.date_to or today)
            )
        ).mapped("role")
        return self._get_version(today).rule_ids.filtered(lambda rule: rule.role in roles)

    def _my_bases(self, rules, period_start):
        """The base of the period so far, by rule."""
        bases = defaultdict(lambda: decimal(0))
        for rule, base in self.env["sales.commission.entry"]._read_group(
            [
                ("rule_id", "in", rules.ids),
                ("partner_id", "=", self.env.user.partner_id.id),
                ("origin_period_start", "=", period_start),
                ("kind", "!=", "capped"),
            ],
            ["rule_id"],
            ["base_amount:sum"],
        ):
            bases[rule] = decimal(base)
        return bases

    def _my_expected_amount(self, rules, bases):
        """What the reader's confirmed orders would earn with what is not invoiced yet."""
        rules = rules.filtered(
            lambda rule: rule.kind in ("percent", "tiers") and rule.metric_id.basis in ("invoiced", "collected")
        )
        open_shares = self._my_open_shares() if rules else {}
        facts = self.env["sales.achievement"]
        mine = (
            Domain("basis", "=", "ordered")
            & Domain("company_id", "=", self.company_id.id)
            & Domain("user_id", "=", self.env.uid)
            & Domain("res_id", "in", list(open_shares))
        )
        expected, taken = decimal(0), set()
        for rule in rules if open_shares else ():
            base = decimal(0)
            for fact in facts.search(mine & Domain(literal_eval(rule.metric_id.domain))):
                if rule.application == "exclusive" and fact.id in taken:
                    continue
                if rule.application == "exclusive":
                    taken.add(fact.id)
                base += decimal(fact[rule.metric_id.measure]) * open_shares[fact.res_id]
            expected += self._my_due(rule, bases[rule] + base) - self._my_due(rule, bases[rule])
        return self.currency_id.round(float(expected))

    def _my_open_shares(self):
        """How much of each confirmed order of the reader is not invoiced yet, as a fraction by the order's id."""
        orders = self.env["sale.order"].search(
            Domain("state", "=", "sale")
            & Domain("invoice_status", "!=", "invoiced")
            & Domain("company_id", "=", self.company_id.id)
            & Domain("date_order", ">=", fields.Date.subtract(self.company_id._sales_today(), months=MONTHS_OF_ORDERS))
            & (Domain("user_id", "=", self.env.uid) | Domain("credit_split_ids.user_id", "=", self.env.uid))
        )
        return {
            order.id: max(1 - decimal(invoiced) / decimal(total), decimal(0))
            for order, total, invoiced in self.env["sale.order.line"]._read_group(
                [("order_id", "in", orders.ids), ("display_type", "=", False), ("is_downpayment", "=", False)],
                ["order_id"],
                ["price_subtotal:sum", "untaxed_amount_invoiced:sum"],
            )
            if total
        }

    @api.model
    def _my_due(self, rule, base):
        if rule.kind == "percent":
            return base * decimal(rule.rate)
        return tier_due(rule.tier_ids._as_table(), rule.tier_mode, base)

    def _my_next_level(self, rules, bases):
        """(what the next tier takes, in words; the way there in percent) of the first rule that has a next tier."""
        for rule in rules.filtered(lambda rule: rule.kind == "tiers"):
            tiers = rule.tier_ids._as_table()
            base = bases[rule]
            current = reached(tiers, base)
            if current.upper is None:
                continue
            words = self.env._(
                "%(missing)s more to reach %(rate)s",
                missing=format_amount(self.env, float(current.upper - base), self.currency_id),
                rate=format_rate(self.env, float(reached(tiers, current.upper).rate)),
            )
            return words, max(float(base / current.upper * 100), 0.0)
        return False, 0.0

    def action_open_my_statements(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_commission.sales_commission_statement_action_my")
        return {
            **action,
            "domain": [("plan_id", "=", self.id), ("user_id", "=", self.env.uid)],
            "display_name": self.name,
        }
