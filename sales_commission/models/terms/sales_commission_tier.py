from odoo import api, fields, models
from odoo.tools import format_amount

from ...tools.formatting import format_rate
from ..engine.arithmetic import Level, Tier, decimal


class SalesCommissionTier(models.Model):
    """A rate for the half-open range [amount_from, amount_to) of a rule's base; the last tier has no upper bound.

    Of a rule on attainment it is a level instead: an attainment, and what it pays.
    """

    _name = "sales.commission.tier"
    _description = "Commission Tier"
    _inherit = ["sales.commission.rule.part.mixin", "sales.guarded.mixin"]
    _order = "rule_id, amount_from, attainment, id"

    currency_id = fields.Many2one(related="rule_id.currency_id")
    amount_from = fields.Monetary(string="From", help="The tier begins with this amount.")
    amount_to = fields.Monetary(
        string="To", help="The tier ends just below this amount. Leave it at zero for the last tier, which has no end."
    )
    rate = fields.Float(digits=(16, 6), required=True, default=0, help="0.05 is 5 %.")
    attainment = fields.Float(digits=(16, 6), help="1 is 100 % of the target.")
    payout = fields.Monetary(help="What the level pays for the period.")
    range_label = fields.Char(string="Range", compute="_compute_range_label")

    _range = models.Constraint(
        "CHECK (amount_from >= 0 AND (amount_to = 0 OR amount_to > amount_from))",
        "A tier begins at zero or above, and ends above its beginning.",
    )
    _level_sign = models.Constraint(
        "CHECK (attainment >= 0 AND payout >= 0)", "An attainment and what it pays can't be negative."
    )
    _rate_range = models.Constraint("CHECK (rate >= 0 AND rate <= 1)", "A tier's rate is between 0 % and 100 %.")

    @api.constrains("rule_id")
    def _check_rule(self):
        self.rule_id._check_options()

    @api.depends("amount_from", "amount_to", "attainment", "currency_id", "rule_id.kind")
    def _compute_range_label(self):
        for tier in self:
            if tier.rule_id.kind == "attainment":
                tier.range_label = self.env._("at %(attainment)s", attainment=format_rate(self.env, tier.attainment))
                continue
            lower, upper = (
                format_amount(self.env, amount, tier.currency_id) if tier.currency_id else amount
                for amount in (tier.amount_from, tier.amount_to)
            )
            if not tier.amount_to:
                tier.range_label = self.env._("%(lower)s and above", lower=lower)
            elif not tier.amount_from:
                tier.range_label = self.env._("below %(upper)s", upper=upper)
            else:
                tier.range_label = self.env._("%(lower)s to below %(upper)s", lower=lower, upper=upper)

    @api.depends("range_label")
    def _compute_display_name(self):
        for tier in self:
            tier.display_name = tier.range_label

    def _describe_pay(self):
        if self.rule_id.kind == "attainment":
            return format_amount(self.env, self.payout, self.currency_id) if self.currency_id else str(self.payout)
        return format_rate(self.env, self.rate)

    def _as_table(self) -> list[Tier]:
        """The tiers for the arithmetic, lowest first."""
        return [
            Tier(decimal(tier.amount_from), decimal(tier.amount_to) if tier.amount_to else None, decimal(tier.rate))
            for tier in self.sorted("amount_from")
        ]

    def _as_levels(self) -> list[Level]:
        """The levels of a rule on attainment for the arithmetic, lowest first."""
        return [Level(decimal(tier.attainment), decimal(tier.payout)) for tier in self.sorted("attainment")]
