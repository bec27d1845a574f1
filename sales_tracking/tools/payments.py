"""What a payment is: money that reached bank, cash or card for an invoice, or left them for a credit note.

One definition for facts, commissions, payment behaviour, promises and reports. What an entry settles is paid as far as
the entry moves money. Money is, of the lines of that entry:

- what is on a bank, cash or credit card account, or on its way there (in a journal of theirs);
- tax that the customer withheld: it is the company's at the tax office;
- what is on the accounts that count as money besides, by the company's choice (bank fees, for example);
- everything, if write-offs count as payments, by the company's choice.

What was paid at a till is money too, though its entry only moves the customer's debt to that of the till. An order of a
till without invoice has no entry of its own: its payments are those of the till (``till_payments``).

Credit notes, bills, write-offs, discounts for early payment and exchange differences are no payments.
"""

from typing import NamedTuple

from odoo.tools import SQL

from . import company_settings, tills
from .customer_documents import CREDIT_NOTE_TYPES, DOCUMENT_TYPES, INVOICE_TYPES

# What the definition reads, to be flushed before it is asked.
SOURCES = {
    **company_settings.SOURCES,
    "res.company": [*company_settings.SOURCES["res.company"], "account_default_pos_receivable_account_id"],
    "account.account": ["account_type"],
    "account.journal": ["type"],
    "account.move.line": ["account_id", "balance", "company_id", "date", "journal_id", "move_id", "tax_line_id"],
    "account.partial.reconcile": [
        "credit_amount_currency", "credit_move_id", "debit_amount_currency", "debit_move_id", "exchange_move_id",
    ],
}  # fmt: skip


class Direction(NamedTuple):
    """Documents, and the sides of a matching on which they and their payments are; the sign of settled balances.

    has_tills tells that the point of sale is installed.
    """

    move_types: tuple[str, ...]
    document_side: str
    payment_side: str
    sign: int
    has_tills: bool = False

    @property
    def document_line(self) -> SQL:
        return SQL.identifier("partial", f"{self.document_side}_move_id")

    @property
    def amount_currency(self) -> SQL:
        """What a matching settles, in the currency of the document."""
        return SQL.identifier("partial", f"{self.document_side}_amount_currency")


INCOMING = Direction(INVOICE_TYPES, "debit", "credit", -1)
OUTGOING = Direction(CREDIT_NOTE_TYPES, "credit", "debit", 1)


def directions(has_tills: bool) -> tuple[Direction, Direction]:
    """The payments of invoices and those of credit notes."""
    return INCOMING._replace(has_tills=has_tills), OUTGOING._replace(has_tills=has_tills)


def incoming(env) -> Direction:
    """The payments of invoices in this database."""
    return INCOMING._replace(has_tills=tills.tills(env) is not None)


def flush(env):
    """Write what the definition reads."""
    for model, names in SOURCES.items():
        env[model].flush_model(names)
    for field in tills.fields_to_flush(env):
        env[field.model_name].flush_model([field.name])


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
                OR %s
                OR journal.type NOT IN ('sale', 'purchase') AND NOT EXISTS (
                    SELECT FROM account_partial_reconcile other WHERE other.exchange_move_id = payment.move_id
                )
            )""",
        SQL.identifier("partial", f"{direction.payment_side}_move_id"),
        tills.paid_at_till(direction.has_tills),
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
        "CASE WHEN %s THEN %s ELSE %s END",
        tills.paid_at_till(direction.has_tills),
        amount,
        _money_of_entry(direction, amount),
    )


def _money_of_entry(direction: Direction, amount: SQL) -> SQL:
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


def nothing_to_pay(where: SQL, direction: Direction) -> SQL:
    """When a document of 0.00 counts as paid: rows (move_id, partial_id, day, paid, total).

    Where it deducts down payments, it is paid as far as their invoices are: a row per payment of these, on its day but
    not before that of the document. Else, as for goods exchanged, all of it is paid on its own day.

    :param where: a condition on ``move``, the document
    :param direction: that of invoices
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
        document_line=direction.document_line,
        payment=payment_join(direction),
        paid=money(direction, direction.amount_currency),
    )


