"""Documents in a currency without a rate."""

from odoo.tools import SQL

from odoo.addons.sales_tracking.models.analytics.facts.basis import BASES
from odoo.addons.sales_tracking.tools.customer_documents import DOCUMENT_TYPES

from .scope import Scope

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
DOCUMENTS = {"account.move": INVOICES, "sale.order": ORDERS}


def missing_rate_statement(scope: Scope) -> SQL:
    """The first document of the span in another currency that had no rate on the day: (name, currency, day)."""
    models = {BASES[basis].rate_of for basis in scope.bases}
    documents = [SQL("%s%s", query, scope.company_ids) for model, query in DOCUMENTS.items() if model in models]
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
