"""Quotations whose customers choose among price lists on the portal: one that still may, one that has chosen."""

OFFERED = ("demo_pricelist_retail", "demo_pricelist_wholesale", "demo_pricelist_export")
# A favour for a good customer, which no list takes away.
TYPED_DISCOUNT = 6


def create_price_options(story, plan):
    rupiah = story.company.currency_id
    open_orders = [
        deal.order
        for deal in plan
        if deal.order
        and deal.order.state == "sent"
        and not deal.order.is_expired
        and deal.order.currency_id == rupiah
        and len(deal.order.order_line) > 1
    ]
    # The largest show best what a list is worth.
    open_orders.sort(key=lambda order: -order.amount_untaxed)
    for order, is_chosen in zip(open_orders, (False, True), strict=False):
        # More than another list or the quantity decides about the price of a line.
        order.order_line[-1].discount = TYPED_DISCOUNT
        options = order.action_create_price_options([story.pricelists[name].id for name in OFFERED])
        if is_chosen:
            options.sorted("amount_total")[0].action_apply()
