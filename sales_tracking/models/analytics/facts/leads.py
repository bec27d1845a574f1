"""Facts of opportunities."""

from odoo.tools import SQL

from .basis import Basis, register
from .branch import Scope, branch, local_day, on_local_days

# A lead without a company belongs to that of its team, else of its salesperson, else of who made it.
LEAD_TABLES = SQL("""crm_lead lead
    LEFT JOIN crm_team team ON team.id = lead.team_id
    LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
    LEFT JOIN res_users creator ON creator.id = lead.create_uid
    LEFT JOIN res_partner partner ON partner.id = lead.partner_id
    JOIN res_company company ON company.id = COALESCE(
        lead.company_id, team.company_id, salesperson.company_id, creator.company_id
    )""")


def won(scope: Scope) -> list[SQL]:
    """Won opportunities with their expected revenue, on the day of closing."""
    since_creation, since_assignment = _days_to_close(SQL("lead.create_date")), _days_to_close(SQL("lead.date_open"))
    closed = SQL("COALESCE(lead.date_closed, lead.date_last_stage_update)")
    return [
        branch(
            "won",
            [SQL("lead.id")],
            {
                "day": local_day(closed),
                "user_id": SQL("lead.user_id"),
                "team_id": SQL("lead.team_id"),
                "company_id": SQL("company.id"),
                "currency_id": SQL("company.currency_id"),
                "partner_id": SQL("partner.commercial_partner_id"),
                "country_id": SQL("COALESCE(lead.country_id, partner.country_id)"),
                "source_id": SQL("lead.source_id"),
                "medium_id": SQL("lead.medium_id"),
                "campaign_id": SQL("lead.campaign_id"),
                "amount": SQL("lead.expected_revenue"),
                "days_to_close": since_creation,
                "days_to_close_assigned": since_assignment,
                "median_days_to_close": since_creation,
                "median_days_to_close_assigned": since_assignment,
                "res_model": SQL("'crm.lead'"),
                "res_id": SQL("lead.id"),
            },
            LEAD_TABLES,
            SQL("lead.type = 'opportunity' AND lead.won_status = 'won' AND %s", on_local_days(closed, scope)),
        )
    ]


def _days_to_close(start: SQL) -> SQL:
    """Days until closing, not rounded; none where the deal was closed before, as imports and late assignments do."""
    return SQL(
        "CASE WHEN lead.date_closed IS NOT NULL AND %(start)s IS NOT NULL"
        " THEN GREATEST(EXTRACT(EPOCH FROM lead.date_closed - %(start)s), 0) / 86400 END",
        start=start,
    )


register(
    Basis(
        name="won",
        code=3,
        label="Deals Won",
        branches=won,
        reads={
            "crm.lead": (
                "campaign_id", "company_id", "country_id", "date_closed", "date_last_stage_update", "date_open",
                "expected_revenue", "medium_id", "partner_id", "source_id", "team_id", "type", "user_id", "won_status",
            ),
            "crm.team": ("company_id",),
            "res.company": ("currency_id", "sales_tz"),
            "res.partner": ("commercial_partner_id", "country_id"),
            "res.users": ("company_id",),
        },
        promised=frozenset({"amount", "count"}),
    )
)  # fmt: skip
