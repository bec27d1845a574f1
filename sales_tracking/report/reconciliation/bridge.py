"""The SQL of the bridge from what was sold in the field to what was invoiced and collected.

own_order      -> the orders of the people whom the reader is limited to; with such limits alone, as own_move
own_move       -> the documents of the span that are of these orders or people
order_line     -> the order lines that were ordered or invoiced in the span
sold           -> the confirmed ones, a row per person with a share in the order
made           -> the orders that were made in visits, by customer and day
visited        -> the visit in which an order was made
billed         -> the invoice lines of order lines, with the part of what was ordered that each invoices
invoiced       -> the lines of invoices and credit notes of the span, a row per person with a share
collected      -> the money of the span by document, person and month
written_off    -> what of the documents of the span was settled without money in their own month
step           -> what each document moves from one figure to the next
flagged        -> visits without the order that they tell of, and orders of visits that were cancelled since
"""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL

from ...models.analytics.facts import Scope, facts
from ...models.analytics.facts.branch import local_day, on_days, on_local_days, product_tables, unit_ratio
from ...models.analytics.facts.invoices import INVOICE_SPLITS, QUANTITY
from ...models.analytics.facts.orders import ORDER_RATE, ORDER_SPLITS
from ...tools.customer_documents import CREDIT_NOTE_TYPES, DOCUMENT_TYPES
from ...tools.payments import directions, money, settlement_join
from ...tools.tills import Tills
from ...tools.visit_orders import orders_of_visits

# The steps in the order in which they lead from one figure to the next; the sum of all is the money received.
CODES = (
    "ordered_in_visits", "ordered_without_visit",
    "invoiced_of_earlier", "not_yet_invoiced", "down_payments", "credit_notes", "invoiced_without_order",
    "other_salesperson", "differences",
    "collected_of_earlier", "not_yet_collected", "written_off",
    "collected_tax",
)  # fmt: skip
LONGEST_VISIT = timedelta(days=31)
ID_FACTORS = {"res_id": 1_000_000_007, "user_id": 998_244_353, "month": 715_827_883, "visit_id": 536_870_909}


class Limits(NamedTuple):
    """What a reader wants at the most, as conditions: on ``sale``, on ``move`` and on ``fact``, a collected one."""

    orders: SQL
    documents: SQL
    facts: SQL


class Span(NamedTuple):
    """From the first day of a month to the last of one, both included; None: without that limit."""

    first: date | None = None
    last: date | None = None
    discount_products: tuple[int, ...] = ()
    tills: Tills | None = None
    limits: Limits | None = None


def bridge(span: Span) -> SQL:
    """A query with a row per month, person, step and document; amounts untaxed in the company's currency.

    Amounts are exact but for divisions: what is less than a millionth is none.
    """
    return SQL(
        """WITH %s,
%s,
%s,
%s,
%s,
%s,
%s,
%s,
%s,
%s
SELECT
    %s AS id, code, month, user_id, team_id, company_id, currency_id, step.partner_id, amount,
    res_model, res_id, visit_id, tie, flag
FROM (SELECT * FROM step WHERE ROUND(amount, 6) <> 0 UNION ALL SELECT * FROM flagged) step
JOIN (SELECT id AS company_id, currency_id FROM res_company) company USING (company_id)
WHERE %s
-- What a reader asks of the rows is asked of the result: within the steps PostgreSQL would take it to leave a row or
-- two of each, and loop over them.
OFFSET 0""",
        _order_lines(span),
        _sold(),
        _made(span),
        _visited(),
        _billed(),
        _invoiced(span),
        _collected(span),
        _written_off(span),
        _steps(),
        _flagged(span),
        _row_id(),
        on_days(SQL("month"), span),
    )


def _row_id() -> SQL:
    """A number below 2^53 that tells the rows apart."""
    mixed = SQL(" + ").join(
        SQL("%s * %s", number, ID_FACTORS[name])
        for name, number in (
            ("res_id", SQL("res_id::bigint")),
            ("user_id", SQL("COALESCE(user_id, 0)::bigint")),
            ("month", SQL("(month - DATE '1970-01-01')::bigint")),
            ("visit_id", SQL("COALESCE(visit_id, 0)::bigint")),
        )
    )
    return SQL("((%s) %% %s) * 16 + ARRAY_POSITION(%s, code) - 1", mixed, 2**48, list(CODES))


def _month(day: SQL) -> SQL:
    return SQL("DATE_TRUNC('month', %s)::date", day)


