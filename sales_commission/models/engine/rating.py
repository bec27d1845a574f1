"""What a claim earns, and when.

earned  -> the commission of each claim on a document, shared to the cent among those who claim on its deal
counting -> what of the payments of an invoice counts, where that is not each payment as it arrives
event   -> when how much of a claim is released: with the document, or with each of its payments
running -> how far the base of the period has run up, in the order of (day, document, payment)
rated   -> the commission of each event before the limits of the period
"""

from odoo.tools import SQL

from .scope import BASE_DIGITS, Scope

IN_ORDER = SQL("(PARTITION BY rule_id, partner_id, period_start ORDER BY day, res_id, partial_id, user_id)")

EVENT_COLUMNS = SQL(
    "rule_id, version_id, role, partner_id, user_id, res_model, res_id, partial_id, day, share, price,"
    " period_start, measure_before, measure, base, earned, deal_id, sale_day, last_day"
)


def rating(scope: Scope) -> SQL:
    return SQL(
        "%s,\n%s,\n%s,\n%s",
        _earned(scope),
        _events(scope),
        _presence(scope),
        _rated(scope),
    )


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


def _events(scope: Scope) -> SQL:
    """``event``: the releases of the span, with what of the document's total was released before and after each.

    What a deal has released is rounded for each person as it runs up over the payments of all its documents. An amount
    is multiplied before it is divided, so that no digit of a half cent is lost.
    """
    leaving = SQL() if scope.plan.pay_after_leaving else SQL("AND cash.day <= last_day")
    otherwise = set(scope.rules.mapped("earned_on")) - {"cash"}
    return SQL(
        """claimed AS (
    SELECT
        rule_id, version_id, role, partner_id, user_id, res_model, res_id, deal_id, day, sale_day, last_day,
        base, measure, share, price, earned
    FROM earned
    WHERE claims OR earned <> 0
    UNION ALL
    SELECT
        rule_id, claim.version_id, claim.role, partner_id, user_id, res_model, res_id, deal_id, day, sale_day,
        last_day, base, measure, 1, price, 0
    FROM claim
    JOIN term USING (rule_id)
    WHERE NOT by_document
),
%(counting)ssettled AS (
    -- Nothing is left to pay of these documents.
    SELECT res_id, after FROM sales_commission_cash WHERE partial_id = 0
),
released AS (
    SELECT claimed.*, 0 AS partial_id, day AS released_on, 0.0 AS before,
        COALESCE(settled.after, term.invoiced_share) AS after, 1.0 AS total
    FROM claimed
    JOIN term USING (rule_id)
    LEFT JOIN settled ON term.on_cash AND term.earned_on = 'cash' AND settled.res_id = claimed.res_id
    WHERE term.invoiced_share > 0 OR settled.after > 0
    UNION ALL
    SELECT
        claimed.*, cash.partial_id, cash.day,
        term.invoiced_share * total + (1 - term.invoiced_share) * cash.before,
        term.invoiced_share * total + (1 - term.invoiced_share) * cash.after,
        total
    FROM claimed
    JOIN term ON term.rule_id = claimed.rule_id AND term.on_cash AND term.earned_on = 'cash'
    JOIN sales_commission_cash cash ON cash.res_id = claimed.res_id AND cash.partial_id <> 0
    WHERE TRUE %(leaving)s
    %(otherwise)s
),
release AS (
    SELECT
        released.*,
        ROUND(ROUND(SUM((earned * after - earned * before) / total) OVER in_order, %(base_digits)s), %(digits)s)
            AS released_after
    FROM released
    WINDOW in_order AS (
        PARTITION BY rule_id, partner_id, user_id, res_model, deal_id ORDER BY released_on, res_id, partial_id
    )
),
event AS MATERIALIZED (
    SELECT * FROM (
        SELECT
            rule_id, version_id, role, partner_id, user_id, res_model, res_id, partial_id, released_on AS day,
            deal_id, sale_day, last_day, share, price,
            %(period_start)s AS period_start,
            ROUND(measure * before / total, %(base_digits)s) AS measure_before,
            ROUND(measure * after / total, %(base_digits)s) - ROUND(measure * before / total, %(base_digits)s)
                AS measure,
            ROUND(base * after / total, %(base_digits)s) - ROUND(base * before / total, %(base_digits)s) AS base,
            released_after - LAG(released_after, 1, 0) OVER (
                PARTITION BY rule_id, partner_id, user_id, res_model, deal_id ORDER BY released_on, res_id, partial_id
            ) AS earned
        FROM release
    ) event
    WHERE %(day)s
)""",
        day=scope.within(SQL("day")),
        leaving=leaving,
        counting=SQL("%s,\n", _counting()) if otherwise else SQL(),
        otherwise=_released_otherwise(leaving) if otherwise else SQL(),
        period_start=scope.period_start(SQL("released_on")),
        base_digits=BASE_DIGITS,
        digits=scope.digits,
    )


