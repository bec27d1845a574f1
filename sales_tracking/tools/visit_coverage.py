"""What became of the visits that were due, in SQL: one definition for the report, the metrics and the plans.

A visit is **due** on the day of its published plan, or, planned by hand, on its planned day, once that day has come. A
visit of a plan stays due when it is cancelled, one planned by hand does not. It is **verified** when its check-in was,
or where the company requires no position; **effective** when an order was confirmed in it, too. A visit that its person
added on its own day is **unplanned**, is not due, and covers nothing.
"""

from odoo.tools import SQL

from .visit_orders import orders_of_visits

# Conditions on visit and company; today is that of the company.
MADE = SQL("visit.state IN ('in_progress', 'done')")
UNPLANNED = SQL("visit.is_unplanned IS TRUE")
PLANNED_DAY = SQL("COALESCE(visit.plan_day, (visit.date_start AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date)")
PLANNED = SQL(
    "(NOT %s AND visit.state != 'draft' AND (visit.state != 'cancelled' OR visit.plan_day IS NOT NULL))", UNPLANNED
)
VERIFIED = SQL("(%s AND visit.verification IN ('verified', 'not_required'))", MADE)
ON_PLANNED_DAY = SQL("(%s AND visit.day = %s)", MADE, PLANNED_DAY)
EFFECTIVE = SQL("(%s AND sold.visit_id IS NOT NULL)", VERIFIED)

# What became of the visit, in the words of the trade.
RESULT = SQL(
    """CASE
        WHEN NOT %(made)s THEN 'unvisited'
        WHEN sold.visit_id IS NOT NULL THEN 'effective'
        WHEN outcome.visit_result IN ('out_of_store', 'no_sale') THEN outcome.visit_result
        ELSE 'no_sale'
    END""",
    made=MADE,
)
RESULTS = [
    ("effective", "Effective"),
    ("no_sale", "No Sale"),
    ("out_of_store", "Out of Store"),
    ("unvisited", "Not Visited"),
]

# Rates over rows that are due, as aggregates: their numerators and denominators.
RATES = {
    "coverage": ("verified", "due"),
    "effective_rate": ("effective", "verified"),
    "adherence": ("on_plan_day", "due"),
}


def due(today: SQL) -> SQL:
    """The condition that a visit was due by today."""
    return SQL("(%s AND %s <= %s)", PLANNED, PLANNED_DAY, today)


def tables(where: SQL) -> SQL:
    """The visits with what is asked of them, as ``visit``, ``company``, ``outcome`` and ``sold``.

    :param where: a condition on ``visit`` that limits where orders are looked for
    """
    return SQL(
        """sales_visit visit
        JOIN res_company company ON company.id = visit.company_id
        LEFT JOIN sales_interaction_outcome outcome ON outcome.id = visit.outcome_id
        LEFT JOIN (SELECT DISTINCT visit_id FROM %s made) sold ON sold.visit_id = visit.id""",
        orders_of_visits(SQL("sale.state = 'sale' AND %s", where)),
    )


def rate(name: str, table: SQL, **columns: SQL) -> SQL:
    """The aggregate that is a rate over rows with its counts.

    :param table: the relation whose columns are the counts
    :param columns: other names of the counts there
    """
    part, whole = (SQL("SUM(%s.%s)", table, columns.get(column) or SQL.identifier(column)) for column in RATES[name])
    return SQL("%s::float8 / NULLIF(%s, 0)", part, whole)