def _order_lines(span: Span) -> SQL:
    """``order_line``; with limits ``own_order`` and ``own_move`` as well.

    A document is wanted as a whole: what it takes from one person and gives to another is one row for each of them.
    """
    named = SQL()
    if span.limits:
        named = SQL(
            """own_order AS MATERIALIZED (
    SELECT sale.id FROM sale_order sale WHERE sale.state = 'sale' AND %(orders)s
),
own_move AS MATERIALIZED (
    SELECT move.id
    FROM account_move move
    WHERE move.state = 'posted' AND move.move_type IN %(types)s AND %(move_days)s AND %(documents)s
    UNION
    SELECT line.move_id
    FROM own_order
    JOIN sale_order_line sold ON sold.order_id = own_order.id
    JOIN sale_order_line_invoice_rel link ON link.order_line_id = sold.id
    JOIN account_move_line line ON line.id = link.invoice_line_id
    WHERE %(line_days)s
),
""",
            orders=span.limits.orders,
            documents=span.limits.documents,
            types=DOCUMENT_TYPES,
            move_days=on_days(SQL("move.invoice_date"), span),
            line_days=on_days(SQL("line.invoice_date"), span),
        )
    return SQL(
        """%(named)sorder_line AS (
    SELECT line.id
    FROM sale_order_line line
    JOIN sale_order sale ON sale.id = line.order_id
    JOIN res_company company ON company.id = sale.company_id
    WHERE sale.state = 'sale' AND %(order_days)s AND %(is_own_order)s
    UNION
    SELECT link.order_line_id
    FROM account_move_line line
    JOIN account_move move ON move.id = line.move_id
    JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
    WHERE move.state = 'posted' AND move.move_type IN %(types)s AND line.display_type = 'product' AND %(line_days)s
        AND %(is_own_move)s
)""",
        named=named,
        order_days=on_local_days(SQL("sale.date_order"), span),
        is_own_order=SQL("sale.id IN (SELECT id FROM own_order)") if span.limits else SQL("TRUE"),
        types=DOCUMENT_TYPES,
        line_days=on_days(SQL("line.invoice_date"), span),
        is_own_move=_is_own_move(span),
    )


def _is_own_move(span: Span) -> SQL:
    return SQL("move.id IN (SELECT id FROM own_move)") if span.limits else SQL("TRUE")


def _sold() -> SQL:
    return SQL(
        """sold AS MATERIALIZED (
    SELECT
        line.id AS order_line_id, sale.id AS order_id, sale.company_id, sale.team_id,
        COALESCE(split.user_id, sale.user_id) AS user_id,
        COALESCE(split.share::numeric / 100, 1) AS share,
        partner.commercial_partner_id AS partner_id, sale.date_order, %(month)s AS month,
        line.price_subtotal / %(rate)s AS amount,
        line.product_uom_qty * %(unit_ratio)s AS quantity
    FROM order_line
    JOIN sale_order_line line ON line.id = order_line.id
    JOIN sale_order sale ON sale.id = line.order_id
    JOIN res_company company ON company.id = sale.company_id
    LEFT JOIN res_partner partner ON partner.id = sale.partner_id
    LEFT JOIN %(splits)s ON split.key = sale.id
    %(product_tables)s
    WHERE sale.state = 'sale' AND line.display_type IS NULL AND line.is_downpayment IS NOT TRUE
)""",
        month=_month(local_day(SQL("sale.date_order"))),
        rate=ORDER_RATE,
        unit_ratio=unit_ratio(),
        splits=ORDER_SPLITS,
        product_tables=product_tables(),
    )


def _made(span: Span) -> SQL:
    # An order is of a visit of its own day, or of one that began earlier and was still open.
    days = span._replace(first=span.first and span.first - LONGEST_VISIT)
    where = SQL("visit.state IN ('in_progress', 'done') AND %s", on_days(SQL("visit.day"), days))
    return SQL("made AS MATERIALIZED (SELECT * FROM %s made)", orders_of_visits(where))


def _visited() -> SQL:
    """``visited``: one visit for each order: the one it was made from, else that of its customer and day."""
    return SQL(
        """visited AS (
    SELECT
        sale.id AS order_id, visit.id AS visit_id,
        CASE WHEN visit.id = sale.visit_id THEN 'link' ELSE 'day' END AS tie,
        CASE
            WHEN made.visit_id IS DISTINCT FROM visit.id THEN 'outside_visit'
            WHEN visit.verification = 'out_of_range' THEN 'out_of_range'
        END AS flag
    FROM (SELECT DISTINCT order_id FROM sold) ordered
    JOIN sale_order sale ON sale.id = ordered.order_id
    LEFT JOIN (SELECT order_id, MIN(visit_id) AS visit_id FROM made GROUP BY order_id) made ON made.order_id = sale.id
    JOIN sales_visit visit ON visit.id = COALESCE(sale.visit_id, made.visit_id)
        AND visit.state IN ('in_progress', 'done')
)"""
    )


