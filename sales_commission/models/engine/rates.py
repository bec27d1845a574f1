"""Documents in a currency without a rate."""

from odoo.tools import SQL

from odoo.addons.sales_tracking.tools.customer_documents import DOCUMENT_TYPES

from .scope import INVOICE_BASES, Scope

ORDERS = SQL("""SELECT
        sale.name, sale.currency_id, (sale.date_order AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date
    FROM sale_order sale
    JOIN res_company company ON company.id = sale.company_id
    WHERE sale.state = 'sale' AND sale.company_id IN """)
# The rate of an invoice may have been entered on the invoice itself.
INVOICES = SQL(
    """SELECT move.name, move.currency_id, move.invoice_date
    FROM account_move move
    WHERE move.state = 'posted' AND move.move_type IN %s
        AND move.invoice_currency_rate = 1 AND move.company_id IN """,
    DOCUMENT_TYPES,
)


def missing_rate_statement(scope: Scope) -> SQL:
    """The first document of the span in another currency that had no rate on the day: (name, currency, day)."""
    documents = []
    if scope.bases & set(INVOICE_BASES):
        documents.append(SQL("%s%s", INVOICES, scope.company_ids))
    if scope.bases & {"ordered", "new_customer"}:
        documents.append(SQL("%s%s", ORDERS, scope.company_ids))
    if not documents:
        documents.append(SQL("SELECT NULL, NULL::int, NULL::date WHERE FALSE"))
    return SQL(
        """
SELECT document.name, currency.name, document.day
FROM (%(documents)s) AS document (name, currency_id, day)
JOIN res_currency currency ON currency.id = document.currency_id
WHERE %(in_span)s AND currency.id <> %(own_currency)s AND NOT EXISTS (
    SELECT FROM res_currency_rate rate
    WHERE rate.currency_id = currency.id AND rate.name <= document.day
        AND (rate.company_id IS NULL OR rate.company_id = %(root)s)
)
ORDER BY document.day, document.name
LIMIT 1
""",
        documents=SQL(" UNION ALL ").join(documents),
        in_span=scope.within(SQL("document.day")),
        own_currency=scope.company.currency_id.id,
        root=scope.company.root_id.id,
    )
