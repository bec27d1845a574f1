"""The SQL behind sales.achievement: one branch per kind of fact, all over the documents' own tables.

A branch keeps the salesperson and the company of its document as plain columns, so that a filter on them reaches
the indexes of the table; for the same reason documents with and without a credit split are separate branches.
Limits on the day are put into the branches in terms of the document's own date. Columns that a reader does not ask
for cost nothing: PostgreSQL drops them with their joins.
"""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL

COLUMNS = {
    "id": "bigint",
    "basis": "varchar",
    "day": "date",
    "user_id": "int",
    "team_id": "int",
    "company_id": "int",
    "currency_id": "int",
    "partner_id": "int",
    "country_id": "int",
    "product_id": "int",
    "categ_id": "int",
    "source_id": "int",
    "medium_id": "int",
    "campaign_id": "int",
    "sales_type": "varchar",
    "interaction_kind": "varchar",
    "quantity": "float8",
    "amount": "numeric",
    "margin": "numeric",
    "count": "int",
    "days_to_close": "float8",
    "share": "float8",
    "res_model": "varchar",
    "res_id": "int",
    "line_id": "int",
    "partial_id": "int",
}

MEASURES = ("quantity", "amount", "margin")
BASIS_CODES = {"ordered": 0, "invoiced": 1, "collected": 2, "won": 3, "new_customer": 4, "interaction": 5, "visit": 6}
ID_FACTORS = (1_000_000_007, 998_244_353, 715_827_883)


class Scope(NamedTuple):
    """What a reader wants at the most: these kinds of facts, from one day to another, both included."""

    bases: tuple[str, ...] = tuple(BASIS_CODES)
    first: date | None = None
    last: date | None = None


def facts(scope: Scope) -> SQL:
    """A statement with the columns of ``COLUMNS``: the facts of the scope."""
    builders = {
        "ordered": _ordered,
        "invoiced": _invoiced,
        "collected": _collected,
        "won": _won,
        "new_customer": _new_customer,
        "interaction": _interaction,
        "visit": _visit,
    }
    return SQL("\nUNION ALL\n").join(branch for basis in scope.bases for branch in builders[basis](scope))


def _branch(basis: str, key: list[SQL], columns: dict[str, SQL], tables: SQL, where: SQL) -> SQL:
    """One SELECT: the given columns in the order of the view, NULL for the others.

    :param key: the ids that identify a row within its basis
    """
    columns = {
        "id": _fact_id(basis, key),
        "basis": SQL("%s", basis),
        "currency_id": SQL("company.currency_id"),
        "count": SQL("1"),
        "share": SQL("1"),
        **columns,
    }
    return SQL(
        "SELECT %s\nFROM %s\nWHERE %s",
        SQL(", ").join(
            SQL("(%s)::%s AS %s", columns.get(name, SQL("NULL")), SQL(sql_type), SQL.identifier(name))
            for name, sql_type in COLUMNS.items()
        ),
        tables,
        where,
    )


def _branches_by_share(
    basis: str, key: list[SQL], columns: dict[str, SQL], tables: SQL, where: SQL, splits: SQL, split_key: SQL
) -> list[SQL]:
    """Documents without a credit split as they are, and a row per share of the others.

    :param splits: a relation named split with the columns key, id, user_id, share
    :param split_key: what the key of the splits equals in a row of the tables
    """
    share = SQL("split.share / 100.0")
    return [
        _branch(
            basis,
            key,
            columns,
            tables,
            SQL("%s AND NOT EXISTS (SELECT FROM %s WHERE split.key = %s)", where, splits, split_key),
        ),
        _branch(
            basis,
            [*key, SQL("split.id")],
            {
                **columns,
                **{measure: SQL("(%s) * %s", columns[measure], share) for measure in MEASURES},
                "user_id": SQL("split.user_id"),
                "share": share,
            },
            SQL("%s JOIN %s ON split.key = %s", tables, splits, split_key),
            where,
        ),
    ]


def _fact_id(basis: str, key: list[SQL]) -> SQL:
    """A number that tells the rows apart and stays below 2^53, the largest integer that a browser holds."""
    mixed = SQL(" + ").join(SQL("%s::bigint * %s", part, factor) for part, factor in zip(key, ID_FACTORS, strict=False))
    return SQL("((%s) %% %s) * 8 + %s", mixed, 2**50, BASIS_CODES[basis])


def _local_day(moment: SQL) -> SQL:
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date", moment)