def _billed() -> SQL:
    """``billed``: a part is of the quantity that was ordered, the parts of an order line are 1 in sum at the most.

    The last invoice of an order of which less is left than was paid in advance is a credit note: what it sells has a
    positive amount.
    """
    return SQL(
        """billed AS (
    SELECT
        invoice_line_id, order_line_id, move_id, month, amount,
        LEAST(GREATEST(run, 0), 1) - LEAST(GREATEST(run - ratio, 0), 1) AS part
    FROM (
        SELECT
            line.id AS invoice_line_id, ordered.order_line_id, move.id AS move_id, %(month)s AS month,
            -line.balance AS amount, delivered.ratio,
            SUM(delivered.ratio) OVER (PARTITION BY ordered.order_line_id ORDER BY move.invoice_date, line.id) AS run
        FROM (SELECT DISTINCT order_line_id, quantity FROM sold) ordered
        JOIN sale_order_line_invoice_rel link ON link.order_line_id = ordered.order_line_id
        JOIN account_move_line line ON line.id = link.invoice_line_id
        JOIN account_move move ON move.id = line.move_id
        %(product_tables)s
        CROSS JOIN LATERAL (
            SELECT COALESCE((%(quantity)s)::numeric / NULLIF(ordered.quantity, 0)::numeric, 0) AS ratio
        ) delivered
        WHERE move.state = 'posted' AND move.move_type IN %(types)s AND line.display_type = 'product'
            AND (move.move_type NOT IN %(credit_note_types)s OR line.balance < 0)
            AND NOT EXISTS (
                SELECT
                FROM sale_order_line_invoice_rel earlier
                WHERE earlier.invoice_line_id = line.id AND earlier.order_line_id < link.order_line_id
            )
    ) delivery
)""",
        month=_month(SQL("move.invoice_date")),
        product_tables=product_tables(),
        quantity=QUANTITY,
        types=DOCUMENT_TYPES,
        credit_note_types=CREDIT_NOTE_TYPES,
    )


def _invoiced(span: Span) -> SQL:
    return SQL(
        """invoiced AS MATERIALIZED (
    SELECT
        move.id AS move_id, move.company_id, move.team_id, COALESCE(split.user_id, move.invoice_user_id) AS user_id,
        move.commercial_partner_id AS partner_id, %(month)s AS month,
        -line.balance * COALESCE(split.share::numeric / 100, 1) AS amount,
        CASE
            WHEN EXISTS (
                SELECT
                FROM sale_order_line_invoice_rel link
                JOIN sale_order_line advance ON advance.id = link.order_line_id AND advance.is_downpayment
                WHERE link.invoice_line_id = line.id
            ) THEN 'down_payments'
            WHEN billed.invoice_line_id IS NOT NULL THEN 'other_salesperson'
            WHEN move.move_type IN %(credit_note_types)s THEN 'credit_notes'
            ELSE 'invoiced_without_order'
        END AS code
    FROM account_move_line line
    JOIN account_move move ON move.id = line.move_id
    LEFT JOIN billed ON billed.invoice_line_id = line.id
    LEFT JOIN %(splits)s ON split.key = line.id
    WHERE move.state = 'posted' AND move.move_type IN %(types)s AND line.display_type = 'product' AND %(days)s
        AND %(is_own_move)s
)""",
        month=_month(SQL("move.invoice_date")),
        is_own_move=_is_own_move(span),
        splits=INVOICE_SPLITS,
        types=DOCUMENT_TYPES,
        credit_note_types=CREDIT_NOTE_TYPES,
        days=on_days(SQL("line.invoice_date"), span),
    )


def _collected(span: Span) -> SQL:
    collected = facts(
        Scope(
            bases=("collected",),
            first=span.first,
            last=span.last,
            discount_products=span.discount_products,
            tills=span.tills,
        )
    )
    return SQL(
        """collected AS MATERIALIZED (
    SELECT
        fact.res_id AS move_id, fact.company_id, fact.team_id, fact.user_id, fact.partner_id, %s AS month,
        SUM(fact.amount) AS amount
    FROM (%s) fact
    -- What tills sell without an invoice is no step from an order to its money.
    WHERE fact.res_model = 'account.move' AND %s
    GROUP BY fact.res_id, fact.company_id, fact.team_id, fact.user_id, fact.partner_id, 6
)""",
        _month(SQL("fact.day")),
        collected,
        span.limits.facts if span.limits else SQL("TRUE"),
    )


