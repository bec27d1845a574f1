"""Facts of sales orders."""

from odoo.tools import SQL

from .basis import Basis, register
from .branch import PRODUCT_READS, PRODUCT_TABLES, UNIT_RATIO, Scope, local_day, on_local_days
from .discounts import ORDER_LINES, branches_by_line

ORDER_COLUMNS = {
    "day": local_day(SQL("sale.date_order")),
    "user_id": SQL("sale.user_id"),
    "team_id": SQL("sale.team_id"),
    "company_id": SQL("sale.company_id"),
    "currency_id": SQL("company.currency_id"),
    "partner_id": SQL("partner.commercial_partner_id"),
    "country_id": SQL("partner.country_id"),
    "source_id": SQL("sale.source_id"),
    "medium_id": SQL("sale.medium_id"),
    "campaign_id": SQL("sale.campaign_id"),
    "sales_type": SQL("sale.sales_type"),
    "res_model": SQL("'sale.order'"),
    "res_id": SQL("sale.id"),
}
ORDER_READS = {
    "res.company": ("currency_id", "sales_tz"),
    "res.partner": ("commercial_partner_id", "country_id"),
    "sale.order": (
        "campaign_id", "company_id", "currency_rate", "date_order", "medium_id", "partner_id", "sales_type",
        "source_id", "state", "team_id", "user_id",
    ),
    "sales.credit.split": ("order_id", "share", "user_id"),
}  # fmt: skip
# Units of the order's currency per unit of the company's, as the order keeps it.
ORDER_RATE = SQL("COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric")
ORDER_SPLITS = SQL("(SELECT order_id AS key, id, user_id, share FROM sales_credit_split) AS split")


def ordered(scope: Scope) -> list[SQL]:
    """Confirmed orders, untaxed, at the order's own rate, on the day of the order."""
    return branches_by_line(
        "ordered",
        [SQL("line.id")],
        {
            **ORDER_COLUMNS,
            "product_id": SQL("line.product_id"),
            "categ_id": SQL("template.categ_id"),
            "unit_ratio": UNIT_RATIO,
            "quantity": SQL("line.product_uom_qty * %s", UNIT_RATIO),
            "amount": SQL("line.price_subtotal / %s", ORDER_RATE),
            "margin": SQL("line.margin::numeric / %s", ORDER_RATE),
            "line_id": SQL("line.id"),
        },
        SQL(
            """sale_order_line line
            JOIN sale_order sale ON sale.id = line.order_id
            JOIN res_company company ON company.id = sale.company_id
            LEFT JOIN res_partner partner ON partner.id = sale.partner_id
            %s""",
            PRODUCT_TABLES,
        ),
        SQL(
            "sale.state = 'sale' AND line.display_type IS NULL AND line.is_downpayment IS NOT TRUE AND %s",
            on_local_days(SQL("sale.date_order"), scope),
        ),
        lines=ORDER_LINES,
        splits=ORDER_SPLITS,
        scope=scope,
    )


register(
    Basis(
        name="ordered",
        code=0,
        label="Ordered",
        branches=ordered,
        reads={
            **PRODUCT_READS,
            **ORDER_READS,
            "res.company": (*ORDER_READS["res.company"], "sale_discount_product_id"),
            "sale.order.line": (
                "display_type", "is_downpayment", "margin", "order_id", "price_subtotal", "product_id",
                "product_uom_id", "product_uom_qty", "purchase_price", "tax_ids",
            ),
        },
        rate_of="sale.order",
        promised=frozenset({"amount", "count"}),
    )
)  # fmt: skip
