from odoo.tools import SQL

from .parts import Names, select


def ended_calls(which: SQL, names: Names) -> SQL:
    """Calls that a telephone system told of, that have ended, and of which it is known with whom they were.

    :param which: a condition on `source.id`
    """
    return select(
        {
            "res_model": SQL("'sales.call'"),
            "res_id": SQL("source.id"),
            "source_key": SQL("'sales.call,' || source.id"),
            "kind": SQL("'call'"),
            "direction": SQL("source.direction"),
            "date": SQL("source.date"),
            "duration": SQL("source.duration"),
            "is_touchpoint": SQL("source.state = 'answered'"),
            "outcome_id": SQL(
                "CASE WHEN source.state = 'answered' THEN %s ELSE %s END", names.answered, names.no_answer
            ),
            "document_model": SQL("CASE WHEN source.lead_id IS NOT NULL THEN 'crm.lead' ELSE 'res.partner' END"),
            "document_id": SQL("COALESCE(source.lead_id, source.partner_id)"),
            "user_id": SQL("source.user_id"),
            "company_id": SQL("source.company_id"),
            "entered_uid": SQL("source.create_uid"),
        },
        SQL("sales_call source"),
        SQL(
            "%s AND source.state IN ('answered', 'missed', 'no_answer', 'rejected') "
            "AND COALESCE(source.lead_id, source.partner_id) IS NOT NULL",
            which,
        ),
    )
