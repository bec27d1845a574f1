"""Threshold, minimum and cap of a rule in a period, each in proportion to the days that somebody is assigned.

due -> what each event earns in the end, what a cap kept back, and what is missing to a minimum
"""

from odoo.tools import SQL

from .rating import IN_ORDER
from .scope import Scope

DUE_COLUMNS = SQL(
    "version_id, rule_id, role, partner_id, user_id, res_model, res_id, partial_id, day, period_start, share,"
    " base_before, measure AS due_base, base, rate, amount AS rated_amount"
)


def limits(scope: Scope) -> SQL:
    rules = scope.rules
    parts = [SQL("SELECT *, FALSE AS capped FROM limited")]
    if any(rules.mapped("period_cap")):
        parts.append(_capped())
    if any(rules.mapped("period_floor")):
        parts.append(_missing(scope))
    limited = any(rules.mapped("threshold")) or any(rules.mapped("period_cap"))
    return SQL(
        """%s,
due AS MATERIALIZED (
    %s
)""",
        _limited(scope) if limited else _unlimited(),
        SQL("\n    UNION ALL\n    ").join(parts),
    )


def _unlimited() -> SQL:
    return SQL("limited AS (SELECT %s, amount, 0::numeric AS capped_amount FROM rated)", DUE_COLUMNS)


def _limited(scope: Scope) -> SQL:
    """What is below the threshold waits for the event that reaches it; what is above the cap is kept back."""
    return SQL(
        """summed AS (
    SELECT
        rated.*,
        CASE
            WHEN threshold = 0 OR SUM(rated.measure) OVER in_order >= threshold * COALESCE(part, 1)
            THEN SUM(rated.amount) OVER in_order ELSE 0
        END AS summed,
        CASE WHEN period_cap > 0 THEN ROUND(period_cap * COALESCE(part, 1), %(digits)s) END AS cap
    FROM rated
    JOIN term USING (rule_id)
    LEFT JOIN (SELECT rule_id, partner_id, period_start, part FROM presence) presence
        USING (rule_id, partner_id, period_start)
    WINDOW in_order AS %(in_order)s
),
limited AS MATERIALIZED (
    SELECT
        %(columns)s,
        LEAST(summed, cap) - LAG(LEAST(summed, cap), 1, 0) OVER in_order AS amount,
        summed - LEAST(summed, cap) - LAG(summed - LEAST(summed, cap), 1, 0) OVER in_order AS capped_amount
    FROM summed
    WINDOW in_order AS %(in_order)s
)""",
        digits=scope.digits,
        in_order=IN_ORDER,
        columns=DUE_COLUMNS,
    )


def _capped() -> SQL:
    """A row of its own for what a cap kept back: it is seen, and it is no money."""
    return SQL("""SELECT
        version_id, rule_id, role, partner_id, user_id, res_model, res_id, partial_id, day, period_start, share,
        base_before, due_base, 0 AS base, rate, rated_amount, 0 AS amount, capped_amount, TRUE
    FROM limited
    WHERE capped_amount <> 0""")


def _missing(scope: Scope) -> SQL:
    """What is missing to the minimum of a period that is over, for whoever is assigned."""
    return SQL(
        """SELECT
        term.version_id, term.rule_id, term.role, presence.partner_id, presence.user_id, 'sales.commission.plan',
        %(plan_id)s, 0, period_end, presence.period_start, 1,
        0, 0, 0, 0, ROUND(period_floor * part, %(digits)s),
        GREATEST(ROUND(period_floor * part, %(digits)s) - COALESCE(earned.amount, 0), 0), 0, FALSE
    FROM presence
    JOIN term ON term.rule_id = presence.rule_id AND term.period_floor > 0
    CROSS JOIN LATERAL (SELECT (presence.period_start + %(step)s)::date - 1 AS period_end) period
    LEFT JOIN (
        SELECT rule_id, partner_id, period_start, SUM(amount) AS amount
        FROM limited GROUP BY rule_id, partner_id, period_start
    ) earned ON earned.rule_id = presence.rule_id AND earned.partner_id = presence.partner_id
        AND earned.period_start = presence.period_start
    WHERE period_end < %(today)s AND period_end BETWEEN term.date_from AND term.date_to""",
        plan_id=scope.plan.id,
        digits=scope.digits,
        step=scope.step,
        today=scope.today,
    )
