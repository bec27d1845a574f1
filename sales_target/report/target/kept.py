"""What closed targets counted, kept when they were closed, and what they would count of today's documents.

Amounts, quantities, states, days, people and teams are those of the documents. What is known of a line's product and
customer, and with it whether the line counts, is what was known when the target was closed.
"""

from ast import literal_eval
from collections import defaultdict

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from odoo.addons.sales_tracking.models.analytics.facts.branch import COLUMNS
from odoo.addons.sales_tracking.models.analytics.sales_achievement import FEW_PEOPLE

from ...models.target.sales_target import cut_domain
from .reached import NODE_FIELDS

RATIO_DIGITS = 10
COST_DIGITS = 8
LINE = SQL("(sales_achievement.res_model, sales_achievement.res_id, COALESCE(sales_achievement.line_id, 0))")
QUANTITY = SQL(
    "sales_achievement.quantity"
    " * COALESCE(ROUND(kept.unit_ratio / NULLIF(sales_achievement.unit_ratio, 0)::numeric, %s), 1)",
    RATIO_DIGITS,
)
AS_KEPT = {
    "quantity": QUANTITY,
    "margin": SQL(
        "CASE WHEN kept.unit_cost IS NULL THEN sales_achievement.margin"
        " ELSE ROUND(sales_achievement.amount::numeric - kept.unit_cost * (%s)::numeric, %s) END",
        QUANTITY,
        COST_DIGITS,
    ),
}


def late_sql(targets) -> SQL:
    """Rows (target_id, value): what closed targets count of the documents as they are now."""
    selects = [SQL("SELECT NULL::int4 AS target_id, NULL::numeric AS value WHERE FALSE")]
    additive = targets.filtered(lambda target: target.metric_id._is_additive())
    for metric, alike, facts, matches in _facts_by_metric(additive):
        facts.add_join(
            "LEFT JOIN",
            "kept",
            SQL.identifier("sales_target_kept_fact"),
            SQL(
                "(kept.target_id, kept.closed_on, kept.basis) = (planned.id, planned.closed_on, %s)"
                " AND (kept.res_model, kept.res_id, kept.line_id) = %s",
                metric.basis,
                LINE,
            ),
        )
        # A late credit note takes back of what its invoice counted.
        facts.add_join(
            "LEFT JOIN",
            "credit",
            SQL.identifier("account_move"),
            SQL("sales_achievement.res_model = 'account.move' AND credit.id = sales_achievement.res_id"),
        )
        facts.add_join(
            "LEFT JOIN",
            "origin",
            SQL("""(
                SELECT target_id, closed_on, basis, res_id, product_id, BOOL_OR(counted) AS counted
                FROM sales_target_kept_fact
                WHERE res_model = 'account.move'
                GROUP BY target_id, closed_on, basis, res_id, product_id
            )"""),
            SQL(
                "(origin.target_id, origin.closed_on, origin.basis) = (planned.id, planned.closed_on, %s)"
                " AND (origin.res_id, origin.product_id) = (credit.reversed_entry_id, sales_achievement.product_id)",
                metric.basis,
            ),
        )
        facts.add_where(SQL("COALESCE(kept.counted, origin.counted, %s)", matches))
        columns = SQL(", ").join(
            SQL("%s AS %s", AS_KEPT.get(name, SQL.identifier("sales_achievement", name)), SQL.identifier(name))
            for name in COLUMNS
        )
        rows = facts.select(SQL("planned.id AS target_id"), columns)
        if metric.basis == "new_customer":
            rows = SQL("%s UNION ALL %s", rows, _merged_customers(alike))
        selects.append(
            SQL(
                "SELECT target_id, (%s)::numeric AS value FROM (%s) sales_achievement GROUP BY target_id",
                metric._measure_sql(),
                rows,
            )
        )
    return SQL("\nUNION ALL\n").join(selects)


