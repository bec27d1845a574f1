"""The deals' quotations, and the orders that the won ones became."""

from datetime import timedelta

from odoo.fields import Command

from .deals import PROFILES

VALIDITY = 30
DRAFTS = 10
SHARED_ORDERS = 10
SHARES = ((70, 30), (60, 40), (50, 50), (80, 20), (50, 30, 20))


def create_orders(story, plan):
    """Quotations in the order in which they were sent, so that their numbers rise with the time."""
    deals = sorted((deal for deal in plan if deal.quoted), key=lambda deal: deal.quoted)
    orders = story.env["sale.order"].create([_order_values(story, deal) for deal in deals])
    for deal, order in zip(deals, orders, strict=True):
        deal.order = order
    story.backdate(orders, [deal.quoted for deal in deals])
    _send_or_confirm(story, deals)
    _expect_what_was_quoted(deals)
    _share_credit(story, deals)


def _order_values(story, deal):
    customer, lead = deal.customer, deal.lead
    values = {
        "partner_id": customer.partner.id,
        "pricelist_id": customer.partner.property_product_pricelist.id,
        "payment_term_id": _payment_term(story, deal).id,
        "company_id": story.company.id,
        "user_id": story.users[deal.user].id,
        "team_id": story.users[deal.user].sale_team_id.id,
        "date_order": deal.quoted,
        "validity_date": story.day_of(deal.quoted) + timedelta(days=VALIDITY),
        "sales_type": deal.sales_type,
        "order_line": [
            Command.create({"product_id": story.products[code].id, "product_uom_qty": quantity})
            for code, quantity in deal.basket
        ],
    }
    if lead:
        values |= {
            "opportunity_id": lead.id,
            "source_id": lead.source_id.id,
            "medium_id": lead.medium_id.id,
            "campaign_id": lead.campaign_id.id,
        }
    return values


def _payment_term(story, deal):
    if deal.sales_type == "cash":
        return story.env.ref("account.account_payment_term_immediate")
    return story.env.ref("account.account_payment_term_30days")


def _send_or_confirm(story, deals):
    def orders_of(chosen):
        return story.env["sale.order"].concat(*(deal.order for deal in chosen))

    quoted = [deal for deal in deals if deal.ending == "quoted"]
    drafts = orders_of(quoted[-DRAFTS:])
    (orders_of(deals) - drafts).write({"state": "sent"})
    orders_of(deal for deal in deals if deal.ending == "refused")._action_cancel()
    won = [deal for deal in deals if deal.is_order]
    orders_of(won).action_confirm()
    for deal in won:
        deal.order.date_order = deal.closed


def _expect_what_was_quoted(deals):
    for deal in deals:
        if deal.lead:
            deal.lead.expected_revenue = deal.order.amount_untaxed / deal.order.currency_rate


def _share_credit(story, deals):
    """Colleagues who helped with a large order get a share of the credit."""
    orders = [deal for deal in deals if deal.is_order]
    largest = sorted(orders, key=lambda deal: -deal.order.amount_untaxed / deal.order.currency_rate)
    splits = []
    for deal in story.rng.sample(largest[: 3 * SHARED_ORDERS], k=SHARED_ORDERS):
        owner = story.users[deal.user]
        shares = story.rng.choice(SHARES)
        colleagues = [story.users[name] for name in PROFILES if name != deal.user]
        people = [owner, *story.rng.sample(colleagues, k=len(shares) - 1)]
        splits += [
            {"order_id": deal.order.id, "user_id": user.id, "share": share}
            for user, share in zip(people, shares, strict=True)
        ]
    story.env["sales.credit.split"].create(splits)
