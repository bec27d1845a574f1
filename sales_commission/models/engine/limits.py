"""Threshold, minimum and cap of a rule in a period, each in proportion to the days that somebody is assigned.

due -> what each event earns in the end, what a cap kept back, and what is missing to a minimum
"""

from odoo.tools import SQL

from .scope import BASE_DIGITS, Scope

# The period whose limits hold for an entry.
LIMITS_START = SQL("COALESCE(limits_period_start, origin_period_start)")

DUE_COLUMNS = SQL(
    "version_id, rule_id, role, partner_id, user_id, res_model, res_id, partial_id, day, period_start, limits_start,"
    " share, base_before, measure AS due_base, base, rate, amount AS rated_amount"
)


def limits(scope: Scope) -> SQL:
    rules = scope.rules
    parts = [SQL("SELECT *, FALSE AS capped FROM limited")]
    if any(rules.mapped("period_cap")):
        parts.append(_capped())
    if any(rules.mapped("period_floor")):
        parts.append(_missing(scope))
    return SQL(
        """%s,
due AS MATERIALIZED (
    %s
)""",
        _limited(scope) if has_limits(rules) else _unlimited(),
        SQL("\n    UNION ALL\n    ").join(parts),
    )


def _unlimited() -> SQL:
    return SQL(
        "limited AS (SELECT %s, amount, 0::numeric AS capped_amount"
        " FROM (SELECT *, period_start AS limits_start FROM rated) rated)",
        DUE_COLUMNS,
    )


def has_limits(rules) -> bool:
    return any(rules.mapped(lambda rule: rule.threshold or rule.period_cap or rule.period_floor))


def _limited(scope: Scope) -> SQL:
    """What is below the threshold waits for the event that reaches it; what is above the cap is kept back.

    A credit note takes back what the limits let through: those of the periods that paid its deal hold for it, on all
    that they paid and that was taken back of them since. So a deal that is credited in full leaves what the period
    would have paid without it. Cash after leaving counts under the limits of the period of the sale. Of the periods
    before the span the ledger says what was paid.
    """
    return SQL(
        """paid AS (
    SELECT
        rule_id, partner_id, COALESCE(user_id, 0) AS user_id, res_id AS deal_id,
        %(limits_start)s AS limits_start, SUM(amount + capped_amount) AS amount
    FROM sales_commission_entry
    WHERE %(before)s AND res_model = 'account.move'
        AND (rule_id, res_id) IN (SELECT rule_id, deal_id FROM rated WHERE res_id <> deal_id)
    GROUP BY rule_id, partner_id, COALESCE(user_id, 0), res_id, %(limits_start)s
    UNION ALL
    SELECT rule_id, partner_id, user_id, deal_id, period_start, SUM(amount)
    FROM rated
    WHERE res_id = deal_id AND (rule_id, deal_id) IN (SELECT rule_id, deal_id FROM rated WHERE res_id <> deal_id)
    GROUP BY rule_id, partner_id, user_id, deal_id, period_start
),
paid_part AS (
    SELECT
        rule_id, partner_id, user_id, deal_id, limits_start,
        amount / SUM(amount) OVER of_deal AS part,
        SUM(amount) OVER in_order / SUM(amount) OVER of_deal AS part_after
    FROM paid
    WHERE amount > 0
    WINDOW
        of_deal AS (PARTITION BY rule_id, partner_id, user_id, deal_id),
        in_order AS (of_deal ORDER BY limits_start)
),
placed AS MATERIALIZED (
    SELECT
        version_id, rated.rule_id, role, rated.partner_id, rated.user_id, res_model, res_id, partial_id, day,
        period_start, share, base_before, rate, threshold, period_cap, period_floor,
        CASE
            WHEN paid_part.limits_start IS NOT NULL THEN paid_part.limits_start
            WHEN on_cash AND day > last_day OR NOT on_cash AND res_id <> rated.deal_id THEN %(sale_start)s
            ELSE period_start
        END AS limits_start,
        ROUND(rated.measure * COALESCE(part_after, 1), %(base_digits)s)
            - ROUND(rated.measure * COALESCE(part_after - part, 0), %(base_digits)s) AS measure,
        ROUND(rated.base * COALESCE(part_after, 1), %(base_digits)s)
            - ROUND(rated.base * COALESCE(part_after - part, 0), %(base_digits)s) AS base,
        ROUND(rated.amount * COALESCE(part_after, 1), %(digits)s)
            - ROUND(rated.amount * COALESCE(part_after - part, 0), %(digits)s) AS amount
    FROM rated
    JOIN (SELECT rule_id, on_cash, threshold, period_cap, period_floor FROM term) term ON term.rule_id = rated.rule_id
    LEFT JOIN paid_part ON res_id <> rated.deal_id
        AND paid_part.rule_id = rated.rule_id AND paid_part.partner_id = rated.partner_id
        AND paid_part.user_id = rated.user_id AND paid_part.deal_id = rated.deal_id
),
paid_before AS (
    SELECT
        rule_id, partner_id, %(limits_start)s AS limits_start, SUM(amount + capped_amount) AS amount,
        SUM(CASE WHEN counts THEN quantity::numeric ELSE base_amount END) AS measure
    FROM sales_commission_entry
    JOIN (SELECT rule_id, counts FROM term) term USING (rule_id)
    WHERE %(before)s AND kind != 'bonus' AND origin_period_start >= (SELECT MIN(limits_start) FROM placed)
    GROUP BY rule_id, partner_id, %(limits_start)s
),
run_up_in_period AS (
    SELECT
        placed.*,
        COALESCE(paid_before.amount, 0) AS amount_settled,
        COALESCE(paid_before.measure, 0) AS measure_settled,
        COALESCE(paid_before.amount, 0) + SUM(placed.amount) OVER in_order AS amount_after,
        COALESCE(paid_before.measure, 0) + SUM(placed.measure) OVER in_order AS measure_after,
        threshold * COALESCE(part, 1) AS least,
        CASE WHEN period_cap > 0 THEN ROUND(period_cap * COALESCE(part, 1), %(digits)s) END AS cap,
        CASE
            WHEN period_floor > 0 AND limits_start < %(first)s THEN ROUND(period_floor * COALESCE(part, 1), %(digits)s)
        END AS minimum
    FROM placed
    LEFT JOIN paid_before USING (rule_id, partner_id, limits_start)
    LEFT JOIN (SELECT rule_id, partner_id, period_start AS limits_start, part FROM presence) presence
        USING (rule_id, partner_id, limits_start)
    WINDOW in_order AS %(in_order)s
),
let_through AS (
    SELECT
        *,
        CASE WHEN least = 0 OR measure_after >= least THEN amount_after ELSE 0 END AS reached,
        CASE WHEN least = 0 OR measure_settled >= least THEN amount_settled ELSE 0 END AS reached_before
    FROM run_up_in_period
),
limited AS MATERIALIZED (
    SELECT
        %(columns)s,
        GREATEST(LEAST(reached, cap), minimum) - LAG(
            GREATEST(LEAST(reached, cap), minimum), 1, GREATEST(LEAST(reached_before, cap), minimum)
        ) OVER in_order AS amount,
        reached - LEAST(reached, cap) - LAG(
            reached - LEAST(reached, cap), 1, reached_before - LEAST(reached_before, cap)
        ) OVER in_order AS capped_amount
    FROM let_through
    WINDOW in_order AS %(in_order)s
)""",
        limits_start=LIMITS_START,
        before=SQL(
            "plan_id = %s AND origin_period_start < %s AND rule_id = ANY(%s)",
            scope.plan.id,
            scope.first,
            scope.rules.ids,
        ),
        sale_start=scope.period_start(SQL("sale_day")),
        first=scope.first,
        digits=scope.digits,
        base_digits=BASE_DIGITS,
        in_order=SQL("(PARTITION BY rule_id, partner_id, limits_start ORDER BY day, res_id, partial_id, user_id)"),
        columns=DUE_COLUMNS,
    )