def _on_days(day: SQL, scope: Scope) -> SQL:
    """The limits of the scope on a date that the document stores."""
    limits = [SQL("TRUE")]
    if scope.first:
        limits.append(SQL("%s >= %s", day, scope.first))
    if scope.last:
        limits.append(SQL("%s <= %s", day, scope.last))
    return SQL(" AND ").join(limits)


def _on_local_days(moment: SQL, scope: Scope) -> SQL:
    """The limits of the scope on a moment that the document stores.

    The day depends on the company's time zone and has no index: the same limits, a day wider, on the moment find
    the rows, since no zone is further than a day from UTC. PostgreSQL has no statistics of the day either and takes
    two comparisons for a narrow range; their denials spare it that guess, and the plan for a handful of rows.
    """
    limits = [SQL("TRUE")]
    if scope.first:
        limits.append(SQL("%s >= %s", moment, scope.first - timedelta(days=1)))
        limits.append(SQL("(%s < %s) IS NOT TRUE", _local_day(moment), scope.first))
    if scope.last:
        limits.append(SQL("%s < %s", moment, scope.last + timedelta(days=2)))
        limits.append(SQL("(%s > %s) IS NOT TRUE", _local_day(moment), scope.last))
    return SQL(" AND ").join(limits)


PRODUCT_TABLES = SQL("""
    LEFT JOIN product_product product ON product.id = line.product_id
    LEFT JOIN product_template template ON template.id = product.product_tmpl_id
    LEFT JOIN uom_uom line_unit ON line_unit.id = line.product_uom_id
    LEFT JOIN uom_uom product_unit ON product_unit.id = template.uom_id""")
# Lines without a unit count as they are.
UNIT_RATIO = SQL("COALESCE(line_unit.factor / NULLIF(product_unit.factor, 0), 1)")


def _ordered(scope: Scope) -> list[SQL]:
    """Confirmed orders, untaxed, at the order's own rate, on the day of the order."""
    rate = SQL("COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric")
    return _branches_by_share(
        "ordered",
        [SQL("line.id")],
        {
            "day": _local_day(SQL("sale.date_order")),
            "user_id": SQL("sale.user_id"),
            "team_id": SQL("sale.team_id"),
            "company_id": SQL("sale.company_id"),
            "partner_id": SQL("partner.commercial_partner_id"),
            "country_id": SQL("partner.country_id"),
            "product_id": SQL("line.product_id"),
            "categ_id": SQL("template.categ_id"),
            "source_id": SQL("sale.source_id"),
            "medium_id": SQL("sale.medium_id"),
            "campaign_id": SQL("sale.campaign_id"),
            "sales_type": SQL("sale.sales_type"),
            "quantity": SQL("line.product_uom_qty * %s", UNIT_RATIO),
            "amount": SQL("line.price_subtotal / %s", rate),
            "margin": SQL("line.margin::numeric / %s", rate),
            "res_model": SQL("'sale.order'"),
            "res_id": SQL("sale.id"),
            "line_id": SQL("line.id"),
        },
        SQL(
            """sale_order_line line
            JOIN sale_order sale ON sale.id = line.order_id
            JOIN res_company company ON company.id = sale.company_id
            LEFT JOIN res_partner partner ON partner.id = sale.partner_id
            %s""",
            PRODUCT_TABLES,
        ),
        SQL(
            "sale.state = 'sale' AND line.display_type IS NULL AND line.is_downpayment IS NOT TRUE AND %s",
            _on_local_days(SQL("sale.date_order"), scope),
        ),
        splits=SQL("(SELECT order_id AS key, id, user_id, share FROM sales_credit_split) AS split"),
        split_key=SQL("sale.id"),
    )


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

# The cost as the order line keeps it, per unit of the product; the cost of today for what was never ordered.
INVOICE_UNIT_COST = SQL("""COALESCE(
    (
        SELECT sold.purchase_price / COALESCE(NULLIF(sale.currency_rate, 0), 1)
            * COALESCE(product_unit.factor / NULLIF(sold_unit.factor, 0), 1)
        FROM sale_order_line_invoice_rel link
        JOIN sale_order_line sold ON sold.id = link.order_line_id
        JOIN sale_order sale ON sale.id = sold.order_id
        LEFT JOIN uom_uom sold_unit ON sold_unit.id = sold.product_uom_id
        WHERE link.invoice_line_id = line.id
        ORDER BY sold.id
        LIMIT 1
    ),
    (product.standard_price ->> move.company_id::text)::float8,
    0
)""")

