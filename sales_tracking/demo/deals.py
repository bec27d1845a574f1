"""The plan of the year: which deals there were, with whom, when they moved and how they ended.

Nothing is written here. The other chapters turn a deal into its lead, quotation, interactions and invoice.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odoo import models

from . import seasons
from .customers import Customer

# How many deals end how. Won and repeat deals become orders; quoted, expired and refused ones stay quotations.
WON = 125
REPEAT = 45
QUOTED = 38
EXPIRED = 14
REFUSED = 32
LOST = 60
QUALIFIED = 24
NEW = 27

# The year's first deals were orders of old customers: no lead of theirs is older than the year.
WARM_UP = 15
LONGEST_COURTSHIP = 70
WEEK = (0, 0, 1, 2, 3, 5)


@dataclass(frozen=True)
class Profile:
    """A salesperson: the part of the team's deals they win and lose, and how large their deals are."""

    won: int
    lost: int
    size: float


PROFILES = {
    "demo_user_rina": Profile(won=32, lost=20, size=1.15),
    "demo_user_dewi": Profile(won=25, lost=21, size=1.05),
    "demo_user_agus": Profile(won=19, lost=26, size=0.8),
    "demo_user_lead": Profile(won=14, lost=14, size=1.2),
    "demo_user_lead_surabaya": Profile(won=10, lost=19, size=0.9),
}


@dataclass(frozen=True)
class Segment:
    """How a kind of customer buys: lines an order, quantities (kg or l) and their step, patience, form of the sale."""

    lines: tuple
    quantity: tuple
    step: int
    patience: float
    sales_types: tuple


SEGMENTS = {
    "wholesale": Segment(
        lines=(1, 2, 2, 3, 4),
        quantity=(150, 900),
        step=25,
        patience=1.0,
        sales_types=("wholesale",) * 4 + ("credit",) * 4 + ("consignment", "tender"),
    ),
    "retail": Segment(
        lines=(2, 3, 3, 4, 5), quantity=(5, 60), step=5, patience=0.5, sales_types=("cash", "cash", "direct")
    ),
    "export": Segment(lines=(1, 1, 2), quantity=(1000, 4500), step=250, patience=1.5, sales_types=("export",)),
}

# Nobody buys these by the tonne: divisor of the quantity.
PRECIOUS = {"VANILI": 50, "FULI": 6, "KAKAO-LEM": 3, "KAPULAGA": 2}


@dataclass
class Deal:
    ending: str
    user: str
    customer: Customer
    basket: list
    sales_type: str
    created: datetime = None
    qualified: datetime = None
    quoted: datetime = None
    closed: datetime = None
    reconsidered: list = field(default_factory=list)
    lead: models.BaseModel = field(default=None, repr=False)
    order: models.BaseModel = field(default=None, repr=False)

    @property
    def is_order(self):
        return self.ending in ("won", "repeat")

    @property
    def start(self):
        return self.created or self.quoted


def plan_deals(story):
    """The year's deals in the order in which they began."""
    deals = _orders(story)
    deals += _closed_without_order(story)
    deals += _open(story)
    return sorted(deals, key=lambda deal: deal.start)


def _orders(story):
    last = story.day_before(6)
    days = story.busy_days(WON + REPEAT - len(WEEK), story.day_before(seasons.YEAR - 8), last)
    days += sorted(story.day_before(age) for age in WEEK)
    courted = set(_with_room_for_courtship(story, days))
    deals = []
    for index, day in enumerate(days):
        deal = _deal(story, "won" if index in courted else "repeat", day)
        first = _first_day(story, deal, day) if index in courted else day - timedelta(days=story.rng.randrange(1, 7))
        _date(story, deal, first, day, has_lead=index in courted)
        deals.append(deal)
    return deals


def _with_room_for_courtship(story, days):
    """Indexes of the orders that began with a lead: not those at the very start of the year."""
    beginning = story.day_before(seasons.YEAR - WARM_UP)
    late = [index for index, day in enumerate(days) if day > beginning]
    return story.rng.sample(late, k=min(WON, len(late)))


