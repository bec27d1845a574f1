from ast import literal_eval
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import ormcache

from . import report_table, schedule

SCHEDULE_FIELDS = {"frequency", "weekday", "day_of_month", "working_day", "hour", "active"}
# What a filter that is no literal raises, however it is nested.
UNREADABLE = (ValueError, SyntaxError, TypeError, MemoryError, RecursionError)
GRANULARITIES = {"day", "week", "month", "quarter", "year"}
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class SalesReportSubscription(models.Model):
    """A screen of a report that is mailed to people regularly, each with the figures that they may see.

    The screen is kept as its filter, group-bys and measures. Its days move on: the report tells of a period that
    belongs to the day on which it is due, or of relative days of the filter, counted from that day.
    """

    _name = "sales.report.subscription"
    _description = "Report Sent Regularly"
    _inherit = ["mail.thread", "sales.guarded.mixin", "sales.text.limit.mixin"]
    _order = "name, id"
    _check_company_auto = True

    _given_once = frozenset({"report_model", "view_type", "row_groupbys", "column_groupbys", "measures", "chart_mode"})

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    owner_id = fields.Many2one(
        comodel_name="res.users", readonly=True, required=True, index=True, default=lambda self: self.env.uid
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        required=True,
        default=lambda self: self.env.company.id,
        help="Its time zone and working days decide when the report is due.",
    )
    company_ids = fields.Many2many(
        comodel_name="res.company",
        string="Companies",
        required=True,
        default=lambda self: self.env.companies,
        help="The companies whose figures the report tells.",
    )

    report_model = fields.Selection(selection="_selection_report_model", string="Report", required=True)
    view_type = fields.Selection(
        selection=[("pivot", "Pivot"), ("graph", "Graph"), ("list", "List")], required=True, default="pivot"
    )
    domain = fields.Char(string="Filter", required=True, default="[]", tracking=True)
    row_groupbys = fields.Char(string="Rows", help="Group-bys, separated by commas: user_id,day:month")
    column_groupbys = fields.Char(string="Columns")
    measures = fields.Char(help="Fields, separated by commas; __count counts.")
    chart_mode = fields.Selection(selection=[("bar", "Bar"), ("line", "Line"), ("pie", "Pie")])
    period = fields.Selection(
        selection=schedule.PERIODS,
        compute="_compute_period",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="The days that the report tells of. A period takes the place of the days of the filter; the period that "
        "is over is the day, week or month before the day on which the report is due.",
    )
    period_warning = fields.Char(compute="_compute_period_warning")

    frequency = fields.Selection(selection=schedule.FREQUENCIES, required=True, default="week", tracking=True)
    weekday = fields.Selection(selection=WEEKDAYS, required=True, default="0")
    day_of_month = fields.Integer(default=1, required=True, help="31: the last day of every month.")
    working_day = fields.Selection(
        selection=[("same", "On the Same Day"), ("before", "Working Day Before"), ("after", "Working Day After")],
        string="On a Day Off",
        required=True,
        default="after",
        help="When the report is sent whose day is a day off in the working hours of the company.",
    )
    hour = fields.Integer(required=True, default=7, tracking=True, help="In the sales time zone of the company.")
    since = fields.Datetime(
        readonly=True,
        required=True,
        default=lambda self: fields.Datetime.now(),
        help="Reports that were due before are not sent.",
    )

    format = fields.Selection(
        selection=[
            ("xlsx", "Workbook (XLSX)"),
            ("pdf", "PDF"),
            ("both", "PDF and Workbook"),
            ("body", "In the Mail Itself"),
        ],
        required=True,
        default="xlsx",
        tracking=True,
    )
    skip_if_empty = fields.Boolean(default=True, help="Send nothing when no record is found.")
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="People",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    group_ids = fields.Many2many(comodel_name="res.groups", string="Groups")
    team_ids = fields.Many2many(
        comodel_name="crm.team",
        string="Leads of Teams",
        domain="['|', ('company_id', '=', False), ('company_id', 'in', company_ids)]",
    )
    delivery_ids = fields.One2many(comodel_name="sales.report.delivery", inverse_name="subscription_id")
    failure_count = fields.Integer(compute="_compute_failure_count")
    may_choose_recipients = fields.Boolean(compute="_compute_may_choose_recipients")

    _hour = models.Constraint("CHECK (hour BETWEEN 0 AND 23)", "Choose an hour from 0 to 23.")
    _day = models.Constraint("CHECK (day_of_month BETWEEN 1 AND 31)", "Choose a day from 1 to 31.")

    @api.model
    @ormcache()
    def _report_names(self):
        """The models of the reports of the suite: everything that is read by one query of it."""
        mixin = self.env.registry["sales.report.mixin"]
        return sorted(
            name for name, model in self.env.registry.items() if issubclass(model, mixin) and not model._abstract
        )

    @api.model
    def _selection_report_model(self):
        return [(name, self.env["ir.model"]._get(name).name) for name in self._report_names()]

    @api.depends("report_model", "domain")
    def _compute_period(self):
        for subscription in self:
            if not subscription.period:
                subscription.period = "over" if subscription._fixed_days() else "filter"

    @api.depends("report_model", "domain", "period")
    def _compute_period_warning(self):
        for subscription in self:
            subscription.period_warning = False
            if subscription.period == "filter" and subscription._fixed_days():
                subscription.period_warning = self.env._(
                    "The filter names fixed days, which stay the same in every mail. Choose a period that moves on."
                )
            elif subscription.period != "filter" and not subscription._period_field_name():
                subscription.period_warning = self.env._(
                    "This report tells of the moment at which it is read, and has no period."
                )

    def _compute_failure_count(self):
        failed = self.env["sales.report.delivery"]._read_group(
            [("subscription_id", "in", self.ids), ("state", "=", "failed")], ["subscription_id"], ["__count"]
        )
        counts = dict(failed)
        for subscription in self:
            subscription.failure_count = counts.get(subscription, 0)

    @api.depends_context("uid")
    def _compute_may_choose_recipients(self):
        self.may_choose_recipients = self._chooses_recipients()

    @api.model
    def _chooses_recipients(self):
        return self.env.user.has_group("sales_team.group_sale_manager")

    def write(self, vals):
        result = super().write(vals)
        if SCHEDULE_FIELDS & vals.keys():
            # What was due by the old schedule is not sent by the new one.
            self._write_decided({"since": fields.Datetime.now()})
        return result

    def copy_data(self, default=None):
        return super().copy_data({"since": fields.Datetime.now(), **(default or {})})

    @api.constrains("report_model", "domain", "row_groupbys", "column_groupbys", "measures")
    def _check_screen(self):
        """Refuse what is no filter, group-by or measure of the report, and what its author may not read."""
        # Constraints run as superuser: the author's own rights count.
        for subscription in self if self.env.user._is_superuser() else self.sudo(False):
            try:
                subscription._check_fields()
            except (*UNREADABLE, KeyError) as error:
                raise ValidationError(
                    self.env._(
                        'The screen of the report "%(name)s" can\'t be read: %(error)s',
                        name=subscription.name,
                        error=error,
                    )
                ) from error

    def _check_fields(self):
        model = self._report()
        model.check_access("read")
        domain = self._stored_domain()
        domain.validate(model)
        model._search(domain)
        specs = [*self._names("row_groupbys"), *self._names("column_groupbys")]
        measures = self._names("measures")
        known = report_table.described(model, map(report_table.field_name, (*specs, *measures)))
        for spec in specs:
            name, _colon, granularity = spec.partition(":")
            is_date = known[name]["type"] in ("date", "datetime")
            if not known[name]["groupable"] or (granularity and not (is_date and granularity in GRANULARITIES)):
                raise ValidationError(self.env._('The report can\'t be grouped by "%s".', spec))
        for name in measures:
            if name != report_table.COUNT and not (known[name]["aggregator"] or known[name]["type"] == "many2one"):
                raise ValidationError(self.env._('"%s" can\'t be added up.', name))

    @api.constrains("user_ids", "group_ids", "team_ids", "company_ids")
    def _check_recipients(self):
        """Refuse recipients other than oneself from anyone but a sales administrator."""
        chooses = self.env.user._is_superuser() or self._chooses_recipients()
        for subscription in self:
            if any(user.share for user in subscription.user_ids):
                raise ValidationError(self.env._("Reports are sent to the company's own people alone."))
            if not chooses and (
                subscription.user_ids - self.env.user or subscription.group_ids or subscription.team_ids
            ):
                raise AccessError(self.env._("Only sales administrators have reports sent to other people."))

    def _report(self):
        """The report's model in the environment of this record."""
        self.ensure_one()
        if self.report_model not in self._report_names():
            raise ValidationError(self.env._('"%s" is no report that can be sent.', self.report_model))
        return self.env[self.report_model]

    def _period_field_name(self):
        """The date by which the report is one of a period, None where it has none."""
        return self.env[self.report_model]._period_field if self.report_model in self._report_names() else None

    def _names(self, field):
        return tuple(name.strip() for name in (self[field] or "").split(",") if name.strip())

    def _stored_domain(self) -> Domain:
        """The filter as it is stored, read as a literal."""
        return Domain(literal_eval(self.domain or "[]"))

    def _fixed_days(self):
        """Whether the filter limits the report's date by days that do not move on."""
        period_field = self._period_field_name()
        if not period_field:
            return False
        try:
            conditions = list(self._stored_domain().iter_conditions())
        except UNREADABLE:
            return False
        return any(
            each.field_expr.partition(".")[0] == period_field and not _is_relative(each.value) for each in conditions
        )

    def _rule(self):
        return schedule.Rule(
            self.frequency, weekday=int(self.weekday), day=self.day_of_month, working_day=self.working_day
        )

    def _works_on(self, day):
        """Whether people work on that day in the company: by its working hours and general days off."""
        calendar = self.company_id.resource_calendar_id
        if not calendar:
            return day.weekday() < 5
        start, end = (self.company_id._sales_moment(day + timedelta(days=days)) for days in (0, 1))
        is_off = any(
            not leave.resource_id and leave.date_from <= start and leave.date_to >= end - timedelta(hours=2)
            for leave in calendar.leave_ids
        )
        return bool(calendar._works_on_date(day)) and not is_off

    def _period(self, day):
        """The first and last day that the report of a nominal day tells of, or None."""
        if not self._period_field_name():
            return None
        return schedule.period(self._rule(), self.period, day, self._works_on)

    def _screen(self, day, reader_env):
        """What the report of a nominal day shows.

        :param reader_env: the environment of who reads it
        """
        model = reader_env[self._report()._name]
        domain = self._stored_domain()
        if span := self._period(day):
            name = model._period_field
            domain = domain.map_conditions(lambda each: Domain.TRUE if each.field_expr == name else each)
            domain &= _between(name, *span)
        else:
            behind = (self.company_id._sales_today() - day).days
            domain = domain.map_conditions(lambda each: _as_of(each, behind))
        return report_table.Screen(
            model,
            self.view_type,
            domain,
            self._names("row_groupbys"),
            self._names("column_groupbys"),
            self._names("measures"),
        )

    def _recipients(self):
        """Everybody who gets the report: the company's active people."""
        # In sudo mode: who belongs to a group or leads a team is the administrators' to know.
        subscription = self.sudo()
        people = subscription.user_ids | subscription.group_ids.all_user_ids | subscription.team_ids.user_id
        return people.filtered(lambda user: user.active and not user.share)

    def action_open_report(self):
        """Open the screen as it is sent today, with the reader's own rights."""
        self.ensure_one()
        screen = self._screen(self.company_id._sales_today(), self.env)
        screen.model.check_access("read")
        rows, columns, measures = list(screen.rows), list(screen.columns), list(screen.measures)
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.report_model,
            "views": [(False, self.view_type), (False, "list" if self.view_type != "list" else "pivot")],
            "domain": list(screen.domain),
            "context": {
                "group_by": rows,
                "pivot_row_groupby": rows,
                "pivot_column_groupby": columns,
                "pivot_measures": measures,
                "graph_groupbys": [*rows, *columns],
                "graph_measure": measures[0] if measures else report_table.COUNT,
                "graph_mode": self.chart_mode or "bar",
            },
        }

    def action_open_failures(self):
        """Open the reports that could not be sent."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_report_delivery_action")
        return {**action, "domain": [("subscription_id", "=", self.id)], "context": {"search_default_failed": 1}}

    def action_leave(self):
        """Take the user from the people who get the report by name; who made it, ends it."""
        for subscription in self:
            subscription.check_access("read")
            if self.env.user in subscription.sudo().user_ids:
                subscription.sudo().user_ids = [Command.unlink(self.env.uid)]


def _is_relative(value):
    """Whether a limit of a domain is counted from today, such as "=1d -11m"."""
    return isinstance(value, str) and bool(value) and not value[0].isdigit()


def _as_of(condition, days):
    """The condition with its relative days counted from so many days ago."""
    if not days or not _is_relative(condition.value) or condition.operator not in ("<", ">", "<=", ">="):
        return condition
    words = condition.value.split()
    start = words[:1] if words[0] in ("today", "now") else []
    return Domain(condition.field_expr, condition.operator, " ".join([*start, f"-{days}d", *words[len(start) :]]))


def _between(name, first, last):
    """The limits of a date or of a moment, which core reads as the days of the reader's time zone."""
    return Domain(name, ">=", first) & Domain(name, "<", last + timedelta(days=1))
