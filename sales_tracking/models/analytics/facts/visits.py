"""Facts of visits."""

from odoo.tools import SQL

from .basis import Basis, register
from .branch import Scope, branch, on_days


def visit(scope: Scope) -> list[SQL]:
    """Visits that took place, on the day of the check-in, or the planned one where none is required."""
    return [
        branch(
            "visit",
            [SQL("visit.id")],
            {
                "day": SQL("visit.day"),
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
            },
            SQL("""sales_visit visit
            JOIN res_company company ON company.id = visit.company_id
            LEFT JOIN res_partner partner ON partner.id = visit.commercial_partner_id
            LEFT JOIN crm_lead lead ON lead.id = visit.lead_id"""),
            SQL("visit.state = 'done' AND %s", on_days(SQL("visit.day"), scope)),
        )
    ]


register(
    Basis(
        name="visit",
        code=6,
        label="Visits",
        branches=visit,
        reads={
            "crm.lead": ("campaign_id", "medium_id", "source_id"),
            "res.company": ("currency_id",),
            "res.partner": ("country_id",),
            "sales.visit": ("commercial_partner_id", "company_id", "day", "lead_id", "state", "team_id", "user_id"),
        },
    )
)
