"""The facts that may earn, each with the day of the sale that it belongs to.

    document -> the invoices of the span with everything that belongs to the same sale
    fact     -> a line of a document and a share of its credit; a credit note follows the lines that it takes back

Both go into temporary tables. That of the documents has statistics: with them PostgreSQL reads the lines of these by
an index and not those of all invoices. From the facts on it joins results among each other, whose sizes it can't guess.

A deal is an invoice with its credit notes, so that crediting all of it brings its commission to exactly zero.
"""

from ast import literal_eval

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.sales_tracking.models.analytics.facts.branch import local_day
from odoo.addons.sales_tracking.tools.company_settings import setting_on
from odoo.addons.sales_tracking.tools.customer_documents import CREDIT_NOTE_TYPES, DOCUMENT_TYPES, INVOICE_TYPES

from .cash import cash_lines
from .scope import Scope
from .tills import has_tills, till_facts

KEY_COLUMNS = ("amount", "basis", "day", "line_id", "res_id", "res_model", "split_id", "team_id", "user_id")
MEASURES = ("amount", "margin", "quantity")
# What is kept of the facts that pay was decided on, besides their key and their measures.
KEPT_COLUMNS = (
    "campaign_id", "categ_id", "country_id", "medium_id", "partner_id", "sales_type", "source_id", "unit_ratio",
)  # fmt: skip


def filter_of(metric) -> Domain:
    """The facts of the metric, whatever their basis."""
    return Domain(literal_eval(metric.domain))


def facts_statements(scope: Scope) -> list[SQL]:
    """The statements that make the temporary tables of the documents and of the facts of the scope."""
    documents = []
    if "invoiced" in scope.fact_bases:
        documents = [
            SQL(
                """CREATE TEMPORARY TABLE sales_commission_document ON COMMIT DROP AS
WITH %s
SELECT * FROM document""",
                _documents(scope),
            ),
            SQL("ANALYZE sales_commission_document"),
        ]
    return [*documents, _facts(scope)]


def _facts(scope: Scope) -> SQL:
    bases = scope.fact_bases
    invoices = "invoiced" in bases
    columns = sorted(_columns(scope))
    sources = []
    named = []
    if invoices:
        named.append(_invoice_facts(scope, columns))
        sources.append(SQL("SELECT * FROM sold UNION ALL SELECT * FROM taken_back"))
    if has_tills(scope):
        named.append(till_facts(scope, columns, lambda domain: _search(scope, domain)))
        sources.append(SQL("SELECT * FROM till_sold UNION ALL SELECT * FROM till_taken_back"))
    others = [basis for basis in bases if basis != "invoiced"]
    if others:
        days = Domain("day", ">=", scope.first) & Domain("day", "<=", scope.last)
        query = _search(scope, Domain("basis", "in", others) & days)
        sources.append(
            SQL(
                "SELECT %s, res_id AS deal_id, day AS sale_day, NULL::int AS agent_of_id,"
                " res_id AS sold_res_id, line_id AS sold_line_id, TRUE AS same_product FROM (%s) other",
                _names(columns),
                query.select(*_select(scope, columns)),
            )
        )
    return SQL(
        """CREATE TEMPORARY TABLE sales_commission_fact ON COMMIT DROP AS
%s
SELECT
    ROW_NUMBER() OVER () AS fact_id, source.*, %s AS agent_id, ROW_NUMBER() OVER () AS live_id,
    NULL::int[] AS kept_by, NULL::int[] AS kept_for, NULL::jsonb AS kept_metrics, NULL::jsonb AS kept_units
FROM (%s) source
%s""",
        SQL("WITH %s", SQL(",\n").join(named)) if named else SQL(),
        _agent() if "agent" in scope.sources else SQL("NULL::int"),
        SQL("\n    UNION ALL\n    ").join(sources),
        AGENT_TABLES if "agent" in scope.sources else SQL(),
    )