def _capped() -> SQL:
    """A row of its own for what a cap kept back: it is seen, and it is no money."""
    return SQL("""SELECT
        version_id, rule_id, role, partner_id, user_id, res_model, res_id, partial_id, day, period_start,
        limits_start, share, base_before, due_base, 0 AS base, rate, rated_amount, 0 AS amount, capped_amount, TRUE
    FROM limited
    WHERE capped_amount <> 0""")


def _missing(scope: Scope) -> SQL:
    """What is missing to the minimum of a period that is over, for whoever is assigned."""
    return SQL(
        """SELECT
        term.version_id, term.rule_id, term.role, presence.partner_id, presence.user_id, 'sales.commission.plan',
        %(plan_id)s, 0, period_end, presence.period_start, presence.period_start, 1,
        0, 0, 0, 0, ROUND(period_floor * part, %(digits)s),
        GREATEST(ROUND(period_floor * part, %(digits)s) - COALESCE(earned.amount, 0), 0), 0, FALSE
    FROM presence
    JOIN term ON term.rule_id = presence.rule_id AND term.period_floor > 0
    CROSS JOIN LATERAL (SELECT (presence.period_start + %(step)s)::date - 1 AS period_end) period
    LEFT JOIN (
        SELECT rule_id, partner_id, limits_start AS period_start, SUM(amount) AS amount
        FROM limited GROUP BY rule_id, partner_id, limits_start
    ) earned ON earned.rule_id = presence.rule_id AND earned.partner_id = presence.partner_id
        AND earned.period_start = presence.period_start
    WHERE period_end < %(today)s AND presence.period_start >= %(first)s
        AND period_end BETWEEN term.date_from AND term.date_to""",
        plan_id=scope.plan.id,
        digits=scope.digits,
        step=scope.step,
        today=scope.today,
        first=scope.first,
    )
