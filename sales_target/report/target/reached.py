"""SQL of what was reached of the metrics: the parts that a target's figures and its months share."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from odoo.addons.sales_tracking.models.analytics.facts.leads import LEAD_TABLES
from odoo.addons.sales_tracking.models.analytics.sales_achievement import FEW_PEOPLE

from ...models.target.sales_target import CUT_FIELDS, cut_domain, segment_ids

NODE_FIELDS = {"person": "user_id", "team": "team_id"}


class Cell(NamedTuple):
    """A period of a metric at a level of the tree; `cut` are the ids of CUT_FIELDS, 0 where there is no limit."""

    company: BaseModel
    with_branches: bool
    metric: BaseModel
    cut: tuple[int, ...]
    scope: str
    date_from: date
    date_to: date


class Period(NamedTuple):
    """A span of days of a company as a row of SQL; days are working days, those before `as_of` are complete."""

    period_id: int
    company_id: int
    date_from: date
    date_to: date
    as_of: date
    days: int
    days_complete: int


# The node and the cut of a row of sales_target, as cells have them.
NODE = SQL("CASE planned.scope WHEN 'person' THEN planned.user_id WHEN 'team' THEN planned.team_id ELSE 0 END")
CUT = SQL("ARRAY[%s]", SQL(", ").join(SQL("COALESCE(%s, 0)", SQL.identifier("planned", name)) for name in CUT_FIELDS))


def cell_of(target, date_from: date, date_to: date) -> Cell:
    cut = target._cut()
    return Cell(target.company_id, target.with_branches, target.metric_id, cut, target.scope, date_from, date_to)


def periods_of(spans, as_of: date | None) -> list[Period]:
    """The periods of the spans, each once.

    :param spans: (company, date_from, date_to)
    :param as_of: the day they are looked at, which is not complete yet; default: today in each company's time zone
    """
    by_company = defaultdict(set)
    for company, date_from, date_to in spans:
        by_company[company].add((date_from, date_to))
    periods = []
    for company, company_spans in by_company.items():
        today = as_of or company._sales_today()
        days = company._sales_working_days(
            min(date_from for date_from, __ in company_spans), max(date_to for __, date_to in company_spans)
        )
        for date_from, date_to in company_spans:
            first, end = bisect_left(days, date_from), bisect_right(days, date_to)
            complete = min(max(bisect_left(days, today), first), end) - first
            periods.append(Period(len(periods), company.id, date_from, date_to, today, end - first, complete))
    return periods


def periods_sql(periods: list[Period]) -> SQL:
    """Rows of the periods, with the columns of Period."""
    return SQL(
        """SELECT *
        FROM unnest(%s::int4[], %s::int4[], %s::date[], %s::date[], %s::date[], %s::int4[], %s::int4[])
        AS period (period_id, company_id, date_from, date_to, as_of, days, days_complete)""",
        *_columns(periods, 7),
    )


def _days_sql(periods: list[Period]) -> SQL:
    """Rows (period_id, day) as constants, which the database may join to the facts while it reads them in parallel.

    The outer join changes no row. It tells the planner how few periods there are, which the days alone don't: it
    then adds up the facts in a hash table rather than sorting them.
    """
    days = [
        (period.period_id, period.date_from + timedelta(days=number))
        for period in periods
        for number in range((min(period.date_to, period.as_of) - period.date_from).days + 1)
    ]
    return SQL(
        """(
            SELECT one.period_id, each.day
            FROM unnest(%s::int4[], %s::date[]) AS each (period_id, day)
            LEFT JOIN unnest(%s::int4[]) AS one (period_id) ON one.period_id = each.period_id
        )""",
        *_columns(days, 2),
        [period.period_id for period in periods],
    )


def _columns(rows, count):
    return map(list, zip(*rows, strict=True) if rows else [()] * count)


def few_nodes(targets, scopes: set[str]) -> tuple[str, list[int]] | None:
    """The field and the ids of the people or teams of targets, where all are of one scope and few."""
    if targets is None or len(scopes) != 1 or not scopes <= NODE_FIELDS.keys():
        return None
    node_field = NODE_FIELDS[min(scopes)]
    [[nodes]] = targets._read_group([("id", "in", targets.ids)], [], [f"{node_field}:array_agg_distinct"])
    return (node_field, nodes) if len(nodes) <= FEW_PEOPLE else None


def reached_sql(cells, periods: list[Period], targets=None) -> SQL:
    """Rows of a metric's values by cell, in one pass over its facts.

    Columns: `metric_id, period_id, scope, node_id, cut, with_branches, value`.

    The facts are joined to the days of the periods rather than to the targets, so that however wrong the database
    estimates their number it never reads them once per target. Where one statement per scope would be a pass each,
    the scopes that the targets have are grouping sets of one.

    :param targets: limits the facts to the people or teams of these targets, where all are of one scope and few
    """
    by_facts = defaultdict(list)
    for cell in cells:
        # A metric that was turned into retention after its targets were set leaves these blank, not the whole report.
        if cell.metric.measure != "retention":
            by_facts[cell.company, cell.with_branches, cell.metric, cell.cut].append(cell)
    selects = [
        SQL(
            "SELECT NULL::int4 AS metric_id, NULL::int4 AS period_id, NULL AS scope, NULL::int4 AS node_id,"
            " NULL::int4[] AS cut, NULL::boolean AS with_branches, NULL::numeric AS value WHERE FALSE"
        )
    ]
    for (company, with_branches, metric, cut), metric_cells in by_facts.items():
        scopes = {cell.scope for cell in metric_cells}
        domain = (
            Domain("company_id", "in", (company._with_branches() if with_branches else company).ids)
            & Domain("day", ">=", min(cell.date_from for cell in metric_cells))
            & Domain("day", "<=", max(cell.date_to for cell in metric_cells))
            & cut_domain(company.env, cut)
        )
        if few := few_nodes(targets, scopes):
            node_field, nodes = few
            domain &= Domain(node_field, "in", nodes)
        facts = metric._fact_query(domain)
        spans = {(company.id, cell.date_from, cell.date_to) for cell in metric_cells}
        needed = [period for period in periods if (period.company_id, period.date_from, period.date_to) in spans]
        facts.add_join("JOIN", "period_day", _days_sql(needed), SQL("period_day.day = sales_achievement.day"))
        node_table = SQL("sales_achievement")
        if scopes == {"person"}:
            # Changes no row either: how few people there are is lost on the planner where orders are shared.
            node_table = SQL("person")
            people = SQL("(SELECT id AS user_id FROM res_users)")
            facts.add_join("LEFT JOIN", "person", people, SQL("person.user_id = sales_achievement.user_id"))
        columns, facts.groupby = _by_node(scopes, node_table)
        selects.append(
            facts.select(
                SQL("%s::int4", metric.id),
                columns,
                SQL("%s::int4[]", list(cut)),
                SQL("%s::boolean", with_branches),
                SQL("(%s)::numeric", metric._measure_sql()),
            )
        )
    return SQL("\nUNION ALL\n").join(selects)


def deals_sql(cells, targets=None) -> SQL:
    """The open opportunities that the pipelines of cells are made of.

    :param targets: as of reached_sql
    """
    few = few_nodes(targets, {cell.scope for cell in cells})
    return SQL(
        """SELECT
            company.id AS company_id,
            lead.user_id,
            lead.team_id,
            lead.source_id,
            COALESCE(lead.country_id, partner.country_id) AS country_id,
            partner.commercial_partner_id,
            lead.date_deadline,
            COALESCE(lead.probability, 0)::numeric / 100 AS chance,
            COALESCE(lead.expected_revenue, 0) * COALESCE(lead.probability, 0)::numeric / 100 AS weighted
        FROM %s
        WHERE lead.active AND lead.type = 'opportunity' AND lead.won_status = 'pending' AND %s""",
        LEAD_TABLES,
        SQL("%s = ANY(%s)", SQL.identifier("lead", few[0]), few[1]) if few else SQL("TRUE"),
    )


def pipeline_sql(env, cells) -> SQL:
    """Rows of open opportunities by cell, weighted with their chance.

    Columns: `period_id, scope, node_id, cut, with_branches, chance, weighted`.

    An opportunity belongs to the period in which it is expected to close; one that is overdue or has no date closes
    today. Opportunities have no product, so that cells of a product category have no pipeline. Needs `period` and
    `deal`.
    """
    by_cut = defaultdict(set)
    for cell in cells:
        by_cut[cell.cut, cell.with_branches].add(cell.scope)
    selects = [
        SQL(
            "SELECT NULL::int4 AS period_id, NULL AS scope, NULL::int4 AS node_id, NULL::int4[] AS cut,"
            " NULL::boolean AS with_branches, NULL::numeric AS chance, NULL::numeric AS weighted WHERE FALSE"
        )
    ]
    for (cut, with_branches), scopes in by_cut.items():
        limits = dict(zip(CUT_FIELDS, cut, strict=True))
        if limits["categ_id"]:
            continue
        where = [
            SQL("%s = %s", SQL.identifier("deal", name), limits[name])
            for name in ("country_id", "source_id")
            if limits[name]
        ]
        if limits["segment_id"]:
            where.append(
                SQL(
                    "EXISTS (SELECT FROM res_partner_res_partner_category_rel tag"
                    " WHERE tag.partner_id = deal.commercial_partner_id AND tag.category_id = ANY(%s))",
                    segment_ids(env, limits["segment_id"]),
                )
            )
        columns, group_by = _by_node(scopes, SQL("deal"))
        selects.append(
            SQL(
                """
                SELECT %(columns)s, %(cut)s::int4[], %(with_branches)s::boolean, SUM(deal.chance), SUM(deal.weighted)
                FROM period
                JOIN res_company head ON head.id = period.company_id
                JOIN res_company branch
                    ON branch.id = head.id OR %(with_branches)s AND starts_with(branch.parent_path, head.parent_path)
                JOIN deal
                    ON deal.company_id = branch.id
                    AND GREATEST(COALESCE(deal.date_deadline, period.as_of), period.as_of)
                        BETWEEN period.date_from AND period.date_to
                WHERE %(where)s
                GROUP BY %(group_by)s
                """,
                columns=columns,
                cut=list(cut),
                with_branches=with_branches,
                where=SQL(" AND ").join([SQL("TRUE"), *where]),
                group_by=group_by,
            )
        )
    return SQL("\nUNION ALL\n").join(selects)


def _by_node(scopes: set[str], table: SQL) -> tuple[SQL, SQL]:
    """The columns (period_id, scope, node_id) and the GROUP BY that give a row per period and node of each scope."""
    nodes = {scope: SQL("%s.%s", table, SQL.identifier(NODE_FIELDS[scope])) for scope in scopes & NODE_FIELDS.keys()}
    if len(scopes) == 1:
        # No grouping set: only a plain GROUP BY is computed in parallel.
        [scope] = scopes
        node = nodes.get(scope, SQL("0"))
        group_by = SQL("period_id, %s", node) if nodes else SQL("period_id")
        return SQL("period_id, %s AS scope, %s AS node_id", scope, node), group_by
    sets = [SQL("(period_id, %s)", nodes[scope]) if scope in nodes else SQL("(period_id)") for scope in sorted(scopes)]

    def chosen(values, otherwise):
        if not nodes:
            return otherwise
        cases = (SQL("WHEN GROUPING(%s) = 0 THEN %s", node, values[scope]) for scope, node in nodes.items())
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), otherwise)

    scope = chosen({scope: SQL("%s", scope) for scope in nodes}, SQL("'company'"))
    columns = SQL("period_id, %s AS scope, %s AS node_id", scope, chosen(nodes, SQL("0")))
    return columns, SQL("GROUPING SETS (%s)", SQL(", ").join(sets))
