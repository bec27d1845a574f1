"""What a claim earns.

earned   -> the commission of each claim on a document, shared to the cent among those who claim on its deal
event    -> when how much of it is released (see releasing)
presence -> for how much of a period somebody earns under a rule
running  -> how far the base of the period has run up, in the order of (day, document, payment)
rated    -> the commission of each event before the limits of the period
"""

from collections.abc import Callable

from odoo.tools import SQL

from .releasing import releasing
from .scope import BASE_DIGITS, Scope

# Through a period in which the terms change the base runs on.
IN_ORDER = SQL("(PARTITION BY run_id, partner_id, period_start ORDER BY day, res_id, partial_id, user_id)")

EVENT_COLUMNS = SQL(
    "rule_id, version_id, role, partner_id, user_id, res_model, res_id, partial_id, day, share, price,"
    " period_start, measure_before, measure, base, earned, deal_id, sale_day, last_day"
)


def rating(scope: Scope) -> SQL:
    return SQL("%s,\n%s,\n%s,\n%s", _earned(scope), releasing(scope), _presence(scope), _rated(scope))


def _earned(scope: Scope) -> SQL:
    """``earned``: what each claim earns under a rule that pays by the document.

    The commission of a deal is rounded as it runs up over its documents, and capped; what it has run up to is shared
    by largest remainder, a negative one as the mirror image, and a document earns each person the difference it makes.
    So crediting all of a deal leaves nothing to anybody, in however many parts. A manager's commission is nobody
    else's share.
    """
    return SQL(
        """pool AS (
    SELECT
        claim.rule_id, CASE WHEN claim.role = 'override' THEN partner_id ELSE 0 END AS pool_id,
        res_model, res_id, deal_id, MIN(day) AS day, SUM(measure) AS measure, MIN(price) AS price,
        MIN(deal_cap) AS deal_cap
    FROM claim
    JOIN term USING (rule_id)
    WHERE by_document
    GROUP BY claim.rule_id, pool_id, res_model, res_id, deal_id
),
pool_run AS (
    SELECT *, SUM(measure) OVER in_order AS run, ROUND(SUM(measure) OVER in_order * price, %(digits)s) AS uncapped
    FROM pool
    WINDOW in_order AS (PARTITION BY rule_id, pool_id, res_model, deal_id ORDER BY day, res_id)
),
claimant AS (
    SELECT
        rule_id, CASE WHEN role = 'override' THEN partner_id ELSE 0 END AS pool_id, res_model, deal_id,
        version_id, role, partner_id, user_id, MIN(sale_day) AS sale_day, MAX(last_day) AS last_day,
        MIN(tie) AS tie, MIN(tie_id) AS tie_id
    FROM claim
    GROUP BY rule_id, pool_id, res_model, deal_id, version_id, role, partner_id, user_id
),
quota AS (
    SELECT
        pool.rule_id, pool_id, pool.res_model, pool.res_id, pool.deal_id, pool.day, pool.price,
        claimant.version_id, claimant.role, claimant.partner_id, claimant.user_id, claimant.sale_day,
        claimant.last_day, claimant.tie, claimant.tie_id,
        claim.rule_id IS NOT NULL AS claims,
        COALESCE(claim.base, 0) AS base,
        COALESCE(claim.measure, 0) AS measure,
        COALESCE(claim.measure / NULLIF(pool.measure, 0), 1) AS share,
        ABS(due) * %(units)s AS units,
        CASE WHEN due < 0 THEN -1 ELSE 1 END AS sign,
        ROUND(COALESCE(
            ABS(due) * %(units)s * SUM(claim.measure) OVER in_order / NULLIF(ROUND(run, %(base_digits)s), 0),
            SUM(claim.measure) OVER in_order * pool.price * %(units)s,
            0
        ), 9) AS quota
    FROM (
        SELECT *, CASE WHEN deal_cap > 0 THEN GREATEST(LEAST(uncapped, deal_cap), -deal_cap) ELSE uncapped END AS due
        FROM pool_run
    ) pool
    JOIN claimant USING (rule_id, pool_id, res_model, deal_id)
    LEFT JOIN claim
        ON claim.rule_id = pool.rule_id AND claim.res_model = pool.res_model AND claim.res_id = pool.res_id
            AND claim.deal_id = pool.deal_id AND claim.partner_id = claimant.partner_id
            AND claim.user_id = claimant.user_id
    WINDOW in_order AS (
        PARTITION BY pool.rule_id, pool_id, claimant.partner_id, claimant.user_id, pool.res_model, pool.deal_id
        ORDER BY pool.day, pool.res_id
    )
),
run_up AS (
    SELECT
        quota.*,
        sign / %(units)s * (FLOOR(quota) + CASE
            WHEN ROW_NUMBER() OVER by_remainder <= units - SUM(FLOOR(quota)) OVER of_document THEN 1 ELSE 0
        END) AS earned_after
    FROM quota
    WINDOW
        of_document AS (PARTITION BY rule_id, pool_id, res_model, res_id, deal_id),
        by_remainder AS (of_document ORDER BY quota - FLOOR(quota) DESC, tie, tie_id, partner_id, user_id)
),
earned AS (
    SELECT
        run_up.*,
        earned_after - LAG(earned_after, 1, 0) OVER (
            PARTITION BY rule_id, pool_id, partner_id, user_id, res_model, deal_id ORDER BY day, res_id
        ) AS earned
    FROM run_up
)""",
        digits=scope.digits,
        base_digits=BASE_DIGITS,
        units=SQL("%s::numeric", 10**scope.digits),
    )


