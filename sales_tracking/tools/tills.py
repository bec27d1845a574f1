"""The point of sale, where it is installed: what there is of it, and which of its orders count.

An order of a till that has no invoice is invoiced by its receipt and paid by its payments. One that has an invoice is
invoiced and paid by that. What a payment is, is told by ``payments``.
"""

from typing import NamedTuple

from odoo.tools import SQL

# What is read of the point of sale, to be flushed before; fields that are not installed are passed over.
SOURCES = {
    "pos.order": [
        "account_move", "amount_paid", "amount_total", "company_id", "crm_team_id", "currency_rate", "date_order",
        "employee_id", "partner_id", "session_id", "state", "user_id",
    ],
    "pos.order.line": [
        "is_total_cost_computed", "order_id", "price_subtotal", "price_unit", "product_id", "qty",
        "refunded_orderline_id", "sale_order_line_id", "total_cost",
    ],
    "pos.payment": ["account_move_id", "amount", "payment_date", "payment_method_id", "pos_order_id"],
    "pos.payment.method": ["journal_id"],
    "pos.session": ["move_id"],
}  # fmt: skip

IS_SOLD = SQL("pos.state IN ('paid', 'done')")
HAS_NO_INVOICE = SQL("pos.account_move IS NULL")
# A payment method without a journal puts the amount on the customer's account.
ON_ACCOUNT = SQL("method.journal_id IS NULL")
# The ``payment``, a journal item, is of an entry by which a till pays an invoice: it moves the debt to the till.
# That is seen when the point of sale was removed, too.
MOVES_DEBT_TO_TILL = SQL("""EXISTS (
        SELECT
        FROM account_move_line till
        JOIN res_company till_company ON till_company.id = till.company_id
        WHERE till.move_id = payment.move_id AND till.id <> payment.id
            AND till.account_id = till_company.account_default_pos_receivable_account_id
    )""")
# Tills may have accounts of their own for a method of payment.
IS_PAYMENT_OF_TILL = SQL("EXISTS (SELECT FROM pos_payment till WHERE till.account_move_id = payment.move_id)")


def paid_at_till(has_tills: bool) -> SQL:
    """Whether the ``payment``, an item of a ``journal``, was taken by a till."""
    return SQL(
        "(journal.type NOT IN ('bank', 'cash', 'credit') AND (%s))",
        SQL("%s OR %s", MOVES_DEBT_TO_TILL, IS_PAYMENT_OF_TILL) if has_tills else MOVES_DEBT_TO_TILL,
    )


class Tills(NamedTuple):
    """Which optional columns the point of sale has."""

    has_teams: bool
    has_employees: bool
    settles_orders: bool


def tills(env) -> Tills | None:
    """What the point of sale has; None where it is not installed."""
    if "pos.order" not in env:
        return None
    return Tills(
        has_teams="crm_team_id" in env["pos.order"],
        has_employees="employee_id" in env["pos.order"],
        settles_orders="sale_order_line_id" in env["pos.order.line"],
    )


def discount_products(env) -> tuple[int, ...]:
    """The ids of the products by which tills give a discount on a whole order, where they do."""
    if "pos.config" not in env or "discount_product_id" not in env["pos.config"]:
        return ()
    configs = env["pos.config"].sudo().with_context(active_test=False).search([("discount_product_id", "!=", False)])
    return tuple(configs.discount_product_id.ids)


def fields_to_flush(env) -> list:
    """The fields that statements over tills read."""
    return [
        env[model]._fields[name]
        for model, names in SOURCES.items()
        if model in env
        for name in names
        if name in env[model]._fields
    ]
