"""What a payment is: money that reached bank, cash or card for an invoice, or left them for a credit note.

One definition for facts, commissions, payment behaviour, promises and reports. What an entry settles is paid as far as
the entry moves money. Money is, of the lines of that entry:

- what is on a bank, cash or credit card account, or on its way there (in a journal of theirs);
- tax that the customer withheld: it is the company's at the tax office;
- what is on the accounts that count as money besides, by the company's choice (bank fees, for example);
- everything, if write-offs count as payments, by the company's choice.

Credit notes, bills, write-offs, discounts for early payment and exchange differences are no payments.
"""

from typing import NamedTuple

from odoo.tools import SQL

from . import company_settings
from .customer_documents import CREDIT_NOTE_TYPES, DOCUMENT_TYPES, INVOICE_TYPES

# What the definition reads, to be flushed before it is asked.
SOURCES = {
    **company_settings.SOURCES,
    "account.account": ["account_type"],
    "account.journal": ["type"],
    "account.move.line": ["account_id", "balance", "company_id", "date", "journal_id", "move_id", "tax_line_id"],
    "account.partial.reconcile": [
        "credit_amount_currency", "credit_move_id", "debit_amount_currency", "debit_move_id", "exchange_move_id",
    ],
}  # fmt: skip


class Direction(NamedTuple):
    """Documents, and the sides of a matching on which they and their payments are; the sign of settled balances."""

    move_types: tuple[str, ...]
    document_side: str
    payment_side: str
    sign: int

    @property
    def document_line(self) -> SQL:
        return SQL.identifier("partial", f"{self.document_side}_move_id")

    @property
    def amount_currency(self) -> SQL:
        """What a matching settles, in the currency of the document."""
        return SQL.identifier("partial", f"{self.document_side}_amount_currency")


INCOMING = Direction(INVOICE_TYPES, "debit", "credit", -1)
OUTGOING = Direction(CREDIT_NOTE_TYPES, "credit", "debit", 1)
DIRECTIONS = (INCOMING, OUTGOING)

# The columns of the localizations exist where these are installed.
WITHHELD = SQL("""EXISTS (
        SELECT FROM account_tax tax
        WHERE tax.id = entry.tax_line_id AND (
            (to_jsonb(tax) ->> 'is_withholding_tax_on_payment')::boolean
            OR to_jsonb(tax) ->> 'l10n_ar_withholding_payment_type' = 'customer'
        )
    )""")
IS_MONEY = SQL(
    """CASE
        WHEN account.account_type IN ('asset_receivable', 'liability_payable') THEN FALSE
        WHEN account.account_type IN ('asset_cash', 'liability_credit_card') THEN TRUE
        WHEN entry.tax_line_id IS NULL AND account.account_type IN ('asset_current', 'liability_current')
            AND journal.type IN ('bank', 'cash', 'credit') THEN TRUE
        ELSE %s
            OR entry.account_id = ANY(%s)
            OR %s
    END""",
    WITHHELD,
    company_settings.money_accounts_on(SQL("entry.company_id"), SQL("entry.date")),
    company_settings.setting_on("sales_commission_write_off_is_cash", SQL("entry.company_id"), SQL("entry.date")),
)


def settlement_join(direction: Direction) -> SQL:
    """The joins from ``partial``, a matching, to ``payment``, what settles it other than another document.

    Whether that moves money is what `money` tells. Exchange differences settle nothing.
    """
    return SQL(
        """JOIN account_move_line payment ON payment.id = %s
            JOIN account_journal journal ON journal.id = payment.journal_id AND (
                journal.type IN ('bank', 'cash', 'credit')
                OR journal.type NOT IN ('sale', 'purchase') AND NOT EXISTS (
                    SELECT FROM account_partial_reconcile other WHERE other.exchange_move_id = payment.move_id
                )
            )""",
        SQL.identifier("partial", f"{direction.payment_side}_move_id"),
    )


def payment_join(direction: Direction) -> SQL:
    """The joins from ``partial``, a matching, to ``payment``, the journal item that pays, if it is one."""
    return SQL(
        "%s AND (journal.type IN ('bank', 'cash', 'credit') OR %s > 0)",
        settlement_join(direction),
        money(direction, SQL("1.0")),
    )


def money(direction: Direction, amount: SQL) -> SQL:
    """The part of an amount, settled by the ``payment``, that is money. Multiplied before it is divided."""
    return SQL(
        """(
        SELECT %(amount)s * LEAST(GREATEST(moved, 0), settled) / settled
        FROM (
            SELECT
                SUM(-%(sign)s * entry.balance) FILTER (WHERE %(is_money)s) AS moved,
                NULLIF(SUM(%(sign)s * entry.balance) FILTER (
                    WHERE %(sign)s * entry.balance > 0
                        AND account.account_type IN ('asset_receivable', 'liability_payable')
                ), 0) AS settled
            FROM account_move_line entry
            JOIN account_account account ON account.id = entry.account_id
            WHERE entry.move_id = payment.move_id
        ) entry_sum
    )""",
        amount=amount,
        sign=direction.sign,
        is_money=IS_MONEY,
    )


def nothing_to_pay(where: SQL) -> SQL:
    """When a document of 0.00 counts as paid: rows (move_id, partial_id, day, paid, total).

    Where it deducts down payments, it is paid as far as their invoices are: a row per payment of these, on its day but
    not before that of the document. Else, as for goods exchanged, all of it is paid on its own day.

    :param where: a condition on ``move``, the document
    """
    return SQL(
        """(
        SELECT move.id AS move_id, NULL::int AS partial_id, move.invoice_date AS day, 1.0 AS paid, 1.0 AS total
        FROM account_move move
        WHERE %(is_zero)s AND %(where)s
            AND NOT EXISTS (SELECT FROM account_move_line line WHERE line.move_id = move.id AND line.is_downpayment)
        UNION ALL
        SELECT advance.move_id, partial.id, GREATEST(payment.date, advance.day), %(paid)s, advance.total
        FROM (
            SELECT
                move.id AS move_id, move.invoice_date AS day, invoice.id AS invoice_id,
                SUM(invoice.amount_total) OVER (PARTITION BY move.id) AS total
            FROM account_move move
            CROSS JOIN LATERAL (
                SELECT DISTINCT invoice.id, invoice.amount_total
                FROM account_move_line deducted
                JOIN sale_order_line_invoice_rel deducted_link ON deducted_link.invoice_line_id = deducted.id
                JOIN sale_order_line_invoice_rel link ON link.order_line_id = deducted_link.order_line_id
                JOIN account_move_line line ON line.id = link.invoice_line_id AND line.balance < 0
                JOIN account_move invoice ON invoice.id = line.move_id
                WHERE deducted.move_id = move.id AND deducted.is_downpayment AND deducted.balance > 0
                    AND invoice.state = 'posted' AND invoice.move_type IN %(invoice_types)s AND invoice.amount_total > 0
            ) invoice
            WHERE %(is_zero)s AND %(where)s
        ) advance
        JOIN account_move_line receivable
            ON receivable.move_id = advance.invoice_id AND receivable.display_type = 'payment_term'
        JOIN account_partial_reconcile partial ON %(document_line)s = receivable.id
        %(payment)s
    )""",
        # As the index of these documents says.
        is_zero=SQL("move.state = 'posted' AND move.amount_total = 0 AND move.move_type IN %s", DOCUMENT_TYPES),
        where=where,
        invoice_types=INVOICE_TYPES,
        document_line=INCOMING.document_line,
        payment=payment_join(INCOMING),
        paid=money(INCOMING, INCOMING.amount_currency),
    )
