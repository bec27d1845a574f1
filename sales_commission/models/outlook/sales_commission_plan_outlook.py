from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount

from ...tools.formatting import format_rate
from ..engine.arithmetic import decimal, reached, tier_due
from ..engine.facts import filter_of
from ..engine.matching import SOURCE_COLUMNS, payees, terms

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
        help="What confirmed orders would earn you if what is not invoiced yet counted now, your own and those you "
        "share in as a team or earn on as a manager: by percentages and tiers, without limits.",
    )
    my_next_level = fields.Char(string="Next Level", compute="_compute_my_outlook", compute_sudo=True)
    my_level_progress = fields.Float(
        string="Way to the Next Level", compute="_compute_my_outlook", compute_sudo=True, help="In percent."
    )

    @api.depends_context("uid", "lang")
    def _compute_my_outlook(self):
        # As superuser: the figures are the reader's own, whatever the rights on orders and rules.
        partner = self.env.user.partner_id
        # A plan that is not saved yet has nobody on it.
        self.my_period_name = self.my_next_level = False
        self.my_earned_amount = self.my_payable_amount = self.my_expected_amount = self.my_level_progress = 0
        for plan in self._origin:
            period_start, _end = plan._period_bounds(plan.company_id._sales_today())
            statement = self.env["sales.commission.statement"].search(
                [("plan_id", "=", plan.id), ("partner_id", "=", partner.id), ("period_start", "=", period_start)]
            )
            sources = plan._my_sources()
            rules = plan._get_version(plan.company_id._sales_today()).rule_ids.filtered(
                lambda rule, sources=sources: rule._pays_for() in sources
            )
            bases = plan._my_bases(rules, period_start)
            plan.my_period_name = plan._period_name(period_start)
            plan.my_earned_amount = statement.commission_amount
            plan.my_payable_amount = statement.payable_amount
            plan.my_expected_amount = plan._my_expected_amount(rules, bases, sources)
            plan.my_next_level, plan.my_level_progress = plan._my_next_level(rules, bases)

    def _my_sources(self):
        """Whose sales the reader earns on today.

        :return: by (role, level of management): a list of (field of the facts, id, the reader's part of it)
        """
        today = self.company_id._sales_today()
        scope = self._scope(self._get_version(today).rule_ids, today, today)
        sources = defaultdict(list)
        for role, level, source, source_id, weight in self.env.execute_query(
            SQL(
                """WITH RECURSIVE %s,
%s
SELECT role, level, source, source_id, weight FROM payee
WHERE partner_id = %s AND %s BETWEEN date_from AND date_to""",
                terms(scope),
                payees(scope),
                self.env.user.partner_id.id,
                today,
            )
        ):
            sources[role, level].append((SOURCE_COLUMNS[source], source_id, weight))
        return sources

    def _my_bases(self, rules, period_start):
        """The base of the period so far, by rule; under the rules that it continues, too."""
        earned = {
            rule: decimal(base)
            for rule, base in self.env["sales.commission.entry"]._read_group(
                [
                    ("rule_id", "in", rules.union(*(rule._run() for rule in rules)).ids),
                    ("partner_id", "=", self.env.user.partner_id.id),
                    ("origin_period_start", "=", period_start),
                    ("kind", "!=", "capped"),
                ],
                ["rule_id"],
                ["base_amount:sum"],
            )
        }
        return {rule: sum((earned.get(one, 0) for one in rule._run()), decimal(0)) for rule in rules}

    def _my_expected_amount(self, rules, bases, sources):
        """What confirmed orders would earn with what is not invoiced yet."""
        rules = rules.filtered(
            lambda rule: rule.kind in ("percent", "tiers") and rule.metric_id.basis in ("invoiced", "collected")
        )
        expected, taken = decimal(0), set()
        of_anybody = Domain.OR(
            Domain(column, "=", source_id) for found in sources.values() for column, source_id, _weight in found
        )
        # Read once for all rules and sources.
        facts = self._open_facts(of_anybody) if rules else self.env["sales.achievement"]
        open_shares = self._open_shares(facts) if facts else {}
        facts = facts.filtered(lambda fact: open_shares.get(fact.res_id))
        for rule in rules if facts else ():
            base = decimal(0)
            of_rule = filter_of(rule.metric_id)
            if rule.role == "override":
                # Nobody manages themselves.
                of_rule &= Domain("user_id", "!=", self.env.uid)
            counted = facts.filtered_domain(of_rule)
            for column, source_id, weight in sources[rule._pays_for()]:
                for fact in counted.filtered_domain(Domain(column, "=", source_id)):
                    if rule.application == "exclusive":
                        key = (*rule._pays_for(), column, source_id, fact.id)
                        if key in taken:
                            continue
                        taken.add(key)
                    base += decimal(fact[rule.metric_id.measure]) * decimal(weight) * open_shares[fact.res_id]
            expected += self._my_due(rule, bases[rule] + base) - self._my_due(rule, bases[rule])
        return self.currency_id.round(float(expected))

    def _open_facts(self, domain):
        """The ordered facts of the plan's company that may still be invoiced."""
        # With all of their fields, which would take as long to read again.
        return self.env["sales.achievement"].search_fetch(
            Domain("basis", "=", "ordered")
            & Domain("company_id", "in", self._companies().ids)
            & Domain("day", ">=", fields.Date.subtract(self.company_id._sales_today(), months=MONTHS_OF_ORDERS))
            & domain
        )

    def _open_shares(self, facts):
        """How much of each of the facts' orders is not invoiced yet, as a fraction by the order's id."""
        return {
            order.id: max(1 - decimal(invoiced) / decimal(total), decimal(0))
            for order, total, invoiced in self.env["sale.order.line"]._read_group(
                [
                    ("order_id", "in", facts.mapped("res_id")),
                    ("order_id.invoice_status", "!=", "invoiced"),
                    ("display_type", "=", False),
                    ("is_downpayment", "=", False),
                ],
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
