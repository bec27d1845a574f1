from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from odoo.addons.sales_tracking.fields import BlankFloat, BlankMonetary
from odoo.addons.sales_tracking.models.analytics.facts.basis import BASES
from odoo.addons.sales_tracking.tools import limits

from ...models.target.sales_target import CUT_FIELDS, PERIOD_KINDS, SCOPES, STATES, length_of, same_length
from ...models.target.sales_target_figures import FIGURE_HELP
from .figures import FIGURES
from .kept import keep_facts, late_sql
from .reached import (
    CUT,
    NODE,
    NODE_FIELDS,
    Cell,
    cell_of,
    deals_sql,
    periods_of,
    periods_sql,
    pipeline_sql,
    reached_sql,
)

COLUMNS = (
    "target_id", "metric_id", "company_id", "currency_id", "scope", "state", "period_kind", "team_id", "user_id",
    *CUT_FIELDS, "period_start", "period_end", "amount", "actual", "adjustment", "attainment", "gap", "expected",
    "pace", "run_rate", "needed_per_day", "pipeline", "forecast", "forecast_attainment",
)  # fmt: skip
OPEN_STATES = ("approved", "running")
# Of a group, these are ratios of its sums.
RATES = {
    "attainment:avg": ("actual", "amount"),
    "pace:avg": ("actual", "expected"),
    "forecast_attainment:avg": ("forecast", "amount"),
}
# What a search can limit, by field of the report: columns of sales_target.
TARGET_COLUMNS = {
    name: SQL.identifier("target", name)
    for name in ("company_id", "metric_id", "period_kind", "scope", "state", "team_id", "user_id", *CUT_FIELDS)
}
TARGET_COLUMNS |= {name: SQL.identifier("target", "id") for name in ("id", "target_id")}
TARGET_COLUMNS |= {
    "period_start": SQL.identifier("target", "date_from"),
    "period_end": SQL.identifier("target", "date_to"),
}


class Scope(NamedTuple):
    """What a reader wants at the most: the targets with these ids."""

    target_ids: tuple[int, ...]


