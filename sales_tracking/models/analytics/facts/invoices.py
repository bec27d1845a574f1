"""Facts of customer invoices, credit notes and their payments."""

from odoo.tools import SQL

from ....tools.company_settings import SOURCES, setting_on
from ....tools.customer_documents import CREDIT_NOTE_TYPES, DOCUMENT_TYPES
from ....tools.payments import Direction, directions, money, nothing_to_pay, payment_join
from .basis import Basis, register
from .branch import MEASURES, PRODUCT_READS, PRODUCT_TABLES, UNIT_RATIO, Scope, local_day, on_days
from .discounts import INVOICE_LINES, branches_by_line

# An invoice line of several order lines follows the first of them, so that its shares sum to 100 % all the same.
INVOICE_SPLITS = SQL("""(
    SELECT link.invoice_line_id AS key, order_split.id, order_split.user_id, order_split.share
    FROM sales_credit_split order_split
    JOIN sale_order_line sold ON sold.order_id = order_split.order_id
    JOIN sale_order_line_invoice_rel link ON link.order_line_id = sold.id
    WHERE NOT EXISTS (
        SELECT
        FROM sale_order_line_invoice_rel earlier
        WHERE earlier.invoice_line_id = link.invoice_line_id AND earlier.order_line_id < link.order_line_id
    )
) AS split""")

# The cost per unit of the product on the day of the invoice, or when it was posted if that was earlier: what the price
# history says of that moment, else what the first change after it says of the time before. A credit note takes back at
# the cost of the invoice that it reverses.
COST_OF_THE_DAY = SQL("""(
    SELECT COALESCE(
        (
            SELECT COALESCE(earlier.new_value, 0)
            FROM product_price_history earlier
            WHERE earlier.kind = 'cost' AND earlier.product_id = line.product_id
                AND earlier.company_id = move.company_id AND earlier.date < sold_at.moment
            ORDER BY earlier.date DESC, earlier.id DESC
            LIMIT 1
        ),
        (
            SELECT COALESCE(later.old_value, CASE WHEN product.create_date >= moment THEN later.new_value END, 0)
            FROM product_price_history later
            WHERE later.kind = 'cost' AND later.product_id = line.product_id
                AND later.company_id = move.company_id AND later.date >= sold_at.moment
            ORDER BY later.date, later.id
            LIMIT 1
        ),
        (product.standard_price ->> move.company_id::text)::float8
    )::float8
    FROM (
        SELECT LEAST(
            (invoice.invoice_date + 1)::timestamp AT TIME ZONE company.sales_tz AT TIME ZONE 'UTC',
            invoice.sales_posted_on
        ) AS moment
        FROM account_move invoice
        JOIN res_company company ON company.id = invoice.company_id
        WHERE invoice.id = COALESCE(move.reversed_entry_id, move.id)
    ) sold_at
)""")

QUANTITY = SQL("line.quantity * %s * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END", UNIT_RATIO)
# Of a down payment: the cost of its order in proportion, or, if margins come with the final invoice, all that was paid.
DOWN_PAYMENT_COST = SQL(
    """-line.balance * (1 - CASE
            WHEN %s = 'final' THEN 0
            ELSE COALESCE(sale.margin / NULLIF(sale.amount_untaxed, 0), 0)
        END)""",
    setting_on("sales_commission_down_payment", SQL("company.id"), local_day(SQL("sale.date_order"))),
)
# The cost as the order line keeps it, per unit of the product; that of the invoice's day for what was never ordered.
INVOICE_UNIT_COST = SQL(
    """COALESCE(
    (
        SELECT CASE
            WHEN sold.is_downpayment THEN %s / NULLIF(%s, 0)
            ELSE sold.purchase_price / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                * COALESCE(product_unit.factor / NULLIF(sold_unit.factor, 0), 1)
        END
        FROM sale_order_line_invoice_rel link
        JOIN sale_order_line sold ON sold.id = link.order_line_id
        JOIN sale_order sale ON sale.id = sold.order_id
        JOIN res_company company ON company.id = sale.company_id
        LEFT JOIN uom_uom sold_unit ON sold_unit.id = sold.product_uom_id
        WHERE link.invoice_line_id = line.id
        ORDER BY sold.id
        LIMIT 1
    ),
    %s,
    0
)""",
    DOWN_PAYMENT_COST,
    QUANTITY,
    COST_OF_THE_DAY,
)

