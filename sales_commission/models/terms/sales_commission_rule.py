from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, formatLang

from ...tools.formatting import format_rate
from ..engine.arithmetic import table_errors

ROLES = [("seller", "Seller"), ("support", "Support"), ("override", "Manager Override")]
KINDS = [
    ("percent", "Percentage"),
    ("per_unit", "Amount per Unit"),
    ("per_document", "Amount per Document"),
    ("tiers", "Tiers"),
    ("attainment", "Attainment of a Target"),
]
EARNED_ON = [
    ("cash", "As Cash Arrives"),
    ("paid_in_full", "When Paid in Full"),
    ("days_to_pay", "By Days to Pay"),
]
# What the metric of each kind of rule measures.
MEASURES = {
    "percent": ("amount", "margin"),
    "per_unit": ("quantity",),
    "per_document": ("count",),
    "tiers": ("amount", "margin"),
    "attainment": ("amount", "margin", "quantity", "count"),
}


class SalesCommissionRule(models.Model):
    """Which facts earn, and how they pay. The base is an amount in the company's currency."""

    _name = "sales.commission.rule"
    _description = "Commission Rule"
    _inherit = ["sales.guarded.mixin"]
    _order = "version_id, sequence, id"

    _given_once = frozenset({"version_id"})

    name = fields.Char(required=True, translate=True)
    version_id = fields.Many2one(comodel_name="sales.commission.version", required=True, ondelete="cascade", index=True)
    continues_id = fields.Many2one(
        comodel_name="sales.commission.rule",
        compute="_compute_continues_id",
        store=True,
        readonly=False,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The rule of the version before that this one goes on from. In a period in which the terms change, the "
        "base runs on from it, and the threshold, the minimum and the cap are those of both in proportion to their "
        "days. Empty: this rule begins at nothing.",
    )
    # Stored for the record rules.
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    currency_id = fields.Many2one(related="version_id.currency_id")
    sequence = fields.Integer(string="Priority", default=10, help="Rules are tried in this order, lowest first.")
    application = fields.Selection(
        selection=[("exclusive", "Exclusive"), ("stacking", "Stacking")],
        required=True,
        default="exclusive",
        help="A sale pays under the first exclusive rule that it matches, and under every stacking rule besides. "
        "Rules on invoices and rules on payments don't exclude each other.",
    )
    role = fields.Selection(selection=ROLES, required=True, default="seller", help="The role that the rule pays.")
    metric_id = fields.Many2one(
        comodel_name="sales.metric",
        required=True,
        ondelete="restrict",
        domain="[('measure', 'in', ('amount', 'margin', 'quantity', 'count'))]",
        help="The sales that earn, and what of them the commission is counted on.",
    )
    basis = fields.Selection(related="metric_id.basis")
    kind = fields.Selection(selection=KINDS, string="Pays", required=True, default="percent")
    rate = fields.Float(digits=(16, 6), help="0.05 is 5 %.")
    unit_amount = fields.Monetary(string="Amount", help="What is paid for each unit, or for each document.")
    uom_id = fields.Many2one(
        comodel_name="uom.uom",
        string="Unit",
        ondelete="restrict",
        help="The unit that the amount is paid for. Sales in other units are converted; products that can't be are "
        "left out. Empty: the unit of each product.",
    )
    tier_mode = fields.Selection(
        selection=[("marginal", "Marginal"), ("whole", "Whole")],
        default="marginal",
        help="Marginal: each part of the period's base is paid at the rate of its own tier.\n"
        "Whole: all of the period's base is paid at the rate of the tier that it reaches.",
    )
    attainment_mode = fields.Selection(
        selection=[("linear", "Linear"), ("step", "Step")],
        default="linear",
        help="Linear: between two levels the payout rises evenly.\nStep: the payout is that of the level reached.",
    )
    tier_ids = fields.One2many(comodel_name="sales.commission.tier", inverse_name="rule_id", copy=True)
    override_level = fields.Integer(
        string="Management Level",
        default=1,
        help="1 pays the manager of who sold, 2 the manager of that manager, and so on.",
    )
    invoiced_share = fields.Float(
        string="Earned when Invoiced",
        digits=(16, 6),
        help="The share of the commission that is earned with the invoice; the rest is earned as cash arrives.",
    )
    earned_on = fields.Selection(
        selection=EARNED_ON,
        string="Earned on Payments",
        required=True,
        default="cash",
        help="As cash arrives: each payment earns its part.\n"
        "When paid in full: nothing until nothing of the invoice is open, then all that was paid, on the day of the "
        "last payment.\n"
        "By days to pay: each payment counts with the share of the step that its days after the invoice fall into.\n"
        "Credit notes take back the part that their invoice has earned of what was paid.",
    )
    payment_step_ids = fields.One2many(
        comodel_name="sales.commission.payment.step", inverse_name="rule_id", string="Steps by Days to Pay", copy=True
    )
    threshold = fields.Float(
        digits=(16, 2), help="Nothing is paid in a period whose base is less. What reaches it is paid from the start."
    )
    deal_cap = fields.Monetary(string="Cap per Document", help="The most that a document earns, credit notes included.")
    period_floor = fields.Monetary(
        string="Minimum per Period", help="What is missing to it is paid when the period is over."
    )
    period_cap = fields.Monetary(string="Cap per Period", help="The most that the rule pays a person in a period.")
    terms = fields.Text(compute="_compute_terms", help="What the rule pays, as the contract says it.")

    _rate_range = models.Constraint("CHECK (rate >= 0 AND rate <= 1)", "A rule's rate is between 0 % and 100 %.")
    _invoiced_share_range = models.Constraint(
        "CHECK (invoiced_share >= 0 AND invoiced_share < 1)",
        "The share that is earned when invoiced is at least 0 % and below 100 %.",
    )
    _limits_sign = models.Constraint(
        "CHECK (threshold >= 0 AND deal_cap >= 0 AND period_floor >= 0 AND period_cap >= 0 AND unit_amount >= 0)",
        "Amounts, thresholds, caps and minimums can't be negative.",
    )
    _override_level_range = models.Constraint(
        "CHECK (override_level BETWEEN 1 AND 9)", "A management level is between 1 and 9."
    )
    _tier_mode_set = models.Constraint(
        "CHECK (kind != 'tiers' OR tier_mode IS NOT NULL)", "A rule with tiers is either marginal or whole."
    )
    _attainment_mode_set = models.Constraint(
        "CHECK (kind != 'attainment' OR attainment_mode IS NOT NULL)", "A rule on attainment is either linear or step."
    )

    @api.constrains("metric_id", "kind")
    def _check_metric(self):
        """Its measure fits the kind of pay, and its filter is about what a fact holds."""
        measures = dict(self.env["sales.metric"]._fields["measure"]._description_selection(self.env))
        for rule in self:
            allowed = MEASURES[rule.kind]
            if rule.metric_id.measure not in allowed:
                raise ValidationError(
                    self.env._(
                        'The rule "%(rule)s" can\'t pay on "%(metric)s". Choose a metric that measures: %(measures)s.',
                        rule=rule.name,
                        metric=rule.metric_id.name,
                        measures=", ".join(measures[measure] for measure in allowed),
                    )
                )

    @api.constrains("kind", "tier_ids")
    def _check_levels(self):
        for rule in self.filtered(lambda rule: rule.kind == "attainment"):
            levels = rule.tier_ids.mapped("attainment")
            if len(set(levels)) < len(levels):
                raise ValidationError(
                    self.env._('The rule "%(rule)s" has two levels of the same attainment: keep one.', rule=rule.name)
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

    @api.depends(
        "kind", "rate", "unit_amount", "uom_id", "tier_mode", "attainment_mode", "tier_ids.rate", "tier_ids.payout",
        "tier_ids.range_label", "metric_id.name", "invoiced_share", "threshold", "deal_cap", "period_floor",
        "period_cap", "role", "override_level", "earned_on", "payment_step_ids.label",
    )  # fmt: skip
    def _compute_terms(self):
        for rule in self:
            rule.terms = "\n".join([*rule._describe_pay(), *rule._describe_limits()])

    def _pays_for(self):
        """(role, level of management) of the people whom the rule pays; level 0 for whoever sells."""
        self.ensure_one()
        return self.role, self.override_level if self.role == "override" else 0

    def _describe_pay(self):
        """What the rule pays, in lines of text."""
        metric = self.metric_id.name or ""
        match self.kind:
            case "percent":
                return [f"{metric}: {format_rate(self.env, self.rate)}"]
            case "per_unit":
                amount, unit = self._money(self.unit_amount), self.uom_id.name or self.env._("unit")
                return [self.env._("%(metric)s: %(amount)s per %(unit)s", metric=metric, amount=amount, unit=unit)]
            case "per_document":
                amount = self._money(self.unit_amount)
                return [self.env._("%(metric)s: %(amount)s per document", metric=metric, amount=amount)]
        heading = {
            "marginal": self.env._("%(metric)s in the period, each part at the rate of its tier:", metric=metric),
            "whole": self.env._(
                "%(metric)s in the period, all of it at the rate of the tier it reaches:", metric=metric
            ),
            "linear": self.env._("%(metric)s of the target, rising evenly from level to level:", metric=metric),
            "step": self.env._("%(metric)s of the target, what the level reached pays:", metric=metric),
        }[(self.tier_mode if self.kind == "tiers" else self.attainment_mode) or "marginal"]
        return [heading, *(f"{tier.range_label}: {tier._describe_pay()}" for tier in self.tier_ids)]

    def _describe_limits(self):
        """The conditions and limits of the rule, in lines of text."""
        limits = []
        if self.role == "override" and self.override_level > 1:
            limits.append(self.env._("Paid to the manager %(level)s levels up.", level=self.override_level))
        if self.invoiced_share:
            limits.append(
                self.env._(
                    "%(share)s is earned when invoiced, the rest as cash arrives.",
                    share=format_rate(self.env, self.invoiced_share),
                )
            )
        limits.extend(self._describe_earned_on())
        if self.threshold:
            threshold = formatLang(self.env, self.threshold)
            limits.append(self.env._("Nothing below %(threshold)s in the period.", threshold=threshold))
        if self.deal_cap:
            limits.append(self.env._("At most %(cap)s per document.", cap=self._money(self.deal_cap)))
        if self.period_floor:
            limits.append(self.env._("At least %(floor)s per period.", floor=self._money(self.period_floor)))
        if self.period_cap:
            limits.append(self.env._("At most %(cap)s per period.", cap=self._money(self.period_cap)))
        return limits

    def _describe_earned_on(self):
        """When payments earn, in lines of text; none where they earn as they arrive."""
        if self.earned_on == "paid_in_full":
            return [self.env._("Earned when the invoice is paid in full.")]
        if self.earned_on == "days_to_pay":
            steps = ", ".join(self.payment_step_ids.sorted("days").mapped("label"))
            return [
                self.env._("Payments count by their days after the invoice: %(steps)s, later: nothing.", steps=steps)
            ]
        return []

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id) if self.currency_id else str(amount)

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
        for rule in self.filtered(lambda rule: rule.kind in ("tiers", "attainment") and not rule.tier_ids):
            raise ValidationError(self.env._('The rule "%(rule)s" has no tiers yet: add them.', rule=rule.name))
        for rule in self.filtered(lambda rule: rule.earned_on == "days_to_pay" and not rule.payment_step_ids):
            raise ValidationError(
                self.env._('The rule "%(rule)s" earns by days to pay, but has no steps yet: add them.', rule=rule.name)
            )
        self._check_options()
        self._check_tiers()
        self._check_levels()
        self._check_continues()
