from odoo.tools import SQL

from .parts import Names, customers, select

VISITORS = SQL("""
    SELECT visitor.partner_id FROM im_livechat_channel_member_history visitor
    WHERE visitor.channel_id = source.id AND visitor.livechat_member_type = 'visitor'
        AND visitor.partner_id IS NOT NULL""")


def ended_livechats(which: SQL, names: Names) -> SQL:
    """Live chats that have ended and in which the visitor wrote something.

    :param which: a condition on `source.id`
    """
    if not names.has_livechat:
        return select({}, SQL("(SELECT) nothing"), SQL("FALSE"))
    lead = (
        SQL("(SELECT MIN(lead.id) FROM crm_lead lead WHERE lead.origin_channel_id = source.id)")
        if names.has_livechat_leads
        else SQL("NULL::int")
    )
    return select(
        {
            "res_model": SQL("'discuss.channel'"),
            "res_id": SQL("source.id"),
            "source_key": SQL("'discuss.channel,' || source.id"),
            "kind": SQL("'chat'"),
            "direction": SQL("'in'"),
            "date": SQL("source.create_date"),
            "duration": SQL("GREATEST(EXTRACT(EPOCH FROM source.livechat_end_dt - source.create_date), 0)"),
            "is_touchpoint": SQL("TRUE"),
            "document_model": SQL("CASE WHEN about.lead_id IS NOT NULL THEN 'crm.lead' END"),
            "document_id": SQL("about.lead_id"),
            "user_id": SQL("agent.user_id"),
            "entered_uid": SQL("source.create_uid"),
            "person_ids": customers(VISITORS, SQL("TRUE")),
        },
        SQL(
            """discuss_channel source
            CROSS JOIN LATERAL (SELECT %s AS lead_id) about
            LEFT JOIN LATERAL (
                SELECT operator.id AS user_id
                FROM im_livechat_channel_member_history member
                JOIN res_users operator ON operator.partner_id = member.partner_id AND operator.share IS NOT TRUE
                WHERE member.channel_id = source.id AND member.livechat_member_type = 'agent'
                ORDER BY member.id
                LIMIT 1
            ) agent ON TRUE""",
            lead,
        ),
        SQL(
            """%s AND source.channel_type = 'livechat' AND source.livechat_end_dt IS NOT NULL AND EXISTS (
                SELECT FROM mail_message said
                WHERE said.model = 'discuss.channel' AND said.res_id = source.id AND said.message_type = 'comment'
                    AND (said.author_guest_id IS NOT NULL OR said.author_id IN (%s))
            )""",
            which,
            VISITORS,
        ),
    )
