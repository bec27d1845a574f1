"""The facts that may earn, each with the day of the sale that it belongs to.

    document -> the invoices of the span with everything that belongs to the same sale
    fact     -> a line of a document and a share of its credit; a credit note follows the lines that it takes back
    cash     -> the payments of the documents, with the part that was paid before and after each

A deal is an invoice with its credit notes, so that crediting all of it brings its commission to exactly zero.
"""

from ast import literal_eval

from odoo.fields import Domain
from odoo.tools import SQL

from .scope import Scope

KEY_COLUMNS = ("amount", "basis", "day", "line_id", "res_id", "res_model", "split_id", "team_id", "user_id")
MEASURES = ("amount", "margin", "quantity")


def filter_of(rule) -> Domain:
    """The facts of the rule, whatever their basis."""
    return Domain(literal_eval(rule.metric_id.domain))


def facts(scope: Scope) -> SQL:
    bases = scope.fact_bases
    invoices = "invoiced" in bases
    columns = sorted(_columns(scope))
    sources = []
    if invoices:
        sources.append(SQL("SELECT * FROM sold UNION ALL SELECT * FROM taken_back"))
    others = [basis for basis in bases if basis != "invoiced"]
    if others:
        days = Domain("day", ">=", scope.first) & Domain("day", "<=", scope.last)
        query = _search(scope, Domain("basis", "in", others) & days)
        sources.append(
            SQL(
                "SELECT %s, res_id AS deal_id, day AS sale_day, NULL::int AS agent_of_id FROM (%s) other",
                _names(columns),
                query.select(*_select(scope, columns)),
            )
        )
    return SQL(
        """%s
fact AS MATERIALIZED (
    SELECT ROW_NUMBER() OVER () AS fact_id, source.*, %s AS agent_id
    FROM (%s) source
    %s
)""",
        SQL("%s, %s,", _documents(scope), _invoice_facts(scope, columns)) if invoices else SQL(),
        _agent() if "agent" in scope.sources else SQL("NULL::int"),
        SQL("\n    UNION ALL\n    ").join(sources),
        AGENT_TABLES if "agent" in scope.sources else SQL(),
    )


def _columns(scope: Scope) -> set:
    columns = set(KEY_COLUMNS)
    for rule in scope.rules:
        if rule.metric_id.measure in MEASURES:
            columns.add(rule.metric_id.measure)
        if rule.uom_id:
            columns.add("product_id")
        columns |= {condition.field_expr.split(".")[0] for condition in filter_of(rule).iter_conditions()}
    return (columns | {"product_id"}) - {"partial_id", "company_id", "id"}


def _select(scope: Scope, columns) -> list:
    table = scope.plan.env["sales.achievement"]._table
    return [SQL.identifier(table, column) for column in columns]


def _names(columns, table=None) -> SQL:
    return SQL(", ").join(SQL.identifier(*filter(None, (table, column))) for column in columns)


def _search(scope: Scope, domain: Domain):
    return scope.plan.env["sales.achievement"]._search(scope.fact_domain() & domain)


AGENT_TABLES = SQL("""LEFT JOIN account_move agent_move
        ON source.res_model = 'account.move' AND agent_move.id = COALESCE(source.agent_of_id, source.res_id)
    LEFT JOIN sale_order agent_order ON source.res_model = 'sale.order' AND agent_order.id = source.res_id""")


def _agent() -> SQL:
    return SQL("COALESCE(agent_move.commission_agent_id, agent_order.commission_agent_id)")


