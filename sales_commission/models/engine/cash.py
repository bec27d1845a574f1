"""The cash of invoices and credit notes: read from the matched payments, never from a payment state."""

from odoo.tools import SQL

from .scope import Scope


def cash_statement(scope: Scope) -> SQL:
    """The statement that makes the temporary table of the payments of the facts' documents.

    It has the part of the document's total that was paid before and after each payment.
    """
    if "collected" not in scope.bases:
        return SQL(
            "CREATE TEMPORARY TABLE sales_commission_cash ON COMMIT DROP AS "
            "SELECT 0 AS res_id, 0 AS partial_id, NULL::date AS day, 0.0 AS before, 0.0 AS after WHERE FALSE"
        )
    in_documents = SQL("move.id IN (SELECT res_id FROM sales_commission_fact WHERE res_model = 'account.move')")
    return SQL(
        """CREATE TEMPORARY TABLE sales_commission_cash ON COMMIT DROP AS
SELECT
    res_id,
    partial_id,
    day,
    (SUM(paid) OVER in_order - paid) / total AS before,
    SUM(paid) OVER in_order / total AS after
FROM (%s) payment
WHERE total <> 0
WINDOW in_order AS (PARTITION BY res_id ORDER BY day, partial_id)""",
        cash_lines(scope, in_documents),
    )


def cash_lines(scope: Scope, where: SQL) -> SQL:
    """The matched payments of invoices and credit notes, in the currency of the document.

    A payment is what a bank, cash or credit card journal holds; what it wrote off or left as a discount for early
    payment is no cash. The company may count these, and those that were booked by hand, as cash. A credit note is
    never cash, nor an exchange difference.
    """
    journals, part = ["bank", "cash", "credit"], CASH_PART
    if scope.company.sales_commission_write_off_is_cash:
        journals, part = [*journals, "general"], SQL("1")
    return SQL(" UNION ALL ").join(
        SQL(
            """SELECT
            move.id AS res_id, partial.id AS partial_id, payment.date AS day,
            partial.%(amount)s * %(part)s AS paid, move.amount_total AS total
        FROM account_partial_reconcile partial
        JOIN account_move_line receivable
            ON receivable.id = partial.%(invoice_side)s AND receivable.display_type = 'payment_term'
        JOIN account_move move ON move.id = receivable.move_id
        JOIN account_move_line payment ON payment.id = partial.%(payment_side)s
        JOIN account_journal journal ON journal.id = payment.journal_id AND journal.type = ANY(%(journals)s)
        WHERE move.company_id = %(company_id)s AND move.state = 'posted' AND move.move_type = %(move_type)s
            AND NOT EXISTS (
                SELECT FROM account_partial_reconcile other WHERE other.exchange_move_id = payment.move_id
            )
            AND %(where)s""",
            amount=SQL.identifier(f"{invoice_side}_amount_currency"),
            part=part,
            invoice_side=SQL.identifier(f"{invoice_side}_move_id"),
            payment_side=SQL.identifier(f"{payment_side}_move_id"),
            journals=journals,
            company_id=scope.company.id,
            move_type=move_type,
            where=where,
        )
        for move_type, invoice_side, payment_side in (
            ("out_invoice", "debit", "credit"),
            ("out_refund", "credit", "debit"),
        )
    )


# Of what a payment settles, the part that it moved into the bank.
CASH_PART = SQL("""COALESCE((
            SELECT LEAST(1, ABS(SUM(line.balance) FILTER (
                WHERE account.account_type IN (
                    'asset_cash', 'asset_current', 'liability_credit_card', 'liability_current'
                ) AND line.tax_repartition_line_id IS NULL
            )) / NULLIF(ABS(SUM(line.balance) FILTER (
                WHERE account.account_type IN ('asset_receivable', 'liability_payable')
            )), 0))
            FROM account_move_line line
            JOIN account_account account ON account.id = line.account_id
            WHERE line.move_id = payment.move_id
        ), 1)""")