INVOICE_TABLES = SQL(
    """account_move_line line
    JOIN account_move move ON move.id = line.move_id
    JOIN res_company company ON company.id = move.company_id
    LEFT JOIN res_partner partner ON partner.id = move.partner_id
    %s""",
    PRODUCT_TABLES,
)


def _invoice_columns(move_type: SQL) -> dict[str, SQL]:
    """What invoiced and collected rows have in common; the measures are those of the whole line."""
    quantity = SQL("line.quantity * %s * CASE WHEN %s = 'out_refund' THEN -1 ELSE 1 END", UNIT_RATIO, move_type)
    return {
        "user_id": SQL("move.invoice_user_id"),
        "team_id": SQL("move.team_id"),
        "company_id": SQL("move.company_id"),
        "partner_id": SQL("move.commercial_partner_id"),
        "country_id": SQL("partner.country_id"),
        "product_id": SQL("line.product_id"),
        "categ_id": SQL("template.categ_id"),
        "source_id": SQL("move.source_id"),
        "medium_id": SQL("move.medium_id"),
        "campaign_id": SQL("move.campaign_id"),
        "sales_type": SQL("move.sales_type"),
        "quantity": quantity,
        "amount": SQL("-line.balance"),
        "margin": SQL("(-line.balance - (%s * %s)::numeric)", quantity, INVOICE_UNIT_COST),
        "res_model": SQL("'account.move'"),
        "res_id": SQL("move.id"),
        "line_id": SQL("line.id"),
    }


def _invoiced(scope: Scope) -> list[SQL]:
    """Posted customer invoices less credit notes, untaxed, on the invoice date."""
    return _branches_by_share(
        "invoiced",
        [SQL("line.id")],
        {
            **_invoice_columns(SQL("move.move_type")),
            "day": SQL("move.invoice_date"),
        },
        INVOICE_TABLES,
        SQL(
            "move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund') "
            "AND line.display_type = 'product' AND %s",
            _on_days(SQL("move.invoice_date"), scope),
        ),
        splits=INVOICE_SPLITS,
        split_key=SQL("line.id"),
    )


def _collected(scope: Scope) -> list[SQL]:
    """Each matched payment × untaxed ÷ total, per invoice line, on the payment's date.

    A payment is what a bank, cash or credit card journal holds: credit notes, write-offs and exchange
    differences are not. The ratio is in the invoice's currency, so that it reaches exactly 1 whatever the rate
    was when the customer paid.
    """
    return [*_collected_on("out_invoice", scope), *_collected_on("out_refund", scope)]


def _collected_on(move_type: str, scope: Scope) -> list[SQL]:
    invoice_side, payment_side = ("debit", "credit") if move_type == "out_invoice" else ("credit", "debit")
    ratio = SQL("partial.%s / NULLIF(move.amount_total, 0)", SQL.identifier(f"{invoice_side}_amount_currency"))
    columns = _invoice_columns(SQL("%s", move_type))
    return _branches_by_share(
        "collected",
        [SQL("partial.id"), SQL("line.id")],
        {
            **columns,
            **{measure: SQL("(%s) * (%s)", columns[measure], ratio) for measure in MEASURES},
            "day": SQL("payment.date"),
            "partial_id": SQL("partial.id"),
        },
        SQL(
            """account_partial_reconcile partial
            JOIN account_move_line receivable
                ON receivable.id = partial.%(invoice_side)s AND receivable.display_type = 'payment_term'
            JOIN account_move_line payment ON payment.id = partial.%(payment_side)s
            JOIN account_journal journal
                ON journal.id = payment.journal_id AND journal.type IN ('bank', 'cash', 'credit')
            JOIN %(invoice_tables)s ON line.move_id = receivable.move_id""",
            invoice_side=SQL.identifier(f"{invoice_side}_move_id"),
            payment_side=SQL.identifier(f"{payment_side}_move_id"),
            invoice_tables=INVOICE_TABLES,
        ),
        SQL(
            "move.state = 'posted' AND move.move_type = %s AND line.display_type = 'product' AND %s",
            move_type,
            _on_days(SQL("payment.date"), scope),
        ),
        splits=INVOICE_SPLITS,
        split_key=SQL("line.id"),
    )


