"""Facts of visits."""

from odoo.tools import SQL

from ....tools import visit_coverage
from .basis import Basis, register
from .branch import Scope, branch, on_days

READS = {
    "crm.lead": ("campaign_id", "medium_id", "source_id"),
    "res.company": ("currency_id", "sales_tz"),
    "res.partner": ("country_id",),
}
FIELDS = ("commercial_partner_id", "company_id", "day", "is_unplanned", "lead_id", "state", "team_id", "user_id")


def visit(scope: Scope) -> list[SQL]:
    """Visits that took place, on the day of the check-in, or the planned one where none is required."""
    columns = {"day": SQL("visit.day"), "unplanned": SQL("(%s)::int", visit_coverage.UNPLANNED)}
    tables = SQL("sales_visit visit JOIN res_company company ON company.id = visit.company_id")
    where = SQL("visit.state = 'done' AND %s", on_days(SQL("visit.day"), scope))
    return [visit_branch("visit", columns, tables, where)]


def visit_branch(basis: str, columns: dict[str, SQL], tables: SQL, where: SQL) -> SQL:
    """One SELECT over visits.

    :param columns: those that not all bases of visits have in common
    :param tables: with the visit as ``visit`` and its company as ``company``
    """
    return branch(
        basis,
        [SQL("visit.id")],
        {
            "user_id": SQL("visit.user_id"),
            "team_id": SQL("visit.team_id"),
            "company_id": SQL("visit.company_id"),
            "currency_id": SQL("company.currency_id"),
            "partner_id": SQL("visit.commercial_partner_id"),
            "country_id": SQL("partner.country_id"),
            "source_id": SQL("lead.source_id"),
            "medium_id": SQL("lead.medium_id"),
            "campaign_id": SQL("lead.campaign_id"),
            "interaction_kind": SQL("'visit'"),
            "res_model": SQL("'sales.visit'"),
            "res_id": SQL("visit.id"),
            **columns,
        },
        SQL(
            """%s
            LEFT JOIN res_partner partner ON partner.id = visit.commercial_partner_id
            LEFT JOIN crm_lead lead ON lead.id = visit.lead_id""",
            tables,
        ),
        where,
    )


register(Basis(name="visit", code=6, label="Visits", branches=visit, reads={**READS, "sales.visit": FIELDS}))
