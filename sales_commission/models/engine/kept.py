"""What was decided: the facts of confirmed statements as they were known then.

A fact that a statement of a payee was decided on has a second row for that payee: its amounts and its quantity are
those of the document today, and what is known of its product and its customer is what was known then. The first row
holds for everybody else.
"""

import json

from odoo.tools import SQL
from odoo.tools.query import Query

from .facts import fact_columns
from .matching import kept_units, metric_condition, payees, product_units, terms
from .scope import BASE_DIGITS, Scope

# A document that says something else since was not decided so.
DOCUMENT_COLUMNS = ("campaign_id", "medium_id", "product_id", "sales_type", "source_id", "team_id")
# What was known of the product and of the customer.
KNOWN_COLUMNS = ("categ_id", "country_id")
KEPT_VALUES = ("customer_id", "unit_ratio", "unit_cost", "metrics", "units")
KEY = ("basis", "res_model", "res_id", "line_id")


RATIO_DIGITS = 10


def kept_statements(scope: Scope) -> list[SQL]:
    """The statements that add the rows as decided to the temporary table of facts, each for its payees."""
    columns = fact_columns(scope)
    content = SQL(", ").join(SQL.identifier(name) for name in (*KEY, *DOCUMENT_COLUMNS, *KNOWN_COLUMNS, *KEPT_VALUES))
    valid = [
        SQL("kept.%(name)s IS NOT DISTINCT FROM fact.%(name)s", name=SQL.identifier(name))
        for name in DOCUMENT_COLUMNS
        if name in columns
    ]
    if "partner_id" in columns:
        # The commercial partner of an order is that of its contact today.
        valid.append(SQL("(kept.customer_id IS NOT DISTINCT FROM fact.partner_id OR fact.res_model != 'account.move')"))
    return [
        SQL(
            """INSERT INTO sales_commission_fact (fact_id, %(names)s, live_id, kept_for, kept_metrics, kept_units)
SELECT -ROW_NUMBER() OVER (), %(values)s, fact.fact_id, kept.partner_ids, kept.metrics, kept.units
FROM sales_commission_fact fact
JOIN (
    SELECT %(content)s, ARRAY_AGG(partner_id ORDER BY partner_id) AS partner_ids
    FROM (
        SELECT DISTINCT ON (%(key)s, partner_id) *
        FROM sales_commission_kept_fact
        WHERE plan_id = %(plan_id)s
            AND (res_model, res_id) IN (SELECT res_model, sold_res_id FROM sales_commission_fact)
        ORDER BY %(key)s, partner_id, sequence DESC
    ) latest
    GROUP BY %(content)s
) kept ON (kept.basis, kept.res_model, kept.res_id, kept.line_id)
    = (fact.basis, fact.res_model, fact.sold_res_id, COALESCE(fact.sold_line_id, 0))
WHERE %(valid)s""",
            names=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(map(_as_decided, columns)),
            content=content,
            key=SQL(", ").join(map(SQL.identifier, KEY)),
            plan_id=scope.plan.id,
            valid=SQL(" AND ").join(valid),
        ),
        SQL("""UPDATE sales_commission_fact live SET kept_by = decided.partner_ids
FROM (
    SELECT live_id, ARRAY_AGG(payee_id) AS partner_ids
    FROM sales_commission_fact, UNNEST(kept_for) payee_id
    GROUP BY live_id
) decided
WHERE live.fact_id = decided.live_id"""),
    ]


def _as_decided(column: str) -> SQL:
    name = SQL.identifier(column)
    # Rounded, so that a unit that is still the same changes nothing.
    quantity = SQL(
        "fact.quantity * COALESCE(ROUND(kept.unit_ratio / NULLIF(fact.unit_ratio, 0)::numeric, %s), 1)", RATIO_DIGITS
    )
    if column in KNOWN_COLUMNS:
        return SQL("kept.%s", name)
    if column == "quantity":
        return quantity
    if column == "margin":
        # A credit note of something else takes back at its own cost.
        return SQL(
            "CASE WHEN fact.same_product AND kept.unit_cost IS NOT NULL"
            " THEN ROUND(fact.amount::numeric - kept.unit_cost::numeric * (%s)::numeric, %s) ELSE fact.margin END",
            quantity,
            BASE_DIGITS,
        )
    return SQL("fact.%s", name)


