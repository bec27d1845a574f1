from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from odoo.addons.sales_tracking.models.analytics.period import period_bounds

PERIOD_KINDS = [
    ("week", "Week"),
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("year", "Year"),
    ("custom", "Custom"),
]
CALENDAR_KINDS = ("week", "month", "quarter", "year")
# From the widest to the narrowest.
SCOPES = [("company", "Company"), ("team", "Sales Team"), ("person", "Salesperson")]
STATES = [("draft", "Draft"), ("approved", "Approved"), ("running", "Running"), ("closed", "Closed")]
# What was agreed on: once a target is approved, these change only after it went back to draft.
PLAN_FIELDS = {
    "metric_id", "period_kind", "date_from", "date_to", "scope", "company_id", "team_id", "user_id", "parent_id",
    "amount",
}  # fmt: skip


class SalesTarget(models.Model):
    """What a company, a sales team or a person should reach of a metric in a period.

    `amount` is in the unit of the metric: company currency where the metric measures money, and then `currency_id`
    is set; a plain number of units, documents or days otherwise, and then `currency_id` is empty.
    """

    _name = "sales.target"
    _description = "Sales Target"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id"
    _rec_names_search = ["metric_id", "team_id", "user_id"]
    _check_company_auto = True
    # Who may read a target may discuss it.
    _mail_post_access = "read"

    metric_id = fields.Many2one(
        comodel_name="sales.metric",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
        domain=[("measure", "!=", "retention")],
        help="What is measured.",
    )
    unit = fields.Selection(related="metric_id.unit")
    period_kind = fields.Selection(
        selection=PERIOD_KINDS,
        string="Period",
        required=True,
        default="month",
    )
    date_from = fields.Date(
        string="Start Date",
        required=True,
        tracking=True,
        default=lambda self: period_bounds("month", self.env.company._sales_today())[0],
    )
    date_to = fields.Date(
        string="End Date",
        required=True,
        compute="_compute_date_to",
        store=True,
        precompute=True,
        readonly=False,
        tracking=True,
        help="Last day of the period.",
    )
    scope = fields.Selection(
        selection=SCOPES,
        required=True,
        default="person",
        help="Company: every document of the company.\n"
        "Sales Team: the documents of the team, whoever its members are today.\n"
        "Salesperson: the salesperson's documents and shares of documents, in whichever team.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        help="The company's currency; empty when the metric does not measure money.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
        tracking=True,
        ondelete="restrict",
        help="The team that has the target. On a salesperson's target: the team whose leader follows it up; "
        "it does not limit which documents count.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
        tracking=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    parent_id = fields.Many2one(
        comodel_name="sales.target",
        string="Part of",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('id', '!=', id), ('metric_id', '=', metric_id),"
        " ('date_from', '<=', date_from), ('date_to', '>=', date_to)]",
        help="The wider target that this one contributes to.",
    )
    child_ids = fields.One2many(comodel_name="sales.target", inverse_name="parent_id", string="Parts")
    amount = fields.Monetary(
        string="Target",
        required=True,
        aggregator=None,
        tracking=True,
        help="In the company's currency when the metric measures money, else in the unit of the metric.",
    )
    state = fields.Selection(
        selection=STATES,
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    _period = models.Constraint("CHECK (date_from <= date_to)", "A target ends on the day it starts or later.")
    _amount_positive = models.Constraint("CHECK (amount >= 0)", "A target is zero or more.")
    _scope_node = models.Constraint(
        """CHECK (
            scope = 'company' AND team_id IS NULL AND user_id IS NULL
            OR scope = 'team' AND team_id IS NOT NULL AND user_id IS NULL
            OR scope = 'person' AND user_id IS NOT NULL
        )""",
        "A team's target needs a sales team and no salesperson, a salesperson's target a salesperson, "
        "and a company's target neither.",
    )

    @api.constrains("metric_id")
    def _check_metric(self):
        for target in self:
            if target.metric_id.measure == "retention":
                raise ValidationError(
                    self.env._(
                        'A target can\'t be set on "%(metric)s": retention compares two periods and belongs to no '
                        "single document. Choose a metric that measures amounts, numbers or days.",
                        metric=target.metric_id.display_name,
                    )
                )

    @api.constrains("period_kind", "date_from", "date_to")
    def _check_period(self):
        for target in self:
            if target.period_kind == "custom":
                continue
            first, last = period_bounds(target.period_kind, target.date_from)
            if (target.date_from, target.date_to) != (first, last):
                raise ValidationError(
                    self.env._(
                        "The %(kind)s that holds %(day)s runs from %(first)s to %(last)s. Take these dates, or choose "
                        "the period Custom.",
                        kind=target._selection_label("period_kind").lower(),
                        day=format_date(self.env, target.date_from),
                        first=format_date(self.env, first),
                        last=format_date(self.env, last),
                    )
                )

    @api.constrains("parent_id", "metric_id", "company_id", "scope", "date_from", "date_to")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A target can't be part of itself, directly or through other targets."))
        widths = [scope for scope, __ in SCOPES]
        for target in (self | self.child_ids).filtered("parent_id"):
            parent = target.parent_id
            if (
                parent.metric_id != target.metric_id
                or parent.company_id != target.company_id
                or parent.date_from > target.date_from
                or parent.date_to < target.date_to
                or widths.index(parent.scope) > widths.index(target.scope)
            ):
                raise ValidationError(
                    self.env._(
                        '"%(target)s" can\'t be part of "%(parent)s": the wider target has the same metric and '
                        "company, contains the period, and is not of a narrower scope.",
                        target=target.display_name,
                        parent=parent.display_name,
                    )
                )

    @api.constrains("company_id", "metric_id", "scope", "team_id", "user_id", "date_from", "date_to")
    def _check_overlap(self):
        self.flush_model(["company_id", "metric_id", "scope", "team_id", "user_id", "date_from", "date_to"])
        overlaps = self.env.execute_query(
            SQL(
                """
                SELECT target.id, other.id
                FROM sales_target target
                JOIN sales_target other
                    ON other.id != target.id
                    AND other.company_id = target.company_id
                    AND other.metric_id = target.metric_id
                    AND other.scope = target.scope
                    AND CASE other.scope WHEN 'person' THEN other.user_id WHEN 'team' THEN other.team_id ELSE 0 END
                        = CASE target.scope WHEN 'person' THEN target.user_id WHEN 'team' THEN target.team_id ELSE 0 END
                    AND other.date_from <= target.date_to
                    AND other.date_to >= target.date_from
                WHERE target.id IN %s
                LIMIT 1
                """,
                tuple(self.ids),
            )
        )
        for target_id, other_id in overlaps:
            target, other = self.browse((target_id, other_id))
            raise ValidationError(
                self.env._(
                    '"%(target)s" overlaps "%(other)s" (%(first)s to %(last)s): for one metric there is one target at '
                    "a time. Change the period, or change the other target.",
                    target=target.display_name,
                    other=other.display_name,
                    first=format_date(self.env, other.date_from),
                    last=format_date(self.env, other.date_to),
                )
            )

    @api.depends("period_kind", "date_from")
    def _compute_date_to(self):
        for target in self:
            if target.date_from and target.period_kind in CALENDAR_KINDS:
                target.date_to = period_bounds(target.period_kind, target.date_from)[1]
            else:
                target.date_to = target.date_to

    @api.onchange("period_kind", "date_from")
    def _onchange_period(self):
        if self.date_from and self.period_kind in CALENDAR_KINDS:
            self.date_from, self.date_to = period_bounds(self.period_kind, self.date_from)

    @api.depends("metric_id.unit", "company_id.currency_id")
    def _compute_currency_id(self):
        for target in self:
            target.currency_id = target.metric_id.unit == "currency" and target.company_id.currency_id

    @api.depends("scope", "user_id")
    def _compute_team_id(self):
        for target in self:
            if target.scope == "person":
                team = target.user_id.sale_team_id
                target.team_id = team if team.company_id <= target.company_id else False
            else:
                target.team_id = target.scope == "team" and target.team_id

    @api.depends("scope")
    def _compute_user_id(self):
        for target in self:
            target.user_id = target.scope == "person" and target.user_id

    @api.depends("metric_id.name", "scope", "team_id.name", "user_id.name", "period_kind", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for target in self:
            node = {"company": target.company_id, "team": target.team_id, "person": target.user_id}.get(target.scope)
            parts = (target.metric_id.display_name, node.sudo().name, target._period_label())
            target.display_name = " · ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_period_kind(vals) for vals in vals_list])

    def write(self, vals):
        agreed = self.filtered(lambda target: target.state != "draft") if PLAN_FIELDS & vals.keys() else self.browse()
        if agreed:
            raise UserError(
                self.env._(
                    '"%(target)s" is %(state)s and can\'t be changed. A sales administrator may reset it to draft, '
                    "change it and approve it again.",
                    target=agreed[0].display_name,
                    state=agreed[0]._selection_label("state").lower(),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for target in self:
            if target.state != "draft":
                raise UserError(
                    self.env._(
                        '"%(target)s" is %(state)s and can\'t be deleted. Reset it to draft first.',
                        target=target.display_name,
                        state=target._selection_label("state").lower(),
                    )
                )

    def action_approve(self):
        return self._move_to("approved", ("draft",))

    def action_start(self):
        return self._move_to("running", ("approved",))

    def action_close(self):
        return self._move_to("closed", ("running",))

    def action_reopen(self):
        return self._move_to("running", ("closed",))

    def action_reset_to_draft(self):
        return self._move_to("draft", ("approved", "running"))

    def _move_to(self, state: str, states_before: tuple[str, ...]):
        for target in self:
            if target.state not in states_before:
                raise UserError(
                    self.env._(
                        '"%(target)s" is %(state)s: this step is not possible now.',
                        target=target.display_name,
                        state=target._selection_label("state").lower(),
                    )
                )
        self.write({"state": state})

    def _period_label(self) -> str:
        self.ensure_one()
        if not (self.date_from and self.date_to):
            return ""
        if self.period_kind == "week":
            year, week, __ = self.date_from.isocalendar()
            return self.env._("Week %(week)s, %(year)s", week=week, year=year)
        formats = {"month": "MMMM yyyy", "quarter": "QQQ yyyy", "year": "yyyy"}
        if self.period_kind in formats:
            return format_date(self.env, self.date_from, date_format=formats[self.period_kind])
        return f"{format_date(self.env, self.date_from)} – {format_date(self.env, self.date_to)}"

    @api.model
    def _with_period_kind(self, vals: dict) -> dict:
        """The values with the kind of period that their two dates make, unless they name one."""
        if "period_kind" in vals or not (vals.get("date_from") and vals.get("date_to")):
            return vals
        dates = (fields.Date.to_date(vals["date_from"]), fields.Date.to_date(vals["date_to"]))
        kind = next((kind for kind in CALENDAR_KINDS if period_bounds(kind, dates[0]) == dates), "custom")
        return {**vals, "period_kind": kind}

    def _selection_label(self, name: str) -> str:
        return dict(self._fields[name]._description_selection(self.env))[self[name]]