# As what a document counts: see measures. The last of the credit notes that together credit all of an invoice takes it
# back.
COUNTED_AS = SQL(
    """CASE WHEN move.move_type NOT IN %(credit_note_types)s THEN 1 ELSE COALESCE((
        SELECT CASE
            WHEN SUM(credit.amount_total) >= origin.amount_total
                AND SUM(credit.amount_total) - move.amount_total < origin.amount_total THEN -1
        END
        FROM account_move origin
        JOIN account_move credit ON credit.reversed_entry_id = origin.id AND credit.state = 'posted'
            AND credit.move_type IN %(credit_note_types)s
            AND (credit.invoice_date, credit.id) <= (move.invoice_date, move.id)
        WHERE origin.id = move.reversed_entry_id AND origin.state = 'posted'
        GROUP BY origin.id
    ), 0) END""",
    credit_note_types=CREDIT_NOTE_TYPES,
)

INVOICE_TABLES = SQL(
    """account_move_line line
    JOIN account_move move ON move.id = line.move_id
    LEFT JOIN res_partner partner ON partner.id = move.partner_id
    %s""",
    PRODUCT_TABLES,
)


def _invoice_columns() -> dict[str, SQL]:
    """What invoiced and collected rows have in common; the measures are those of the whole line."""
    return {
        "user_id": SQL("move.invoice_user_id"),
        "team_id": SQL("move.team_id"),
        "company_id": SQL("move.company_id"),
        "currency_id": SQL("line.company_currency_id"),
        "partner_id": SQL("move.commercial_partner_id"),
        "country_id": SQL("partner.country_id"),
        "product_id": SQL("line.product_id"),
        "categ_id": SQL("template.categ_id"),
        "source_id": SQL("move.source_id"),
        "medium_id": SQL("move.medium_id"),
        "campaign_id": SQL("move.campaign_id"),
        "sales_type": SQL("move.sales_type"),
        "quantity": QUANTITY,
        "unit_ratio": UNIT_RATIO,
        "amount": SQL("-line.balance"),
        "count": COUNTED_AS,
        "margin": SQL("(-line.balance - (%s * %s)::numeric)", QUANTITY, INVOICE_UNIT_COST),
        "res_model": SQL("'account.move'"),
        "res_id": SQL("move.id"),
        "line_id": SQL("line.id"),
    }


def invoiced(scope: Scope) -> list[SQL]:
    """Posted customer invoices less credit notes, untaxed, on the invoice date."""
    return branches_by_line(
        "invoiced",
        [SQL("line.id")],
        {
            **_invoice_columns(),
            "day": SQL("move.invoice_date"),
        },
        INVOICE_TABLES,
        SQL(
            "move.state = 'posted' AND move.move_type IN %s AND line.display_type = 'product' AND %s AND %s",
            DOCUMENT_TYPES,
            on_days(SQL("move.invoice_date"), scope),
            # The same day, by which the index of the lines finds them.
            on_days(SQL("line.invoice_date"), scope),
        ),
        lines=INVOICE_LINES,
        splits=INVOICE_SPLITS,
        scope=scope,
    )


def collected(scope: Scope) -> list[SQL]:
    """Each matched payment × untaxed ÷ total, per invoice line, on the payment's date.

    The ratio is in the invoice's currency, so that it reaches exactly 1 whatever the rate was when the customer paid.
    """
    return [
        *(branch for direction in directions(scope.has_tills) for branch in _collected(direction, scope)),
        *_collected_without_payment(scope),
    ]