def _documents(scope: Scope) -> SQL:
    """``document``: the invoices and credit notes of the span, or paid in it, and all others of their deals.

    What a credit note takes back is named by it, or found through the order lines of both.
    """
    paid = SQL("UNION SELECT res_id FROM (%s) paid", _cash_lines(scope, scope.within(SQL("payment.date"))))
    return SQL(
        """touched AS MATERIALIZED (
    SELECT move.id
    FROM account_move move
    WHERE move.company_id = %(company_id)s AND move.state = 'posted'
        AND move.move_type IN ('out_invoice', 'out_refund') AND %(in_span)s
    %(paid)s
),
refund AS MATERIALIZED (
    SELECT move.id, origin.id AS origin_id
    FROM touched
    JOIN account_move move ON move.id = touched.id AND move.move_type = 'out_refund'
    CROSS JOIN LATERAL (
        SELECT origin.id
        FROM account_move origin
        WHERE origin.id = move.reversed_entry_id
            AND origin.state = 'posted' AND origin.move_type = 'out_invoice'
        UNION ALL
        (
            SELECT origin.id
            FROM account_move_line credited
            JOIN sale_order_line_invoice_rel credited_link ON credited_link.invoice_line_id = credited.id
            JOIN sale_order_line_invoice_rel sold_link ON sold_link.order_line_id = credited_link.order_line_id
            JOIN account_move_line sold ON sold.id = sold_link.invoice_line_id
            JOIN account_move origin ON origin.id = sold.move_id
            WHERE move.reversed_entry_id IS NULL AND credited.move_id = move.id
                AND origin.state = 'posted' AND origin.move_type = 'out_invoice'
                AND origin.invoice_date <= move.invoice_date
            ORDER BY origin.invoice_date DESC, origin.id DESC
            LIMIT 1
        )
    ) origin
),
deal AS MATERIALIZED (
    SELECT id FROM touched EXCEPT SELECT id FROM refund
    UNION
    SELECT origin_id FROM refund
),
document AS MATERIALIZED (
    SELECT id AS res_id, id AS deal_id, NULL::int AS origin_id FROM deal
    UNION
    SELECT id, origin_id, origin_id FROM refund
    UNION
    SELECT move.id, deal.id, deal.id
    FROM deal
    JOIN account_move origin ON origin.id = deal.id AND origin.move_type = 'out_invoice'
    JOIN account_move move ON move.reversed_entry_id = deal.id
    WHERE move.state = 'posted' AND move.move_type = 'out_refund'
)""",
        company_id=scope.company.id,
        in_span=scope.within(SQL("move.invoice_date")),
        paid=paid if "collected" in scope.bases else SQL(),
    )


