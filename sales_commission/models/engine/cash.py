"""The cash of invoices and credit notes: read from the matched payments, never from a payment state."""

from odoo.tools import SQL

from odoo.addons.sales_tracking.tools.customer_documents import CREDIT_NOTE_TYPES
from odoo.addons.sales_tracking.tools.payments import directions, money, nothing_to_pay, payment_join
from odoo.addons.sales_tracking.tools.tills import tills

from .scope import Scope
from .tills import has_tills, till_cash


def cash_statement(scope: Scope) -> SQL:
    """The statement that makes the temporary table of the payments of the facts' documents.

    It has what was paid of the document's total before and after each payment, the days from the date of the document
    to the payment, and whether nothing of the document is open. A document of 0.00 is open until the down payments that
    it deducts are paid.
    """
    if "collected" not in scope.bases:
        return SQL(
            "CREATE TEMPORARY TABLE sales_commission_cash ON COMMIT DROP AS "
            "SELECT NULL::varchar AS res_model, 0 AS res_id, 0 AS partial_id, NULL::date AS day, 0.0 AS before,"
            " 0.0 AS after, 1.0 AS total, 0 AS days, FALSE AS takes_back, FALSE AS settled WHERE FALSE"
        )
    cash = [_invoice_cash(scope)]
    if has_tills(scope):
        cash.append(_till_cash(scope))
    return SQL("CREATE TEMPORARY TABLE sales_commission_cash ON COMMIT DROP AS\n%s", SQL("\nUNION ALL\n").join(cash))


def _invoice_cash(scope: Scope) -> SQL:
    documents = SQL("move.id IN (SELECT res_id FROM sales_commission_fact WHERE res_model = 'account.move')")
    return SQL(
        """SELECT
    'account.move' AS res_model,
    res_id,
    partial_id,
    day,
    SUM(paid) OVER in_order - paid AS before,
    SUM(paid) OVER in_order AS after,
    total,
    day - move.invoice_date AS days,
    move.move_type IN %s AS takes_back,
    CASE
        WHEN move.amount_total = 0 THEN ROUND(SUM(paid) OVER (PARTITION BY res_id) - total, %s) >= 0
        ELSE move.amount_residual = 0
    END AS settled
FROM (%s) payment
JOIN account_move move ON move.id = res_id
WHERE total <> 0
WINDOW in_order AS (PARTITION BY res_id ORDER BY day, partial_id)""",
        CREDIT_NOTE_TYPES,
        scope.digits,
        cash_lines(scope, documents, SQL("TRUE")),
    )


def _till_cash(scope: Scope) -> SQL:
    orders = SQL("pos.id IN (SELECT res_id FROM sales_commission_fact WHERE res_model = 'pos.order')")
    return SQL(
        """SELECT
    'pos.order',
    res_id,
    partial_id,
    day,
    SUM(paid) OVER in_order - paid,
    SUM(paid) OVER in_order,
    total,
    day - (pos.date_order AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date,
    total < 0,
    ROUND(SUM(paid) OVER (PARTITION BY res_id) - total, %s) = 0
FROM (%s) payment
JOIN pos_order pos ON pos.id = res_id
JOIN res_company company ON company.id = pos.company_id
WINDOW in_order AS (PARTITION BY res_id ORDER BY day, partial_id)""",
        scope.digits,
        till_cash(orders, SQL("TRUE")),
    )


def cash_lines(scope: Scope, documents: SQL, days: SQL) -> SQL:
    """The matched payments of invoices and credit notes, in the currency of the document.

    A document of 0.00 that no down payment went before is paid by itself: its row has no number of a payment, but 0.

    :param documents: a condition on ``move``
    :param days: a condition on ``day``, the day of the payment
    """
    of_company = SQL("move.company_id IN %s AND %s", scope.company_ids, documents)
    both = incoming, _outgoing = directions(has_tills=tills(scope.plan.env) is not None)
    paid = SQL(" UNION ALL ").join(
        SQL(
            """SELECT
            move.id AS res_id, partial.id AS partial_id, payment.date AS day, %(paid)s AS paid,
            move.amount_total AS total
        FROM account_partial_reconcile partial
        JOIN account_move_line receivable
            ON receivable.id = %(document_line)s AND receivable.display_type = 'payment_term'
        JOIN account_move move ON move.id = receivable.move_id
        %(payment)s
        WHERE move.state = 'posted' AND move.move_type IN %(move_types)s AND %(of_company)s""",
            paid=money(direction, direction.amount_currency),
            document_line=direction.document_line,
            payment=payment_join(direction),
            move_types=direction.move_types,
            of_company=of_company,
        )
        for direction in both
    )
    return SQL(
        """SELECT * FROM (
        %s
        UNION ALL
        SELECT move_id, COALESCE(partial_id, 0), day, paid, total FROM %s settled
    ) paid
    WHERE %s""",
        paid,
        nothing_to_pay(of_company, incoming),
        days,
    )
