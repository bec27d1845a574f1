"""Which parts of an order are below their margin floor: arithmetic without the ORM.

The floor is a percentage of the untaxed price. It is asked of every item (a line, or a combo with its parts) and of the
order's total. Exactly at the floor is not below it. Items whose cost is unknown prove nothing: they stay out of the
total, and the rule says what becomes of them. What lowers the price (discounts, returns) is no item that is judged, but
it counts in the total.
"""

from dataclasses import dataclass

# From the mildest to the hardest.
ACTIONS = ("warn", "approval", "block")


@dataclass(frozen=True, slots=True)
class Rule:
    floor: float
    action: str = "approval"
    unknown_cost: str = "allow"
    lead_floor: float = 0
    team_id: int | None = None
    category_id: int | None = None
    depth: int = 0
    approver_id: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What is sold at a price and a cost, in the order's currency; cost None: unknown."""

    name: str
    price: float
    cost: float | None
    categories: tuple = ()
    is_judged: bool = True


@dataclass(frozen=True, slots=True)
class Breach:
    """What is below the floor; name None: the total; percent None: unknown or given away."""

    name: str | None
    percent: float | None
    rule: Rule
    action: str

    @property
    def needs_manager(self):
        """Whether it is beyond what a team lead may approve."""
        return self.percent is None or self.percent < self.rule.lead_floor


def rule_for(rules, team_id, categories=()):
    """The rule of the deepest category that applies, among these the one of the team.

    >>> general, spices = Rule(floor=10), Rule(floor=20, category_id=3, depth=2)
    >>> team = Rule(floor=5, team_id=7)
    >>> [rule_for([general, spices, team], 7, path).floor for path in [(), (1,), (1, 3)]]
    [5, 5, 20]
    >>> rule_for([spices, team], 8) is None
    True
    """
    applicable = (
        rule
        for rule in rules
        if rule.team_id in (None, team_id) and (rule.category_id is None or rule.category_id in categories)
    )
    return max(applicable, key=lambda rule: (rule.depth, rule.team_id is not None), default=None)


def total_of(items):
    """Price and cost of the items whose cost is known.

    >>> total_of([Item("Pepper", 100, 60), Item("Advice", 50, None), Item("Discount", -10, 0, is_judged=False)])
    (90, 60)
    """
    known = [item for item in items if item.cost is not None]
    return sum(item.price for item in known), sum(item.cost for item in known)


def find_breaches(items, rules, team_id=None, rounding=0.01):
    """What is below the floor.

    >>> rules = [Rule(floor=15)]
    >>> find_breaches([Item("Pepper", 100, 85)], rules)
    []
    >>> [(each.name, round(each.percent, 2)) for each in find_breaches([Item("Pepper", 99, 85)], rules)]
    [('Pepper', 14.14), (None, 14.14)]

    A good line doesn't excuse a bad one:

    >>> items = [Item("Pepper", 100, 95), Item("Cloves", 100, 10)]
    >>> [each.name for each in find_breaches(items, rules)]
    ['Pepper']

    Goods that are given away have no percentage, and an unknown cost is what the rule makes of it:

    >>> [(each.name, each.percent) for each in find_breaches([Item("Sample", 0, 5)], rules)]
    [('Sample', None), (None, None)]
    >>> advice = [Item("Advice", 50, None)]
    >>> [
    ...     [each.action for each in find_breaches(advice, [Rule(floor=15, unknown_cost=policy)])]
    ...     for policy in ("allow", "warn", "below")
    ... ]
    [[], ['warn'], ['approval']]
    """
    breaches = []
    for item in items:
        rule = rule_for(rules, team_id, item.categories) if item.is_judged else None
        if rule is None:
            continue
        if item.cost is None:
            if rule.unknown_cost != "allow":
                action = "warn" if rule.unknown_cost == "warn" else rule.action
                breaches.append(Breach(item.name, None, rule, action))
        elif _is_below(item.price, item.cost, rule.floor, rounding):
            breaches.append(Breach(item.name, percent_of(item.price, item.cost), rule, rule.action))
    rule = rule_for(rules, team_id)
    price, cost = total_of(items)
    if rule and _is_below(price, cost, rule.floor, rounding):
        breaches.append(Breach(None, percent_of(price, cost), rule, rule.action))
    return breaches


def percent_of(price, cost):
    """The margin in percent of the price, None where there is no price.

    >>> percent_of(200, 150), percent_of(0, 5)
    (25.0, None)
    """
    return (price - cost) / price * 100 if price > 0 else None


def _is_below(price, cost, floor, rounding):
    return price - cost < price * floor / 100 - rounding / 2
