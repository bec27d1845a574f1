from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .planning_sheet import EARLIEST_DAY, LATEST_DAY
from .res_company import CALENDAR_KINDS

PERIOD_KINDS = [
    ("week", "Week"),
    ("month", "Month"),
    ("445", "Month of a 4-4-5 Year"),
    ("quarter", "Quarter"),
    ("year", "Year"),
    ("custom", "Custom"),
]
# From the widest to the narrowest.
SCOPES = [("company", "Company"), ("team", "Sales Team"), ("person", "Salesperson")]
STATES = [("draft", "Draft"), ("approved", "Approved"), ("running", "Running"), ("closed", "Closed")]
# What a target is limited to besides its scope: fields that are empty where it is not.
CUT_FIELDS = ("categ_id", "segment_id", "country_id", "source_id")
# What tells targets from each other; the team of a person's is no part of it.
KEY_FIELDS = ("company_id", "metric_id", "scope", "team_id", "user_id", "date_from", "date_to", *CUT_FIELDS)
# What was agreed on: once a target is approved, only a revision changes its amount, and nothing the rest.
PLAN_FIELDS = {
    "metric_id", "period_kind", "date_from", "date_to", "scope", "company_id", "team_id", "user_id", "parent_id",
    "amount", "shape", "step", "profile_id", "period_ids", "with_branches", *CUT_FIELDS,
}  # fmt: skip
# What only the steps of a target's life change.
LIFE_FIELDS = {"state", "closed_actual", "closed_on"}


def same_length(first: str, second: str) -> SQL:
    """Whether two targets, given by their aliases, have periods of one length, so that they follow each other.

    A month of a 4-4-5 year is as long as another month. A custom period can be of any length and goes with each.
    """
    first, second = (length_of(SQL.identifier(alias, "period_kind")) for alias in (first, second))
    return SQL("COALESCE(%(first)s = %(second)s, TRUE)", first=first, second=second)


def length_of(period_kind: SQL) -> SQL:
    """The length of a period as text, NULL for a custom one."""
    return SQL("CASE %(kind)s WHEN '445' THEN 'month' WHEN 'custom' THEN NULL ELSE %(kind)s END", kind=period_kind)


def segment_ids(env, segment_id: int) -> list[int]:
    """The customer tag and those below it, archived ones too: what a target is limited to doesn't change with that."""
    tags = env["res.partner.category"].sudo().with_context(active_test=False)
    return tags.search([("id", "child_of", segment_id)]).ids


def cut_domain(env, cut: tuple[int, ...]) -> Domain:
    """The facts that lie within a cut, given as the ids of CUT_FIELDS, 0 where there is no limit."""
    limits = dict(zip(CUT_FIELDS, cut, strict=True))
    domain = Domain.AND(Domain(name, "=", limits[name]) for name in ("country_id", "source_id") if limits[name])
    if limits["categ_id"]:
        domain &= Domain("categ_id", "child_of", limits["categ_id"])
    if limits["segment_id"]:
        domain &= Domain("partner_id.category_id", "in", segment_ids(env, limits["segment_id"]))
    return domain


