"""Facts of interactions."""

from odoo.tools import SQL

from .basis import Basis, register
from .branch import Scope, branch, local_day, on_local_days


def interaction(scope: Scope) -> list[SQL]:
    """Interactions on the day they happened."""
    return [
        branch(
            "interaction",
            [SQL("interaction.id")],
            {
                "day": local_day(SQL("interaction.date")),
                "user_id": SQL("interaction.user_id"),
                "team_id": SQL("interaction.team_id"),
                "company_id": SQL("interaction.company_id"),
                "currency_id": SQL("company.currency_id"),
                "partner_id": SQL("interaction.commercial_partner_id"),
                "country_id": SQL("partner.country_id"),
                "source_id": SQL("interaction.source_id"),
                "medium_id": SQL("interaction.medium_id"),
                "campaign_id": SQL("interaction.campaign_id"),
                "interaction_kind": SQL("interaction.kind"),
                "res_model": SQL("'sales.interaction'"),
                "res_id": SQL("interaction.id"),
            },
            SQL("""sales_interaction interaction
            JOIN res_company company ON company.id = interaction.company_id
            LEFT JOIN res_partner partner ON partner.id = interaction.commercial_partner_id"""),
            on_local_days(SQL("interaction.date"), scope),
        )
    ]


register(
    Basis(
        name="interaction",
        code=5,
        label="Interactions",
        branches=interaction,
        reads={
            "res.company": ("currency_id", "sales_tz"),
            "res.partner": ("country_id",),
            "sales.interaction": (
                "campaign_id", "commercial_partner_id", "company_id", "date", "kind", "medium_id", "source_id",
                "team_id", "user_id",
            ),
        },
    )
)  # fmt: skip