def _collected(direction: Direction, scope: Scope) -> list[SQL]:
    columns = _invoice_columns()

    def paid_part(measure):
        paid = money(direction, SQL("(%s)::numeric * %s", measure, direction.amount_currency))
        return SQL("%s / NULLIF(move.amount_total, 0)", paid)

    return branches_by_line(
        "collected",
        [SQL("partial.id"), SQL("line.id")],
        {
            **columns,
            **{measure: paid_part(columns[measure]) for measure in MEASURES},
            "day": SQL("payment.date"),
            "partial_id": SQL("partial.id"),
        },
        SQL(
            """account_partial_reconcile partial
            JOIN account_move_line receivable
                ON receivable.id = %s AND receivable.display_type = 'payment_term'
            %s
            JOIN %s ON line.move_id = receivable.move_id""",
            direction.document_line,
            payment_join(direction),
            INVOICE_TABLES,
        ),
        SQL(
            "move.state = 'posted' AND move.move_type IN %s AND line.display_type = 'product' AND %s",
            direction.move_types,
            on_days(SQL("payment.date"), scope),
        ),
        lines=INVOICE_LINES,
        splits=INVOICE_SPLITS,
        scope=scope,
    )


def _collected_without_payment(scope: Scope) -> list[SQL]:
    """Documents of 0.00: nothing of them is left to pay once the down payments that they deduct are paid."""
    columns = _invoice_columns()
    incoming, _outgoing = directions(scope.has_tills)
    settled = nothing_to_pay(SQL("TRUE"), incoming)
    return branches_by_line(
        "collected",
        [SQL("COALESCE(settled.partial_id, 0)"), SQL("line.id")],
        {
            **columns,
            **{name: SQL("(%s)::numeric * settled.paid / settled.total", columns[name]) for name in MEASURES},
            "day": SQL("settled.day"),
            "partial_id": SQL("settled.partial_id"),
        },
        SQL("%s settled JOIN %s ON line.move_id = settled.move_id", settled, INVOICE_TABLES),
        SQL("line.display_type = 'product' AND %s", on_days(SQL("settled.day"), scope)),
        lines=INVOICE_LINES,
        splits=INVOICE_SPLITS,
        scope=scope,
    )


# Of invoices and of what is paid on them.
_READS = {
    **PRODUCT_READS,
    **SOURCES,
    "account.account": ("account_type",),
    "account.journal": ("type",),
    "account.move": (
        "amount_total", "campaign_id", "commercial_partner_id", "company_id", "invoice_date", "invoice_user_id",
        "medium_id", "move_type", "partner_id", "reversed_entry_id", "sales_posted_on", "sales_type", "source_id",
        "state", "team_id",
    ),
    "account.move.line": (
        "account_id", "balance", "date", "display_type", "invoice_date", "is_downpayment", "journal_id", "move_id",
        "price_subtotal", "product_id", "product_uom_id", "quantity", "tax_ids", "tax_line_id",
    ),
    "account.partial.reconcile": (
        "credit_amount_currency", "credit_move_id", "debit_amount_currency", "debit_move_id", "exchange_move_id",
    ),
    "account.tax": ("amount_type",),
    "product.price.history": ("company_id", "date", "kind", "new_value", "old_value", "product_id"),
    "product.product": (*PRODUCT_READS["product.product"], "standard_price"),
    "res.company": (*SOURCES["res.company"], "currency_id", "sale_discount_product_id", "sales_tz"),
    "res.partner": ("country_id",),
    "sale.order": ("margin",),
    "sale.order.line": ("invoice_lines", "is_downpayment", "margin", "order_id", "price_subtotal", "purchase_price"),
    "sales.credit.split": ("order_id", "share", "user_id"),
}  # fmt: skip

register(
    Basis(
        name="invoiced",
        code=1,
        label="Invoiced",
        branches=invoiced,
        reads=_READS,
        rate_of="account.move",
        promised=frozenset({"amount"}),
    )
)
register(
    Basis(
        name="collected",
        code=2,
        label="Collected",
        branches=collected,
        reads=_READS,
        rate_of="account.move",
        promised=frozenset({"amount"}),
    )
)
