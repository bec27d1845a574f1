"""The orders' invoices, the credit notes for what came back, and the payments."""

from collections import defaultdict
from datetime import timedelta

from odoo.fields import Command

# The orders that are not invoiced yet are among the latest.
NOT_INVOICED = 20
LATEST_ORDERS = 55
PAID_SHARE = 0.68
PART_PAID_SHARE = 0.14
# Nobody is overdue for longer: invoices older than this many days are paid.
OLDEST_DEBT = 150
IN_TWO_PAYMENTS = 0.2

# reason, part that came back
RETURNS = (
    ("Moisture above the limit", 0.1),
    ("Bags torn in transit", 0.05),
    ("Wrong grade delivered", 0.2),
    ("Delivery refused by the customer", 1),
    ("Invoiced twice", 1),
    ("Order withdrawn after invoicing", 1),
)
LATE_CLAIMS = (("Short weight", 0.03), ("Mould found after storage", 0.08))
ROUND_PAYMENT = {"IDR": 100_000, "USD": 10}


def create_invoices(story, plan):
    orders = sorted((deal for deal in plan if deal.is_order), key=lambda deal: deal.closed)
    waiting = [deal for deal in orders[-LATEST_ORDERS:] if deal.sales_type != "cash"]
    not_invoiced = {deal.order for deal in story.rng.sample(waiting, k=min(NOT_INVOICED, len(waiting)))}
    invoices = _post_invoices(story, [deal for deal in orders if deal.order not in not_invoiced])
    _create_credit_notes(story, invoices, RETURNS, weeks=(1, 3))
    _pay(story, invoices.filtered("amount_residual"))
    _create_credit_notes(story, invoices.filtered(lambda invoice: not invoice.amount_residual), LATE_CLAIMS, (9, 12))


def _post_invoices(story, deals):
    """One invoice an order, as sale.order._create_invoices makes it, but with the day it was written on."""
    deals = sorted(((_invoice_day(story, deal), deal) for deal in deals), key=lambda pair: pair[0])
    invoices = story.env["sale.order"]._create_account_invoices(
        [
            {
                **deal.order._prepare_invoice(),
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(line._prepare_invoice_line()) for line in deal.order._get_invoiceable_lines()
                ],
            }
            for day, deal in deals
        ],
        final=False,
    )
    invoices.action_post()
    return invoices


def _invoice_day(story, deal):
    """The day of delivery: at once for cash, otherwise within a week of the order."""
    ordered = story.day_of(deal.closed)
    if deal.sales_type == "cash":
        return ordered
    delivered = story.working_day(ordered + timedelta(days=story.rng.randrange(6)))
    return min(max(delivered, ordered), story.today)


def _create_credit_notes(story, invoices, returns, weeks):
    """Credit notes some weeks after their invoices: set off against them, or open where they were paid already."""
    earliest, latest = weeks
    old_enough = invoices.filtered(lambda invoice: invoice.invoice_date < story.day_before(7 * latest))
    for invoice, (reason, part) in zip(story.rng.sample(list(old_enough), k=len(returns)), returns, strict=True):
        wizard = (
            story.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "reason": reason,
                    "date": invoice.invoice_date + timedelta(days=story.rng.randrange(7 * earliest, 7 * latest)),
                    "journal_id": invoice.journal_id.id,
                }
            )
        )
        wizard.reverse_moves()
        credit_note = wizard.new_move_ids
        for line in credit_note.invoice_line_ids:
            line.quantity = max(round(line.quantity * part), 1)
        credit_note.action_post()


def _pay(story, invoices):
    """Two of three invoices are paid, some are in part, the others are open or overdue."""
    rng = story.rng
    settled = invoices.filtered(lambda invoice: _is_settled(story, invoice))
    recent = (invoices - settled).sorted("invoice_date")
    more = max(round(len(invoices) * PAID_SHARE) - len(settled), 0)
    # Whoever pays at all has mostly done so after two months: the older half of the recent invoices.
    paid = settled.concat(*rng.sample(list(recent[: max(len(recent) // 2, more)]), k=more))
    part_paid = rng.sample(list(invoices - paid), k=round(len(invoices) * PART_PAID_SHARE))
    payments = []
    for invoice in paid:
        payments += _full_payment(story, invoice)
    for invoice in part_paid:
        payments += _part_payments(story, invoice)
    _register_payments(story, sorted(payments, key=lambda payment: payment[0]))


def _is_settled(story, invoice):
    return invoice.sales_type == "cash" or invoice.invoice_date < story.day_before(OLDEST_DEBT)


def _full_payment(story, invoice):
    """Around the due date, cash at once; some in two steps."""
    rng, residual = story.rng, invoice.amount_residual
    if invoice.sales_type == "cash":
        return [(invoice.invoice_date, invoice, residual)]
    earliest = invoice.invoice_date + timedelta(days=1)
    day = invoice.invoice_date_due + timedelta(days=round(rng.triangular(-15, 40, 0)))
    day = _within(story, earliest, day)
    if rng.random() > IN_TWO_PAYMENTS:
        return [(day, invoice, residual)]
    first = _round(invoice, residual * rng.uniform(0.3, 0.6))
    first_day = _within(story, earliest, day - timedelta(days=rng.randrange(5, 15)))
    return [(first_day, invoice, first), (day, invoice, residual - first)]


def _part_payments(story, invoice):
    rng, residual = story.rng, invoice.amount_residual
    shares = rng.choice(((0.5,), (0.3,), (0.25, 0.35), (0.4, 0.2)))
    last_day = max((story.today - invoice.invoice_date).days, 1)
    days = sorted(rng.randrange(last_day) + 1 for _share in shares)
    return [
        (_within(story, invoice.invoice_date, invoice.invoice_date + timedelta(days=day)), invoice,
         _round(invoice, residual * share))
        for day, share in zip(days, shares, strict=True)
    ]  # fmt: skip


def _within(story, earliest, day):
    return min(max(story.working_day(day), earliest), story.today)


def _round(invoice, amount):
    step = ROUND_PAYMENT[invoice.currency_id.name]
    return max(round(amount / step), 1) * step


def _register_payments(story, payments):
    """What the wizard "Pay" does for one invoice, done for all of them at once.

    :param list payments: day, invoice and amount, by day
    """
    env = story.env
    bank = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", story.company.id)], limit=1)
    records = env["account.payment"].create(
        [
            {
                "date": day,
                "amount": amount,
                "currency_id": invoice.currency_id.id,
                "partner_id": invoice.commercial_partner_id.id,
                "partner_type": "customer",
                "payment_type": "inbound",
                "journal_id": bank.id,
                "memo": invoice.payment_reference,
                "invoice_ids": [Command.set(invoice.ids)],
            }
            for day, invoice, amount in payments
        ]
    )
    records.action_post()
    lines_by_invoice = defaultdict(env["account.move.line"].browse)
    for record in records:
        moves = record.move_id + record.invoice_ids
        lines_by_invoice[record.invoice_ids] |= moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
    env["account.move.line"]._reconcile_plan(list(lines_by_invoice.values()))
