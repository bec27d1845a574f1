"""The margin floors, the quotations that went below them, and the form in which each kind of customer buys."""

FLOOR = 8
COCOA_FLOOR = 5
LEADS_DOWN_TO = 3
SALES_TYPES = {"wholesale": "wholesale", "retail": "cash", "export": "export"}

# What becomes of the newest drafts: part above the cost, reason, decision and answer.
REQUESTS = (
    (1.06, "Takes three tonnes a month from January on if the first delivery convinces.", None, ""),
    (1.02, "Meets the offer of a competitor; we would lose the customer for the season.", None, ""),
    (1.05, "Last bags of the old harvest, before the new one comes in.", "approve", ""),
    (1.04, "Asks for the price of last year.", "refuse", "Offer 8 % margin with payment in advance instead."),
    (1.055, None, None, ""),
)


def create_margins(story, plan):
    for segment, sales_type in SALES_TYPES.items():
        partners = [customer.partner for customer in story.customers if customer.segment == segment]
        story.env["res.partner"].concat(*partners).sales_type = sales_type
    _create_floors(story)
    _ask_for_approval(story, plan)


def _create_floors(story):
    cocoa = story.env.ref("sales_tracking.demo_category_cocoa")
    story.create_named(
        "sales.margin.rule",
        {
            "demo_margin_rule": {"company_id": story.company.id, "floor": FLOOR, "lead_floor": LEADS_DOWN_TO},
            "demo_margin_rule_cocoa": {
                "company_id": story.company.id,
                "categ_id": cocoa.id,
                "floor": COCOA_FLOOR,
                "action": "warn",
            },
        },
    )


def _ask_for_approval(story, plan):
    cocoa = story.env.ref("sales_tracking.demo_category_cocoa")
    drafts = [
        deal.order
        for deal in plan
        if deal.ending == "quoted"
        and deal.order.user_id != deal.order.team_id.user_id
        and cocoa not in deal.order.order_line.product_id.categ_id
    ]
    drafts = sorted(drafts, key=lambda order: (order.state != "draft", -order.id))
    for order, (above_cost, reason, decision, answer) in zip(drafts, REQUESTS, strict=False):
        for line in order.order_line:
            line.price_unit = order.currency_id.round(line.purchase_price * above_cost)
            line.discount = 0
        if not reason:
            continue
        approval = story.env["sales.margin.approval"].with_user(order.user_id)
        approval = approval.create({"order_id": order.id, "reason": reason}).with_user(order.team_id.user_id)
        if decision == "approve":
            approval.action_approve()
        elif decision == "refuse":
            approval.answer = answer
            approval.action_refuse()