def _columns(scope: Scope) -> set:
    columns = set(KEY_COLUMNS)
    if scope.every_column:
        columns |= {*MEASURES, *KEPT_COLUMNS}
    for rule in scope.rules:
        if rule.metric_id.measure in MEASURES:
            columns.add(rule.metric_id.measure)
        if rule.metric_id.measure == "count":
            columns.add("quantity")
        if rule.uom_id:
            columns.add("product_id")
        columns |= {condition.field_expr.split(".")[0] for condition in filter_of(rule.metric_id).iter_conditions()}
    if scope.decided and columns & {"margin", "quantity"}:
        columns |= {"quantity", "unit_ratio"}
    return columns | {"product_id"}


def fact_columns(scope: Scope) -> list:
    """The columns of the table of facts, but for the number that tells its rows apart."""
    return [
        *sorted(_columns(scope)), "deal_id", "sale_day", "agent_of_id", "sold_res_id", "sold_line_id", "same_product",
        "agent_id",
    ]  # fmt: skip


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

    What a credit note takes back is named by it, or found through the order lines of both. The latter are few, and
    found for all periods: those of other periods count for what is left of the deal.
    """
    paid = SQL(
        "OR move.id IN (SELECT res_id FROM (%s) payment)", cash_lines(scope, SQL("TRUE"), scope.within(SQL("day")))
    )
    return SQL(
        """touched AS MATERIALIZED (
    SELECT move.id, move.move_type, move.reversed_entry_id, move.invoice_date
    FROM account_move move
    WHERE move.company_id IN %(company_ids)s AND move.state = 'posted'
        AND move.move_type IN %(document_types)s AND (%(in_span)s %(paid)s)
),
named AS MATERIALIZED (
    SELECT touched.id, origin.id AS origin_id
    FROM touched
    JOIN account_move origin ON origin.id = touched.reversed_entry_id
    WHERE touched.move_type IN %(credit_note_types)s
        AND origin.state = 'posted' AND origin.move_type IN %(invoice_types)s
),
ordered AS MATERIALIZED (
    SELECT DISTINCT ON (credit.id) credit.id, origin.id AS origin_id
    FROM account_move credit
    JOIN account_move_line credited ON credited.move_id = credit.id
    JOIN sale_order_line_invoice_rel credited_link ON credited_link.invoice_line_id = credited.id
    JOIN sale_order_line_invoice_rel sold_link ON sold_link.order_line_id = credited_link.order_line_id
    JOIN account_move_line sold ON sold.id = sold_link.invoice_line_id
    JOIN account_move origin ON origin.id = sold.move_id
    WHERE credit.company_id IN %(company_ids)s AND credit.state = 'posted' AND credit.move_type IN %(credit_note_types)s
        AND credit.reversed_entry_id IS NULL
        AND origin.state = 'posted' AND origin.move_type IN %(invoice_types)s
        AND origin.invoice_date <= credit.invoice_date
    ORDER BY credit.id, origin.invoice_date DESC, origin.id DESC
),
refund AS MATERIALIZED (
    SELECT id, origin_id FROM named UNION ALL SELECT id, origin_id FROM ordered JOIN touched USING (id)
),
deal AS MATERIALIZED (
    SELECT id FROM touched WHERE NOT EXISTS (SELECT FROM refund WHERE refund.id = touched.id)
    UNION ALL
    SELECT DISTINCT origin_id FROM refund
    WHERE NOT EXISTS (SELECT FROM touched WHERE touched.id = refund.origin_id)
),
document AS MATERIALIZED (
    SELECT id AS res_id, id AS deal_id, NULL::int AS origin_id FROM deal
    UNION ALL
    SELECT ordered.id, deal.id, deal.id FROM ordered JOIN deal ON deal.id = ordered.origin_id
    UNION ALL
    SELECT move.id, deal.id, deal.id
    FROM account_move move
    JOIN deal ON deal.id = move.reversed_entry_id
    JOIN account_move origin ON origin.id = deal.id AND origin.move_type IN %(invoice_types)s
    WHERE move.state = 'posted' AND move.move_type IN %(credit_note_types)s
)""",
        company_ids=scope.company_ids,
        document_types=DOCUMENT_TYPES,
        invoice_types=INVOICE_TYPES,
        credit_note_types=CREDIT_NOTE_TYPES,
        in_span=scope.within(SQL("move.invoice_date")),
        paid=paid if "collected" in scope.bases else SQL(),
    )


def _invoice_facts(scope: Scope, columns) -> SQL:
    """``sold`` and ``taken_back``: the lines of invoices, and those of credit notes as shares of what they credit.

    A line of a credit note follows the lines of the same order line, else of the same product, else all lines of the
    invoice in proportion: their person, shares, product and day of sale, with the amounts of the credit note. What a
    credit note sells, as the final document of an order that shrank below its down payment does, takes nothing back,
    nor does a down payment that is deducted there: these lines stand for themselves.
    """
    query = _search(scope, Domain("basis", "=", "invoiced") & Domain("res_model", "=", "account.move"))
    table = scope.plan.env["sales.achievement"]._table
    if _earns_with_final_invoice(scope):
        query.add_where(
            SQL(
                """NOT EXISTS (
                SELECT
                FROM account_move_line down
                JOIN res_company company ON company.id = down.company_id
                LEFT JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = down.id
                LEFT JOIN sale_order_line sold ON sold.id = link.order_line_id
                LEFT JOIN sale_order sale ON sale.id = sold.order_id
                WHERE down.id = %s AND down.is_downpayment AND %s = 'final'
            )""",
                SQL.identifier(table, "line_id"),
                setting_on("sales_commission_down_payment", SQL("company.id"), local_day(SQL("sale.date_order"))),
            )
        )
    measures = [column for column in columns if column in MEASURES]
    return SQL(
        """invoice_fact AS MATERIALIZED (
    SELECT ROW_NUMBER() OVER () AS fact_number, document.deal_id, document.origin_id, line.*
    FROM (%(query)s) line
    JOIN sales_commission_document document ON document.res_id = line.res_id
),
credited AS (
    SELECT res_id, line_id, origin_id, product_id, day, %(ratio)s %(totals)s
    FROM invoice_fact
    WHERE origin_id IS NOT NULL
    GROUP BY res_id, line_id, origin_id, product_id, day
),
same_order_line AS (
    SELECT DISTINCT credited.line_id, invoice_fact.fact_number
    FROM credited
    JOIN sale_order_line_invoice_rel credited_link ON credited_link.invoice_line_id = credited.line_id
    JOIN sale_order_line_invoice_rel sold_link ON sold_link.order_line_id = credited_link.order_line_id
    JOIN invoice_fact ON invoice_fact.line_id = sold_link.invoice_line_id
        AND invoice_fact.res_id = credited.origin_id
),
same_product AS (
    SELECT credited.line_id, invoice_fact.fact_number
    FROM credited
    JOIN invoice_fact ON invoice_fact.res_id = credited.origin_id AND invoice_fact.product_id = credited.product_id
    WHERE NOT EXISTS (SELECT FROM same_order_line found WHERE found.line_id = credited.line_id)
),
pro_rata AS (
    SELECT credited.line_id, invoice_fact.fact_number
    FROM credited
    JOIN account_move_line line ON line.id = credited.line_id AND line.is_downpayment IS NOT TRUE
    JOIN invoice_fact ON invoice_fact.res_id = credited.origin_id
        AND (credited.amount <= 0 OR invoice_fact.amount < 0)
    WHERE NOT EXISTS (SELECT FROM same_order_line found WHERE found.line_id = credited.line_id)
        AND NOT EXISTS (SELECT FROM same_product found WHERE found.line_id = credited.line_id)
),
followed AS (
    SELECT
        found.line_id,
        invoice_fact.fact_number,
        COALESCE(
            invoice_fact.amount::numeric / NULLIF(SUM(invoice_fact.amount::numeric) OVER of_line, 0),
            1.0 / COUNT(*) OVER of_line
        ) AS weight
    FROM (
        SELECT * FROM same_order_line UNION ALL SELECT * FROM same_product UNION ALL SELECT * FROM pro_rata
    ) found
    JOIN invoice_fact USING (fact_number)
    WINDOW of_line AS (PARTITION BY found.line_id)
),
sold AS (
    SELECT
        %(columns)s, deal_id, day AS sale_day, NULL::int AS agent_of_id,
        res_id AS sold_res_id, line_id AS sold_line_id, TRUE AS same_product
    FROM invoice_fact
    WHERE origin_id IS NULL
        OR NOT EXISTS (SELECT FROM followed WHERE followed.line_id = invoice_fact.line_id)
),
taken_back AS (
    SELECT
        %(followed)s, origin.deal_id, origin.day AS sale_day, origin.res_id AS agent_of_id,
        origin.res_id AS sold_res_id, origin.line_id AS sold_line_id,
        credited.product_id IS NOT DISTINCT FROM origin.product_id AS same_product
    FROM followed
    JOIN credited USING (line_id)
    JOIN invoice_fact origin USING (fact_number)
    WHERE %(clawback_days)s = 0 OR credited.day <= origin.day + %(clawback_days)s
)""",
        query=query.select(*_select(scope, [*columns, "discount_line_id"])),
        totals=SQL(", ").join(_credited(measure, scope) for measure in measures),
        ratio=SQL("MIN(unit_ratio) AS unit_ratio,") if "unit_ratio" in columns else SQL(),
        columns=_names(columns),
        followed=SQL(", ").join(_followed(column) for column in columns),
        clawback_days=scope.plan.clawback_days,
    )


def _earns_with_final_invoice(scope: Scope) -> bool:
    """Whether down payments earn with the final invoice, today or of orders until an earlier day."""
    env = scope.plan.env(su=True)
    final = Domain("sales_commission_down_payment", "=", "final")
    return any(
        env[model].search_count(final & Domain(company, "in", scope.company_ids), limit=1)
        for model, company in (("res.company", "id"), ("sales.company.setting", "company_id"))
    )


def _credited(measure: str, scope: Scope) -> SQL:
    """What a line takes back, at the rate of the invoice: so a full credit leaves nothing in any currency.

    Its share of an order-wide discount is converted as a share of the line of the discount.
    """
    name = SQL.identifier(measure)
    if measure == "quantity":
        return SQL("SUM(%s) AS %s", name, name)
    return SQL(
        """SUM(%(name)s) + SUM(COALESCE((
            SELECT
                (ROUND(-line.amount_currency / origin.invoice_currency_rate, %(digits)s) + line.balance)
                * invoice_fact.amount::numeric / NULLIF(-line.balance, 0)
            FROM account_move_line line
            JOIN account_move origin ON origin.id = invoice_fact.origin_id
            WHERE line.id = COALESCE(invoice_fact.discount_line_id, invoice_fact.line_id)
                AND line.currency_id = origin.currency_id
                AND line.currency_id <> line.company_currency_id AND origin.invoice_currency_rate > 0
        ), 0)) AS %(name)s""",
        name=name,
        digits=scope.digits,
    )


def _followed(column: str) -> SQL:
    """The column of a fact that takes back what another one holds."""
    name = SQL.identifier(column)
    if column in MEASURES:
        return SQL("credited.%s * weight AS %s", name, name)
    if column in ("day", "res_id", "line_id"):
        return SQL("credited.%s", name)
    if column == "unit_ratio":
        # What was credited in another unit keeps the quantity of today.
        return SQL("CASE WHEN credited.unit_ratio = origin.unit_ratio THEN origin.unit_ratio END AS unit_ratio")
    return SQL("origin.%s", name)