class SalesTargetReport(models.Model):
    """Attainment and pace of every target, computed from the facts when it is read; one row per target.

    Amounts are in `currency_id` or, where that is empty, in the unit of the metric. Rates are fractions. A figure
    that is undefined is blank, never zero: no attainment without a target, no run-rate before the first working day
    is complete. Averages don't accumulate: they are expected in full from the first day on.

    A person sees the figures of the targets that the record rules of this model let them read. The facts behind a
    figure are summed without record rules on purpose: the actual of a team is the same number for whoever may see
    the team's target, and a salesperson's own is not reduced by documents that they may not open any more.
    """

    _name = "sales.target.report"
    _inherit = ["sales.report.mixin", "sales.read.field.mixin"]
    _description = "Target Analysis"
    _auto = False
    _order = "period_start desc, id"
    _rec_name = "target_id"

    target_id = fields.Many2one(comodel_name="sales.target", readonly=True)
    metric_id = fields.Many2one(comodel_name="sales.metric", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    scope = fields.Selection(selection=SCOPES, readonly=True)
    state = fields.Selection(selection=STATES, string="Status", readonly=True)
    period_kind = fields.Selection(selection=PERIOD_KINDS, string="Period", readonly=True)
    categ_id = fields.Many2one(comodel_name="product.category", string="Product Category", readonly=True)
    segment_id = fields.Many2one(comodel_name="res.partner.category", string="Customer Segment", readonly=True)
    country_id = fields.Many2one(comodel_name="res.country", readonly=True)
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True)
    period_start = fields.Date(readonly=True)
    period_end = fields.Date(readonly=True)
    amount = fields.Monetary(string="Target Amount", readonly=True)
    actual = BlankMonetary(readonly=True, help=FIGURE_HELP["actual"])
    adjustment = BlankMonetary(readonly=True, help=FIGURE_HELP["adjustment"])
    attainment = BlankFloat(readonly=True, aggregator="avg", help=FIGURE_HELP["attainment"])
    gap = BlankMonetary(readonly=True, help=FIGURE_HELP["gap"])
    expected = BlankMonetary(string="Expected by Now", readonly=True, help=FIGURE_HELP["expected"])
    pace = BlankFloat(readonly=True, aggregator="avg", help=FIGURE_HELP["pace"])
    run_rate = BlankMonetary(readonly=True, help=FIGURE_HELP["run_rate"])
    needed_per_day = BlankMonetary(string="Needed per Day", readonly=True, help=FIGURE_HELP["needed_per_day"])
    pipeline = BlankMonetary(readonly=True, help=FIGURE_HELP["pipeline"])
    forecast = BlankMonetary(readonly=True, help=FIGURE_HELP["forecast"])
    forecast_attainment = BlankFloat(
        string="Forecast Attainment", readonly=True, aggregator="avg", help=FIGURE_HELP["forecast_attainment"]
    )

    _depends = {
        "sales.target": [
            "amount", "closed_actual", "closed_on", "company_id", "currency_id", "date_from", "date_to", "metric_id",
            "period_kind", "scope", "state", "team_id", "user_id", "with_branches", *CUT_FIELDS,
        ],
        "sales.target.period": ["amount", "date_from", "date_to", "target_id"],
        "sales.target.revision": ["amount", "amount_before", "date", "target_id"],
        "sales.metric": ["basis", "direction", "domain", "measure"],
        "crm.lead": [
            "active", "company_id", "country_id", "date_deadline", "expected_revenue", "partner_id", "probability",
            "source_id", "team_id", "type", "user_id", "won_status",
        ],
    }  # fmt: skip

    @property
    def _table_query(self) -> SQL:
        scope = Scope(()) if self._is_described() else self.env.context.get("target_report_scope")
        targets = self.env["sales.target"].browse(scope.target_ids) if isinstance(scope, Scope) else None
        return self._figures_sql(targets)

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Let the limits on targets, those of the record rules too, decide whose figures are computed."""
        asked = limits.readable(self, domain, bypass_access)
        self.env["sales.target"].flush_model(self._depends["sales.target"])
        rows = self.env.execute_query(
            SQL("SELECT id FROM sales_target target WHERE %s", limits.on_columns(self, asked, TARGET_COLUMNS))
        )
        if not rows:
            return super()._search(Domain.FALSE, *args, bypass_access=bypass_access, **kwargs)
        scoped = self.with_context(target_report_scope=Scope(tuple(target_id for (target_id,) in rows)))
        return super(SalesTargetReport, scoped)._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Leave a total blank that would add up different things: metrics, currencies, averages, or the company,
        its teams, their people and their categories, or a year and its months, which share the same documents. Rates
        of a group are those of its sums.
        """
        name, __, function = aggregate_spec.partition(":")
        if aggregate_spec in RATES:
            total = self._ratio_of_sums(*RATES[aggregate_spec])
        elif function in ("sum", "sum_currency") and self._fields[name].type == "monetary":
            total = super()._read_group_select(aggregate_spec, query)
        else:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "CASE WHEN COUNT(DISTINCT (%(same)s)) = 1 AND COUNT(DISTINCT %(length)s) <= 1"
            " AND (BOOL_AND(%(additive)s) OR COUNT(*) = 1) THEN %(total)s END",
            length=length_of(SQL.identifier(self._table, "period_kind")),
            same=SQL(", ").join(
                [
                    *(SQL.identifier(self._table, name) for name in ("metric_id", "currency_id", "scope")),
                    *(SQL("%s IS NULL", SQL.identifier(self._table, name)) for name in CUT_FIELDS),
                ]
            ),
            additive=SQL.identifier(self._table, "additive"),
            total=total,
        )

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Figures that are undefined come last, whichever way the others are sorted."""
        if isinstance(self._fields.get(field_name), (BlankFloat, BlankMonetary)):
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _ratio_of_sums(self, reached_name: str, goal_name: str) -> SQL:
        """What was or will be reached of the targets that are not blank, as a share of their goal."""
        goal = SQL.identifier(self._table, goal_name)
        return SQL(
            "CASE WHEN BOOL_AND(%(lower)s) THEN %(goal)s / NULLIF(%(actual)s, 0)"
            " ELSE %(actual)s / NULLIF(%(goal)s, 0) END",
            lower=SQL.identifier(self._table, "lower"),
            goal=SQL("SUM(%s)", goal),
            actual=SQL("SUM(%s) FILTER (WHERE %s != 0)", SQL.identifier(self._table, reached_name), goal),
        )

    def action_open_target(self):
        self.ensure_one()
        return self.target_id.get_formview_action()

    @api.model
    def _get_figures(self, targets, as_of: date | None = None) -> list[dict]:
        """The rows of the given targets as of a day; the caller has checked that the reader may see them."""
        query = Query(self.env, self._table, SQL("(%s)", self._figures_sql(targets, as_of)))
        query.order = SQL("period_start DESC, id")
        with self._report_settings():
            rows = self.env.execute_query(query.select(*map(SQL.identifier, COLUMNS)))
        return [dict(zip(COLUMNS, [False if value is None else value for value in row], strict=True)) for row in rows]

    @api.model
    def _get_reached(self, spans) -> dict:
        """The value of the targets' metrics in other periods than their own.

        :param spans: (target, date_from, date_to)
        :return: value by span, in the unit of the target; None where it is undefined
        """
        cells = {span: cell_of(*span) for span in spans}
        periods = periods_of(((cell.company, cell.date_from, cell.date_to) for cell in cells.values()), as_of=date.max)
        targets = self.env["sales.target"].union(*(target for target, __, __ in spans))
        query = SQL(
            """
            WITH period AS (%(periods)s),
            reached AS (%(reached)s)
            SELECT planned.id, period.date_from, period.date_to, reached.value
            FROM sales_target planned
            JOIN period USING (company_id)
            JOIN reached ON (reached.metric_id, reached.period_id) = (planned.metric_id, period.period_id)
                AND (reached.scope, reached.node_id, reached.cut, reached.with_branches)
                    = (planned.scope, %(node)s, %(cut)s, planned.with_branches)
            WHERE planned.id = ANY(%(ids)s)
            """,
            periods=periods_sql(periods),
            reached=reached_sql(set(cells.values()), periods, targets),
            node=NODE,
            cut=CUT,
            ids=targets.ids,
        )
        with self._report_settings():
            rows = self.env.execute_query(query)
        reached = {(target_id, *days): float(value) for target_id, *days, value in rows if value is not None}
        return {
            span: reached.get((span[0].id, *span[1:]), 0.0 if cell.metric._is_additive() else None)
            for span, cell in cells.items()
        }

    @api.model
    def _keep_facts(self, targets):
        """Keep what the results of targets that have just been closed rest on."""
        self.env.flush_all()
        keep_facts(targets)

    @api.model
    def _closed_before(self, targets):
        """The closed targets whose late changes are adjustments of one of the given targets."""
        groups = targets.sudo()._read_group(
            [("id", "in", targets.ids), ("state", "in", OPEN_STATES)],
            ["company_id", "metric_id", "scope"],
            ["date_from:max", "user_id:array_agg_distinct", "team_id:array_agg_distinct"],
        )
        before = Domain.FALSE
        for company, metric, scope, latest, user_ids, team_ids in groups:
            same = Domain("company_id", "=", company.id) & Domain("metric_id", "=", metric.id)
            same &= Domain("scope", "=", scope) & Domain("date_to", "<", latest)
            if scope in NODE_FIELDS:
                same &= Domain(NODE_FIELDS[scope], "in", user_ids if scope == "person" else team_ids)
            before |= same
        return targets.sudo().search(Domain("closed_on", "!=", False) & before)

    def _figures_sql(self, targets=None, as_of: date | None = None) -> SQL:
        """One statement for the figures of all targets, or of the given ones.

        :param as_of: see sales.target.get_report
        """
        limit = Domain.TRUE
        if targets is not None:
            limit = Domain("id", "in", (targets | self._closed_before(targets)).ids)
        # Which facts are needed is the same for every reader; record rules apply to the rows that come out.
        planned = self.env["sales.target"].sudo()
        # Of these the frozen result counts, and what their documents say now of what was kept.
        frozen = Domain("closed_on", "!=", False) & (Domain("date_to", "<=", as_of) if as_of else Domain.TRUE)
        cells, followed = (
            [
                Cell(company, with_branches, metric, tuple(record.id or 0 for record in cut), scope, date_from, date_to)
                for company, with_branches, metric, scope, date_from, date_to, *cut in planned._read_group(
                    domain,
                    ["company_id", "with_branches", "metric_id", "scope", "date_from:day", "date_to:day", *CUT_FIELDS],
                )
            ]
            for domain in (limit, limit & ~frozen)
        )
        periods = periods_of(((cell.company, cell.date_from, cell.date_to) for cell in cells), as_of)
        steps = self.env["sales.target.period"].sudo()
        steps = steps._read_group(Domain("target_id", "any", limit), ["company_id", "date_from:day", "date_to:day"])
        return SQL(
            FIGURES,
            periods=periods_sql(periods),
            reached=reached_sql(followed, periods, targets),
            late=late_sql(planned.search(limit & frozen)),
            deals=deals_sql(cells, targets),
            pipeline=pipeline_sql(self.env, cells),
            steps=periods_sql(periods_of(steps, as_of)),
            node=NODE,
            cut=CUT,
            open_states=OPEN_STATES,
            closed_length=same_length("closed", "receiver"),
            planned_length=same_length("planned", "receiver"),
            limit=SQL("TRUE") if targets is None else SQL("id = ANY(%s)", targets.ids),
            **self._metric_ids({cell.metric for cell in cells}),
        )

    @staticmethod
    def _metric_ids(metrics) -> dict[str, list[int]]:
        """The metrics that accumulate, and those that open opportunities add to: in amount or in number.

        A filter on facts can't be put to an opportunity, which is no fact yet: such a metric has no pipeline.
        """
        promising = [metric for metric in metrics if metric.domain == "[]" and metric.direction == "higher"]
        return {
            "additive": [metric.id for metric in metrics if metric._is_additive()],
            **{
                name: [
                    metric.id
                    for metric in promising
                    if metric.measure == measure and measure in BASES[metric.basis].promised
                ]
                for name, measure in (("with_amounts", "amount"), ("with_counts", "count"))
            },
        }
