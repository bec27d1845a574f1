"""Every call, chat, visit and meeting around the deals."""

from datetime import timedelta

# source of the lead: kind and direction of the first touch
FIRST_TOUCHES = {
    "Trade Fair": ("event", "in"),
    "Chat Message": ("chat", "in"),
    "Website Form": ("web", "in"),
    "Cold Call": ("call", "out"),
    "B2B Marketplace": ("email", "in"),
    "Social Media": ("chat", "in"),
    "Newsletter": ("email", "in"),
    "Search engine": ("web", "in"),
}
ELSEWHERE = ("call", "in")

# segment: kind, weight
FOLLOW_UPS = {
    "wholesale": (("call", 5), ("visit", 4), ("chat", 2), ("meeting", 2), ("email", 1)),
    "retail": (("chat", 5), ("visit", 4), ("call", 3)),
    "export": (("email", 5), ("meeting", 3), ("call", 2), ("pricelist_sent", 2)),
}
MOST_FOLLOW_UPS = {"won": 2, "quoted": 2, "expired": 2, "refused": 2, "lost": 2, "qualified": 2, "new": 0}

# kind: outcome, weight
OUTCOMES = {
    "call": (("answered", 6), ("no_answer", 2), ("busy", 1), ("interested", 3), ("call_back", 2)),
    "visit": (("met", 6), ("absent", 1), ("interested", 3)),
    "meeting": (("held", 6), ("no_show", 1), ("interested", 2)),
    "event": (("interested", 1),),
    "chat": (("interested", 1), (None, 3)),
}
IN_VAIN = ("no_answer", "busy", "absent", "no_show")

# kind: shortest and longest, in minutes
DURATIONS = {"call": (1, 14), "visit": (20, 90), "meeting": (30, 90), "event": (5, 20)}

NOTES = {
    "call": ("Asked for the price at 500 kg.", "Wants to compare moisture certificates.", "Decides after the weekend.",
             "Happy with the last delivery."),
    "chat": ("Sent photos of the new harvest.", "Asked about delivery before Friday.", "Wants the same as last month."),
    "visit": ("Left samples with the kitchen.", "Stock left for two weeks.", "Saw a cheaper offer there.",
              "Showed the warehouse, dry and clean."),
    "meeting": ("Went through the yearly volume.", "Terms of payment discussed.", "Cupping of three lots."),
    "email": ("Asked for a certificate of origin.", "Confirmed the specification."),
    "event": ("Tasted at our stand, left a card.", "Looking for a second supplier."),
}  # fmt: skip

AFTER_SALES_SHARE = 0.3


def create_interactions(story, plan):
    touches = []
    for deal in plan:
        touches += _courtship(story, deal) if deal.lead else _repeat_order(story, deal)
        touches += _quotation(deal)
        if deal.is_order and story.rng.random() < AFTER_SALES_SHARE:
            touches += _after_sales(story, deal)
    touches.sort(key=lambda touch: touch["date"])
    story.env["sales.interaction"].create(
        [
            {**touch, "company_id": story.company.id, "source_key": f"demo:{number}"}
            for number, touch in enumerate(touches, start=1)
        ]
    )


def _courtship(story, deal):
    """The first touch and what followed until the deal was decided."""
    rng = story.rng
    kind, direction = FIRST_TOUCHES.get(deal.lead.source_id.name, ELSEWHERE)
    touches = [_touch(story, deal, kind, direction, deal.created, is_first=True)]
    first, last = story.day_of(deal.created), story.day_of(deal.closed or story.now)
    for _number in range(rng.randrange(MOST_FOLLOW_UPS[deal.ending] + 1)):
        day = story.working_day(first + timedelta(days=round((last - first).days * rng.random())))
        moment = story.moment(max(day, first), after=deal.created)
        if not deal.closed or moment < deal.closed:
            kind = _pick(rng, FOLLOW_UPS[deal.customer.segment])
            touches.append(_touch(story, deal, kind, "out", moment))
    if deal.ending == "lost":
        touches[-1] |= {"outcome_id": _outcome(story, "refused"), "is_touchpoint": True}
    return touches


def _repeat_order(story, deal):
    moment = deal.quoted - timedelta(minutes=story.rng.randrange(20, 90))
    kind = "email" if deal.customer.segment == "export" else "chat"
    return [_touch(story, deal, kind, "in", moment)]


def _quotation(deal):
    if not deal.order or deal.order.state == "draft":
        return []
    return [{"kind": "quote_sent", "direction": "out", "date": deal.quoted, **_documents(deal)}]


def _after_sales(story, deal):
    day = story.day_of(deal.closed) + timedelta(days=story.rng.randrange(7, 25))
    if day >= story.today:
        return []
    kind = "email" if deal.customer.segment == "export" else story.rng.choice(("visit", "visit", "call"))
    return [_touch(story, deal, kind, "out", story.moment(story.working_day(day), after=deal.closed))]


def _touch(story, deal, kind, direction, moment, is_first=False):
    rng = story.rng
    outcome = _pick(rng, OUTCOMES[kind]) if kind in OUTCOMES else None
    if is_first and outcome in IN_VAIN:
        outcome = "answered"
    is_in_vain = outcome in IN_VAIN
    shortest, longest = DURATIONS.get(kind, (0, 0))
    has_note = kind in NOTES and not is_in_vain and rng.random() < 0.5
    return {
        "kind": kind,
        "direction": direction,
        "date": moment,
        "duration": 0 if is_in_vain else round(60 * rng.uniform(shortest, longest)),
        "outcome_id": _outcome(story, outcome) if outcome else False,
        "is_touchpoint": not is_in_vain,
        "note": rng.choice(NOTES[kind]) if has_note else False,
        **_documents(deal, moment),
    }


def _documents(deal, moment=None):
    """What the touch was about: the order once there was one, before that the lead."""
    has_order = deal.order and (not moment or moment >= deal.quoted)
    person = deal.lead.user_id if deal.lead else deal.order.user_id
    return {
        "lead_id": deal.lead.id if deal.lead else False,
        "order_id": deal.order.id if has_order else False,
        "partner_id": deal.customer.contact.id if deal.order else False,
        "user_id": person.id,
    }


def _outcome(story, name):
    return story.env.ref(f"sales_tracking.sales_interaction_outcome_{name}").id


def _pick(rng, table):
    return rng.choices([row[0] for row in table], [row[-1] for row in table])[0]