def _won(scope: Scope) -> list[SQL]:
    """Won opportunities with their expected revenue, on the day of closing."""
    closed = SQL("COALESCE(lead.date_closed, lead.date_last_stage_update)")
    branch = _branch(
        "won",
        [SQL("lead.id")],
        {
            "day": _local_day(closed),
            "user_id": SQL("lead.user_id"),
            "team_id": SQL("lead.team_id"),
            "company_id": SQL("company.id"),
            "partner_id": SQL("partner.commercial_partner_id"),
            "country_id": SQL("COALESCE(lead.country_id, partner.country_id)"),
            "source_id": SQL("lead.source_id"),
            "medium_id": SQL("lead.medium_id"),
            "campaign_id": SQL("lead.campaign_id"),
            "amount": SQL("lead.expected_revenue"),
            "days_to_close": SQL("EXTRACT(EPOCH FROM lead.date_closed - lead.create_date) / 86400"),
            "res_model": SQL("'crm.lead'"),
            "res_id": SQL("lead.id"),
        },
        SQL("""crm_lead lead
            LEFT JOIN crm_team team ON team.id = lead.team_id
            LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
            LEFT JOIN res_users creator ON creator.id = lead.create_uid
            LEFT JOIN res_partner partner ON partner.id = lead.partner_id
            JOIN res_company company ON company.id = COALESCE(
                lead.company_id, team.company_id, salesperson.company_id, creator.company_id
            )"""),
        SQL("lead.type = 'opportunity' AND lead.won_status = 'won' AND %s", _on_local_days(closed, scope)),
    )
    return [branch]


def _new_customer(scope: Scope) -> list[SQL]:
    """The first confirmed order of a customer in a company."""
    branch = _branch(
        "new_customer",
        [SQL("sale.id")],
        {
            "day": _local_day(SQL("sale.date_order")),
            "user_id": SQL("sale.user_id"),
            "team_id": SQL("sale.team_id"),
            "company_id": SQL("sale.company_id"),
            "partner_id": SQL("partner.commercial_partner_id"),
            "country_id": SQL("partner.country_id"),
            "source_id": SQL("sale.source_id"),
            "medium_id": SQL("sale.medium_id"),
            "campaign_id": SQL("sale.campaign_id"),
            "sales_type": SQL("sale.sales_type"),
            "amount": SQL("sale.amount_untaxed / COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric"),
            "res_model": SQL("'sale.order'"),
            "res_id": SQL("sale.id"),
        },
        SQL("""sale_order sale
            JOIN res_company company ON company.id = sale.company_id
            JOIN res_partner partner ON partner.id = sale.partner_id"""),
        SQL(
            """sale.state = 'sale' AND %s AND NOT EXISTS (
                SELECT
                FROM res_partner contact
                JOIN sale_order earlier ON earlier.partner_id = contact.id
                WHERE contact.commercial_partner_id = partner.commercial_partner_id
                    AND earlier.company_id = sale.company_id
                    AND earlier.state = 'sale'
                    AND (earlier.date_order, earlier.id) < (sale.date_order, sale.id)
            )""",
            _on_local_days(SQL("sale.date_order"), scope),
        ),
    )
    return [branch]


def _interaction(scope: Scope) -> list[SQL]:
    """Interactions on the day they happened."""
    return [_interactions("interaction", SQL("TRUE"), scope)]


def _visit(scope: Scope) -> list[SQL]:
    return [_interactions("visit", SQL("interaction.kind = 'visit'"), scope)]


def _interactions(basis: str, where: SQL, scope: Scope) -> SQL:
    return _branch(
        basis,
        [SQL("interaction.id")],
        {
            "day": _local_day(SQL("interaction.date")),
            "user_id": SQL("interaction.user_id"),
            "team_id": SQL("interaction.team_id"),
            "company_id": SQL("interaction.company_id"),
            "partner_id": SQL("interaction.commercial_partner_id"),
            "country_id": SQL("partner.country_id"),
            "source_id": SQL("interaction.source_id"),
            "medium_id": SQL("interaction.medium_id"),
            "campaign_id": SQL("interaction.campaign_id"),
            "interaction_kind": SQL("interaction.kind"),
            "res_model": SQL("'sales.interaction'"),
            "res_id": SQL("interaction.id"),
        },
        SQL("""sales_interaction interaction
            JOIN res_company company ON company.id = interaction.company_id
            LEFT JOIN res_partner partner ON partner.id = interaction.commercial_partner_id"""),
        SQL("%s AND %s", where, _on_local_days(SQL("interaction.date"), scope)),
    )
