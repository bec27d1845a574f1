"""From what is due to the ledger.

posted -> difference -> open_period -> opened and kept statements -> inserted entries
"""

from odoo.tools import SQL

from odoo.addons.sales_tracking.tools import tills

from .limits import LIMITS_START
from .scope import Scope

KEY = SQL("version_id, rule_id, partner_id, user_id, role, res_model, res_id, partial_id, limits_start, capped")
WRITTEN_BY = SQL("create_uid, create_date, write_uid, write_date")


def posting(scope: Scope, open_start) -> SQL:
    """``inserted``: the new entries, in the period's statements or, where these are locked, in the open ones.

    The statement of an entry is known when the entry is written, so that no entry is ever updated. The key of the
    ledger stops a second run on the same snapshot: PostgreSQL reports a serialization failure and Odoo tries again.
    Writing to the statements makes a confirmation that has not seen the new entries start anew: a mere lock would let
    it go on without them.

    :param open_start: first day of the period that takes what a locked statement can't
    """
    plan = scope.plan
    return SQL(
        """posted AS (
    SELECT
        version_id, rule_id, partner_id, COALESCE(user_id, 0) AS user_id, role, res_model, res_id, partial_id,
        %(limits_start)s AS limits_start, kind = 'capped' AS capped,
        SUM(base_amount) AS base, SUM(quantity) AS quantity, SUM(amount) AS amount,
        SUM(capped_amount) AS capped_amount, MAX(sequence) AS sequence, MAX(document_date) AS day
    FROM sales_commission_entry
    WHERE plan_id = %(plan_id)s AND origin_period_start = %(period_start)s AND rule_id IS NOT NULL
        AND res_model <> ALL(%(missing)s)
    GROUP BY
        version_id, rule_id, partner_id, COALESCE(user_id, 0), role, res_model, res_id, partial_id, %(limits_start)s,
        kind = 'capped'
),
difference AS (
    SELECT
        %(key)s,
        COALESCE(due.day, posted.day) AS day,
        COALESCE(due.share, 1) AS share,
        COALESCE(due.due_base, 0) AS due_base,
        COALESCE(due.amount, 0) AS due_amount,
        COALESCE(due.rated_amount, 0) AS rated_amount,
        COALESCE(due.base_before, 0) AS base_before,
        COALESCE(due.rate, 0) AS rate,
        COALESCE(due.base, 0) - COALESCE(posted.base, 0) AS base_amount,
        CASE WHEN term.counts THEN COALESCE(due.measure, 0) ELSE 0 END
            - COALESCE(posted.quantity, 0)::numeric AS quantity,
        COALESCE(due.amount, 0) - COALESCE(posted.amount, 0) AS amount,
        COALESCE(due.capped_amount, 0) - COALESCE(posted.capped_amount, 0) AS capped_amount,
        COALESCE(posted.sequence, 0) + 1 AS sequence,
        CASE
            WHEN capped THEN 'capped'
            WHEN res_model = 'sales.commission.plan' THEN 'bonus'
            WHEN COALESCE(due.due_base, posted.base) < 0 THEN 'clawback'
            WHEN role = 'override' THEN 'override'
            ELSE 'earned'
        END AS kind
    FROM (
        SELECT %(due)s, 0::numeric AS capped_amount FROM due WHERE NOT capped
        UNION ALL
        SELECT %(due)s, capped_amount FROM due WHERE capped
    ) due
    FULL JOIN posted USING (%(key)s)
    LEFT JOIN (SELECT rule_id, counts FROM term) term USING (rule_id)
    WHERE COALESCE(due.amount, 0) <> COALESCE(posted.amount, 0)
        OR COALESCE(due.capped_amount, 0) <> COALESCE(posted.capped_amount, 0)
),
open_period AS (
    SELECT payee.partner_id, MIN(candidate.period_start) AS period_start
    FROM (SELECT DISTINCT partner_id FROM difference) payee
    CROSS JOIN (
        SELECT %(period_start)s::date AS period_start
        UNION
        SELECT generate_series(%(open_start)s::date, latest + %(step)s, %(step)s)::date
        FROM (
            SELECT GREATEST(MAX(period_start), %(open_start)s::date) AS latest
            FROM sales_commission_statement
            WHERE plan_id = %(plan_id)s
        ) stated
    ) candidate
    WHERE NOT EXISTS (
        SELECT FROM sales_commission_statement locked
        WHERE locked.plan_id = %(plan_id)s AND locked.partner_id = payee.partner_id
            AND locked.period_start = candidate.period_start AND locked.state != 'draft'
    )
    GROUP BY payee.partner_id
),
opened AS (
    INSERT INTO sales_commission_statement (
        plan_id, company_id, currency_id, user_id, partner_id, period_start, period_end, state, %(written_by)s
    )
    SELECT
        %(plan_id)s, %(company_id)s, %(currency_id)s, payee.user_id, partner_id, period_start,
        (period_start + %(step)s)::date - 1, 'draft', %(written)s
    FROM open_period
    JOIN (
        SELECT partner_id, NULLIF(MAX(user_id), 0) AS user_id FROM difference GROUP BY partner_id
    ) payee USING (partner_id)
    ON CONFLICT (plan_id, partner_id, period_start) DO NOTHING
    RETURNING id, partner_id, period_start
),
kept AS (
    UPDATE sales_commission_statement statement SET write_date = NOW() AT TIME ZONE 'UTC'
    FROM open_period
    WHERE statement.plan_id = %(plan_id)s AND statement.partner_id = open_period.partner_id
        AND statement.period_start = open_period.period_start
    RETURNING statement.id, statement.partner_id, statement.period_start
),
inserted AS (
    INSERT INTO sales_commission_entry (
        plan_id, version_id, rule_id, statement_id, company_id, currency_id, user_id, partner_id, role, kind,
        res_model, res_id, partial_id, sequence, document_date, date, period_start, origin_period_start,
        limits_period_start, base_before, due_base, due_amount, rated_amount, share, base_amount, quantity, rate,
        amount, capped_amount,
        %(written_by)s
    )
    SELECT
        %(plan_id)s, version_id, rule_id, statement.id, %(company_id)s, %(currency_id)s, NULLIF(user_id, 0),
        partner_id, role, kind, res_model, res_id, partial_id, sequence, day,
        CASE
            WHEN statement.period_start = %(period_start)s
                THEN LEAST(day, (statement.period_start + %(step)s)::date - 1)
            ELSE GREATEST(statement.period_start, %(today)s::date)
        END,
        statement.period_start, %(period_start)s, NULLIF(limits_start, %(period_start)s::date),
        base_before, due_base, due_amount, rated_amount, share, base_amount, quantity, rate, amount, capped_amount,
        %(written)s
    FROM difference
    JOIN (SELECT * FROM opened UNION ALL SELECT * FROM kept) statement USING (partner_id)
    ORDER BY day, res_id, partial_id, capped, partner_id
    ON CONFLICT DO NOTHING
    RETURNING res_model, res_id, amount
)""",
        key=KEY,
        limits_start=LIMITS_START,
        due=SQL(
            "version_id, rule_id, partner_id, user_id, role, res_model, res_id, partial_id, limits_start, capped, day,"
            " share, due_base, amount, rated_amount, base_before, rate, base, measure"
        ),
        # What was paid on documents of an application that was removed stays as it is.
        missing=[model for model in tills.SOURCES if model not in plan.env],
        plan_id=plan.id,
        company_id=scope.company.id,
        currency_id=plan.currency_id.id,
        period_start=scope.first,
        open_start=open_start,
        step=scope.step,
        today=scope.today,
        written_by=WRITTEN_BY,
        written=SQL("%(uid)s, NOW() AT TIME ZONE 'UTC', %(uid)s, NOW() AT TIME ZONE 'UTC'", uid=plan.env.uid),
    )
