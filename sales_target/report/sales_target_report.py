from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from odoo.addons.sales_tracking.fields import BlankFloat, BlankMonetary

from ..models.sales_target import PERIOD_KINDS, SCOPES, STATES
from ..models.sales_target_figures import FIGURE_HELP

COLUMNS = (
    "target_id", "metric_id", "company_id", "currency_id", "scope", "state", "period_kind", "team_id", "user_id",
    "period_start", "period_end", "amount", "actual", "attainment", "gap", "expected", "pace", "run_rate",
    "needed_per_day",
)  # fmt: skip
NODE_COLUMNS = {"person": SQL("sales_achievement.user_id"), "team": SQL("sales_achievement.team_id")}


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
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True)
    period_start = fields.Date(readonly=True)
    period_end = fields.Date(readonly=True)
    amount = fields.Monetary(string="Target Amount", readonly=True)
    actual = BlankMonetary(readonly=True, help=FIGURE_HELP["actual"])
    attainment = BlankFloat(readonly=True, aggregator="avg", help=FIGURE_HELP["attainment"])
    gap = BlankMonetary(readonly=True, help=FIGURE_HELP["gap"])
    expected = BlankMonetary(string="Expected by Now", readonly=True, help=FIGURE_HELP["expected"])
    pace = BlankFloat(readonly=True, aggregator="avg", help=FIGURE_HELP["pace"])
    run_rate = BlankMonetary(readonly=True, help=FIGURE_HELP["run_rate"])
    needed_per_day = BlankMonetary(string="Needed per Day", readonly=True, help=FIGURE_HELP["needed_per_day"])

    _depends = {
        "sales.target": [
            "amount", "company_id", "currency_id", "date_from", "date_to", "metric_id", "period_kind", "scope",
            "state", "team_id", "user_id",
        ],
        "sales.metric": ["direction"],
    }  # fmt: skip

    @property
    def _table_query(self) -> SQL:
        return self._figures_sql()

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Leave a total blank that would add up different things: metrics, currencies, averages, or the company,
        its teams and their people, who share the same documents. Rates of a group are those of its sums.
        """
        name, __, function = aggregate_spec.partition(":")
        if aggregate_spec == "attainment:avg":
            total = self._ratio_of_sums("amount")
        elif aggregate_spec == "pace:avg":
            total = self._ratio_of_sums("expected")
        elif function in ("sum", "sum_currency") and self._fields[name].type == "monetary":
            total = super()._read_group_select(aggregate_spec, query)
        else:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "CASE WHEN COUNT(DISTINCT (%(metric)s, %(currency)s, %(scope)s)) = 1"
            " AND (BOOL_AND(%(additive)s) OR COUNT(*) = 1) THEN %(total)s END",
            metric=SQL.identifier(self._table, "metric_id"),
            currency=SQL.identifier(self._table, "currency_id"),
            scope=SQL.identifier(self._table, "scope"),
            additive=SQL.identifier(self._table, "additive"),
            total=total,
        )

    def _ratio_of_sums(self, goal_name: str) -> SQL:
        """What was reached of the targets that are not blank, as a share of their goal."""
        goal = SQL.identifier(self._table, goal_name)
        return SQL(
            "CASE WHEN BOOL_AND(%(lower)s) THEN %(goal)s / NULLIF(%(actual)s, 0)"
            " ELSE %(actual)s / NULLIF(%(goal)s, 0) END",
            lower=SQL.identifier(self._table, "lower"),
            goal=SQL("SUM(%s)", goal),
            actual=SQL("SUM(%s) FILTER (WHERE %s != 0)", SQL.identifier(self._table, "actual"), goal),
        )

    @api.model
    def _get_figures(self, targets, as_of: date | None = None) -> list[dict]:
        """The rows of the given targets as of a day; the caller has checked that the reader may see them."""
        for model_name, field_names in self._depends.items():
            self.env[model_name].flush_model(field_names)
        query = Query(self.env, self._table, SQL("(%s)", self._figures_sql(targets, as_of)))
        query.order = SQL("period_start DESC, id")
        rows = self.env.execute_query_dict(query.select(*map(SQL.identifier, COLUMNS)))
        return [{name: False if value is None else value for name, value in row.items()} for row in rows]

    def _figures_sql(self, targets=None, as_of: date | None = None) -> SQL:
        """One statement for the figures of all targets, or of the given ones.

        :param as_of: see sales.target.get_report
        """
        # Which facts are needed is the same for every reader; record rules apply to the rows that come out.
        plan = (
            self.env["sales.target"]
            .sudo()
            ._read_group(
                Domain.TRUE if targets is None else Domain("id", "in", targets.ids),
                ["company_id", "metric_id", "scope", "date_from:day", "date_to:day"],
            )
        )
        return SQL(
            """
            WITH period AS (%(periods)s),
            period_day AS MATERIALIZED (
                SELECT period.id AS period_id, period.company_id, moment::date AS day
                FROM period
                CROSS JOIN generate_series(
                    period.date_from, LEAST(period.date_to, period.as_of), INTERVAL '1 day'
                ) AS moment
            ),
            reached AS MATERIALIZED (%(reached)s),
            target AS (
                SELECT
                    planned.*,
                    NULLIF(planned.amount, 0) AS goal,
                    metric.direction = 'lower' AS lower,
                    metric.id = ANY(%(additive)s) AS additive,
                    period.days,
                    period.days_complete,
                    reached.value
                FROM sales_target planned
                JOIN sales_metric metric ON metric.id = planned.metric_id
                JOIN period
                    ON period.company_id = planned.company_id
                    AND period.date_from = planned.date_from
                    AND period.date_to = planned.date_to
                LEFT JOIN reached
                    ON reached.metric_id = planned.metric_id
                    AND reached.period_id = period.id
                    AND reached.scope = planned.scope
                    AND reached.node_id = CASE planned.scope
                        WHEN 'person' THEN planned.user_id WHEN 'team' THEN planned.team_id ELSE 0
                    END
                %(restriction)s
            ),
            paced AS (
                SELECT
                    *,
                    CASE WHEN additive THEN COALESCE(value, 0) ELSE value END AS actual,
                    CASE WHEN additive THEN goal * days_complete / NULLIF(days, 0) ELSE goal END AS expected
                FROM target
            )
            SELECT
                id,
                id AS target_id,
                metric_id, company_id, currency_id, scope, state, period_kind, team_id, user_id,
                date_from AS period_start,
                date_to AS period_end,
                amount,
                actual,
                CASE WHEN lower THEN goal / NULLIF(actual, 0) ELSE actual / goal END AS attainment,
                CASE WHEN lower THEN actual - goal ELSE goal - actual END AS gap,
                expected,
                CASE WHEN lower THEN expected / NULLIF(actual, 0) ELSE actual / NULLIF(expected, 0) END AS pace,
                CASE WHEN additive THEN actual / NULLIF(days_complete, 0) * days ELSE actual END AS run_rate,
                CASE WHEN additive AND NOT lower AND goal IS NOT NULL
                    THEN GREATEST(goal - actual, 0) / NULLIF(days - days_complete, 0)
                END AS needed_per_day,
                lower,
                additive
            FROM paced
            """,
            periods=self._periods_sql(plan, as_of),
            reached=self._reached_sql(plan, targets),
            additive=[metric.id for metric in {row[1] for row in plan} if metric._is_additive()],
            restriction=SQL() if targets is None else SQL("WHERE planned.id = ANY(%s)", targets.ids),
        )

    def _periods_sql(self, plan: list[tuple], as_of: date | None) -> SQL:
        """Per company and period of the plan: the day it is looked at, its working days, and how many are complete."""
        spans = defaultdict(set)
        for company, __, __, date_from, date_to in plan:
            spans[company].add((date_from, date_to))
        rows = []
        for company, company_spans in spans.items():
            today = as_of or company._sales_today()
            days = company._sales_working_days(
                min(date_from for date_from, __ in company_spans), max(date_to for __, date_to in company_spans)
            )
            for date_from, date_to in company_spans:
                first, end = bisect_left(days, date_from), bisect_right(days, date_to)
                complete = min(max(bisect_left(days, today), first), end) - first
                rows.append((len(rows), company.id, date_from, date_to, today, end - first, complete))
        return SQL(
            """SELECT *
            FROM unnest(%s::int4[], %s::int4[], %s::date[], %s::date[], %s::date[], %s::int4[], %s::int4[])
            AS period (id, company_id, date_from, date_to, as_of, days, days_complete)""",
            *map(list, zip(*rows, strict=True) if rows else [()] * 7),
        )

    def _reached_sql(self, plan: list[tuple], targets=None) -> SQL:
        """Each metric's value by period and node: one pass over the metric's facts.

        The facts are joined to the days of the periods rather than to the targets, so that however wrong the
        database estimates their number it never reads them once per target. Where one statement per scope would
        be a pass each, the scopes that the targets have are grouping sets of one.
        """
        spans_by_metric = defaultdict(list)
        for company, metric, scope, date_from, date_to in plan:
            spans_by_metric[metric].append((company.id, scope, date_from, date_to))
        selects = [
            SQL(
                "SELECT NULL::int4 AS metric_id, NULL::int4 AS period_id, NULL AS scope, NULL::int4 AS node_id,"
                " NULL::numeric AS value WHERE FALSE"
            )
        ]
        for metric, spans in spans_by_metric.items():
            if metric.measure == "retention":
                # A metric that was changed after its targets were set leaves these blank, not the whole report.
                continue
            company_ids, scopes, first_days, last_days = map(set, zip(*spans, strict=True))
            domain = (
                Domain("company_id", "in", company_ids)
                & Domain("day", ">=", min(first_days))
                & Domain("day", "<=", max(last_days))
            )
            if targets is not None and scopes in ({"person"}, {"team"}):
                node_name = "user_id" if scopes == {"person"} else "team_id"
                domain &= Domain(node_name, "in", targets[node_name].ids)
            facts = metric._fact_query(domain)
            facts.add_join(
                "JOIN",
                "period_day",
                None,
                SQL("period_day.company_id = sales_achievement.company_id AND period_day.day = sales_achievement.day"),
            )
            nodes = {scope: column for scope, column in NODE_COLUMNS.items() if scope in scopes}
            facts.groupby = SQL(
                "GROUPING SETS (%s)",
                SQL(", ").join(
                    SQL("(period_id, %s)", nodes[scope]) if scope in nodes else SQL("(period_id)")
                    for scope in sorted(scopes)
                ),
            )
            selects.append(
                facts.select(
                    SQL("%s::int4", metric.id),
                    SQL("period_id"),
                    self._by_node_sql(nodes, {scope: SQL("%s", scope) for scope in nodes}, SQL("'company'")),
                    self._by_node_sql(nodes, nodes, SQL("0")),
                    SQL("(%s)::numeric", metric._measure_sql()),
                )
            )
        return SQL("\nUNION ALL\n").join(selects)

    @staticmethod
    def _by_node_sql(nodes: dict[str, SQL], values: dict[str, SQL], otherwise: SQL) -> SQL:
        """The value for the grouping set that a row of the facts belongs to."""
        if not nodes:
            return otherwise
        cases = (SQL("WHEN GROUPING(%s) = 0 THEN %s", column, values[scope]) for scope, column in nodes.items())
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), otherwise)
