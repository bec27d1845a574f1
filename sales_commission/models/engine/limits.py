"""Threshold, minimum and cap of a run of rules in a period, each in proportion to the days that somebody is assigned.

paid_part    -> which periods paid a deal, and what part of it each
placed       -> each event with the period whose limits hold for it
settled_before -> what earlier runs settled of these periods
period_limit -> the limits of a period
due          -> what each event earns in the end, what a cap kept back, and what is missing to a minimum
"""

from odoo.tools import SQL

from .scope import BASE_DIGITS, Scope

# The period whose limits hold for an entry.
LIMITS_START = SQL("COALESCE(limits_period_start, origin_period_start)")

DUE_COLUMNS = SQL(
    "version_id, rule_id, role, partner_id, user_id, res_model, res_id, partial_id, day, period_start,"
    " limits_start, share, base_before, measure AS due_base, rate, amount AS rated_amount"
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
        SQL("%s,\n%s", _placed(scope), _limited(scope)) if has_limits(rules) else _unlimited(),
        SQL("\n    UNION ALL\n    ").join(parts),
    )


def has_limits(rules) -> bool:
    return any(rules.mapped(lambda rule: rule.threshold or rule.period_cap or rule.period_floor))


def _unlimited() -> SQL:
    return SQL(
        "limited AS (SELECT %s, base, measure, amount, 0::numeric AS capped_amount"
        " FROM (SELECT *, period_start AS limits_start FROM rated) rated)",
        DUE_COLUMNS,
    )


def _placed(scope: Scope) -> SQL:
    """``placed``: each event with the period whose limits hold for it; ``settled_before``: what was posted of those.

    A credit note takes back what the limits let through: those of the periods that paid its deal hold for it, on all
    that they paid and that was taken back of them since. So a deal that is credited in full leaves what the period
    would have paid without it. Of the periods before the span the ledger says what was paid.
    """
    return SQL(
        """paid AS (
    SELECT
        rule_id, partner_id, COALESCE(user_id, 0) AS user_id, res_model, res_id AS deal_id,
        %(limits_start)s AS limits_start, SUM(amount + capped_amount) AS amount
    FROM sales_commission_entry
    WHERE %(before)s
        AND (rule_id, res_model, res_id) IN (SELECT rule_id, res_model, deal_id FROM rated WHERE res_id <> deal_id)
    GROUP BY rule_id, partner_id, COALESCE(user_id, 0), res_model, res_id, %(limits_start)s
    UNION ALL
    SELECT rule_id, partner_id, user_id, res_model, deal_id, period_start, SUM(amount)
    FROM rated
    WHERE res_id = deal_id
        AND (rule_id, res_model, deal_id) IN (SELECT rule_id, res_model, deal_id FROM rated WHERE res_id <> deal_id)
    GROUP BY rule_id, partner_id, user_id, res_model, deal_id, period_start
),
paid_part AS (
    SELECT
        rule_id, partner_id, user_id, res_model, deal_id, limits_start,
        amount / SUM(amount) OVER of_deal AS part,
        SUM(amount) OVER in_order / SUM(amount) OVER of_deal AS part_after
    FROM paid
    WHERE amount > 0
    WINDOW
        of_deal AS (PARTITION BY rule_id, partner_id, user_id, res_model, deal_id),
        in_order AS (of_deal ORDER BY limits_start)
),
placed AS MATERIALIZED (
    SELECT
        version_id, rated.rule_id, run_id, role, rated.partner_id, rated.user_id, rated.res_model, res_id, partial_id,
        day, period_start, share, base_before, rate, threshold, period_cap,
        CASE
            WHEN paid_part.limits_start IS NOT NULL THEN paid_part.limits_start
            WHEN NOT on_cash AND res_id <> rated.deal_id THEN %(sale_start)s
            ELSE period_start
        END AS limits_start,
        ROUND(rated.measure * COALESCE(part_after, 1), %(base_digits)s)
            - ROUND(rated.measure * COALESCE(part_after - part, 0), %(base_digits)s) AS measure,
        ROUND(rated.base * COALESCE(part_after, 1), %(base_digits)s)
            - ROUND(rated.base * COALESCE(part_after - part, 0), %(base_digits)s) AS base,
        ROUND(rated.amount * COALESCE(part_after, 1), %(digits)s)
            - ROUND(rated.amount * COALESCE(part_after - part, 0), %(digits)s) AS amount
    FROM rated
    JOIN (SELECT rule_id, run_id, on_cash, threshold, period_cap FROM term) term ON term.rule_id = rated.rule_id
    LEFT JOIN paid_part ON res_id <> rated.deal_id
        AND paid_part.rule_id = rated.rule_id AND paid_part.partner_id = rated.partner_id
        AND paid_part.user_id = rated.user_id
        AND paid_part.res_model = rated.res_model AND paid_part.deal_id = rated.deal_id
),
settled_before AS (
    SELECT
        run_id, partner_id, %(limits_start)s AS limits_start,
        SUM(amount + capped_amount) FILTER (WHERE period_cap = 0) AS free,
        SUM(amount + capped_amount) FILTER (WHERE period_cap > 0) AS capping,
        SUM(CASE WHEN counts THEN quantity::numeric ELSE base_amount END) AS measure
    FROM sales_commission_entry
    JOIN (SELECT rule_id, run_id, counts, period_cap FROM term) term USING (rule_id)
    WHERE %(before)s AND kind != 'bonus' AND origin_period_start >= (SELECT MIN(limits_start) FROM placed)
    GROUP BY run_id, partner_id, %(limits_start)s
)""",
        limits_start=LIMITS_START,
        before=SQL(
            "plan_id = %s AND origin_period_start < %s AND rule_id = ANY(%s)",
            scope.plan.id,
            scope.first,
            scope.rules.ids,
        ),
        sale_start=scope.period_start(SQL("sale_day")),
        digits=scope.digits,
        base_digits=BASE_DIGITS,
    )


