from odoo.tools import SQL

from .parts import NOW, SELLING_DOCUMENTS, Names, customers, is_own, select

DECLINED = SQL(
    """SELECT answer.partner_id FROM calendar_attendee answer
    WHERE answer.event_id = source.id AND answer.state = 'declined' AND answer.partner_id IS NOT NULL"""
)
COMING = SQL(
    """SELECT link.res_partner_id FROM calendar_event_res_partner_rel link
    WHERE link.calendar_event_id = source.id AND link.res_partner_id NOT IN (%s)""",
    DECLINED,
)
# Of those invited: how many, how many are not ours, and of each how many did not decline.
ATTENDANCE = SQL(
    """SELECT COUNT(*) AS invited,
        COUNT(*) FILTER (WHERE NOT guest.declined) AS coming,
        COUNT(*) FILTER (WHERE NOT guest.own) AS outsiders,
        COUNT(*) FILTER (WHERE NOT guest.own AND NOT guest.declined) AS outsiders_coming
    FROM (
        SELECT %s AS own, link.res_partner_id IN (%s) AS declined
        FROM calendar_event_res_partner_rel link WHERE link.calendar_event_id = source.id
    ) guest""",
    is_own(SQL("link.res_partner_id")),
    DECLINED,
)
# A meeting that everybody declined did not take place, nor did one that all customers declined.
TOOK_PLACE = SQL(
    """CASE WHEN attendance.outsiders > 0 THEN attendance.outsiders_coming > 0
        ELSE attendance.invited = 0 OR attendance.coming > 0 END"""
)

# As calendar.event computes effective_privacy.
PRIVACY = SQL(
    """COALESCE(
        source.privacy, settings.calendar_default_privacy,
        (SELECT parameter.value FROM ir_config_parameter parameter WHERE parameter.key = 'calendar.default_privacy'),
        'public'
    )"""
)


def begun_meetings(which: SQL, _names: Names) -> SQL:
    """Meetings with customers or about a lead, order or contact, once they have begun; visits record themselves.

    A meeting of colleagues alone about a lead is recorded, but no touchpoint: the customer was not there.

    :param which: a condition on `source.id`
    """
    document = SQL("source.res_model IN %s", SELLING_DOCUMENTS)
    return select(
        {
            "res_model": SQL("'calendar.event'"),
            "res_id": SQL("source.id"),
            "source_key": SQL("'calendar.event,' || source.id"),
            "kind": SQL("'meeting'"),
            "direction": SQL("'out'"),
            "date": SQL("source.start"),
            "duration": SQL("ROUND(source.duration * 3600)"),
            "note": SQL("CASE WHEN %s <> 'private' THEN source.name END", PRIVACY),
            "is_touchpoint": SQL("attendance.outsiders_coming > 0"),
            "document_model": SQL(
                "CASE WHEN source.opportunity_id IS NOT NULL THEN 'crm.lead' WHEN %s THEN source.res_model END",
                document,
            ),
            "document_id": SQL("COALESCE(source.opportunity_id, CASE WHEN %s THEN source.res_id END)", document),
            "user_id": SQL("source.user_id"),
            "entered_uid": SQL("source.create_uid"),
            "person_ids": SQL("attendees.person_ids"),
        },
        SQL(
            "calendar_event source LEFT JOIN res_users_settings settings ON settings.user_id = source.user_id "
            "CROSS JOIN LATERAL (SELECT %s AS person_ids) attendees CROSS JOIN LATERAL (%s) attendance",
            customers(COMING, SQL("TRUE")),
            ATTENDANCE,
        ),
        SQL(
            "%s AND source.active AND source.start <= %s AND source.res_model IS DISTINCT FROM 'sales.visit' "
            "AND (source.opportunity_id IS NOT NULL OR %s OR attendees.person_ids <> '{}') AND %s",
            which,
            NOW,
            document,
            TOOK_PLACE,
        ),
    )
