"""Customers who were new when that was decided, and are none any more since their contact was merged with another."""

from odoo.tools import SQL

from odoo.addons.sales_tracking.models.analytics.facts.branch import COLUMNS, INTEGER
from odoo.addons.sales_tracking.models.analytics.facts.orders import ORDER_RATE

from .facts import fact_columns
from .scope import Scope

# The columns of such a fact: the order's as they are today, the customer's as they were known.
VALUES = {
    "amount": SQL("sale.amount_untaxed / %s * COALESCE(split.share, 100)::numeric / 100", ORDER_RATE),
    "basis": SQL("kept.basis"),
    "campaign_id": SQL("sale.campaign_id"),
    "country_id": SQL("kept.country_id"),
    "day": SQL("kept.day"),
    "deal_id": SQL("sale.id"),
    "medium_id": SQL("sale.medium_id"),
    "partner_id": SQL("kept.customer_id"),
    "res_id": SQL("sale.id"),
    "res_model": SQL("kept.res_model"),
    "sale_day": SQL("kept.day"),
    "sales_type": SQL("sale.sales_type"),
    "same_product": SQL("TRUE"),
    "sold_res_id": SQL("sale.id"),
    "source_id": SQL("sale.source_id"),
    "split_id": SQL("split.id"),
    "team_id": SQL("sale.team_id"),
    "user_id": SQL("COALESCE(split.user_id, sale.user_id)"),
    "agent_id": SQL("sale.commission_agent_id"),
}


def kept_customers_statement(scope: Scope) -> SQL:
    """The statement that adds the facts of confirmed orders that were a customer's first when that was decided.

    A customer with an earlier order that was made since is new no more: that is a change of documents.
    """
    columns = fact_columns(scope)
    return SQL(
        """INSERT INTO sales_commission_fact (fact_id, %(names)s, live_id, kept_for, kept_metrics, kept_units)
SELECT number, %(names)s, number, ARRAY[payee_id], metrics, units
FROM (
    SELECT
        -(SELECT COUNT(*) FROM sales_commission_fact) - ROW_NUMBER() OVER () AS number,
        kept.partner_id AS payee_id, kept.metrics, kept.units, %(values)s
    FROM (
        SELECT DISTINCT ON (res_id, partner_id) *
        FROM sales_commission_kept_fact
        WHERE plan_id = %(plan_id)s AND basis = 'new_customer' AND %(in_span)s
        ORDER BY res_id, partner_id, sequence DESC
    ) kept
    JOIN sale_order sale ON sale.id = kept.res_id AND sale.state = 'sale'
    JOIN res_partner contact ON contact.id = sale.partner_id
    LEFT JOIN sales_credit_split split ON split.order_id = sale.id
    WHERE NOT EXISTS (
        SELECT FROM sales_commission_fact fact WHERE fact.basis = 'new_customer' AND fact.res_id = sale.id
    ) AND NOT EXISTS (
        SELECT
        FROM sale_order earlier
        JOIN res_partner other ON other.id = earlier.partner_id
        WHERE other.commercial_partner_id = contact.commercial_partner_id AND earlier.company_id = sale.company_id
            AND earlier.state = 'sale' AND (earlier.date_order, earlier.id) < (sale.date_order, sale.id)
            AND earlier.create_date > kept.kept_on
    )
) kept_customer""",
        names=SQL(", ").join(map(SQL.identifier, columns)),
        values=SQL(", ").join(
            SQL("%s AS %s", VALUES.get(name, SQL("NULL::%s", COLUMNS.get(name, INTEGER))), SQL.identifier(name))
            for name in columns
        ),
        plan_id=scope.plan.id,
        in_span=scope.within(SQL("day")),
    )
