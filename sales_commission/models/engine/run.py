"""The commission run: one statement that brings the ledger of a plan's period up to date.

The facts are read once; each rule's filter is a condition over them. From the facts to the ledger:

    fact -> paying (a fact under the rules that pay it) -> event (base per document and payment)
         -> due (what each event earns) -> difference (due less what the ledger holds) -> the ledger
"""

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from odoo.addons.sales_tracking.models.analytics.period import MONTHS_PER_PERIOD

KEY_COLUMNS = ("basis", "day", "user_id", "res_model", "res_id", "partial_id")
# What a plan without any rule would have looked at.
DEFAULT_BASES = ("invoiced",)
# Room for the remainders of divided amounts (a payment's share of an invoice) below any currency's last digit.
BASE_DIGITS = 8
NO_MATCH = SQL(
    "SELECT 0 AS rule_id, fact_id, day, user_id, res_model, res_id, 0 AS partial_id, 0::numeric AS base "
    "FROM fact WHERE FALSE"
)


def run_statement(plan, period_start, period_end, open_start, today) -> SQL:
    """The statement; its rows are (reason, count, amount).

    One row without a reason has the number of new entries and their sum; the others the number of documents that
    earned nothing new, by reason.

    :param open_start: first day of the period that takes what a locked statement can't
    :param today: the date of entries that come late
    """
    rules = plan.version_ids.rule_ids.filtered(
        lambda rule: (
            rule.version_id.state == "approved"
            and rule.version_id.date_from <= period_end
            and (rule.version_id.date_to or period_end) >= period_start
        )
    )
    return SQL(
        """
WITH %(facts)s,
%(matching)s,
%(rating)s,
%(posting)s
SELECT NULL AS reason, COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount FROM inserted
UNION ALL
SELECT 'up_to_date', COUNT(*), 0
FROM (
    SELECT res_model, res_id FROM paying WHERE day >= %(period_start)s
    EXCEPT
    SELECT res_model, res_id FROM inserted
) nothing_new
HAVING COUNT(*) > 0
UNION ALL
SELECT reason, COUNT(DISTINCT (res_model, res_id)), 0
FROM (
    SELECT
        res_model,
        res_id,
        CASE
            WHEN user_id IS NULL THEN 'no_salesperson'
            WHEN NOT EXISTS (
                SELECT FROM sales_commission_version version
                WHERE version.plan_id = %(plan_id)s AND version.state = 'approved'
                    AND day BETWEEN version.date_from AND COALESCE(version.date_to, 'infinity')
            ) THEN 'no_version'
            WHEN NOT EXISTS (
                SELECT FROM sales_commission_assignment assignment
                WHERE assignment.plan_id = %(plan_id)s AND assignment.user_id = unpaid.user_id
                    AND day BETWEEN assignment.date_from AND COALESCE(assignment.date_to, 'infinity')
            ) THEN 'no_assignment'
            ELSE 'no_rule'
        END AS reason
    FROM (
        SELECT fact_id, day, user_id, res_model, res_id FROM fact WHERE day >= %(period_start)s
        EXCEPT
        SELECT fact_id, day, user_id, res_model, res_id FROM paying
    ) unpaid
) left_out
GROUP BY reason
""",
        facts=_facts(plan, rules, period_start, period_end),
        matching=_matching(plan, rules),
        rating=_rating(plan, period_start),
        posting=_posting(plan, period_start, open_start, today),
        plan_id=plan.id,
        period_start=period_start,
    )


def _facts(plan, rules, period_start, period_end) -> SQL:
    """``fact``: the period's facts of the bases that the plan pays on, and the earlier payments of what was paid.

    Cash is released over all payments of a document, so that its parts sum to the commission of the whole;
    therefore the earlier payments.
    """
    achievement = plan.env["sales.achievement"]
    bases = {rule.metric_id.basis for rule in rules or plan.version_ids.rule_ids} or set(DEFAULT_BASES)
    columns = {*KEY_COLUMNS, *(rule.metric_id.measure for rule in rules)}
    for rule in rules:
        columns |= {condition.field_expr.split(".")[0] for condition in rule.metric_id._fact_domain().iter_conditions()}
    select = [SQL.identifier(achievement._table, column) for column in sorted(columns)]

    company = Domain("company_id", "=", plan.company_id.id)
    period = Domain("day", ">=", period_start) & Domain("day", "<=", period_end)
    in_period = achievement._search(company & period & Domain("basis", "in", sorted(bases))).select(*select)
    if "collected" not in bases:
        source = SQL("SELECT * FROM period_fact")
    else:
        before = Domain("basis", "=", "collected") & Domain("day", "<", period_start)
        earlier = achievement._search(company & before)
        earlier.add_where(
            SQL(
                "%s = ANY(ARRAY(SELECT res_id FROM period_fact WHERE basis = 'collected'))",
                SQL.identifier(achievement._table, "res_id"),
            )
        )
        source = SQL("SELECT * FROM period_fact UNION ALL %s", earlier.select(*select))
    return SQL(
        """period_fact AS MATERIALIZED (%s),
fact AS MATERIALIZED (SELECT ROW_NUMBER() OVER () AS fact_id, source.* FROM (%s) source)""",
        in_period,
        source,
    )