def _limited(scope: Scope) -> SQL:
    """``limited``: each event with what it adds to what the limits of its period let through.

    What is below the threshold waits for the event that reaches it; what is above the cap is kept back. In a period in
    which the terms change, its limits are those of each version in proportion to its days; documents of terms without a
    cap are not capped. Where no terms of the run hold, those of the document's own do.
    """
    return SQL(
        """period_limit AS (
    SELECT
        run_id, partner_id, period_start AS limits_start, TRUE AS in_force,
        SUM(threshold * term_part) AS least,
        ROUND(SUM(period_cap * term_part) FILTER (WHERE period_cap > 0), %(digits)s) AS cap,
        ROUND(SUM(period_floor * term_part), %(digits)s) AS minimum
    FROM presence
    JOIN term USING (rule_id)
    WHERE term_part > 0
    GROUP BY run_id, partner_id, period_start
),
run_up_in_period AS (
    SELECT
        placed.*,
        COALESCE(settled.free, 0) AS free_settled,
        COALESCE(settled.free, 0) + COALESCE(SUM(amount) FILTER (WHERE period_cap = 0) OVER in_order, 0) AS free_after,
        COALESCE(settled.capping, 0) AS capping_settled,
        COALESCE(settled.capping, 0) + COALESCE(SUM(amount) FILTER (WHERE period_cap > 0) OVER in_order, 0)
            AS capping_after,
        COALESCE(settled.measure, 0) AS measure_settled,
        COALESCE(settled.measure, 0) + SUM(placed.measure) OVER in_order AS measure_after,
        SUM(base) OVER in_order AS base_after,
        CASE WHEN in_force THEN least ELSE threshold * COALESCE(part, 1) END AS least,
        CASE WHEN in_force THEN cap ELSE ROUND(NULLIF(period_cap, 0) * COALESCE(part, 1), %(digits)s) END AS cap,
        CASE WHEN limits_start < %(first)s THEN minimum END AS minimum
    FROM placed
    LEFT JOIN settled_before settled USING (run_id, partner_id, limits_start)
    LEFT JOIN (SELECT rule_id, partner_id, period_start AS limits_start, part FROM presence) presence
        USING (rule_id, partner_id, limits_start)
    LEFT JOIN period_limit USING (run_id, partner_id, limits_start)
    WINDOW in_order AS %(in_order)s
),
reached AS (
    -- The threshold lets all through once it is reached.
    SELECT
        run_up_in_period.*,
        COALESCE(is_reached, TRUE)::int AS lets,
        CASE WHEN is_reached THEN free_after + LEAST(capping_after, cap) ELSE 0 END AS paid_after,
        CASE WHEN is_reached THEN capping_after - LEAST(capping_after, cap) ELSE 0 END AS kept_after,
        CASE WHEN was_reached THEN free_settled + LEAST(capping_settled, cap) ELSE 0 END AS paid_settled,
        CASE WHEN was_reached THEN capping_settled - LEAST(capping_settled, cap) ELSE 0 END AS kept_settled,
        CASE WHEN is_reached THEN base_after ELSE 0 END AS base_let,
        CASE WHEN is_reached THEN measure_after ELSE 0 END AS measure_let,
        CASE WHEN was_reached THEN measure_settled ELSE 0 END AS measure_let_settled
    FROM run_up_in_period
    CROSS JOIN LATERAL (
        SELECT least = 0 OR measure_after >= least AS is_reached, least = 0 OR measure_settled >= least AS was_reached
    ) threshold
),
limited AS MATERIALIZED (
    SELECT
        %(columns)s,
        base_let - LAG(base_let, 1, 0) OVER in_order AS base,
        measure_let - LAG(measure_let, 1, measure_let_settled) OVER in_order AS measure,
        GREATEST(paid_after, minimum)
            - LAG(GREATEST(paid_after, minimum), 1, GREATEST(paid_settled, minimum)) OVER in_order AS amount,
        kept_after - LAG(kept_after, 1, kept_settled) OVER in_order AS capped_amount
    FROM reached
    WINDOW in_order AS %(in_order)s
)""",
        first=scope.first,
        digits=scope.digits,
        in_order=SQL("(PARTITION BY run_id, partner_id, limits_start ORDER BY day, res_id, partial_id, user_id)"),
        columns=DUE_COLUMNS,
    )


