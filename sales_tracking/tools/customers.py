"""The customer of interactions and visits, past the ORM: who it was with is filled in, nothing else changes."""

from odoo.tools import SQL


def fill_customer(model, leads, partner_id):
    """Give the partner to what these leads have without anybody yet, whoever may read it.

    :param model: sales.interaction or sales.visit
    :return: the records that had nobody, as superuser
    """
    partner = model.env["res.partner"].sudo().browse(partner_id)
    model.flush_model(["company_id", "lead_id", "partner_id"])
    company_id = partner.company_id.id or None
    rows = model.env.execute_query(
        SQL(
            """
            UPDATE %s SET partner_id = %s, commercial_partner_id = %s
            WHERE lead_id = ANY(%s) AND partner_id IS NULL AND (%s::int IS NULL OR company_id = %s)
            RETURNING id
            """,
            SQL.identifier(model._table),
            partner.id,
            partner.commercial_partner_id.id,
            leads.ids,
            company_id,
            company_id,
        )
    )
    records = model.sudo().browse(row_id for (row_id,) in rows)
    records.invalidate_recordset()
    return records