def _matching(plan, rules) -> SQL:
    """``paying``: each fact with the rules that pay it: the first exclusive one, and all stacking ones."""
    matches = [_match(rule) for rule in rules] or [NO_MATCH]
    return SQL(
        """term AS (
    SELECT
        rule.id AS rule_id, rule.version_id, rule.sequence, rule.application, rule.kind, rule.rate, rule.tier_mode,
        assignment.user_id, assignment.role,
        GREATEST(version.date_from, assignment.date_from) AS date_from,
        LEAST(COALESCE(version.date_to, 'infinity'), COALESCE(assignment.date_to, 'infinity')) AS date_to
    FROM sales_commission_rule rule
    JOIN sales_commission_version version ON version.id = rule.version_id AND version.state = 'approved'
    JOIN sales_commission_assignment assignment
        ON assignment.plan_id = version.plan_id AND assignment.role = rule.role
    WHERE version.plan_id = %(plan_id)s
),
match AS (
    %(matches)s
),
ranked AS (
    SELECT
        match.*, term.version_id, term.application, term.kind, term.rate, term.tier_mode, term.role,
        ROW_NUMBER() OVER (PARTITION BY fact_id, application ORDER BY term.sequence, rule_id) AS rank
    FROM match
    JOIN term USING (rule_id, user_id)
    WHERE match.day BETWEEN term.date_from AND term.date_to
),
paying AS (SELECT * FROM ranked WHERE application = 'stacking' OR rank = 1)""",
        plan_id=plan.id,
        matches=SQL("\n    UNION ALL ").join(matches),
    )


def _match(rule) -> SQL:
    """The facts that match the rule's metric, with the measure that is its base."""
    achievement = rule.env["sales.achievement"]
    query = Query(rule.env, achievement._table, SQL.identifier("fact"))
    domain = rule.metric_id._fact_domain().optimize_full(achievement)
    query.add_where(domain._to_sql(achievement, achievement._table, query))
    return query.select(
        SQL("%s AS rule_id", rule.id),
        *(
            SQL.identifier(achievement._table, column)
            for column in ("fact_id", "day", "user_id", "res_model", "res_id")
        ),
        SQL("COALESCE(%s, 0) AS partial_id", SQL.identifier(achievement._table, "partial_id")),
        SQL("COALESCE(%s, 0)::numeric AS base", SQL.identifier(achievement._table, rule.metric_id.measure)),
    )


def _rating(plan, period_start) -> SQL:
    """``due``: what each document (and payment, for cash) of the period earns.

    The base runs up in the order of (day, document): over the period for tiers, over the document for a
    percentage. An event earns the rounded difference that it makes.
    """
    return SQL(
        """event AS (
    SELECT
        version_id, rule_id, user_id, role, kind, rate, tier_mode, res_model, res_id, partial_id,
        MIN(day) AS day, ROUND(SUM(base), %(base_digits)s) AS base
    FROM paying
    WHERE kind = 'percent' OR day >= %(period_start)s
    GROUP BY version_id, rule_id, user_id, role, kind, rate, tier_mode, res_model, res_id, partial_id
),
running AS (
    SELECT *, SUM(base) OVER (in_order ROWS UNBOUNDED PRECEDING) AS base_after
    FROM event
    WINDOW in_order AS (
        PARTITION BY rule_id, user_id, CASE WHEN kind = 'percent' THEN res_id END ORDER BY day, res_id, partial_id
    )
),
rated AS (
    SELECT
        running.*,
        COALESCE(tiers.rate, running.rate) AS applied_rate,
        ROUND(
            CASE
                WHEN kind = 'percent' THEN base_after * running.rate
                WHEN tier_mode = 'whole' THEN base_after * tiers.rate
                ELSE tiers.marginal
            END,
            %(digits)s
        ) AS due_after
    FROM running
    LEFT JOIN LATERAL (
        SELECT
            SUM((LEAST(base_after, COALESCE(NULLIF(amount_to, 0), base_after)) - amount_from) * tier.rate) AS marginal,
            MAX(tier.rate) FILTER (WHERE amount_to = 0 OR base_after < amount_to) AS rate
        FROM sales_commission_tier tier
        WHERE tier.rule_id = running.rule_id AND running.kind = 'tiers'
            AND (amount_from = 0 OR base_after >= amount_from)
    ) tiers ON TRUE
),
due AS (
    SELECT * FROM (
        SELECT *, base_after - base AS base_before, due_after - LAG(due_after, 1, 0) OVER in_order AS amount
        FROM rated
        WINDOW in_order AS (
            PARTITION BY rule_id, user_id, CASE WHEN kind = 'percent' THEN res_id END ORDER BY day, res_id, partial_id
        )
    ) all_due
    WHERE day >= %(period_start)s
)""",
        base_digits=BASE_DIGITS,
        period_start=period_start,
        digits=plan.currency_id.decimal_places,
    )


