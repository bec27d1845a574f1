"""Chats as interactions: one per customer, day and direction, however many messages and chats there were."""

from odoo.tools import SQL

# What was not sent, or not yet, is no touch.
UNSENT = ("queued", "sending", "failed")


def record_days(message_ids: list[int], uid: int) -> SQL:
    """A statement that records the days on which these messages were written, and returns the interactions' ids.

    The day is that of the company's sales time zone. What is on record already gets the new count and times.
    """
    return SQL(
        """
        WITH touched AS (
            SELECT DISTINCT
                chat.company_id, company.sales_tz, message.direction,
                person.commercial_partner_id AS customer_id,
                CASE WHEN person.id IS NULL THEN chat.lead_id END AS lead_id,
                (message.date AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date AS day
            FROM sales_chat_message message
            JOIN sales_chat chat ON chat.id = message.chat_id
            JOIN res_company company ON company.id = chat.company_id
            LEFT JOIN res_partner person ON person.id = chat.partner_id
            WHERE message.id = ANY(%(message_ids)s) AND (chat.partner_id IS NOT NULL OR chat.lead_id IS NOT NULL)
        ),
        party AS (
            SELECT DISTINCT company_id, customer_id, lead_id FROM touched
        ),
        spoken AS MATERIALIZED (
            -- All chats of a party: of each of the customer's people, or of the lead.
            SELECT party.*, chat.id AS chat_id, chat.partner_id, chat.user_id
            FROM party
            JOIN res_partner person ON person.commercial_partner_id = party.customer_id
            JOIN sales_chat chat ON chat.partner_id = person.id AND chat.company_id = party.company_id
            UNION ALL
            SELECT party.*, chat.id, chat.partner_id, chat.user_id
            FROM party
            JOIN sales_chat chat ON chat.lead_id = party.lead_id AND chat.company_id = party.company_id
                AND chat.partner_id IS NULL
        ),
        told AS (
            SELECT
                touched.company_id, touched.direction, touched.day, touched.customer_id, touched.lead_id,
                COUNT(*) AS messages, MIN(message.date) AS first_date, MAX(message.date) AS last_date,
                (array_agg(message.body ORDER BY message.date, message.id)
                    FILTER (WHERE message.body <> ''))[1] AS text,
                (array_agg(spoken.chat_id ORDER BY message.date, message.id))[1] AS chat_id,
                (array_agg(spoken.partner_id ORDER BY message.date, message.id))[1] AS partner_id,
                (array_agg(COALESCE(message.user_id, spoken.user_id) ORDER BY message.date, message.id))[1] AS user_id
            FROM touched
            JOIN spoken ON spoken.company_id = touched.company_id
                AND spoken.customer_id IS NOT DISTINCT FROM touched.customer_id
                AND spoken.lead_id IS NOT DISTINCT FROM touched.lead_id
            JOIN sales_chat_message message
                ON message.chat_id = spoken.chat_id AND message.direction = touched.direction
                AND message.date >= touched.day::timestamp AT TIME ZONE touched.sales_tz AT TIME ZONE 'UTC'
                AND message.date < (touched.day + 1)::timestamp AT TIME ZONE touched.sales_tz AT TIME ZONE 'UTC'
            WHERE message.state NOT IN %(unsent)s
            GROUP BY touched.company_id, touched.direction, touched.day, touched.customer_id, touched.lead_id
        )
        INSERT INTO sales_interaction (
            company_id, kind, direction, date, date_last, message_count, note, is_touchpoint, duration,
            partner_id, commercial_partner_id, lead_id, user_id, team_id, campaign_id, source_id, medium_id,
            res_model, res_id, source_key, create_uid, write_uid, create_date, write_date
        )
        SELECT
            told.company_id, 'chat', told.direction, told.first_date, told.last_date, told.messages,
            LEFT(split_part(told.text, E'\\n', 1), 200), told.direction = 'in', 0,
            told.partner_id, told.customer_id, told.lead_id, told.user_id, team.id,
            lead.campaign_id, lead.source_id, lead.medium_id,
            'sales.chat', told.chat_id,
            concat('sales.chat,', CASE WHEN told.customer_id IS NULL THEN 'lead ' || told.lead_id
                ELSE 'customer ' || told.customer_id END, ' ', told.day, ' ', told.direction),
            %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
        FROM told
        LEFT JOIN crm_lead lead ON lead.id = told.lead_id
        LEFT JOIN res_users person ON person.id = told.user_id
        LEFT JOIN sales_chat chat ON chat.id = told.chat_id
        LEFT JOIN sales_chat_account account ON account.id = chat.account_id
        LEFT JOIN crm_team team ON team.id = COALESCE(lead.team_id, person.sale_team_id, account.team_id)
            AND (team.company_id IS NULL OR team.company_id = told.company_id)
        ON CONFLICT (company_id, source_key) DO UPDATE SET
            message_count = EXCLUDED.message_count, date = EXCLUDED.date, date_last = EXCLUDED.date_last
        RETURNING id
        """,
        message_ids=list(message_ids),
        unsent=UNSENT,
        uid=uid,
    )