def till_payments(where: SQL) -> SQL:
    """When orders of tills without invoice are paid: rows (order_id, payment_id, day, paid, total), one per day.

    What was put on the customer's account is paid when its item in the entry of the session is: such a row has the
    negated number of the matching. An order of 0.00, as for goods exchanged, is paid by itself on its own day, and its
    payment_id is 0.

    :param where: a condition on ``pos``, the order
    """
    return SQL(
        """(
        SELECT
            pos.id AS order_id, MIN(payment.id) AS payment_id, local.day, SUM(payment.amount) AS paid,
            MIN(pos.amount_paid) AS total
        FROM pos_payment payment
        JOIN pos_payment_method method ON method.id = payment.payment_method_id
        JOIN pos_order pos ON pos.id = payment.pos_order_id
        JOIN res_company company ON company.id = pos.company_id
        CROSS JOIN LATERAL (
            SELECT (payment.payment_date AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date AS day
        ) local
        WHERE %(is_sold)s AND %(no_invoice)s AND pos.amount_total <> 0 AND NOT %(on_account)s AND %(where)s
        GROUP BY pos.id, local.day
        UNION ALL
        SELECT pos.id, 0, (pos.date_order AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date, 1.0, 1.0
        FROM pos_order pos
        JOIN res_company company ON company.id = pos.company_id
        WHERE %(is_sold)s AND %(no_invoice)s AND pos.amount_total = 0 AND %(where)s
        UNION ALL
        %(of_account)s
    )""",
        is_sold=tills.IS_SOLD,
        no_invoice=tills.HAS_NO_INVOICE,
        on_account=tills.ON_ACCOUNT,
        where=where,
        of_account=SQL("\n        UNION ALL\n        ").join(
            _account_payments(direction, where) for direction in directions(has_tills=True)
        ),
    )


def _account_payments(direction: Direction, where: SQL) -> SQL:
    """Payments of what orders without invoice put on the customers' accounts.

    The entry of a session has an item for each, without a link: the first of equal amounts of a customer is the first
    item. Only items of customers' accounts are followed up.
    """
    return SQL(
        """SELECT owed.order_id, -partial.id, payment.date, %(paid)s, owed.total
        FROM (
            SELECT
                pos.id AS order_id, pos.amount_paid AS total, put.amount, session.move_id,
                customer.commercial_partner_id AS customer_id,
                (
                    SELECT COUNT(*)
                    FROM pos_payment earlier
                    JOIN pos_payment_method method ON method.id = earlier.payment_method_id
                    JOIN pos_order other ON other.id = earlier.pos_order_id
                    JOIN res_partner other_customer ON other_customer.id = other.partner_id
                    WHERE earlier.session_id = put.session_id AND earlier.id < put.id AND earlier.amount = put.amount
                        AND %(on_account)s AND other.account_move IS NULL
                        AND other_customer.commercial_partner_id = customer.commercial_partner_id
                ) AS place
            FROM pos_payment put
            JOIN pos_payment_method method ON method.id = put.payment_method_id
            JOIN pos_order pos ON pos.id = put.pos_order_id
            JOIN pos_session session ON session.id = put.session_id
            JOIN res_partner customer ON customer.id = pos.partner_id
            WHERE %(on_account)s AND put.amount * %(sign)s < 0
                AND %(is_sold)s AND %(no_invoice)s AND pos.amount_paid <> 0 AND %(where)s
        ) owed
        CROSS JOIN LATERAL (
            SELECT item.id
            FROM account_move_line item
            WHERE item.move_id = owed.move_id AND item.partner_id = owed.customer_id
                AND item.amount_currency = owed.amount AND item.no_followup IS NOT TRUE
            ORDER BY item.id
            LIMIT 1 OFFSET owed.place
        ) item
        JOIN account_partial_reconcile partial ON %(document_line)s = item.id
        %(payment)s""",
        paid=SQL("%s * %s", -direction.sign, money(direction, direction.amount_currency)),
        on_account=tills.ON_ACCOUNT,
        sign=direction.sign,
        is_sold=tills.IS_SOLD,
        no_invoice=tills.HAS_NO_INVOICE,
        where=where,
        document_line=direction.document_line,
        payment=payment_join(direction),
    )