def _posting(plan, period_start, open_start, today) -> SQL:
    """``inserted``: the new entries, in the period's statements or, where these are locked, in the open ones.

    The statement of an entry is known when the entry is written, so that no entry is ever updated. The key of the
    ledger stops a second run on the same snapshot: PostgreSQL reports a serialization failure and Odoo tries again.
    The lock on the statements makes a confirmation and a run wait for each other.
    """
    return SQL(
        """posted AS (
    SELECT
        version_id, rule_id, user_id, role, res_model, res_id, partial_id,
        SUM(base_amount) AS base, SUM(amount) AS amount, MAX(sequence) AS sequence, MAX(document_date) AS day
    FROM sales_commission_entry
    WHERE plan_id = %(plan_id)s AND origin_period_start = %(period_start)s AND rule_id IS NOT NULL
    GROUP BY version_id, rule_id, user_id, role, res_model, res_id, partial_id
),
difference AS (
    SELECT
        version_id, rule_id, user_id, role, res_model, res_id, partial_id,
        COALESCE(due.day, posted.day) AS day,
        COALESCE(due.base, 0) AS due_base,
        COALESCE(due.amount, 0) AS due_amount,
        COALESCE(due.base_before, 0) AS base_before,
        COALESCE(due.applied_rate, 0) AS rate,
        COALESCE(due.base, 0) - COALESCE(posted.base, 0) AS base_amount,
        COALESCE(due.amount, 0) - COALESCE(posted.amount, 0) AS amount,
        COALESCE(posted.sequence, 0) + 1 AS sequence,
        CASE WHEN COALESCE(due.base, posted.base) < 0 THEN 'clawback' ELSE 'earned' END AS kind
    FROM due
    FULL JOIN posted USING (version_id, rule_id, user_id, role, res_model, res_id, partial_id)
    WHERE COALESCE(due.amount, 0) <> COALESCE(posted.amount, 0)
),
open_period AS (
    SELECT person.user_id, MIN(candidate.period_start) AS period_start
    FROM (SELECT DISTINCT user_id FROM difference) person
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
        WHERE locked.plan_id = %(plan_id)s AND locked.user_id = person.user_id
            AND locked.period_start = candidate.period_start AND locked.state != 'draft'
    )
    GROUP BY person.user_id
),
opened AS (
    INSERT INTO sales_commission_statement (
        plan_id, company_id, currency_id, user_id, partner_id, period_start, period_end, state,
        create_uid, create_date, write_uid, write_date
    )
    SELECT
        %(plan_id)s, %(company_id)s, %(currency_id)s, person.id, person.partner_id, open_period.period_start,
        (open_period.period_start + %(step)s)::date - 1, 'draft',
        %(uid)s, NOW() AT TIME ZONE 'UTC', %(uid)s, NOW() AT TIME ZONE 'UTC'
    FROM open_period
    JOIN res_users person ON person.id = open_period.user_id
    ON CONFLICT (plan_id, partner_id, period_start) DO NOTHING
    RETURNING id, user_id, partner_id, period_start
),
kept AS (
    SELECT statement.id, statement.user_id, statement.partner_id, statement.period_start
    FROM sales_commission_statement statement
    JOIN open_period USING (user_id, period_start)
    WHERE statement.plan_id = %(plan_id)s
    FOR SHARE OF statement
),
inserted AS (
    INSERT INTO sales_commission_entry (
        plan_id, version_id, rule_id, statement_id, company_id, currency_id, user_id, partner_id, role, kind,
        res_model, res_id, partial_id, sequence, document_date, date, period_start, origin_period_start,
        base_before, due_base, due_amount, rated_amount, share, base_amount, rate, amount,
        create_uid, create_date, write_uid, write_date
    )
    SELECT
        %(plan_id)s, version_id, rule_id, statement.id, %(company_id)s, %(currency_id)s, user_id,
        statement.partner_id, role, kind, res_model, res_id, partial_id, sequence, day,
        CASE
            WHEN statement.period_start = %(period_start)s THEN day
            ELSE GREATEST(statement.period_start, %(today)s::date)
        END,
        statement.period_start, %(period_start)s,
        base_before, due_base, due_amount, due_amount, 1, base_amount, rate, amount,
        %(uid)s, NOW() AT TIME ZONE 'UTC', %(uid)s, NOW() AT TIME ZONE 'UTC'
    FROM difference
    JOIN (SELECT * FROM opened UNION ALL SELECT * FROM kept) statement USING (user_id)
    ON CONFLICT DO NOTHING
    RETURNING res_model, res_id, amount
)""",
        plan_id=plan.id,
        company_id=plan.company_id.id,
        currency_id=plan.currency_id.id,
        period_start=period_start,
        open_start=open_start,
        step=SQL("INTERVAL %s", f"{MONTHS_PER_PERIOD[plan.period]} months"),
        today=today,
        uid=plan.env.uid,
    )