def _counting() -> SQL:
    """``counting``: what of an invoice's total counted before and after each payment, if not each as it arrives.

    ``counting_part`` is how much that is of what was paid: a credit note takes back this part.
    """
    return SQL("""counting AS MATERIALIZED (
    (
        SELECT DISTINCT ON (rule_id, res_id) rule_id, res_id, partial_id, cash.day, 0.0 AS before, after, total
        FROM sales_commission_cash cash
        JOIN term ON term.on_cash AND term.earned_on = 'paid_in_full'
        WHERE settled AND NOT takes_back
        ORDER BY rule_id, res_id, cash.day DESC, partial_id DESC
    )
    UNION ALL
    SELECT
        rule_id, res_id, partial_id, day, SUM(counts) OVER in_order - counts, SUM(counts) OVER in_order, total
    FROM (
        SELECT term.rule_id, cash.*, (after - before) * COALESCE(step.share, 0)::numeric AS counts
        FROM sales_commission_cash cash
        JOIN term ON term.on_cash AND term.earned_on = 'days_to_pay'
        LEFT JOIN LATERAL (
            SELECT share FROM sales_commission_payment_step
            WHERE rule_id = term.rule_id AND days >= cash.days
            ORDER BY days LIMIT 1
        ) step ON TRUE
        WHERE NOT takes_back
    ) payment
    WINDOW in_order AS (PARTITION BY rule_id, res_id ORDER BY day, partial_id)
),
counting_part AS (
    -- Nothing can be taken back before an invoice that earns when it is paid in full has earned.
    SELECT
        rule_id, res_id AS deal_id, MAX(counting.after) / MAX(cash.paid) AS part,
        MAX(day) FILTER (WHERE earned_on = 'paid_in_full') AS earliest
    FROM counting
    JOIN (SELECT rule_id, earned_on FROM term) term USING (rule_id)
    JOIN (SELECT res_id, MAX(after) AS paid FROM sales_commission_cash GROUP BY res_id) cash USING (res_id)
    WHERE cash.paid > 0
    GROUP BY rule_id, res_id
)""")


def _released_otherwise(leaving: SQL) -> SQL:
    """The releases of rules that don't pay as cash arrives; a credit note of no invoice is paid as cash."""
    return SQL(
        """UNION ALL
    SELECT claimed.*, cash.partial_id, cash.day, cash.before, cash.after, total
    FROM claimed
    JOIN counting cash ON cash.rule_id = claimed.rule_id AND cash.res_id = claimed.res_id
    WHERE TRUE %(leaving)s
    UNION ALL
    SELECT
        claimed.*, cash.partial_id, cash.day, cash.before * cash.part, cash.after * cash.part, total
    FROM claimed
    JOIN term ON term.rule_id = claimed.rule_id AND term.on_cash AND term.earned_on <> 'cash'
    LEFT JOIN counting_part ON counting_part.rule_id = claimed.rule_id AND counting_part.deal_id = claimed.deal_id
    CROSS JOIN LATERAL (
        SELECT
            partial_id, GREATEST(day, counting_part.earliest) AS day, before, after, total,
            CASE WHEN claimed.deal_id = claimed.res_id THEN 1 ELSE counting_part.part END AS part
        FROM sales_commission_cash
        WHERE res_id = claimed.res_id AND takes_back
    ) cash
    WHERE cash.part > 0 %(leaving)s""",
        leaving=leaving,
    )


