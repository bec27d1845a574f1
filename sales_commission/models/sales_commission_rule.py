from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from .engine.arithmetic import table_errors
from .formatting import format_rate

ROLES = [("seller", "Seller"), ("support", "Support")]


class SalesCommissionRule(models.Model):
    """Which facts earn, and how they pay. The base is an amount in the company's currency."""

    _name = "sales.commission.rule"
    _description = "Commission Rule"
    _order = "version_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    version_id = fields.Many2one(comodel_name="sales.commission.version", required=True, ondelete="cascade", index=True)
    # Stored for the record rules.
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    currency_id = fields.Many2one(related="version_id.currency_id")
    sequence = fields.Integer(string="Priority", default=10, help="Rules are tried in this order, lowest first.")
    application = fields.Selection(
        selection=[("exclusive", "Exclusive"), ("stacking", "Stacking")],
        required=True,
        default="exclusive",
        help="A sale pays under the first exclusive rule that it matches, and under every stacking rule besides.",
    )
    role = fields.Selection(selection=ROLES, required=True, default="seller", help="The role that the rule pays.")
    metric_id = fields.Many2one(
        comodel_name="sales.metric",
        required=True,
        ondelete="restrict",
        domain="[('measure', 'in', ('amount', 'margin'))]",
        help="The sales that earn, and the amount that is the base of the commission.",
    )
    kind = fields.Selection(
        selection=[("percent", "Percentage"), ("tiers", "Tiers")], string="Pays", required=True, default="percent"
    )
    rate = fields.Float(digits=(16, 6), help="0.05 is 5 %.")
    tier_mode = fields.Selection(
        selection=[("marginal", "Marginal"), ("whole", "Whole")],
        default="marginal",
        help="Marginal: each part of the period's base is paid at the rate of its own tier.\n"
        "Whole: all of the period's base is paid at the rate of the tier that it reaches.",
    )
    tier_ids = fields.One2many(comodel_name="sales.commission.tier", inverse_name="rule_id", copy=True)
    terms = fields.Text(compute="_compute_terms", help="What the rule pays, as the contract says it.")

    _rate_range = models.Constraint("CHECK (rate >= 0 AND rate <= 1)", "A rule's rate is between 0 % and 100 %.")
    _tier_mode_set = models.Constraint(
        "CHECK (kind != 'tiers' OR tier_mode IS NOT NULL)", "A rule with tiers is either marginal or whole."
    )

    @api.constrains("metric_id")
    def _check_metric(self):
        for rule in self:
            if rule.metric_id.measure not in ("amount", "margin"):
                raise ValidationError(
                    self.env._(
                        'The rule "%(rule)s" pays a rate on "%(metric)s", which is no amount of money. '
                        "Choose a metric that measures an amount or a margin.",
                        rule=rule.name,
                        metric=rule.metric_id.name,
                    )
                )

    @api.constrains("kind", "tier_ids")
    def _check_tiers(self):
        for rule in self.filtered(lambda rule: rule.kind == "tiers"):
            bounds = [(tier.amount_from, tier.amount_to or None) for tier in rule.tier_ids]
            if errors := table_errors(bounds):
                raise ValidationError(
                    "\n".join(
                        [
                            self.env._('The tiers of the rule "%(rule)s" do not fit together:', rule=rule.name),
                            *(rule._describe_tier_error(*error) for error in errors),
                        ]
                    )
                )

    def _describe_tier_error(self, error, start, end):
        start, end = (amount and format_amount(self.env, amount, self.currency_id) for amount in (start, end))
        return {
            "start": lambda: self.env._("- the first tier must begin at 0, not at %(end)s", end=end),
            "gap": lambda: self.env._("- there is a gap from %(start)s to %(end)s", start=start, end=end),
            "overlap": lambda: self.env._("- the tier from %(start)s overlaps the one before it", start=start),
            "end": lambda: self.env._(
                "- the last tier ends at %(start)s; set its end to zero, so that it has none", start=start
            ),
        }[error]()

    @api.depends("kind", "rate", "tier_mode", "tier_ids.rate", "tier_ids.range_label", "metric_id.name")
    def _compute_terms(self):
        for rule in self:
            metric = rule.metric_id.name or ""
            if rule.kind == "percent":
                rule.terms = f"{metric}: {format_rate(self.env, rule.rate)}"
                continue
            basis = {
                "marginal": self.env._("%(metric)s in the period, each part at the rate of its tier:", metric=metric),
                "whole": self.env._(
                    "%(metric)s in the period, all of it at the rate of the tier it reaches:", metric=metric
                ),
            }[rule.tier_mode or "marginal"]
            rule.terms = "\n".join(
                [basis, *(f"{tier.range_label}: {format_rate(self.env, tier.rate)}" for tier in rule.tier_ids)]
            )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.version_id._check_draft()
        return rules

    def write(self, vals):
        self.version_id._check_draft()
        result = super().write(vals)
        self.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.version_id._check_draft()

    def _check_complete(self):
        """Raise a ValidationError for a rule that could not pay."""
        for rule in self.filtered(lambda rule: rule.kind == "tiers" and not rule.tier_ids):
            raise ValidationError(self.env._('The rule "%(rule)s" has no tiers yet: add them.', rule=rule.name))
        self._check_tiers()
