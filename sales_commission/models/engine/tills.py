"""What was sold at tills without an invoice, where the point of sale is installed: its facts and its cash.

    till_document    -> the orders of the span, or paid in it, and all others of their deals
    till_sold        -> their lines
    till_taken_back  -> the lines of refunds, as shares of what they take back

A deal is an order with its refunds. A refunded line follows the line that was sold: its person, shares, product and day
of sale, with the amounts of the refund. What was sold on an invoice is taken back by that invoice's credit note.
"""

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.sales_tracking.tools.payments import till_payments
from odoo.addons.sales_tracking.tools.tills import HAS_NO_INVOICE, IS_SOLD, tills

from .scope import Scope

MEASURES = ("amount", "margin", "quantity")


def has_tills(scope: Scope) -> bool:
    """Whether the scope reads what was sold at tills."""
    return "invoiced" in scope.fact_bases and tills(scope.plan.env) is not None


def till_cash(where: SQL, days: SQL) -> SQL:
    """The payments of orders without an invoice, in the currency of the order.

    :param where: a condition on ``pos``, the order
    :param days: a condition on ``day``, the day of the payment
    """
    return SQL(
        "SELECT order_id AS res_id, payment_id AS partial_id, day, paid, total FROM %s payment WHERE %s",
        till_payments(where),
        days,
    )


def till_facts(scope: Scope, columns: list, facts) -> SQL:
    """``till_sold`` and ``till_taken_back``.

    :param columns: the columns of a fact
    :param facts: the query of the facts of the basis "invoiced" that an additional domain limits
    """
    query = facts(Domain("basis", "=", "invoiced") & Domain("res_model", "=", "pos.order"))
    table = scope.plan.env["sales.achievement"]._table
    of_company = SQL("pos.company_id IN %s", scope.company_ids)
    paid = SQL("OR pos.id IN (SELECT res_id FROM (%s) cash)", till_cash(of_company, scope.within(SQL("day"))))
    return SQL(
        """till_touched AS MATERIALIZED (
    SELECT pos.id
    FROM pos_order pos
    JOIN res_company company ON company.id = pos.company_id
    WHERE %(of_company)s AND %(is_sold)s AND %(no_invoice)s AND (
        %(in_span)s %(paid)s
    )
),
till_refund AS MATERIALIZED (
    SELECT DISTINCT ON (pos.id) pos.id, origin.id AS origin_id
    FROM pos_order pos
    JOIN pos_order_line returned ON returned.order_id = pos.id
    JOIN pos_order_line sold_line ON sold_line.id = returned.refunded_orderline_id
    JOIN pos_order origin ON origin.id = sold_line.order_id AND origin.account_move IS NULL
    WHERE %(of_company)s AND %(is_sold)s AND %(no_invoice)s
    ORDER BY pos.id, origin.id
),
till_deal AS MATERIALIZED (
    SELECT COALESCE(till_refund.origin_id, till_touched.id) AS id
    FROM till_touched
    LEFT JOIN till_refund USING (id)
    UNION
    SELECT id FROM till_touched WHERE id IN (SELECT origin_id FROM till_refund)
),
till_document AS MATERIALIZED (
    SELECT id AS res_id, id AS deal_id FROM till_deal
    UNION ALL
    SELECT till_refund.id, till_deal.id FROM till_refund JOIN till_deal ON till_deal.id = till_refund.origin_id
),
till_fact AS MATERIALIZED (
    SELECT till_document.deal_id, line.*
    FROM (%(query)s) line
    JOIN till_document ON till_document.res_id = line.res_id
),
till_returned AS (
    SELECT till_fact.res_id, till_fact.line_id, till_fact.deal_id, till_fact.day, line.refunded_orderline_id
        %(returned)s
    FROM till_fact
    JOIN pos_order_line line ON line.id = till_fact.line_id
    JOIN pos_order_line sold_line ON sold_line.id = line.refunded_orderline_id
        AND sold_line.order_id = till_fact.deal_id
    WHERE till_fact.res_id <> till_fact.deal_id
    GROUP BY till_fact.res_id, till_fact.line_id, till_fact.deal_id, till_fact.day, line.refunded_orderline_id
),
till_sold AS (
    SELECT
        %(columns)s, deal_id, day AS sale_day, NULL::int AS agent_of_id,
        res_id AS sold_res_id, line_id AS sold_line_id, TRUE AS same_product
    FROM till_fact
    WHERE NOT EXISTS (SELECT FROM till_returned WHERE till_returned.line_id = till_fact.line_id)
),
till_taken_back AS (
    SELECT
        %(followed)s, origin.deal_id, origin.day AS sale_day, NULL::int AS agent_of_id,
        origin.res_id AS sold_res_id, origin.line_id AS sold_line_id, TRUE AS same_product
    FROM till_returned
    JOIN (
        SELECT
            *,
            COALESCE(
                amount::numeric / NULLIF(SUM(amount::numeric) OVER (PARTITION BY line_id), 0),
                1.0 / COUNT(*) OVER (PARTITION BY line_id)
            ) AS weight
        FROM till_fact
    ) origin ON origin.line_id = till_returned.refunded_orderline_id
    WHERE %(clawback_days)s = 0 OR till_returned.day <= origin.day + %(clawback_days)s
)""",
        of_company=of_company,
        is_sold=IS_SOLD,
        no_invoice=HAS_NO_INVOICE,
        in_span=scope.within(SQL("(pos.date_order AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date")),
        paid=paid if "collected" in scope.bases else SQL(),
        query=query.select(*(SQL.identifier(table, column) for column in columns)),
        returned=SQL().join(
            SQL(", SUM(till_fact.%s) AS %s", SQL.identifier(column), SQL.identifier(column))
            for column in columns
            if column in MEASURES
        ),
        columns=SQL(", ").join(map(SQL.identifier, columns)),
        followed=SQL(", ").join(map(_followed, columns)),
        clawback_days=scope.plan.clawback_days,
    )


def _followed(column: str) -> SQL:
    """The column of a fact that takes back what another one holds."""
    name = SQL.identifier(column)
    if column in MEASURES:
        return SQL("till_returned.%s * weight AS %s", name, name)
    if column in ("day", "res_id", "line_id"):
        return SQL("till_returned.%s", name)
    return SQL("origin.%s", name)
