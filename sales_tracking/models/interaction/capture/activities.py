from odoo.tools import SQL

from .parts import SELLING_DOCUMENTS, Names, activity_kind, select


def done_activities(which: SQL, names: Names) -> SQL:
    """Activities that were marked as done; one with a meeting is that meeting.

    :param which: a condition on `source.id`
    """
    done = SQL("""CASE
        WHEN source.write_date::date = source.date_done THEN source.write_date
        ELSE source.date_done + time '12:00'
    END""")
    kind = activity_kind(SQL("activity_type"), names)
    return select(
        {
            "res_model": SQL("'mail.activity'"),
            "res_id": SQL("source.id"),
            "source_key": SQL("COALESCE('calendar.event,' || event.id, 'mail.activity,' || source.id)"),
            "kind": SQL("CASE WHEN event.id IS NOT NULL THEN 'meeting' ELSE %s END", kind),
            "direction": SQL("'out'"),
            "date": SQL("LEAST(event.start, %s)", done),
            "duration": SQL("ROUND(event.duration * 3600)"),
            "note": SQL("concat_ws(E'\\n', NULLIF(source.summary, ''), NULLIF(source.feedback, ''))"),
            "is_touchpoint": SQL("event.id IS NOT NULL OR activity_type.category IN ('phonecall', 'meeting')"),
            "document_model": SQL("source.res_model"),
            "document_id": SQL("source.res_id"),
            "user_id": SQL("source.user_id"),
            "entered_uid": SQL("source.create_uid"),
        },
        SQL("""mail_activity source
            LEFT JOIN mail_activity_type activity_type ON activity_type.id = source.activity_type_id
            LEFT JOIN calendar_event event ON event.id = source.calendar_event_id"""),
        SQL(
            "%s AND source.active IS NOT TRUE AND source.date_done IS NOT NULL AND source.res_model IN %s "
            "AND event.res_model IS DISTINCT FROM 'sales.visit'",
            which,
            SELLING_DOCUMENTS,
        ),
    )
