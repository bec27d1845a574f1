"""Facts of visits of the website, of which nobody is the salesperson."""

from odoo.tools import SQL

from .basis import Basis, register
from .branch import Scope, branch, on_days


def website_visit(scope: Scope) -> list[SQL]:
    """Visits of the website's tracked pages; the quantity is their number."""
    return [
        branch(
            "website_visit",
            [SQL("traffic.id")],
            {
                "day": SQL("traffic.day"),
                "company_id": SQL("traffic.company_id"),
                "currency_id": SQL("company.currency_id"),
                "source_id": SQL("traffic.source_id"),
                "medium_id": SQL("traffic.medium_id"),
                "campaign_id": SQL("traffic.campaign_id"),
                "quantity": SQL("traffic.visits"),
                "unit_ratio": SQL("1"),
                "res_model": SQL("'sales.website.traffic'"),
                "res_id": SQL("traffic.id"),
            },
            SQL("""sales_website_traffic traffic
            JOIN res_company company ON company.id = traffic.company_id"""),
            on_days(SQL("traffic.day"), scope),
        )
    ]


register(
    Basis(
        name="website_visit",
        code=7,
        label="Website Visits",
        branches=website_visit,
        reads={
            "res.company": ("currency_id",),
            "sales.website.traffic": ("campaign_id", "company_id", "day", "medium_id", "source_id", "visits"),
        },
    )
)
