from odoo.tools import SQL

from .parts import NOW, SELLING_DOCUMENTS, Names, customers, select

ATTENDEES = SQL(
    "SELECT link.res_partner_id FROM calendar_event_res_partner_rel link WHERE link.calendar_event_id = source.id"
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
            "is_touchpoint": SQL("TRUE"),
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
            "CROSS JOIN LATERAL (SELECT %s AS person_ids) attendees",
            customers(ATTENDEES, SQL("TRUE")),
        ),
        SQL(
            "%s AND source.active AND source.start <= %s AND source.res_model IS DISTINCT FROM 'sales.visit' "
            "AND (source.opportunity_id IS NOT NULL OR %s OR attendees.person_ids <> '{}')",
            which,
            NOW,
            document,
        ),
    )
