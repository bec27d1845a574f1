"""The field force: every visit of the year with its check-in, and the routes of today and of the week to come."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from ..models.visit import geography
from .story import TIME_ZONE

METRES_PER_DEGREE = 111_195
LONGEST_WALK = 180  # metres from the customer's door to where the phone checks in
BETWEEN_VISITS = 120  # minutes between the visits of a route

PURPOSES = (
    "Samples of the new harvest", "Order for the coming weeks", "Payment and new order", "Stock count",
    "Introduce the price list", "Quality complaint", "Get to know the new chef",
)  # fmt: skip
REASONS = ("Met at the warehouse", "The shop has moved", "Met at the market")
OUT_OF_RANGE_SHARE = 0.07
UNVERIFIABLE_SHARE = 0.05
MISSED = 26
STOPS_TODAY = 5
STOPS_A_DAY = 3
DAYS_AHEAD = 7
ON_A_VISIT = "demo_user_rina"
ORDERS_TAKEN = 3  # one of so many orders is taken at the customer's place
ORDERS_TOLD = 4  # visits that tell of an order of which there is none


def create_visits(story):
    _turn_interactions_into_visits(story)
    _create_visits_of_orders(story)
    _create_missed(story)
    people = sorted({customer.user for customer in story.customers})
    for person in people:
        _create_today(story, person)
        _create_days_ahead(story, person)
    _create_series(story)


def _turn_interactions_into_visits(story):
    """The visits behind the interactions of that kind that the deals needed."""
    interactions = story.env["sales.interaction"].search(
        [("kind", "=", "visit"), ("company_id", "=", story.company.id)], order="date, id"
    )
    visits = story.env["sales.visit"].create(
        [
            {
                **_plan(story, interaction.user_id, interaction.partner_id, interaction.date),
                **_check(story, interaction.partner_id, interaction.date, max(interaction.duration, 300)),
                "state": "done",
                "lead_id": interaction.lead_id.id,
                "order_id": interaction.order_id.id,
                "team_id": interaction.team_id.id,
                "outcome_id": interaction.outcome_id.id,
                "note": interaction.note,
            }
            for interaction in interactions
        ]
    )
    for interaction, visit in zip(interactions, visits, strict=True):
        interaction.write({"source_key": f"sales.visit,{visit.id}", "res_model": "sales.visit", "res_id": visit.id})


def _create_visits_of_orders(story):
    """Visits that end with an order, half of them made from the visit; a few others tell of one that is not there."""
    placed = story.env.ref("sales_tracking.sales_interaction_outcome_order_placed")
    abroad = [customer.contact.commercial_partner_id.id for customer in story.customers if customer.segment == "export"]
    orders = story.env["sale.order"].search(
        [
            ("company_id", "=", story.company.id),
            ("state", "=", "sale"),
            ("user_id", "!=", False),
            ("partner_id.commercial_partner_id", "not in", abroad),
        ],
        order="date_order, id",
    )[::ORDERS_TAKEN]
    values = []
    for order in orders:
        arrived = order.date_order - timedelta(minutes=story.rng.randrange(15, 60))
        planned = _plan(story, order.user_id, order.partner_id, arrived)
        check = _check(story, order.partner_id, arrived, story.rng.randrange(1800, 5400))
        values.append({**planned, **check, "state": "done", "team_id": order.team_id.id, "outcome_id": placed.id})
    visits = story.env["sales.visit"].create(values)
    for order, visit in list(zip(orders, visits, strict=True))[::2]:
        order.visit_id = visit
    told = story.env["sales.visit"].search([("state", "=", "done"), ("id", "not in", visits.ids)], order="day desc, id")
    told[:ORDERS_TOLD].outcome_id = placed
    visits._log_interaction()


def _create_missed(story):
    customers = [customer for customer in story.customers if customer.segment != "export"]
    values = []
    for _number in range(MISSED):
        customer = story.rng.choice(customers)
        day = story.working_day(story.day_before(story.rng.randrange(2, 200)))
        planned = _plan(story, story.users[customer.user], customer.contact, _hour(day, story.rng.randrange(8, 17)))
        values.append({**planned, "state": "missed"})
    story.env["sales.visit"].create(values)


def _create_today(story, person):
    """A route of the day: the first stops are made, one person is on a visit, the rest lies ahead."""
    user = story.users[person]
    stops = story.rng.sample(_customers(story, person), STOPS_TODAY)
    passed = story.now - _hour(story.today, 0)
    plans = [
        {**_plan(story, user, stop.contact, _hour(story.today, 9) + timedelta(minutes=90 * number)), "sequence": number}
        for number, stop in enumerate(stops)
    ]
    for number, (plan, stop) in enumerate(zip(plans, stops, strict=True)):
        if number < 2:
            arrived = (story.now - passed * (0.7 - 0.3 * number)).replace(microsecond=0)
            seconds = min(2700, int((story.now - arrived).total_seconds() / 2))
            plan.update(_check(story, stop.contact, arrived, seconds, is_near=person == ON_A_VISIT), state="done")
            plan["outcome_id"] = story.env.ref("sales_tracking.sales_interaction_outcome_met").id
        elif number == 2 and person == ON_A_VISIT:
            arrived = story.now - min(timedelta(minutes=25), passed / 4)
            check = _check(story, stop.contact, arrived.replace(microsecond=0), 0, is_near=True)
            plan.update({name: value for name, value in check.items() if not name.startswith("check_out")})
            plan["state"] = "in_progress"
    visits = story.env["sales.visit"].create(plans)
    visits.filtered(lambda visit: visit.state == "done")._log_interaction()


def _create_days_ahead(story, person):
    user = story.users[person]
    days = [story.today + timedelta(days=number) for number in range(1, DAYS_AHEAD + 1)]
    story.env["sales.visit"].create(
        [
            {
                **_plan(story, user, stop.contact, _hour(day, 9) + timedelta(minutes=BETWEEN_VISITS * number)),
                "sequence": number,
            }
            for day in days
            if day.weekday() < 5
            for number, stop in enumerate(story.rng.sample(_customers(story, person), STOPS_A_DAY))
        ]
    )


def _create_series(story):
    """A customer that is visited every other week."""
    customer = next(customer for customer in story.customers if customer.user == "demo_user_agus")
    day = story.today + timedelta(days=7 - story.today.weekday())
    plan = _plan(story, story.users[customer.user], customer.contact, _hour(day, 15))
    first = story.env["sales.visit"].create({**plan, "purpose": "Stock count"})
    story.env["sales.visit.recurrence"].create({"visit_id": first.id, "interval": 2, "count": 6}).action_apply()


def _plan(story, user, partner, moment):
    return {
        "company_id": story.company.id,
        "user_id": user.id,
        "partner_id": partner.id,
        "date_start": moment,
        "purpose": story.rng.choice(PURPOSES),
    }


def _check(story, partner, arrived, seconds, is_near=False):
    """A check-in, and a check-out the seconds later, mostly at the door of the customer."""
    rng = story.rng
    place = partner and partner._visit_address()
    left = {
        "check_in_time": arrived,
        "check_in_device_time": arrived,
        "check_out_time": arrived + timedelta(seconds=seconds),
        "check_out_device_time": arrived + timedelta(seconds=seconds),
    }
    chance = 1 if is_near else rng.random()
    if not place or not place._has_position() or chance < UNVERIFIABLE_SHARE:
        return {**left, "verification": "unverifiable"}
    is_far = chance < UNVERIFIABLE_SHARE + OUT_OF_RANGE_SHARE
    metres = rng.uniform(400, 4000) if is_far else rng.uniform(5, LONGEST_WALK)
    position = (round(place.partner_latitude + metres / METRES_PER_DEGREE, 6), round(place.partner_longitude, 6))
    accuracy = rng.randrange(4, 40)
    distance = geography.distance(*position, place.partner_latitude, place.partner_longitude)
    values = dict(left)
    for check in ("check_in", "check_out"):
        values |= {
            f"{check}_latitude": position[0],
            f"{check}_longitude": position[1],
            f"{check}_accuracy": accuracy,
            f"{check}_distance": distance,
        }
    verification = geography.verify(distance, accuracy, story.company.visit_radius)
    return {
        **values,
        "verification": verification,
        "check_in_reason": rng.choice(REASONS) if is_far else False,
    }


def _customers(story, person):
    return [each for each in story.customers if each.user == person and each.segment != "export"]


def _hour(day, hour):
    """The moment (naive UTC) of an hour in Jakarta."""
    return datetime.combine(day, time(hour), ZoneInfo(TIME_ZONE)).astimezone(timezone.utc).replace(tzinfo=None)