def _presence(scope: Scope) -> SQL:
    """``presence``: the part of a period during which somebody is assigned, in calendar days.

    ``part`` is that of all days of the period, ``term_part`` that of the days on which the rule holds besides. From
    the period of the earliest sale on: its limits hold for what is taken back of it.
    """
    return SQL(
        """calendar AS (
    SELECT day::date AS day, %(period_start)s AS period_start
    FROM GENERATE_SERIES(
        LEAST(%(first)s::date, (SELECT MIN(%(sale_start)s) FROM event)), %(last)s::date, INTERVAL '1 day'
    ) day
),
presence AS MATERIALIZED (
    SELECT
        rule_id, partner_id, MAX(user_id) AS user_id, period_start,
        COUNT(DISTINCT day)::numeric / days AS part,
        (COUNT(DISTINCT day) FILTER (WHERE day BETWEEN term.date_from AND term.date_to))::numeric / days AS term_part
    FROM (
        SELECT period_start, day, COUNT(*) OVER (PARTITION BY period_start) AS days FROM calendar
    ) calendar
    JOIN payee ON day BETWEEN payee.date_from AND payee.date_to
    JOIN term ON term.role = payee.role AND term.override_level = payee.level
    WHERE run_id IN (SELECT run_id FROM term WHERE by_period)
    GROUP BY rule_id, partner_id, period_start, days
)""",
        period_start=scope.period_start(SQL("day")),
        sale_start=scope.period_start(SQL("sale_day")),
        first=scope.first,
        last=scope.last,
    )


def _rated(scope: Scope) -> SQL:
    """``rated``: each event with its commission: that of its document, or the difference it makes in the period."""
    parts = [
        SQL(
            """SELECT
        %s, measure_before AS base_before, event.price AS rate, earned AS amount
    FROM event
    JOIN (SELECT rule_id, by_document FROM term) term USING (rule_id)
    WHERE by_document""",
            EVENT_COLUMNS,
        )
    ]
    if "tiers" in scope.kinds:
        parts.append(_by_period(scope, "tiers", _tiers, SQL()))
    if "attainment" in scope.kinds:
        parts.append(_by_period(scope, "attainment", _levels, TARGET))
    return SQL(
        """running AS (
    SELECT
        event.*, run_id, term.kind,
        SUM(event.measure) OVER in_order AS measure_after,
        COALESCE(LAG(rule_id) OVER in_order <> rule_id, FALSE) AS terms_change
    FROM event
    JOIN (SELECT rule_id, run_id, kind FROM term) term USING (rule_id)
    WHERE run_id IN (SELECT run_id FROM term WHERE NOT by_document)
    WINDOW in_order AS %(in_order)s
),
rated AS MATERIALIZED (
    %(parts)s
)""",
        in_order=IN_ORDER,
        parts=SQL("\n    UNION ALL\n    ").join(parts),
    )


