"""Say in SQL which journal items are open items of customers."""

from odoo.tools import SQL

# Those of the follow-up: what employees or tax offices owe is no customer's debt.
TRADE_ACCOUNTS = SQL(
    "(SELECT id FROM account_account WHERE account_type = 'asset_receivable' AND non_trade IS NOT TRUE)"
)
# A payment without a journal entry settles no journal item until the bank confirms it. The invoice of `move` is paid by
# then all the same, as core's payment state says, if such payments cover what is open: core asks for no amount.
IS_UNPAID = SQL("""(
    move.payment_state IS NULL OR move.payment_state NOT IN ('in_payment', 'paid')
    OR ABS(move.amount_residual_signed) > COALESCE((
        SELECT SUM(CASE payment.currency_id WHEN move.currency_id
            THEN payment.amount * ABS(move.amount_total_signed) / NULLIF(ABS(move.amount_total), 0)
            ELSE ABS(payment.amount_company_currency_signed) END)
        FROM account_move__account_payment link
        JOIN account_payment payment ON payment.id = link.payment_id
        WHERE link.invoice_id = move.id AND payment.move_id IS NULL AND payment.state IN ('in_process', 'paid')
    ), 0) + 0.005
)""")