def _written_off(span: Span) -> SQL:
    """``written_off``: the untaxed part, by document, of what was settled without money in the document's month."""
    settled = SQL("\n        UNION ALL\n        ").join(
        SQL(
            """SELECT
            move.id AS move_id,
            (%(settled)s - COALESCE(%(money)s, 0)) / NULLIF(move.amount_total, 0) AS part
        FROM account_partial_reconcile partial
        JOIN account_move_line receivable ON receivable.id = %(document_line)s
            AND receivable.display_type = 'payment_term'
        %(settlement)s
        JOIN account_move move ON move.id = receivable.move_id AND move.move_type IN %(types)s
        WHERE move.id IN (SELECT move_id FROM invoiced) AND %(month)s = %(document_month)s""",
            settled=direction.amount_currency,
            money=money(direction, direction.amount_currency),
            document_line=direction.document_line,
            settlement=settlement_join(direction),
            types=direction.move_types,
            month=_month(SQL("payment.date")),
            document_month=_month(SQL("move.invoice_date")),
        )
        for direction in directions(has_tills=span.tills is not None)
    )
    return SQL(
        """written_off AS (
    SELECT move_id, SUM(part) AS part
    FROM (
        %s
    ) settled
    WHERE part > 0
    GROUP BY move_id
)""",
        settled,
    )


def _steps() -> SQL:
    return SQL("""document AS (
    -- What a document of the span invoiced for a person, collected in its own month, and lost to write-offs there.
    SELECT
        invoiced.move_id, invoiced.company_id, invoiced.team_id, invoiced.user_id, invoiced.partner_id,
        invoiced.month, invoiced.amount, COALESCE(SUM(collected.amount), 0) AS collected,
        invoiced.amount * COALESCE(MIN(written_off.part), 0) AS written_off
    FROM (
        SELECT move_id, company_id, team_id, user_id, partner_id, month, SUM(amount) AS amount
        FROM invoiced
        GROUP BY move_id, company_id, team_id, user_id, partner_id, month
    ) invoiced
    LEFT JOIN collected
        ON collected.move_id = invoiced.move_id AND collected.month = invoiced.month
            AND collected.user_id IS NOT DISTINCT FROM invoiced.user_id
    LEFT JOIN written_off ON written_off.move_id = invoiced.move_id
    GROUP BY
        invoiced.move_id, invoiced.company_id, invoiced.team_id, invoiced.user_id, invoiced.partner_id,
        invoiced.month, invoiced.amount
),
step AS (
    SELECT
        CASE WHEN visit_id IS NULL THEN 'ordered_without_visit' ELSE 'ordered_in_visits' END AS code,
        month, user_id, team_id, company_id, partner_id, SUM(amount * share) AS amount,
        'sale.order' AS res_model, order_id AS res_id, visit_id, tie, flag
    FROM sold
    LEFT JOIN visited USING (order_id)
    GROUP BY month, user_id, team_id, company_id, partner_id, order_id, visit_id, tie, flag
    UNION ALL
    SELECT
        'not_yet_invoiced', month, user_id, team_id, company_id, partner_id,
        -SUM(amount * share * (1 - COALESCE(billed_at_once.part, 0))), 'sale.order', order_id, NULL, NULL, NULL
    FROM sold
    LEFT JOIN (
        SELECT order_line_id, month, SUM(part) AS part FROM billed GROUP BY order_line_id, month
    ) billed_at_once USING (order_line_id, month)
    GROUP BY month, user_id, team_id, company_id, partner_id, order_id
    UNION ALL
    SELECT
        'invoiced_of_earlier', billed.month, sold.user_id, sold.team_id, sold.company_id, sold.partner_id,
        SUM(sold.amount * share * part), 'account.move', move_id, NULL, NULL, NULL
    FROM billed
    JOIN sold USING (order_line_id)
    WHERE billed.month <> sold.month
    GROUP BY billed.month, sold.user_id, sold.team_id, sold.company_id, sold.partner_id, move_id
    UNION ALL
    SELECT
        'differences', billed.month, sold.user_id, sold.team_id, sold.company_id, sold.partner_id,
        SUM(billed.amount * share - sold.amount * share * part), 'account.move', move_id, NULL, NULL, NULL
    FROM billed
    JOIN sold USING (order_line_id)
    GROUP BY billed.month, sold.user_id, sold.team_id, sold.company_id, sold.partner_id, move_id
    UNION ALL
    -- Sold by one person, invoiced by another: taken from the former, given to the latter.
    SELECT
        'other_salesperson', month, user_id, MIN(team_id), company_id, partner_id, SUM(amount), 'account.move', move_id,
        NULL, NULL, NULL
    FROM (
        SELECT month, user_id, team_id, company_id, partner_id, amount, move_id
        FROM invoiced
        WHERE code = 'other_salesperson'
        UNION ALL
        SELECT
            billed.month, sold.user_id, sold.team_id, sold.company_id, sold.partner_id, -billed.amount * share, move_id
        FROM billed
        JOIN sold USING (order_line_id)
    ) handed_over
    GROUP BY month, user_id, company_id, partner_id, move_id
    UNION ALL
    SELECT
        code, month, user_id, team_id, company_id, partner_id, SUM(amount), 'account.move', move_id, NULL, NULL, NULL
    FROM invoiced
    WHERE code <> 'other_salesperson'
    GROUP BY code, month, user_id, team_id, company_id, partner_id, move_id
    UNION ALL
    SELECT
        'not_yet_collected', month, user_id, team_id, company_id, partner_id, collected + written_off - amount,
        'account.move', move_id, NULL, NULL, NULL
    FROM document
    UNION ALL
    SELECT
        'written_off', month, user_id, team_id, company_id, partner_id, -written_off, 'account.move', move_id,
        NULL, NULL, NULL
    FROM document
    UNION ALL
    SELECT
        'collected_of_earlier', month, user_id, team_id, company_id, partner_id, SUM(amount), 'account.move', move_id,
        NULL, NULL, NULL
    FROM collected
    JOIN (SELECT id AS move_id, invoice_date FROM account_move) move USING (move_id)
    WHERE month <> DATE_TRUNC('month', invoice_date)::date
    GROUP BY month, user_id, team_id, company_id, partner_id, move_id
    UNION ALL
    SELECT
        'collected_tax', month, user_id, team_id, company_id, partner_id,
        SUM(amount * (amount_total - amount_untaxed) / NULLIF(amount_untaxed, 0)),
        'account.move', move_id, NULL, NULL, NULL
    FROM collected
    JOIN (SELECT id AS move_id, amount_total, amount_untaxed FROM account_move) move USING (move_id)
    GROUP BY month, user_id, team_id, company_id, partner_id, move_id
)""")


