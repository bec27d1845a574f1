"""The history of leads as the chatter tracked it, in SQL without the ORM."""

# Where each lead was after each event: its creation, each tracked change of stage or archiving, and today. What was
# not tracked shows in the last one. Moments never run backwards, whatever the clocks said.
BACKFILL = """
WITH lead AS (
    SELECT *
    FROM crm_lead
    WHERE NOT EXISTS (SELECT FROM crm_lead_stage_history stay WHERE stay.lead_id = crm_lead.id)
),
tracked AS (
    SELECT
        lead.id AS lead_id, value.id, value.create_date AS moment,
        CASE WHEN value.field_id = %(stage_field)s THEN value.old_value_integer END AS stage_from,
        CASE WHEN value.field_id = %(stage_field)s THEN value.new_value_integer END AS stage_to,
        CASE WHEN value.field_id = %(active_field)s THEN value.old_value_integer END AS active_from,
        CASE WHEN value.field_id = %(active_field)s THEN value.new_value_integer END AS active_to
    FROM mail_tracking_value value
    JOIN mail_message message ON message.id = value.mail_message_id AND message.model = 'crm.lead'
    JOIN lead ON lead.id = message.res_id
    WHERE value.field_id IN (%(stage_field)s, %(active_field)s)
),
beginning AS (
    SELECT
        lead_id,
        (ARRAY_AGG(stage_from ORDER BY moment, id) FILTER (WHERE stage_to IS NOT NULL))[1] AS stage_id,
        (ARRAY_AGG(active_from ORDER BY moment, id) FILTER (WHERE active_to IS NOT NULL))[1] AS active
    FROM tracked
    GROUP BY lead_id
),
event AS (
    SELECT
        lead.id AS lead_id, 0 AS part, 0 AS id, lead.create_date AS moment,
        COALESCE(NULLIF(beginning.stage_id, 0), lead.stage_id) AS stage_id, COALESCE(beginning.active, 1) AS active
    FROM lead
    LEFT JOIN beginning ON beginning.lead_id = lead.id
    UNION ALL
    SELECT lead_id, 1, id, moment, stage_to, active_to
    FROM tracked
    UNION ALL
    SELECT
        id, 2, 0,
        CASE WHEN active THEN date_last_stage_update ELSE COALESCE(date_closed, date_last_stage_update) END,
        stage_id, active::int
    FROM lead
),
numbered AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY lead_id ORDER BY part, moment, id) AS number
    FROM event
),
state AS (
    SELECT
        lead_id, number,
        MAX(moment) OVER so_far AS moment,
        (MAX(ARRAY[number, stage_id]) FILTER (WHERE stage_id IS NOT NULL) OVER so_far)[2] AS stage_id,
        (MAX(ARRAY[number, active]) FILTER (WHERE active IS NOT NULL) OVER so_far)[2] = 1 AS active
    FROM numbered
    WINDOW so_far AS (PARTITION BY lead_id ORDER BY number)
),
compared AS (
    SELECT
        *,
        LAG(stage_id) OVER in_order AS previous_stage_id,
        (stage_id, active) IS DISTINCT FROM (LAG(stage_id) OVER in_order, LAG(active) OVER in_order) AS is_change
    FROM state
    WINDOW in_order AS (PARTITION BY lead_id ORDER BY number)
),
change AS (
    SELECT *, LEAD(moment) OVER (PARTITION BY lead_id ORDER BY number) AS next_moment
    FROM compared
    WHERE is_change
)
INSERT INTO crm_lead_stage_history (
    lead_id, origin_lead_id, stage_id, previous_stage_id, date_in, date_out, user_id, team_id
)
SELECT
    lead.id, lead.id, stage.id, previous.id, change.moment,
    CASE WHEN change.active THEN change.next_moment ELSE change.moment END,
    lead.user_id, lead.team_id
FROM change
JOIN lead ON lead.id = change.lead_id
LEFT JOIN crm_stage stage ON stage.id = change.stage_id
LEFT JOIN crm_stage previous ON previous.id = change.previous_stage_id
WHERE change.stage_id IS NOT NULL
    AND (change.active OR change.stage_id IS DISTINCT FROM change.previous_stage_id)
ORDER BY change.lead_id, change.number
"""

ENTRY_STAGES = """
UPDATE crm_lead lead
SET entry_stage_id = entry.stage_id
FROM (
    SELECT DISTINCT ON (lead_id) lead_id, stage_id
    FROM crm_lead_stage_history
    WHERE lead_id = origin_lead_id
    ORDER BY lead_id, date_in, id
) entry
WHERE lead.id = entry.lead_id AND lead.entry_stage_id IS DISTINCT FROM entry.stage_id
"""
