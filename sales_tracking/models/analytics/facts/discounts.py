"""Order-wide discounts: a line of a document whose facts are those of the lines that it discounts."""

from typing import NamedTuple

from odoo.tools import SQL

from .branch import Scope, branches_by_share, product_tables, unit_ratio


class LineTable(NamedTuple):
    """Where the lines of a kind of documents are, and what their taxes and orders are found by.

    :param same_order: whether the ``candidate`` and the discount, ``line``, are of the same order
    :param is_discounted: whether the ``candidate`` is sold, so that the discount may be on it
    :param unit: the unit of a line
    :param split_by: the column of a line by which credit splits are found; None where discounts have none
    """

    table: SQL
    document: SQL
    tax_table: SQL
    tax_line: SQL
    same_order: SQL
    split_by: str | None
    is_discounted: SQL
    unit: SQL

    def taxes(self, line: str) -> SQL:
        """The taxes of a line, less those that Odoo doesn't discount."""
        return SQL(
            """ARRAY(
                SELECT tax.id
                FROM %s line_tax
                JOIN account_tax tax ON tax.id = line_tax.account_tax_id AND tax.amount_type NOT IN ('fixed', 'code')
                WHERE line_tax.%s = %s
                ORDER BY tax.id
            )""",
            self.tax_table,
            self.tax_line,
            SQL.identifier(line, "id"),
        )


IS_SOLD = SQL("""candidate.price_subtotal > 0 AND COALESCE(candidate.display_type, 'product') = 'product'
                    AND candidate.is_downpayment IS NOT TRUE""")
UNIT = SQL("product_uom_id")

ORDER_LINES = LineTable(
    table=SQL("sale_order_line"),
    document=SQL("order_id"),
    tax_table=SQL("account_tax_sale_order_line_rel"),
    tax_line=SQL("sale_order_line_id"),
    same_order=SQL("TRUE"),
    split_by="order_id",
    is_discounted=IS_SOLD,
    unit=UNIT,
)
INVOICE_LINES = LineTable(
    table=SQL("account_move_line"),
    document=SQL("move_id"),
    tax_table=SQL("account_move_line_account_tax_rel"),
    tax_line=SQL("account_move_line_id"),
    same_order=SQL("""EXISTS (
                SELECT
                FROM sale_order_line_invoice_rel discount_link
                JOIN sale_order_line discount_sold ON discount_sold.id = discount_link.order_line_id
                JOIN sale_order_line sold ON sold.order_id = discount_sold.order_id
                JOIN sale_order_line_invoice_rel link ON link.order_line_id = sold.id
                WHERE discount_link.invoice_line_id = line.id AND link.invoice_line_id = candidate.id
            )"""),
    split_by="id",
    is_discounted=IS_SOLD,
    unit=UNIT,
)
# Of tills: a refund takes back what it discounts with the other sign.
TILL_LINES = LineTable(
    table=SQL("pos_order_line"),
    document=SQL("order_id"),
    tax_table=SQL("account_tax_pos_order_line_rel"),
    tax_line=SQL("pos_order_line_id"),
    same_order=SQL("TRUE"),
    split_by=None,
    is_discounted=SQL(
        "SIGN(candidate.qty) * SIGN(candidate.price_unit) * SIGN(line.qty) * SIGN(line.price_unit) < 0"
        " AND candidate.price_subtotal <> 0"
    ),
    unit=SQL("NULL::int"),
)


def _is_discount(line: str, scope: Scope) -> SQL:
    return SQL("%s IN %s", SQL.identifier(line, "product_id"), scope.discount_products)


def _discounted(lines: LineTable, scope: Scope) -> SQL:
    """``discounted``: the lines that ``line`` discounts and the share that each has of it, 1 in sum to the last digit.

    They are what the document sells, of the same order and with the same taxes where any is. A discount of nothing
    stands for itself.
    """
    return SQL(
        """LATERAL (
        SELECT
            id, %(document)s, product_id, product_uom_id,
            SUM(weight) OVER up_to_line / SUM(weight) OVER () - (SUM(weight) OVER up_to_line - weight)
                / SUM(weight) OVER () AS share
        FROM (
            SELECT *, MAX(likeness) OVER () AS closest
            FROM (
                SELECT id, %(document)s, product_id, %(unit)s AS product_uom_id, 1.0 AS weight, 0 AS likeness
                FROM %(table)s
                WHERE id = line.id
                UNION ALL
                SELECT
                    id, %(document)s, product_id, %(unit)s, ABS(price_subtotal),
                    1 + CASE WHEN %(same_order)s THEN 2 ELSE 0 END
                        + CASE WHEN %(taxes)s = %(discount_taxes)s THEN 1 ELSE 0 END
                FROM %(table)s candidate
                WHERE candidate.%(document)s = line.%(document)s AND %(is_discounted)s
                    AND (%(is_discount)s) IS NOT TRUE
            ) candidate
        ) candidate
        WHERE likeness = closest
        WINDOW up_to_line AS (ORDER BY id)
    ) discounted""",
        table=lines.table,
        document=lines.document,
        unit=lines.unit,
        is_discounted=lines.is_discounted,
        same_order=lines.same_order,
        taxes=lines.taxes("candidate"),
        discount_taxes=lines.taxes("line"),
        is_discount=_is_discount("candidate", scope),
    )


def branches_by_line(
    basis: str,
    key: list[SQL],
    columns: dict[str, SQL],
    tables: SQL,
    where: SQL,
    lines: LineTable,
    splits: SQL,
    scope: Scope,
    split_key: SQL | None = None,
) -> list[SQL]:
    """The branches of lines, named ``line``: an order-wide discount has a row per line that it discounts.

    Such a row has the discounted line and its product, a share of the amount and of the margin, and no quantity.
    Where no company has a product for order-wide discounts, nothing is added to the branches.

    :param split_key: what the splits of a line are found by, other than its own column
    """
    of_line = {"splits": splits, "split_key": split_key or SQL.identifier("line", lines.split_by), "scope": scope}
    if not scope.discount_products:
        return branches_by_share(basis, key, columns, tables, where, **of_line)
    is_discount = _is_discount("line", scope)
    return [
        *branches_by_share(basis, key, columns, tables, SQL("%s AND (%s) IS NOT TRUE", where, is_discount), **of_line),
        *branches_by_share(
            basis,
            [*key, SQL("discounted.id")],
            {
                **columns,
                "product_id": SQL("discounted.product_id"),
                "categ_id": SQL("discounted_template.categ_id"),
                "unit_ratio": unit_ratio("discounted_"),
                "quantity": SQL("CASE WHEN discounted.id = line.id THEN %s ELSE 0 END", columns["quantity"]),
                "amount": SQL("(%s)::numeric * discounted.share", columns["amount"]),
                "margin": SQL("(%s)::numeric * discounted.share", columns["margin"]),
                "line_id": SQL("discounted.id"),
                "discount_line_id": SQL("line.id"),
            },
            SQL("%s CROSS JOIN %s %s", tables, _discounted(lines, scope), product_tables("discounted", "discounted_")),
            SQL("%s AND %s", where, is_discount),
            **{
                **of_line,
                "split_key": SQL.identifier("discounted", lines.split_by) if lines.split_by else SQL("NULL::int"),
            },
        ),
    ]