def _flagged(span: Span) -> SQL:
    return SQL(
        """flagged AS (
    SELECT
        'ordered_in_visits', %(month)s, visit.user_id, visit.team_id, visit.company_id, visit.commercial_partner_id, 0,
        'sales.visit', visit.id, visit.id, NULL, 'no_order'
    FROM sales_visit visit
    JOIN sales_interaction_outcome outcome ON outcome.id = visit.outcome_id AND outcome.expects_order
    WHERE visit.state = 'done' AND %(visit_days)s
        AND NOT EXISTS (
            SELECT FROM made JOIN sale_order sale ON sale.id = made.order_id AND sale.state <> 'cancel'
            WHERE made.visit_id = visit.id
        )
        AND NOT EXISTS (SELECT FROM sale_order sale WHERE sale.visit_id = visit.id AND sale.state <> 'cancel')
    UNION ALL
    SELECT
        'ordered_in_visits', %(order_month)s, sale.user_id, sale.team_id, sale.company_id,
        partner.commercial_partner_id, 0, 'sale.order', sale.id, COALESCE(sale.visit_id, made.visit_id),
        CASE WHEN sale.visit_id IS NULL THEN 'day' ELSE 'link' END, 'cancelled'
    FROM sale_order sale
    JOIN res_company company ON company.id = sale.company_id
    JOIN res_partner partner ON partner.id = sale.partner_id
    LEFT JOIN (SELECT order_id, MIN(visit_id) AS visit_id FROM made GROUP BY order_id) made ON made.order_id = sale.id
    WHERE sale.state = 'cancel' AND COALESCE(sale.visit_id, made.visit_id) IS NOT NULL AND %(order_days)s
)""",
        month=_month(SQL("visit.day")),
        visit_days=on_days(SQL("visit.day"), span),
        order_month=_month(local_day(SQL("sale.date_order"))),
        order_days=on_local_days(SQL("sale.date_order"), span),
    )