def _presence(scope: Scope) -> SQL:
    """``presence``: the part of a period during which somebody is assigned, in calendar days.

    From the period of the earliest sale on: its limits hold for what is taken back of it.
    """
    return SQL(
        """calendar AS (
    SELECT day::date AS day, %(period_start)s AS period_start
    FROM GENERATE_SERIES(
        LEAST(%(first)s::date, (SELECT MIN(%(sale_start)s) FROM event)), %(last)s::date, INTERVAL '1 day'
    ) day
),
presence AS MATERIALIZED (
    SELECT rule_id, partner_id, MAX(user_id) AS user_id, period_start, COUNT(DISTINCT day)::numeric / days AS part
    FROM (
        SELECT period_start, day, COUNT(*) OVER (PARTITION BY period_start) AS days FROM calendar
    ) calendar
    JOIN payee ON day BETWEEN payee.date_from AND payee.date_to
    JOIN term ON term.role = payee.role AND term.override_level = payee.level
    WHERE threshold > 0 OR period_floor > 0 OR period_cap > 0 OR kind = 'attainment'
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
        parts.append(_by_period(scope, SQL("tier.rate"), TIERS, "tiers"))
    if "attainment" in scope.kinds:
        parts.append(_by_period(scope, SQL("reached.attainment"), _levels(scope), "attainment"))
    return SQL(
        """running AS (
    SELECT event.*, SUM(event.measure) OVER %(in_order)s AS measure_after
    FROM event
    JOIN term USING (rule_id)
    WHERE NOT by_document
),
rated AS MATERIALIZED (
    %(parts)s
)""",
        in_order=IN_ORDER,
        parts=SQL("\n    UNION ALL\n    ").join(parts),
    )


def _by_period(scope: Scope, rate: SQL, lateral: SQL, kind: str) -> SQL:
    return SQL(
        """SELECT
        %(columns)s, base_before, rate, due_after - LAG(due_after, 1, 0) OVER %(in_order)s
    FROM (
        SELECT
            running.*, measure_after - running.measure AS base_before, %(rate)s AS rate,
            COALESCE(ROUND(due.amount, %(digits)s), 0) AS due_after
        FROM running
        JOIN term ON term.rule_id = running.rule_id AND term.kind = %(kind)s
        %(lateral)s
    ) %(kind_name)s""",
        columns=EVENT_COLUMNS,
        in_order=IN_ORDER,
        rate=rate,
        digits=scope.digits,
        kind=kind,
        kind_name=SQL.identifier(kind),
        lateral=lateral,
    )


# Below zero the lowest tier counts.
TIERS = SQL("""CROSS JOIN LATERAL (
            SELECT
                SUM((LEAST(measure_after, amount_to) - amount_from) * tier.rate) AS marginal,
                MAX(tier.rate) FILTER (WHERE amount_to IS NULL OR measure_after < amount_to) AS rate
            FROM (
                SELECT COALESCE(amount_from, 0) AS amount_from, NULLIF(amount_to, 0) AS amount_to, rate
                FROM sales_commission_tier
                WHERE rule_id = running.rule_id
            ) tier
            WHERE amount_from = 0 OR measure_after >= amount_from
        ) tier
        CROSS JOIN LATERAL (
            SELECT CASE WHEN tier_mode = 'whole' THEN measure_after * tier.rate ELSE tier.marginal END AS amount
        ) due""")


def _levels(scope: Scope) -> SQL:
    """What the attainment of the person's target pays; nothing without a target."""
    return SQL(
        """LEFT JOIN LATERAL (
            SELECT SUM(target.amount) * MIN(presence.part) AS amount
            FROM sales_target target
            JOIN presence ON presence.rule_id = running.rule_id AND presence.partner_id = running.partner_id
                AND presence.period_start = running.period_start
            WHERE target.user_id = running.user_id AND target.scope = 'person' AND target.metric_id = term.metric_id
                AND target.company_id = %(company_id)s AND target.state IN ('approved', 'running', 'closed')
                AND num_nonnulls(target.categ_id, target.segment_id, target.country_id, target.source_id) = 0
                AND target.date_from = running.period_start
                AND target.date_to = (running.period_start + %(step)s)::date - 1
        ) target ON TRUE
        LEFT JOIN LATERAL (SELECT measure_after / NULLIF(target.amount, 0) AS attainment) reached ON TRUE
        LEFT JOIN LATERAL (
            SELECT attainment, payout FROM sales_commission_tier
            WHERE rule_id = running.rule_id AND attainment <= reached.attainment
            ORDER BY attainment DESC LIMIT 1
        ) lower ON TRUE
        LEFT JOIN LATERAL (
            SELECT attainment, payout FROM sales_commission_tier
            WHERE rule_id = running.rule_id AND attainment > reached.attainment AND attainment_mode = 'linear'
            ORDER BY attainment LIMIT 1
        ) upper ON TRUE
        CROSS JOIN LATERAL (
            SELECT lower.payout + COALESCE(
                (upper.payout - lower.payout) * (reached.attainment - lower.attainment)
                    / (upper.attainment - lower.attainment),
                0
            ) AS amount
        ) due""",
        company_id=scope.company.id,
        step=scope.step,
    )
