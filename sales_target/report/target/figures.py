"""The statement that computes every figure of the targets; reached.py has the parts that are filled in."""

FIGURES = """
WITH period AS (%(periods)s),
reached AS MATERIALIZED (%(reached)s),
-- What closed targets count of their documents as they are now, as it was known when they were closed.
late AS MATERIALIZED (%(late)s),
deal AS MATERIALIZED (%(deals)s),
pipeline AS MATERIALIZED (%(pipeline)s),
-- How much of the target should be reached by now, where its amount is spread over months or weeks.
step AS (%(steps)s),
shape AS (
    SELECT
        spread.target_id,
        SUM(spread.amount * CASE
            WHEN step.days > 0 THEN step.days_complete::numeric / step.days
            WHEN step.date_to < step.as_of THEN 1
            ELSE 0
        END) / NULLIF(SUM(spread.amount), 0) AS part
    FROM sales_target_period spread
    JOIN step USING (company_id, date_from, date_to)
    GROUP BY spread.target_id
),
-- The amount in force on the day: that of the last revision up to it, else what the first one changed.
revised AS (
    SELECT
        revision.target_id,
        COALESCE(
            (ARRAY_AGG(revision.amount ORDER BY revision.date DESC, revision.id DESC)
                FILTER (WHERE revision.date <= period.as_of))[1],
            (ARRAY_AGG(revision.amount_before ORDER BY revision.date, revision.id))[1]
        ) AS amount
    FROM sales_target_revision revision
    JOIN sales_target planned ON planned.id = revision.target_id
    JOIN period
        ON (period.company_id, period.date_from, period.date_to)
            = (planned.company_id, planned.date_from, planned.date_to)
    GROUP BY revision.target_id
),
target AS (
    SELECT
        planned.*,
        %(node)s AS node_id,
        %(cut)s AS cut,
        metric.direction = 'lower' AS lower,
        metric.id = ANY(%(additive)s) AS additive,
        period.as_of,
        period.days,
        period.days_complete,
        COALESCE(shape.part, period.days_complete::numeric / NULLIF(period.days, 0)) AS part,
        planned.closed_on IS NOT NULL AND period.as_of >= planned.date_to AS frozen,
        COALESCE(revised.amount, planned.amount) AS agreed,
        reached.value,
        CASE
            WHEN period.as_of > planned.date_to OR planned.categ_id IS NOT NULL THEN NULL
            WHEN metric.id = ANY(%(with_amounts)s) THEN COALESCE(pipeline.weighted, 0)
            WHEN metric.id = ANY(%(with_counts)s) THEN COALESCE(pipeline.chance, 0)
        END AS pipeline
    FROM sales_target planned
    JOIN sales_metric metric ON metric.id = planned.metric_id
    JOIN period
        ON (period.company_id, period.date_from, period.date_to)
            = (planned.company_id, planned.date_from, planned.date_to)
    LEFT JOIN shape ON shape.target_id = planned.id
    LEFT JOIN revised ON revised.target_id = planned.id
    LEFT JOIN reached
        ON (reached.metric_id, reached.period_id) = (planned.metric_id, period.period_id)
        AND (reached.scope, reached.node_id, reached.cut, reached.with_branches)
            = (planned.scope, %(node)s, %(cut)s, planned.with_branches)
    LEFT JOIN pipeline
        ON pipeline.period_id = period.period_id
        AND (pipeline.scope, pipeline.node_id, pipeline.cut, pipeline.with_branches)
            = (planned.scope, %(node)s, %(cut)s, planned.with_branches)
),
-- What changed in closed periods since they were closed belongs to the first open target of that length after them.
adjusted AS (
    SELECT receiver.id, SUM(ROUND(COALESCE(late.value, 0), 6) - closed.closed_actual) AS adjustment
    FROM target receiver
    JOIN target closed USING (company_id, metric_id, scope, node_id, cut)
    LEFT JOIN late ON late.target_id = closed.id
    WHERE receiver.additive
        AND receiver.state IN %(open_states)s
        AND receiver.date_from <= receiver.as_of
        AND closed.frozen
        AND closed.date_to < receiver.date_from
        AND %(closed_length)s
        AND NOT EXISTS (
            SELECT
            FROM sales_target planned
            WHERE (planned.company_id, planned.metric_id, planned.scope) =
                    (receiver.company_id, receiver.metric_id, receiver.scope)
                AND (%(node)s, %(cut)s) = (receiver.node_id, receiver.cut)
                AND planned.state IN %(open_states)s
                AND %(planned_length)s
                AND planned.date_from < receiver.date_from
                AND planned.date_from > closed.date_to
        )
    GROUP BY receiver.id
),
summed AS (
    SELECT
        target.*,
        NULLIF(agreed, 0) AS goal,
        adjusted.adjustment,
        CASE
            WHEN frozen THEN closed_actual
            WHEN additive THEN COALESCE(value, 0) + COALESCE(adjusted.adjustment, 0)
            ELSE value
        END AS actual
    FROM target
    LEFT JOIN adjusted USING (id)
),
paced AS (
    SELECT
        *,
        CASE WHEN additive THEN goal * part ELSE goal END AS expected,
        actual + pipeline AS forecast
    FROM summed
)
SELECT
    id,
    id AS target_id,
    metric_id, company_id, currency_id, scope, state, period_kind, team_id, user_id,
    categ_id, segment_id, country_id, source_id,
    date_from AS period_start,
    date_to AS period_end,
    agreed AS amount,
    actual,
    adjustment,
    CASE WHEN lower THEN goal / NULLIF(actual, 0) ELSE actual / goal END AS attainment,
    CASE WHEN lower THEN actual - goal ELSE goal - actual END AS gap,
    expected,
    CASE WHEN lower THEN expected / NULLIF(actual, 0) ELSE actual / NULLIF(expected, 0) END AS pace,
    -- Late changes of other periods do not go on at the rate of this one.
    CASE
        WHEN additive THEN (actual - COALESCE(adjustment, 0)) / NULLIF(part, 0) + COALESCE(adjustment, 0)
        ELSE actual
    END AS run_rate,
    CASE WHEN additive AND NOT lower AND goal IS NOT NULL
        THEN GREATEST(goal - actual, 0) / NULLIF(days - days_complete, 0)
    END AS needed_per_day,
    pipeline,
    forecast,
    forecast / goal AS forecast_attainment,
    lower,
    additive
FROM paced
WHERE %(limit)s
"""
