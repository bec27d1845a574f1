"""Filing touches: with which lead, order and customer, of whose and in which company."""

from odoo.tools import SQL

from ....tools.customer_documents import DOCUMENT_TYPES
from .parts import is_own, only_holder

# The columns of sales.interaction, each from the touch as it is filed.
VALUES = {
    "kind": SQL("filed.kind"),
    "direction": SQL("filed.direction"),
    "date": SQL("filed.date"),
    "duration": SQL("COALESCE(filed.duration, 0)"),
    "note": SQL("NULLIF(filed.note, '')"),
    "is_touchpoint": SQL("filed.is_touchpoint"),
    "outcome_id": SQL("filed.outcome_id"),
    "contact_address": SQL("filed.address"),
    "lead_id": SQL("filed.lead_id"),
    "order_id": SQL("filed.order_id"),
    "partner_id": SQL("partner.id"),
    "commercial_partner_id": SQL("partner.commercial_partner_id"),
    "user_id": SQL("filed.salesperson_id"),
    "team_id": SQL("filed.team_id"),
    "company_id": SQL("filed.filing_company_id"),
    "campaign_id": SQL("filed.campaign_id"),
    "source_id": SQL("filed.source_id"),
    "medium_id": SQL("filed.medium_id"),
    "res_model": SQL("filed.res_model"),
    "res_id": SQL("filed.res_id"),
    "source_key": SQL("filed.source_key"),
    "create_uid": SQL("COALESCE(filed.user_id, filed.entered_uid)"),
    "write_uid": SQL("COALESCE(filed.user_id, filed.entered_uid)"),
    "create_date": SQL("now() AT TIME ZONE 'UTC'"),
    "write_date": SQL("now() AT TIME ZONE 'UTC'"),
}


def record(touches: SQL, company_ids: list[int] | None = None, only_count: bool = False) -> SQL:
    """A statement that records the touches which are not recorded yet; it returns one row (found, recorded).

    What the document knows goes before what the source knows, as for interactions that are logged by hand
    (`sales.interaction._compute_from_document`): company, team, source, medium, campaign and customer.

    :param company_ids: record only what belongs to these companies
    :param only_count: record nothing, count what would be
    """
    fresh = SQL(
        """
        SELECT %(values)s
        FROM filed
        LEFT JOIN LATERAL (
            SELECT person.id, person.commercial_partner_id
            FROM res_partner person
            WHERE person.id = ANY(COALESCE(
                filed.person_ids, CASE WHEN filed.address IS NOT NULL THEN ARRAY[%(sender)s] END
            ))
            ORDER BY
                person.id = filed.customer_id DESC NULLS LAST,
                person.commercial_partner_id = filed.customer_commercial_id DESC NULLS LAST,
                person.id
            LIMIT 1
        ) person ON TRUE
        LEFT JOIN res_partner partner ON partner.id = CASE
            WHEN person.commercial_partner_id = filed.customer_commercial_id THEN person.id
            ELSE COALESCE(filed.customer_id, person.id)
        END
        WHERE NOT EXISTS (
            SELECT FROM sales_interaction known
            WHERE known.company_id IN (SELECT id FROM res_company) AND known.source_key = filed.source_key
        )
        """,
        values=SQL(", ").join(SQL("%s AS %s", value, SQL.identifier(name)) for name, value in VALUES.items()),
        sender=only_holder(SQL("holder.email_normalized = filed.address"), SQL("filed.filing_company_id")),
    )
    if not only_count:
        fresh = SQL(
            "INSERT INTO sales_interaction (%s) %s ON CONFLICT DO NOTHING RETURNING id",
            SQL(", ").join(map(SQL.identifier, VALUES)),
            fresh,
        )
    return SQL(
        "WITH touch AS MATERIALIZED (%s), filed AS MATERIALIZED (%s), fresh AS (%s) "
        "SELECT (SELECT COUNT(*) FROM filed), (SELECT COUNT(*) FROM fresh)",
        touches,
        _filed(company_ids),
        fresh,
    )


def _filed(company_ids):
    salesperson = SQL(
        "COALESCE(touch.user_id, sale.user_id, lead.user_id, move.invoice_user_id, customer.user_id)",
    )
    company = SQL("""COALESCE(
        sale.company_id, move.company_id, lead.company_id, contact.company_id,
        touch.company_id, team.company_id, person.company_id
    )""")
    return SQL(
        """
        SELECT
            touch.*,
            sale.id AS order_id,
            lead.id AS lead_id,
            %(salesperson)s AS salesperson_id,
            CASE WHEN team.company_id IS NULL OR team.company_id = %(company)s THEN team.id END AS team_id,
            %(company)s AS filing_company_id,
            COALESCE(sale.campaign_id, move.campaign_id, lead.campaign_id) AS campaign_id,
            COALESCE(sale.source_id, move.source_id, lead.source_id) AS source_id,
            COALESCE(sale.medium_id, move.medium_id, lead.medium_id) AS medium_id,
            customer.id AS customer_id,
            customer.commercial_partner_id AS customer_commercial_id
        FROM touch
        LEFT JOIN sale_order sale ON touch.document_model = 'sale.order' AND sale.id = touch.document_id
        LEFT JOIN account_move move
            ON touch.document_model = 'account.move' AND move.id = touch.document_id
            AND move.move_type IN %(document_types)s
        LEFT JOIN crm_lead lead
            ON lead.id = CASE touch.document_model WHEN 'crm.lead' THEN touch.document_id ELSE sale.opportunity_id END
            AND (sale.id IS NULL OR lead.company_id IS NULL OR lead.company_id = sale.company_id)
        LEFT JOIN res_partner contact ON touch.document_model = 'res.partner' AND contact.id = touch.document_id
        LEFT JOIN res_partner customer
            ON customer.id = COALESCE(contact.id, sale.partner_id, move.partner_id, lead.partner_id)
        LEFT JOIN res_users person ON person.id = COALESCE(%(salesperson)s, touch.entered_uid)
        LEFT JOIN crm_team team ON team.id = COALESCE(
            sale.team_id, move.team_id, lead.team_id,
            (SELECT sale_team_id FROM res_users member WHERE member.id = %(salesperson)s)
        )
        WHERE (touch.document_model IS NULL OR COALESCE(sale.id, move.id, lead.id, contact.id) IS NOT NULL)
            AND (contact.id IS NULL OR NOT %(is_own)s)
            AND %(in_companies)s
        """,
        salesperson=salesperson,
        company=company,
        document_types=DOCUMENT_TYPES,
        is_own=is_own(SQL("contact.id")),
        in_companies=SQL("%s IS NOT NULL", company)
        if company_ids is None
        else SQL("%s = ANY(%s)", company, list(company_ids)),
    )