def _capped() -> SQL:
    """A row of its own for what a cap kept back: it is seen, and it is no money."""
    return SQL("""SELECT
        version_id, rule_id, role, partner_id, user_id, res_model, res_id, partial_id, day, period_start,
        limits_start, share, base_before, due_base, rate, rated_amount, 0 AS base, 0 AS measure, 0 AS amount,
        capped_amount, TRUE
    FROM limited
    WHERE capped_amount <> 0""")


def _missing(scope: Scope) -> SQL:
    """What is missing to the minimum of a period that is over, for whoever is assigned.

    It is written under the last rule of the run that held in the period.
    """
    return SQL(
        """SELECT
        term.version_id, term.rule_id, term.role, presence.partner_id, presence.user_id, 'sales.commission.plan',
        %(plan_id)s, 0, period_end, presence.period_start, presence.period_start, 1,
        0, 0, 0, minimum, 0, 0, GREATEST(minimum - COALESCE(earned.amount, 0), 0), 0, FALSE
    FROM (
        SELECT DISTINCT ON (run_id, partner_id, period_start) run_id, rule_id, partner_id, user_id, period_start
        FROM presence
        JOIN (SELECT rule_id, run_id, date_from FROM term) term USING (rule_id)
        WHERE term_part > 0
        ORDER BY run_id, partner_id, period_start, date_from DESC
    ) presence
    JOIN term ON term.rule_id = presence.rule_id
    JOIN period_limit ON period_limit.run_id = presence.run_id AND period_limit.partner_id = presence.partner_id
        AND limits_start = presence.period_start AND minimum > 0
    CROSS JOIN LATERAL (SELECT (presence.period_start + %(step)s)::date - 1 AS period_end) period
    LEFT JOIN (
        SELECT run_id, partner_id, limits_start AS period_start, SUM(amount) AS amount
        FROM limited
        JOIN (SELECT rule_id, run_id FROM term) term USING (rule_id)
        GROUP BY run_id, partner_id, limits_start
    ) earned ON earned.run_id = presence.run_id AND earned.partner_id = presence.partner_id
        AND earned.period_start = presence.period_start
    WHERE period_end < %(today)s AND presence.period_start >= %(first)s""",
        plan_id=scope.plan.id,
        step=scope.step,
        today=scope.today,
        first=scope.first,
    )