def _by_period(scope: Scope, kind: str, due: Callable[[SQL, SQL], SQL], source: SQL) -> SQL:
    """The events under rules of the kind, with the difference that each makes in its period.

    That is between what the terms of its day pay for the base before it and for the base with it. After an event of
    the same terms the former is known.

    :param due: the query of the row (rate, amount) for a base, empty or null where a condition does not hold
    """
    return SQL(
        """SELECT
        %(columns)s, measure_after - measure AS base_before, rate,
        due_after - CASE WHEN terms_change THEN due_before ELSE LAG(due_after, 1, 0) OVER %(in_order)s END
    FROM (
        SELECT
            running.*, due.rate,
            COALESCE(ROUND(due.amount, %(digits)s), 0) AS due_after,
            COALESCE(ROUND(before.amount, %(digits)s), 0) AS due_before
        FROM running
        JOIN term ON term.rule_id = running.rule_id
        %(source)s
        LEFT JOIN LATERAL (
            %(due_after)s
        ) due ON TRUE
        LEFT JOIN LATERAL (
            %(due_before)s
        ) before ON TRUE
        WHERE running.kind = %(kind)s
    ) %(kind_name)s""",
        columns=EVENT_COLUMNS,
        in_order=IN_ORDER,
        digits=scope.digits,
        source=source,
        due_after=due(SQL("measure_after"), SQL("TRUE")),
        due_before=due(SQL("(measure_after - running.measure)"), SQL("terms_change")),
        kind=kind,
        kind_name=SQL.identifier(kind),
    )


def _tiers(base: SQL, condition: SQL) -> SQL:
    """What a base earns by the tiers; below zero the lowest one counts."""
    return SQL(
        """SELECT rate, CASE WHEN term.tier_mode = 'whole' THEN %(base)s * rate ELSE marginal END AS amount
            FROM (
                SELECT
                    SUM((LEAST(%(base)s, amount_to) - amount_from) * rate) AS marginal,
                    MAX(rate) FILTER (WHERE amount_to IS NULL OR %(base)s < amount_to) AS rate
                FROM (
                    SELECT COALESCE(amount_from, 0) AS amount_from, NULLIF(amount_to, 0) AS amount_to, rate
                    FROM sales_commission_tier
                    WHERE rule_id = running.rule_id AND %(condition)s
                ) tier
                WHERE amount_from = 0 OR %(base)s >= amount_from
            ) reached""",
        base=base,
        condition=condition,
    )


# What the person is to reach in the period; nothing is paid without a target.
TARGET = SQL("""LEFT JOIN presence ON presence.rule_id = running.rule_id
            AND presence.partner_id = running.partner_id AND presence.period_start = running.period_start
        LEFT JOIN sales_commission_target target ON target.user_id = running.user_id
            AND target.metric_id = term.metric_id AND target.period_start = running.period_start""")


def _levels(base: SQL, condition: SQL) -> SQL:
    """What a base pays as an attainment of the target: the payout of the level reached, and of the way to the next."""
    return SQL(
        """SELECT
                reached.attainment AS rate,
                lower.payout + COALESCE(
                    (upper.payout - lower.payout) * (reached.attainment - lower.attainment)
                        / (upper.attainment - lower.attainment),
                    0
                ) AS amount
            FROM (SELECT %(base)s / NULLIF(target.amount * presence.part, 0) AS attainment WHERE %(condition)s) reached
            LEFT JOIN LATERAL (
                SELECT attainment, payout FROM sales_commission_tier
                WHERE rule_id = running.rule_id AND attainment <= reached.attainment
                ORDER BY attainment DESC LIMIT 1
            ) lower ON TRUE
            LEFT JOIN LATERAL (
                SELECT attainment, payout FROM sales_commission_tier
                WHERE rule_id = running.rule_id AND attainment > reached.attainment
                    AND term.attainment_mode = 'linear'
                ORDER BY attainment LIMIT 1
            ) upper ON TRUE""",
        base=base,
        condition=condition,
    )