class SalesTarget(models.Model):
    """What a company, a sales team or a person should reach of a metric in a period.

    `amount` is in the unit of the metric: company currency where the metric measures money, and then `currency_id`
    is set; a plain number of units, documents or days otherwise, and then `currency_id` is empty.
    """

    _name = "sales.target"
    _description = "Sales Target"
    _inherit = ["mail.thread", "mail.activity.mixin", "sales.guarded.mixin"]
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
        default=lambda self: self.env.company._sales_period_bounds("month", self.env.company._sales_today())[0],
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
    with_branches = fields.Boolean(
        default=True, help="The documents of the company's branches count as well as its own."
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
        tracking=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    categ_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        ondelete="restrict",
        help="Only products of this category and those below it.",
    )
    segment_id = fields.Many2one(
        comodel_name="res.partner.category",
        string="Customer Segment",
        ondelete="restrict",
        help="Only customers with this tag or one below it.",
    )
    country_id = fields.Many2one(comodel_name="res.country", ondelete="restrict", help="Only customers there.")
    source_id = fields.Many2one(
        comodel_name="utm.source", ondelete="restrict", help="Only documents that came from this source."
    )
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

    @api.constrains("user_id", "company_id", "with_branches")
    def _check_person(self):
        personal = self.filtered("user_id")
        for targets in personal.grouped(lambda target: (target.company_id, target.with_branches)).values():
            companies = targets[0]._companies()
            for person in targets.user_id.filtered(lambda user, companies=companies: not user.company_ids & companies):
                raise ValidationError(
                    self.env._(
                        "%(person)s works neither in %(company)s nor in a branch that counts. Choose somebody else, or "
                        "set the target in another company.",
                        person=person.name,
                        company=targets.company_id.name,
                    )
                )

    @api.constrains("period_kind", "date_from", "date_to", "company_id")
    def _check_period(self):
        for target in self:
            if target.date_from < EARLIEST_DAY or target.date_to > LATEST_DAY:
                raise ValidationError(
                    self.env._(
                        "A target lies between %(earliest)s and %(latest)s; %(first)s to %(last)s does not. "
                        "Correct the dates.",
                        earliest=format_date(self.env, EARLIEST_DAY),
                        latest=format_date(self.env, LATEST_DAY),
                        first=format_date(self.env, target.date_from),
                        last=format_date(self.env, target.date_to),
                    )
                )
            if target.period_kind == "custom":
                continue
            first, last = target.company_id._sales_period_bounds(target.period_kind, target.date_from)
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

    @api.constrains("period_kind", *KEY_FIELDS)
    def _check_overlap(self):
        """Refuse two targets of one length at a time; a year's and its months' live side by side."""
        self.flush_model(["period_kind", *KEY_FIELDS])
        # Two transactions don't see each other's targets: writing to the metric makes the later one start over.
        self.env.cr.execute(
            SQL("UPDATE sales_metric SET write_date = write_date WHERE id = ANY(%s)", sorted(self.metric_id.ids))
        )
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
                    AND (other.categ_id, other.segment_id, other.country_id, other.source_id)
                        IS NOT DISTINCT FROM (target.categ_id, target.segment_id, target.country_id, target.source_id)
                    AND other.date_from <= target.date_to
                    AND other.date_to >= target.date_from
                    AND %s
                WHERE target.id IN %s
                ORDER BY target.id, other.id
                """,
                same_length("other", "target"),
                tuple(self.ids),
            )
        )
        if not overlaps:
            return
        # Whoever runs this as superuser for somebody shows that person no more than what is his or hers to read.
        seen = self.browse({other_id for _target_id, other_id in overlaps}).sudo(False)._filtered_access("read")
        for target_id, other_id in overlaps:
            target, other = self.browse((target_id, other_id))
            if other not in seen:
                continue
            raise ValidationError(
                self.env._(
                    '"%(target)s" overlaps "%(other)s" (%(first)s to %(last)s): for one metric and one length of '
                    "period there is one target at a time. Change the period, or change the other target.",
                    target=target.display_name,
                    other=other.display_name,
                    first=format_date(self.env, other.date_from),
                    last=format_date(self.env, other.date_to),
                )
            )
        raise ValidationError(
            self.env._(
                "What you enter overlaps targets that you may not see (%(count)s): for one metric and one length of "
                "period there is one target at a time. Change the period, or ask an administrator of that company.",
                count=len({other_id for _target_id, other_id in overlaps}),
            )
        )

    @api.depends("period_kind", "date_from")
    def _compute_date_to(self):
        for target in self:
            if target.date_from and target.period_kind in CALENDAR_KINDS:
                target.date_to = target._period_bounds()[1]
            else:
                target.date_to = target.date_to

    @api.onchange("period_kind", "date_from")
    def _onchange_period(self):
        if self.date_from and self.period_kind in CALENDAR_KINDS:
            self.date_from, self.date_to = self._period_bounds()

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

    @api.depends(
        "metric_id.name", "scope", "team_id.name", "user_id.name", "period_kind", "date_from", "date_to", *CUT_FIELDS
    )
    @api.depends_context("lang")
    def _compute_display_name(self):
        for target in self:
            node = {"company": target.company_id, "team": target.team_id, "person": target.user_id}.get(target.scope)
            cut = (target.sudo()[name].display_name for name in CUT_FIELDS)
            parts = (target.metric_id.display_name, node.sudo().name, *cut, target._period_label())
            target.display_name = " · ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_period_kind(vals) for vals in vals_list])

    def write(self, vals):
        if not self._in_action():
            self._check_write(vals.keys())
        return super().write(vals)

    def _check_write(self, field_names):
        self.check_access("write")
        if LIFE_FIELDS & field_names:
            raise UserError(self.env._("The status of a target changes with its buttons: Approve, Start, Close..."))
        agreed = self.filtered(lambda target: target.state != "draft") if PLAN_FIELDS & field_names else self.browse()
        if agreed:
            raise UserError(
                self.env._(
                    '"%(target)s" is %(state)s and can\'t be changed. A sales administrator may revise its amount, '
                    "with a reason and a day from which the new amount holds.",
                    target=agreed[0].display_name,
                    state=agreed[0]._selection_label("state").lower(),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for target in self:
            if target.state != "draft":
                raise UserError(
                    self.env._(
                        '"%(target)s" is %(state)s and can\'t be deleted. Only drafts can.',
                        target=target.display_name,
                        state=target._selection_label("state").lower(),
                    )
                )

    def _companies(self):
        """The companies whose documents count."""
        self.ensure_one()
        return self.company_id._with_branches() if self.with_branches else self.company_id

    def _cut(self) -> tuple[int, ...]:
        self.ensure_one()
        return tuple(self[name].id or 0 for name in CUT_FIELDS)

    def _transition(self, vals: dict):
        """Write what the life of an agreed target changes; the caller has checked that it may."""
        return self._write_decided(vals)

    def _amount_digits(self) -> int:
        """The decimals of the amount: the currency's, none for a number of documents, else two."""
        self.ensure_one()
        if self.currency_id:
            return self.currency_id.decimal_places
        return 0 if self.unit == "count" else 2

    def _period_bounds(self):
        self.ensure_one()
        return (self.company_id or self.env.company)._sales_period_bounds(self.period_kind, self.date_from)

    def _period_label(self) -> str:
        self.ensure_one()
        if not (self.date_from and self.date_to):
            return ""
        if self.period_kind == "week":
            year, week, __ = self.date_from.isocalendar()
            return self.env._("Week %(week)s, %(year)s", week=week, year=year)
        if self.period_kind == "month":
            return format_date(self.env, self.date_from, date_format="MMMM yyyy")
        if self.period_kind in ("445", "quarter", "year"):
            return self.company_id._sales_period_label(self.period_kind, self.date_from)
        return f"{format_date(self.env, self.date_from)} – {format_date(self.env, self.date_to)}"

    @api.model
    def _with_period_kind(self, vals: dict) -> dict:
        """The values with the kind of period that their two dates make, unless they name one."""
        if "period_kind" in vals or not (vals.get("date_from") and vals.get("date_to")):
            return vals
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        return {**vals, "period_kind": company._sales_period_kind(vals["date_from"], vals["date_to"])}

    def _selection_label(self, name: str) -> str:
        return dict(self._fields[name]._description_selection(self.env))[self[name]]