def _invoice_facts(scope: Scope, columns) -> SQL:
    """``sold`` and ``taken_back``: the lines of invoices, and those of credit notes as shares of what they credit.

    A line of a credit note follows the lines of the same order line, else of the same product, else all lines of the
    invoice in proportion: their person, shares, product and day of sale, with the amounts of the credit note.
    """
    query = _search(scope, Domain("basis", "=", "invoiced"))
    table = scope.plan.env["sales.achievement"]._table
    query.add_where(SQL("%s IN (SELECT res_id FROM document)", SQL.identifier(table, "res_id")))
    if scope.company.sales_commission_down_payment == "final":
        query.add_where(
            SQL(
                "NOT EXISTS (SELECT FROM account_move_line down WHERE down.id = %s AND down.is_downpayment)",
                SQL.identifier(table, "line_id"),
            )
        )
    measures = [column for column in columns if column in MEASURES]
    return SQL(
        """invoice_fact AS MATERIALIZED (
    SELECT ROW_NUMBER() OVER () AS source_id, document.deal_id, document.origin_id, line.*
    FROM (%(query)s) line
    JOIN document ON document.res_id = line.res_id
),
credited AS (
    SELECT res_id, line_id, origin_id, product_id, day, %(totals)s
    FROM invoice_fact
    WHERE origin_id IS NOT NULL
    GROUP BY res_id, line_id, origin_id, product_id, day
),
same_order_line AS (
    SELECT DISTINCT credited.line_id, invoice_fact.source_id
    FROM credited
    JOIN sale_order_line_invoice_rel credited_link ON credited_link.invoice_line_id = credited.line_id
    JOIN sale_order_line_invoice_rel sold_link ON sold_link.order_line_id = credited_link.order_line_id
    JOIN invoice_fact ON invoice_fact.line_id = sold_link.invoice_line_id
        AND invoice_fact.res_id = credited.origin_id
),
same_product AS (
    SELECT credited.line_id, invoice_fact.source_id
    FROM credited
    JOIN invoice_fact ON invoice_fact.res_id = credited.origin_id AND invoice_fact.product_id = credited.product_id
    WHERE NOT EXISTS (SELECT FROM same_order_line found WHERE found.line_id = credited.line_id)
),
pro_rata AS (
    SELECT credited.line_id, invoice_fact.source_id
    FROM credited
    JOIN invoice_fact ON invoice_fact.res_id = credited.origin_id
    WHERE NOT EXISTS (SELECT FROM same_order_line found WHERE found.line_id = credited.line_id)
        AND NOT EXISTS (SELECT FROM same_product found WHERE found.line_id = credited.line_id)
),
followed AS (
    SELECT
        found.line_id,
        invoice_fact.source_id,
        COALESCE(
            invoice_fact.amount::numeric / NULLIF(SUM(invoice_fact.amount::numeric) OVER of_line, 0),
            1.0 / COUNT(*) OVER of_line
        ) AS weight
    FROM (
        SELECT * FROM same_order_line UNION ALL SELECT * FROM same_product UNION ALL SELECT * FROM pro_rata
    ) found
    JOIN invoice_fact USING (source_id)
    WINDOW of_line AS (PARTITION BY found.line_id)
),
sold AS (
    SELECT %(columns)s, deal_id, day AS sale_day, NULL::int AS agent_of_id
    FROM invoice_fact
    WHERE origin_id IS NULL
        OR NOT EXISTS (SELECT FROM followed WHERE followed.line_id = invoice_fact.line_id)
),
taken_back AS (
    SELECT %(followed)s, origin.deal_id, origin.day AS sale_day, origin.res_id AS agent_of_id
    FROM followed
    JOIN credited USING (line_id)
    JOIN invoice_fact origin USING (source_id)
    WHERE %(clawback_days)s = 0 OR credited.day <= origin.day + %(clawback_days)s
)""",
        query=query.select(*_select(scope, columns)),
        totals=SQL(", ").join(SQL("SUM(%s) AS %s", name, name) for name in map(SQL.identifier, measures)),
        columns=_names(columns),
        followed=SQL(", ").join(_followed(column) for column in columns),
        clawback_days=scope.plan.clawback_days,
    )


def _followed(column: str) -> SQL:
    """The column of a fact that takes back what another one holds."""
    name = SQL.identifier(column)
    if column in MEASURES:
        return SQL("credited.%s * weight AS %s", name, name)
    if column in ("day", "res_id", "line_id"):
        return SQL("credited.%s", name)
    return SQL("origin.%s", name)


def cash(scope: Scope) -> SQL:
    """``cash``: the payments of the documents and the part of the total that was paid before and after each."""
    if "collected" not in scope.bases:
        return SQL(
            "cash AS (SELECT 0 AS res_id, 0 AS partial_id, NULL::date AS day, 0.0 AS before, 0.0 AS after WHERE FALSE)"
        )
    in_documents = SQL("move.id IN (SELECT res_id FROM document)")
    return SQL(
        """cash AS MATERIALIZED (
    SELECT
        res_id,
        partial_id,
        day,
        (SUM(paid) OVER in_order - paid) / total AS before,
        SUM(paid) OVER in_order / total AS after
    FROM (%s) payment
    WHERE total <> 0
    WINDOW in_order AS (PARTITION BY res_id ORDER BY day, partial_id)
)""",
        _cash_lines(scope, in_documents),
    )


def _cash_lines(scope: Scope, where: SQL) -> SQL:
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
