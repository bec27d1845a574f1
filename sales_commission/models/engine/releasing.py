"""When a claim earns: with its document, or with the payments of it.

counting -> what of the payments of an invoice counts, where that is not each payment as it arrives
event    -> when how much of a claim is released, and in which period that counts
"""

from odoo.tools import SQL

from .scope import BASE_DIGITS, Scope

CREDIT_NOTES_WITH_SALES = SQL("WHEN partial_id = 0 AND res_id <> deal_id THEN sale_day")


def releasing(scope: Scope) -> SQL:
    """``event``: the releases of the span, with what of the document's total was released before and after each.

    What a deal has released is rounded for each person as it runs up over the payments of all its documents. An amount
    is multiplied before it is divided, so that no digit of a half cent is lost.

    What counts in another period than that of its day does so in the period of the sale, after all else there: cash
    that arrives after leaving, where the period decides what is paid, and credit notes if the plan says so.
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
    SELECT res_model, res_id, after FROM sales_commission_cash WHERE partial_id = 0
),
released AS (
    SELECT claimed.*, 0 AS partial_id, day AS released_on, 0.0 AS before,
        COALESCE(settled.after, term.invoiced_share) AS after, 1.0 AS total
    FROM claimed
    JOIN term USING (rule_id)
    LEFT JOIN settled ON term.on_cash AND term.earned_on = 'cash'
        AND settled.res_model = claimed.res_model AND settled.res_id = claimed.res_id
    WHERE term.invoiced_share > 0 OR settled.after > 0
    UNION ALL
    SELECT
        claimed.*, cash.partial_id, cash.day,
        term.invoiced_share * total + (1 - term.invoiced_share) * cash.before,
        term.invoiced_share * total + (1 - term.invoiced_share) * cash.after,
        total
    FROM claimed
    JOIN term ON term.rule_id = claimed.rule_id AND term.on_cash AND term.earned_on = 'cash'
    JOIN sales_commission_cash cash
        ON cash.res_model = claimed.res_model AND cash.res_id = claimed.res_id AND cash.partial_id <> 0
    WHERE TRUE %(leaving)s
    %(otherwise)s
),
release AS (
    SELECT
        released.*,
        CASE
            WHEN partial_id <> 0 AND released_on > last_day AND by_period THEN sale_day
            %(credit_notes)s
            ELSE released_on
        END AS counted_on,
        ROUND(ROUND(SUM((earned * after - earned * before) / total) OVER in_order, %(base_digits)s), %(digits)s)
            AS released_after
    FROM released
    JOIN (SELECT rule_id, by_period FROM term) term USING (rule_id)
    WINDOW in_order AS (
        PARTITION BY rule_id, partner_id, user_id, res_model, deal_id ORDER BY released_on, res_id, partial_id
    )
),
event AS MATERIALIZED (
    SELECT * FROM (
        SELECT
            rule_id, version_id, role, partner_id, user_id, res_model, res_id, partial_id, released_on AS day,
            deal_id, sale_day, last_day, share, price, counted_on,
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
    WHERE %(in_span)s
)""",
        in_span=scope.within(SQL("counted_on")),
        credit_notes=CREDIT_NOTES_WITH_SALES if scope.plan.credit_notes_count == "sale" else SQL(),
        leaving=leaving,
        counting=SQL("%s,\n", _counting()) if otherwise else SQL(),
        otherwise=_released_otherwise(leaving) if otherwise else SQL(),
        period_start=scope.period_start(SQL("counted_on")),
        base_digits=BASE_DIGITS,
        digits=scope.digits,
    )


def _counting() -> SQL:
    """``counting``: what of an invoice's total counted before and after each payment, if not each as it arrives.

    ``counting_part`` is how much that is of what was paid: a credit note takes back this part.
    """
    return SQL("""counting AS MATERIALIZED (
    (
        SELECT DISTINCT ON (rule_id, res_model, res_id)
            rule_id, res_model, res_id, partial_id, cash.day, 0.0 AS before, after, total
        FROM sales_commission_cash cash
        JOIN term ON term.on_cash AND term.earned_on = 'paid_in_full'
        WHERE settled AND NOT takes_back
        ORDER BY rule_id, res_model, res_id, cash.day DESC, partial_id DESC
    )
    UNION ALL
    SELECT
        rule_id, res_model, res_id, partial_id, day, SUM(counts) OVER in_order - counts, SUM(counts) OVER in_order,
        total
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
    WINDOW in_order AS (PARTITION BY rule_id, res_model, res_id ORDER BY day, partial_id)
),
counting_part AS (
    -- Nothing can be taken back before an invoice that earns when it is paid in full has earned.
    SELECT
        rule_id, res_model, res_id AS deal_id, MAX(counting.after) / MAX(cash.paid) AS part,
        MAX(day) FILTER (WHERE earned_on = 'paid_in_full') AS earliest
    FROM counting
    JOIN (SELECT rule_id, earned_on FROM term) term USING (rule_id)
    JOIN (
        SELECT res_model, res_id, MAX(after) AS paid FROM sales_commission_cash GROUP BY res_model, res_id
    ) cash USING (res_model, res_id)
    WHERE cash.paid > 0
    GROUP BY rule_id, res_model, res_id
)""")


def _released_otherwise(leaving: SQL) -> SQL:
    """The releases of rules that don't pay as cash arrives; a credit note of no invoice is paid as cash."""
    return SQL(
        """UNION ALL
    SELECT claimed.*, cash.partial_id, cash.day, cash.before, cash.after, total
    FROM claimed
    JOIN counting cash
        ON cash.rule_id = claimed.rule_id AND cash.res_model = claimed.res_model AND cash.res_id = claimed.res_id
    WHERE TRUE %(leaving)s
    UNION ALL
    SELECT
        claimed.*, cash.partial_id, cash.day, cash.before * cash.part, cash.after * cash.part, total
    FROM claimed
    JOIN term ON term.rule_id = claimed.rule_id AND term.on_cash AND term.earned_on <> 'cash'
    LEFT JOIN counting_part ON counting_part.rule_id = claimed.rule_id
        AND counting_part.res_model = claimed.res_model AND counting_part.deal_id = claimed.deal_id
    CROSS JOIN LATERAL (
        SELECT
            partial_id, GREATEST(day, counting_part.earliest) AS day, before, after, total,
            CASE WHEN claimed.deal_id = claimed.res_id THEN 1 ELSE counting_part.part END AS part
        FROM sales_commission_cash
        WHERE res_model = claimed.res_model AND res_id = claimed.res_id AND takes_back
    ) cash
    WHERE cash.part > 0 %(leaving)s""",
        leaving=leaving,
    )