def _closed_without_order(story):
    deals = []
    endings = ["refused"] * REFUSED + ["lost"] * LOST
    story.rng.shuffle(endings)
    for ending, day in zip(
        endings,
        story.busy_days(len(endings), story.day_before(seasons.YEAR - WARM_UP), story.day_before(1)),
        strict=True,
    ):
        deal = _deal(story, ending, day)
        _date(story, deal, _first_day(story, deal, day), day, has_quotation=ending == "refused")
        deals.append(deal)
    return deals


def _open(story):
    """Deals that are not decided: how long ago they began, and how long ago the quotation went out, if it did."""
    rng = story.rng
    ages = [("quoted", rng.randrange(0, 26)) for _ in range(QUOTED - 4)]
    ages += [("quoted", age) for age in (0, 0, 1, 1)]
    ages += [("expired", rng.randrange(38, 110)) for _ in range(EXPIRED)]
    ages += [("qualified", rng.randrange(1, 40)) for _ in range(QUALIFIED)]
    ages += [("new", rng.randrange(0, 24)) for _ in range(NEW)]
    deals = []
    for ending, age in ages:
        day = story.working_day(story.day_before(age)) if age > 1 else story.day_before(age)
        deal = _deal(story, ending, day)
        if ending == "new":
            deal.created = story.moment(day)
        elif ending == "qualified":
            deal.created = story.moment(story.working_day(day - timedelta(days=rng.randrange(2, 20))))
            deal.qualified = story.moment(day, after=deal.created)
        else:
            _date(story, deal, _first_day(story, deal, day), day)
            deal.closed = None
        deals.append(deal)
    return deals


def _deal(story, ending, day):
    rng = story.rng
    won = ending not in ("lost", "refused")
    names = list(PROFILES)
    user = rng.choices(names, [PROFILES[name].won if won else PROFILES[name].lost for name in names])[0]
    portfolio = [customer for customer in story.customers if customer.user == user]
    customer = rng.choices(portfolio, [customer.weight for customer in portfolio])[0]
    segment = SEGMENTS[customer.segment]
    size = PROFILES[user].size * seasons.season(day) ** 0.5 * (1.1 if won else 1)
    return Deal(ending, user, customer, _basket(story, segment, size), rng.choice(segment.sales_types))


def _basket(story, segment, size):
    """Product codes and quantities."""
    rng = story.rng
    codes = rng.sample(list(story.products), k=rng.choice(segment.lines))
    least, most = segment.quantity
    basket = []
    for code in codes:
        quantity = rng.triangular(least, most, least + (most - least) / 3) * size / PRECIOUS.get(code, 1)
        step = segment.step if quantity > segment.step else 1
        basket.append((code, max(round(quantity / step), 1) * step))
    return basket


def _first_day(story, deal, last_day):
    """The day of the first contact of a deal that came to its end on the last day."""
    patience = SEGMENTS[deal.customer.segment].patience
    days = min(round(story.rng.triangular(6, 50, 18) * patience), LONGEST_COURTSHIP)
    return max(story.working_day(last_day - timedelta(days=days)), story.day_before(seasons.YEAR - 1))


def _date(story, deal, first, last, has_lead=True, has_quotation=True):
    """Spread the deal's steps over its days; the last step falls on the last day."""
    span = (last - first).days
    if has_lead:
        deal.created = story.moment(first)
        qualified = first + timedelta(days=round(span * story.rng.uniform(0.15, 0.35)))
        deal.qualified = story.moment(story.working_day(max(qualified, first)), after=deal.created)
    if has_quotation:
        is_open = deal.ending in ("quoted", "expired")
        share = 1 if is_open else story.rng.uniform(0.45, 0.75)
        quoted = last if is_open else first + timedelta(days=round(span * share))
        deal.quoted = story.moment(quoted, after=deal.qualified)
    deal.closed = story.moment(last, after=deal.quoted or deal.qualified)
