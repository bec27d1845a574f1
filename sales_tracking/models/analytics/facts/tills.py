"""Facts of the point of sale, where it is installed: the lines of its orders that are paid or posted.

Lines that settle a sales order are ordered by that, and their invoice and money are its salesperson's. What an order
with an invoice has invoiced and collected are the facts of its invoice.
"""

from odoo.tools import SQL

from ....tools.payments import till_payments
from ....tools.tills import HAS_NO_INVOICE, IS_SOLD, Tills
from .branch import MEASURES, Scope, local_day, on_days, on_local_days
from .discounts import TILL_LINES, branches_by_line
from .orders import ORDER_SPLITS

# Units of the order's currency per unit of the company's, as the order keeps it.
RATE = SQL("COALESCE(NULLIF(pos.currency_rate, 0), 1)::numeric")
# Of a refund the sign is that of the quantity, as in core's sales report.
AMOUNT = SQL("SIGN(line.qty)::numeric * SIGN(line.price_unit)::numeric * ABS(line.price_subtotal) / %s", RATE)
# Some costs are known when the session is closed; until then that of today stands for them.
COST = SQL(
    """(CASE
        WHEN line.is_total_cost_computed THEN line.total_cost::numeric / %s
        ELSE COALESCE(line.qty * (product.standard_price ->> pos.company_id::text)::numeric, 0)
    END)""",
    RATE,
)
# As what an order counts: see measures. The last of the refunds that together return all of an order takes it back.
COUNTED_AS = SQL("""CASE WHEN pos.amount_total >= 0 THEN 1 ELSE COALESCE((
        SELECT CASE
            WHEN -SUM(refund.amount_total) >= MIN(origin.amount_total)
                AND pos.amount_total - SUM(refund.amount_total) < MIN(origin.amount_total) THEN -1
        END
        FROM pos_order origin
        JOIN pos_order refund ON refund.state IN ('paid', 'done') AND refund.amount_total < 0
            AND (refund.date_order, refund.id) <= (pos.date_order, pos.id)
        WHERE origin.id = (
            SELECT MIN(sold.order_id)
            FROM pos_order_line returned
            JOIN pos_order_line sold ON sold.id = returned.refunded_orderline_id
            WHERE returned.order_id = pos.id
        ) AND EXISTS (
            SELECT
            FROM pos_order_line returned
            JOIN pos_order_line sold ON sold.id = returned.refunded_orderline_id
            WHERE returned.order_id = refund.id AND sold.order_id = origin.id
        )
    ), 0) END""")


def ordered_at_till(scope: Scope) -> list[SQL]:
    """Orders of tills, untaxed, at the order's own rate, on the day of the order."""
    return _at_till(
        "ordered",
        scope,
        where=SQL(
            "%s AND %s", SQL("line.sale_order_line_id IS NULL") if scope.tills.settles_orders else SQL("TRUE"), IS_SOLD
        ),
    )


def invoiced_at_till(scope: Scope) -> list[SQL]:
    """Orders of tills without an invoice, for which the receipt stands."""
    return _at_till("invoiced", scope, where=SQL("%s AND %s", HAS_NO_INVOICE, IS_SOLD))


def collected_at_till(scope: Scope) -> list[SQL]:
    """Each payment of an order without an invoice × untaxed ÷ total, per line, on the payment's day."""
    columns = _columns(scope.tills)
    return _branches(
        "collected",
        [SQL("-line.id"), SQL("settled.payment_id")],
        {
            **columns,
            **{name: SQL("(%s)::numeric * settled.paid / settled.total", columns[name]) for name in MEASURES},
            "day": SQL("settled.day"),
        },
        SQL(
            "%s settled JOIN pos_order pos ON pos.id = settled.order_id JOIN pos_order_line line"
            " ON line.order_id = pos.id %s",
            till_payments(SQL("TRUE")),
            _tables(scope.tills),
        ),
        on_days(SQL("settled.day"), scope),
        scope,
    )


def _at_till(basis: str, scope: Scope, where: SQL) -> list[SQL]:
    return _branches(
        basis,
        [SQL("-line.id")],
        {**_columns(scope.tills), "day": local_day(SQL("pos.date_order"))},
        SQL("pos_order_line line JOIN pos_order pos ON pos.id = line.order_id %s", _tables(scope.tills)),
        SQL("%s AND %s", where, on_local_days(SQL("pos.date_order"), scope)),
        scope,
    )


def _branches(basis: str, key: list[SQL], columns: dict[str, SQL], tables: SQL, where: SQL, scope: Scope) -> list[SQL]:
    """The branches of lines of tills, by the shares of the sales orders that they settle.

    The keys begin with negative numbers, which tell these rows from those of other documents' lines.
    """
    return branches_by_line(
        basis,
        key,
        columns,
        tables,
        where,
        lines=TILL_LINES,
        splits=ORDER_SPLITS,
        split_key=SQL("settled_line.order_id") if scope.tills.settles_orders else SQL("NULL::int"),
        scope=scope,
    )


def _columns(tills: Tills) -> dict[str, SQL]:
    """What the facts of tills have in common; the measures are those of the whole line."""
    sellers = [SQL("pos.user_id")]
    teams = [SQL("pos.crm_team_id")] if tills.has_teams else []
    forms = [SQL("'pos'")]
    if tills.has_employees:
        sellers.insert(0, SQL("employee.user_id"))
    if tills.settles_orders:
        sellers.insert(0, SQL("settled_order.user_id"))
        teams.insert(0, SQL("settled_order.team_id"))
        forms.insert(0, SQL("settled_order.sales_type"))
    return {
        "user_id": _first(sellers),
        "team_id": _first(teams or [SQL("NULL")]),
        "company_id": SQL("pos.company_id"),
        "currency_id": SQL("company.currency_id"),
        "partner_id": SQL("partner.commercial_partner_id"),
        "country_id": SQL("partner.country_id"),
        "product_id": SQL("line.product_id"),
        "categ_id": SQL("template.categ_id"),
        "sales_type": _first(forms),
        "quantity": SQL("line.qty"),
        "unit_ratio": SQL("1"),
        "amount": AMOUNT,
        "margin": SQL("%s - %s", AMOUNT, COST),
        "count": COUNTED_AS,
        "res_model": SQL("'pos.order'"),
        "res_id": SQL("pos.id"),
        "line_id": SQL("line.id"),
    }


def _first(values: list[SQL]) -> SQL:
    """The first value that is there."""
    return values[0] if len(values) == 1 else SQL("COALESCE(%s)", SQL(", ").join(values))


def _tables(tills: Tills) -> SQL:
    """The joins from ``pos``, an order, and its ``line``."""
    tables = [
        SQL("""JOIN res_company company ON company.id = pos.company_id
    LEFT JOIN res_partner partner ON partner.id = pos.partner_id
    LEFT JOIN product_product product ON product.id = line.product_id
    LEFT JOIN product_template template ON template.id = product.product_tmpl_id""")
    ]
    if tills.has_employees:
        tables.append(SQL("LEFT JOIN hr_employee employee ON employee.id = pos.employee_id"))
    if tills.settles_orders:
        tables.append(
            SQL("""LEFT JOIN sale_order_line settled_line ON settled_line.id = line.sale_order_line_id
    LEFT JOIN sale_order settled_order ON settled_order.id = settled_line.order_id""")
        )
    return SQL("\n    ").join(tables)


# What is sold at tills adds to the facts of these bases.
AT_TILL = {"ordered": ordered_at_till, "invoiced": invoiced_at_till, "collected": collected_at_till}