def _merged_customers(targets) -> SQL:
    """Facts that were counted of customers who are not new any more since their contact was merged with another.

    A customer with an earlier order that was made since is new no more: that is a change of documents.
    """
    as_kept = {name: SQL.identifier("kept", name) for name in ("amount", "basis", "res_id", "res_model")}
    as_kept["count"] = SQL("1")
    return SQL(
        """SELECT planned.id AS target_id, %s
        FROM sales_target_kept_fact kept
        JOIN sales_target planned ON (planned.id, planned.closed_on) = (kept.target_id, kept.closed_on)
        JOIN sale_order sale ON sale.id = kept.res_id AND sale.state = 'sale'
        JOIN res_partner contact ON contact.id = sale.partner_id
        WHERE planned.id = ANY(%s) AND kept.basis = 'new_customer' AND kept.counted AND kept.closed_on >= (
            SELECT MAX(earlier.create_date)
            FROM sale_order earlier
            JOIN res_partner other ON other.id = earlier.partner_id
            WHERE other.commercial_partner_id = contact.commercial_partner_id AND earlier.company_id = sale.company_id
                AND earlier.state = 'sale' AND (earlier.date_order, earlier.id) < (sale.date_order, sale.id)
        )""",
        SQL(", ").join(
            SQL("(%s)::%s AS %s", as_kept.get(name, SQL("NULL")), sql_type, SQL.identifier(name))
            for name, sql_type in COLUMNS.items()
        ),
        targets.ids,
    )


def keep_facts(targets):
    """Keep what targets that have just been closed counted: a statement for each metric, limit and level of them."""
    for metric, _alike, facts, matches in _facts_by_metric(targets):
        kept = facts.select(
            SQL("planned.id AS target_id, planned.company_id AS company, planned.closed_on, %s AS counted", matches),
            SQL("sales_achievement.*"),
        )
        targets.env.cr.execute(
            SQL(
                """INSERT INTO sales_target_kept_fact (
                    target_id, company_id, closed_on, counted, basis, res_model, res_id, line_id, day, customer_id,
                    country_id, product_id, categ_id, source_id, amount, quantity, unit_ratio, unit_cost
                )
                SELECT
                    target_id, company, closed_on, BOOL_OR(counted), %s, res_model, res_id, COALESCE(line_id, 0),
                    MIN(day), MIN(partner_id), MIN(country_id), MIN(product_id), MIN(categ_id), MIN(source_id),
                    SUM(amount), SUM(quantity), MIN(unit_ratio),
                    (SUM(amount)::numeric - SUM(margin)::numeric) / NULLIF(SUM(quantity)::numeric, 0)
                FROM (%s) fact
                GROUP BY target_id, company, closed_on, res_model, res_id, COALESCE(line_id, 0)
                ON CONFLICT DO NOTHING""",
                metric.basis,
                kept,
            )
        )
    targets.env["sales.target.kept.fact"].invalidate_model()


def _facts_by_metric(targets):
    """Yield (metric, these targets, query, condition) for the targets of a company, metric, limit and level.

    The query joins the facts of the metric's basis to the targets as ``planned`` in whose period, and of whose node,
    they are; the condition tells those that match the metric's filter and the limit.
    """
    groups = defaultdict(targets.browse)
    for target in targets:
        groups[target.company_id, target.with_branches, target.metric_id, target._cut(), target.scope] |= target
    for (_company, _with_branches, metric, cut, scope), alike in groups.items():
        achievement = targets.env["sales.achievement"].sudo()
        domain = (
            Domain("basis", "=", metric.basis)
            & Domain("company_id", "in", alike[0]._companies().ids)
            & Domain("day", ">=", min(alike.mapped("date_from")))
            & Domain("day", "<=", max(alike.mapped("date_to")))
        )
        on_node = SQL("TRUE")
        if node_field := NODE_FIELDS.get(scope):
            on_node = SQL(
                "%s = %s", SQL.identifier("planned", node_field), SQL.identifier("sales_achievement", node_field)
            )
            if len(nodes := alike[node_field].ids) <= FEW_PEOPLE:
                domain &= Domain(node_field, "in", nodes)
        facts: Query = achievement._search(domain, bypass_access=True)
        facts.add_join(
            "JOIN",
            "planned",
            SQL.identifier("sales_target"),
            SQL(
                "planned.id = ANY(%s) AND sales_achievement.day BETWEEN planned.date_from AND planned.date_to AND %s",
                alike.ids,
                on_node,
            ),
        )
        limits = Domain(literal_eval(metric.domain)) & cut_domain(targets.env, cut)
        matches = limits.optimize_full(achievement)._to_sql(achievement, achievement._table, facts)
        yield metric, alike, facts, matches