def keeping_statement(scope: Scope, statements) -> SQL:
    """The statement that keeps what the pay of statements of the plan and one period rests on; its row is the number.

    Kept are the lines of all deals of the period, and of those that the statements have entries of, for each payee who
    earns or could have earned on them: also what a line did not count for stays as it was decided.
    """
    metrics = scope.rules.metric_id
    flags = [SQL("SELECT NULL::bigint AS fact_id, NULL::text AS metric_id WHERE FALSE")]
    flags += [_matches(scope, metric) for metric in metrics]
    uoms = scope.rules.uom_id
    ratios = SQL(" || ").join(
        [SQL("'{}'::jsonb"), *(SQL("JSONB_BUILD_OBJECT(%s::text, %s)", str(uom.id), kept_units(uom)) for uom in uoms)]
    )
    return SQL(
        """WITH RECURSIVE %(terms)s,
%(payees)s,
flag AS (
    %(flags)s
),
flags AS (
    SELECT fact_id, JSONB_OBJECT_AGG(metric_id, TRUE) AS metrics FROM flag GROUP BY fact_id
),
confirmed AS (
    SELECT id, plan_id, company_id, partner_id, user_id, period_start, period_end
    FROM sales_commission_statement
    WHERE id = ANY(%(ids)s)
),
decided AS (
    SELECT confirmed.partner_id, fact.res_model, fact.deal_id
    FROM confirmed
    JOIN sales_commission_entry entry ON entry.statement_id = confirmed.id AND entry.rule_id IS NOT NULL
    JOIN sales_commission_fact fact ON (fact.res_model, fact.res_id) = (entry.res_model, entry.res_id)
    UNION
    SELECT confirmed.partner_id, fact.res_model, fact.deal_id
    FROM confirmed
    JOIN sales_commission_fact fact ON fact.day BETWEEN confirmed.period_start AND confirmed.period_end
),
candidate AS (
    SELECT DISTINCT ON (confirmed.id, fact.fact_id)
        fact.*, confirmed.id AS statement_id, confirmed.company_id, confirmed.partner_id AS payee_id,
        confirmed.user_id AS payee_user_id
    FROM decided
    JOIN confirmed USING (partner_id)
    JOIN payee USING (partner_id)
    JOIN sales_commission_fact fact ON (fact.res_model, fact.deal_id) = (decided.res_model, decided.deal_id)
        AND fact.sale_day BETWEEN payee.date_from AND payee.date_to
        AND CASE payee.source
            WHEN 'user' THEN fact.user_id WHEN 'team' THEN fact.team_id ELSE fact.agent_id
        END = payee.source_id
    WHERE fact.sold_res_id = fact.res_id AND fact.sold_line_id IS NOT DISTINCT FROM fact.line_id
        AND CASE
            WHEN fact.kept_for IS NULL THEN NOT COALESCE(confirmed.partner_id = ANY(fact.kept_by), FALSE)
            ELSE confirmed.partner_id = ANY(fact.kept_for)
                AND NOT (fact.kept_metrics ?& %(metric_ids)s AND fact.kept_units ?& %(unit_ids)s)
        END
),
kept AS (
    INSERT INTO sales_commission_kept_fact (
        plan_id, statement_id, company_id, partner_id, user_id, kept_on, basis, res_model, res_id, line_id, sequence,
        day, customer_id, country_id, product_id, categ_id, team_id, source_id, medium_id, campaign_id, sales_type,
        amount, quantity, unit_ratio, unit_cost, metrics, units
    )
    SELECT
        %(plan_id)s, statement_id, candidate.company_id, payee_id, MIN(payee_user_id), NOW() AT TIME ZONE 'UTC',
        basis, res_model, res_id, COALESCE(line_id, 0),
        1 + COALESCE((
            SELECT MAX(sequence)
            FROM sales_commission_kept_fact earlier
            WHERE earlier.plan_id = %(plan_id)s AND earlier.partner_id = payee_id
                AND (earlier.basis, earlier.res_model, earlier.res_id, earlier.line_id)
                    = (candidate.basis, candidate.res_model, candidate.res_id, COALESCE(candidate.line_id, 0))
        ), 0),
        MIN(day), MIN(candidate.partner_id), MIN(country_id), MIN(candidate.product_id), MIN(categ_id), MIN(team_id),
        MIN(source_id), MIN(medium_id), MIN(campaign_id), MIN(sales_type),
        SUM(amount), SUM(quantity), MIN(unit_ratio),
        (SUM(amount)::numeric - SUM(margin)::numeric) / NULLIF(SUM(quantity)::numeric, 0),
        (ARRAY_AGG(%(unmatched)s || COALESCE(flags.metrics, '{}')))[1],
        (ARRAY_AGG(%(ratios)s || COALESCE(kept_units, '{}')))[1]
    FROM candidate
    LEFT JOIN flags USING (fact_id)
    LEFT JOIN %(units)s unit ON unit.product_id = candidate.product_id
    GROUP BY statement_id, candidate.company_id, payee_id, basis, res_model, res_id, candidate.line_id
    RETURNING id
)
SELECT COUNT(*) FROM kept""",
        terms=terms(scope),
        payees=payees(scope),
        flags=SQL("\n    UNION ALL ").join(flags),
        ids=statements.ids,
        plan_id=scope.plan.id,
        metric_ids=[str(metric.id) for metric in metrics],
        unit_ids=[str(uom.id) for uom in uoms],
        unmatched=SQL("%s::jsonb", json.dumps({metric.id: False for metric in metrics})),
        ratios=ratios,
        units=product_units(),
    )


def _matches(scope: Scope, metric) -> SQL:
    """The facts that match the metric's filter."""
    table = scope.plan.env["sales.achievement"]._table
    query = Query(scope.plan.env, table, SQL.identifier("sales_commission_fact"))
    query.add_where(metric_condition(scope, metric, query))
    return query.select(SQL.identifier(table, "fact_id"), SQL("%s::text AS metric_id", str(metric.id)))
