"""Worlds of commission as plain data, and their random generator.

A world is terms, people and documents of one plan in a company whose currency is the dollar. It is made of
frozen dataclasses with a readable `repr`, so that a failing one can be pasted into a Python prompt, and of few small
parts, so that it can be shrunk by leaving parts out.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from decimal import Decimal

TODAY = date(2026, 4, 20)
# What happens to those on whom nothing depends that is paid: products, people and customers are archived, moved or
# merged, and somebody changes the team. The last ones, which later documents would go by: a rate and a cost anew.
CHANGES = ("archived product", "archived person", "moved product", "moved customer", "merged customer", "other team")
LAST_CHANGES = ("other rate", "other cost")
CENT = Decimal("0.01")
MONTHS = tuple(date(2026, month, 1) for month in (1, 2, 3, 4))
PEOPLE = ("ana", "budi", "citra", "dewi")
MANAGERS = ("maya", "nina")
AGENT = "agus"
TEAMS = ("east", "west")
COSTS = {"clove": Decimal(12), "pepper": Decimal(60)}
# Foreign currency per dollar from a day on; the divisions end, so that no rounding hides a wrong rate.
RATES = {"EUR": ((date(2026, 1, 1), Decimal("0.8")), (date(2026, 2, 15), Decimal("0.5")))}


@dataclass(frozen=True)
class Rule:
    """Terms that pay.

    `table` has (lower bound, rate) of tiers or (attainment, payout) of levels, `steps` has (days to pay, share).
    """

    kind: str = "percent"
    basis: str = "invoiced"
    measure: str = "amount"
    product: str = ""
    role: str = "seller"
    level: int = 0
    stacking: bool = False
    rate: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    mode: str = ""
    table: tuple = ()
    invoiced_share: Decimal = Decimal(0)
    earned_on: str = "cash"
    steps: tuple = ()
    threshold: Decimal = Decimal(0)
    deal_cap: Decimal = Decimal(0)
    period_floor: Decimal = Decimal(0)
    period_cap: Decimal = Decimal(0)


@dataclass(frozen=True)
class Version:
    """Rules from a day on, until the next version begins."""

    first: date
    rules: tuple = ()


@dataclass(frozen=True)
class Assignment:
    """Who earns: a person, the agent, or the people who share what a team sells."""

    who: str = ""
    role: str = "seller"
    team: str = ""
    distribution: tuple = ()
    manages: str = ""
    first: date = MONTHS[0]
    last: date | None = None
    draw: Decimal = Decimal(0)
    recoverable: bool = True
    payout: str = "USD"


@dataclass(frozen=True)
class Line:
    product: str
    quantity: int
    price: Decimal


@dataclass(frozen=True)
class Invoice:
    """A posted invoice, of an order where its credit is shared or part of it is paid in advance.

    `down_payment` is (percentage, day) of the advance invoice, whose name is that of the invoice and "-advance".
    """

    name: str
    day: date
    lines: tuple
    seller: str = PEOPLE[0]
    team: str = TEAMS[0]
    agent: str = ""
    shares: tuple = ()
    currency: str = "USD"
    taxed: bool = False
    down_payment: tuple = ()


@dataclass(frozen=True)
class Credit:
    """A posted credit note: of an invoice (`lines` say what goes back) or standing alone, with its own people."""

    name: str
    day: date
    lines: tuple
    of: str = ""
    seller: str = PEOPLE[0]
    team: str = TEAMS[0]
    agent: str = ""


@dataclass(frozen=True)
class Order:
    """A confirmed order that is not invoiced."""

    name: str
    day: date
    lines: tuple
    seller: str = PEOPLE[0]
    team: str = TEAMS[0]
    agent: str = ""
    shares: tuple = ()
    currency: str = "USD"


@dataclass(frozen=True)
class Payment:
    """Money from the customer for an invoice, or back to the customer for a credit note, in the document's currency."""

    name: str
    day: date
    of: str
    amount: Decimal


@dataclass(frozen=True)
class Withdrawal:
    """An invoice or order that is cancelled, or a payment whose matching is undone."""

    of: str


@dataclass(frozen=True)
class Change:
    """Master data that change: see CHANGES. Nobody is paid more or less for it."""

    what: str


@dataclass(frozen=True)
class Target:
    """What a person is to reach from a month on, for the metric of a rule on attainment; `months` are its parts."""

    who: str
    month: date
    basis: str
    measure: str
    product: str
    months: tuple = ()

    @property
    def amount(self):
        return sum(self.months)


@dataclass(frozen=True)
class Phase:
    """What happens until the next run: new terms, events in the order of posting; then months are confirmed."""

    events: tuple = ()
    versions: tuple = ()
    confirm: tuple = ()


@dataclass(frozen=True)
class World:
    assignments: tuple = ()
    targets: tuple = ()
    phases: tuple = ()
    down_payment: str = "down_payment"
    clawback_days: int = 0
    pay_after_leaving: bool = True
    period: str = "month"
    credit_notes: str = "own"
    seed: int = field(default=0, compare=False)
    features: tuple = field(default=(), compare=False)

    @property
    def events(self):
        return tuple(event for phase in self.phases for event in phase.events)

    @property
    def rules(self):
        return tuple(rule for phase in self.phases for version in phase.versions for rule in version.rules)


# What a world may hold besides percentages of whole invoices; each by itself first, then together.
FEATURES = (
    "per_unit", "per_document", "tiers", "attainment", "collected", "ordered", "margin", "product", "several",
    "stacking", "support", "override", "shares", "team", "agent", "down_payment", "credits", "standalone", "currency",
    "taxed", "invoiced_share", "deal_cap", "period_cap", "period_floor", "threshold", "draw", "versions", "confirmed",
    "window", "leaving", "withdrawal", "paid_in_full", "days_to_pay", "new_limits", "lengths", "quarter", "year",
    "payout", "credits_with_sales", "changes",
)  # fmt: skip

# What a feature needs of others to show at all.
NEEDS = {
    "paid_in_full": ("collected",),
    "days_to_pay": ("collected",),
    "invoiced_share": ("collected",),
    "leaving": ("collected",),
    "new_limits": ("versions",),
    "lengths": ("attainment",),
    "quarter": ("attainment", "lengths"),
    "payout": ("confirmed",),
    "credits_with_sales": ("credits", "confirmed"),
    "window": ("credits",),
}


def random_world(seed, features=None):
    """Make the world of a seed: the first that nothing excludes.

    :param features: names of FEATURES that it may hold; default: a few at random
    """
    generator = Generator(seed, features)
    while True:
        world = generator.world()
        if not any(exclusion.holds(world) for exclusion in EXCLUSIONS):
            return world


class Generator:
    """Draws a world part by part; the same seed and features draw the same world."""

    def __init__(self, seed, features=None):
        self.seed = seed
        self.random = random.Random(seed)
        if features is None:
            features = self.random.sample(FEATURES, self.random.randint(3, 12))
            features += [other for feature in features for other in NEEDS.get(feature, ())]
        self.features = frozenset(features)

    def has(self, feature, chance=0.6):
        return feature in self.features and self.random.random() < chance

    def world(self):
        self.count = 0
        self.credited = set()
        lengths = [length for length in ("quarter", "year") if self.has(length, 0.7)]
        self.period = self.random.choice(lengths) if lengths else "month"
        versions = self._versions()
        late = versions[1:] if self.has("confirmed", 0.4) else ()
        first = self._documents(self.random.randint(2, 4))
        phases = [Phase(first, versions[: len(versions) - len(late)], self._confirmed())]
        if {"confirmed", "withdrawal", "changes"} & self.features or late:
            events = list(self._documents(self.random.randint(0, 2), first))
            if self.has("withdrawal", 0.8) and (gone := self._withdrawal((*first, *events))):
                events.append(gone)
            phases.append(Phase(tuple(events), late, self._confirmed()))
            if self.has("confirmed", 0.5):
                phases.append(Phase(self._documents(1, (*first, *events))))
        rules = [rule for version in versions for rule in version.rules]
        return World(
            assignments=self._assignments(rules),
            targets=self._targets(rules),
            phases=self._changed(phases),
            down_payment=self.random.choice(("down_payment", "final")),
            clawback_days=self.random.choice((10, 30)) if self.has("window") else 0,
            pay_after_leaving=not self.has("leaving", 0.3),
            period=self.period,
            credit_notes="sale" if self.has("credits_with_sales", 0.8) else "own",
            seed=self.seed,
            features=tuple(sorted(self.features)),
        )

    # Terms

    def _versions(self):
        rules = self._rules()
        versions = [Version(date(2025, 12, 1), rules)]
        if self.has("versions", 0.9):
            day = self.random.choice((date(2026, 2, 1), date(2026, 2, 11), date(2026, 3, 16)))
            versions.append(Version(day, tuple(self._other_rate(rule) for rule in rules)))
        return tuple(versions)

    def _other_rate(self, rule):
        if self.has("new_limits"):
            name = self.random.choice(("threshold", "period_cap", "period_floor"))
            rule = replace(rule, **{name: Decimal(self.random.choice((0, 40, 120)))})
        if rule.kind == "percent":
            return replace(rule, rate=self._rate())
        if rule.table:
            return replace(rule, table=tuple((lower, 2 * paid) for lower, paid in rule.table))
        return replace(rule, amount=rule.amount + 5)

    def _rules(self):
        count = self.random.randint(2, 3) if self.has("several", 0.9) else 1
        rules = [self._rule() for _index in range(count)]
        if self.has("support", 0.9):
            rules.append(self._rule(role="support"))
        if self.has("override", 0.9):
            rules.append(self._rule(role="override", level=self.random.choice((1, 1, 2))))
        return tuple(rules)

    def _rule(self, **values):
        kinds = [
            "percent",
            *(kind for kind in ("per_unit", "per_document", "tiers", "attainment") if self.has(kind, 0.8)),
        ]
        kind = kinds[-1] if self.random.random() < 0.7 else self.random.choice(kinds)
        bases = ["invoiced", *(basis for basis in ("collected", "ordered") if self.has(basis, 0.8))]
        basis = self.random.choice(bases[-2:])
        measure = {"per_unit": "quantity", "per_document": "count"}.get(kind, "amount")
        if kind in ("percent", "tiers") and basis != "collected" and self.has("margin"):
            measure = "margin"
        if kind == "attainment" and basis != "collected" and self.random.random() < 0.4:
            measure = "count"
        values |= {"kind": kind, "basis": basis, "measure": measure}
        if kind == "percent":
            values["rate"] = self._rate()
        elif kind in ("per_unit", "per_document"):
            values["amount"] = Decimal(self.random.choice(("0.35", "5", "50")))
        elif kind == "tiers":
            values["mode"] = self.random.choice(("marginal", "whole"))
            values["table"] = self.random.choice(
                (((0, "0.05"), (500, "0.08"), (2500, "0.1")), ((0, "0"), (1000, "0.1")), ((0, "0.0333"), (300, "0.02")))
            )
        else:
            values["mode"] = self.random.choice(("linear", "step"))
            values["table"] = self.random.choice(
                ((("0.5", 0), (1, 1000), ("1.5", 2000)), ((1, 300),), (("0.3", 90), (1, 400)))
            )
        values["table"] = tuple(tuple(map(Decimal, row)) for row in values.get("table", ()))
        if self.has("product", 0.5):
            values["product"] = self.random.choice(tuple(COSTS))
        values["stacking"] = self.has("stacking", 0.5)
        if basis == "collected" and kind != "attainment":
            if self.has("paid_in_full"):
                values["earned_on"] = "paid_in_full"
            elif self.has("days_to_pay"):
                values |= {"earned_on": "days_to_pay", "steps": ((10, Decimal(1)), (45, Decimal("0.5")))}
            elif self.has("invoiced_share"):
                values["invoiced_share"] = Decimal("0.3")
        for limit, amounts in (
            ("threshold", (200, 1500)), ("deal_cap", (20, 90)), ("period_floor", (50,)), ("period_cap", (60, 150)),
        ):  # fmt: skip
            if limit == "deal_cap" and kind in ("tiers", "attainment"):
                continue  # Not offered for what is paid on the whole of a month.
            if self.has(limit):
                values[limit] = Decimal(self.random.choice(amounts))
        return Rule(**values)

    def _rate(self):
        return Decimal(self.random.choice(("0.05", "0.1", "0.0333", "0.015")))

    def _targets(self, rules):
        targets = {}
        for rule in rules:
            for who in (*PEOPLE, *MANAGERS) if rule.kind == "attainment" else ():
                for length, month in self._target_spans():
                    key = (who, month, rule.basis, rule.measure, rule.product)
                    months = tuple(self._target(rule) for _month in range(length))
                    targets.setdefault((length, key), Target(*key, months))
        return tuple(targets.values())

    def _target_spans(self):
        """(months, the first of them) of the targets that somebody has of a metric."""
        spans = [(1, month) for month in MONTHS[:3]]
        if self.has("lengths", 0.8):
            longer = self.random.choice((3, 12))
            spans = [*(spans[: self.random.randint(0, 3)] if self.period == "month" else spans), (longer, MONTHS[0])]
        return spans

    def _target(self, rule):
        return Decimal(self.random.choice((2, 4) if rule.measure == "count" else (800, 2000)))

    # People

    def _assignments(self, rules):
        assignments = []
        for who in PEOPLE[:3]:
            values = {"who": who}
            if self.has("support", 0.3):
                values["role"] = "support"
            if self.has("leaving", 0.5):
                values["last"] = date(2026, 2, 14)
                if self.random.random() < 0.4:
                    values |= {"first": date(2026, 1, 11), "last": None}
            if self.has("draw"):
                values |= {"draw": Decimal(100), "recoverable": self.random.random() < 0.6}
            if self.has("payout"):
                values["payout"] = "EUR"
            assignments.append(Assignment(**values))
        if self.has("agent", 0.9):
            assignments.append(Assignment(who=AGENT))
        if self.has("team", 0.9):
            shares = self.random.choice(((60, 40), (50, 30, 20), ("33.34", "33.33", "33.33")))
            people = self.random.sample(PEOPLE, len(shares))
            distribution = tuple((who, Decimal(share)) for who, share in zip(people, shares, strict=True))
            assignments.append(Assignment(team=self.random.choice(TEAMS), distribution=distribution))
        if any(rule.role == "override" for rule in rules):
            assignments += self._management()
        return tuple(assignments)

    def _management(self):
        boss, top = MANAGERS
        managed = self.random.sample(PEOPLE, 2)
        links = [Assignment(who=boss, role="override", manages=who) for who in managed]
        if self.random.random() < 0.5:
            links.append(Assignment(who=top, role="override", manages=boss))
        elif self.random.random() < 0.5:
            links.append(Assignment(who=top, role="override", team=self.random.choice(TEAMS)))
        return links

    # Documents

    def _name(self, letter):
        self.count += 1
        return f"{letter}{self.count}"

    def _day(self, first=MONTHS[0], last=date(2026, 4, 18)):
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))

    def _lines(self):
        products = self.random.sample(tuple(COSTS), self.random.choice((1, 1, 2)))
        return tuple(
            Line(product, self.random.choice((1, 2, 4, 10)), Decimal(self.random.choice((5, 20, 40, 100, 300))))
            for product in products
        )

    def _people(self):
        shares = ()
        if self.has("shares"):
            parts = self.random.choice(((50, 50), (60, 40), (50, 30, 20), ("33.34", "33.33", "33.33")))
            people = self.random.sample(PEOPLE, len(parts))
            shares = tuple((who, Decimal(part)) for who, part in zip(people, parts, strict=True))
        return {
            "seller": self.random.choice(PEOPLE[:2]),
            "team": self.random.choice(TEAMS),
            "agent": AGENT if self.has("agent") else "",
        }, shares

    def _documents(self, count, before=()):
        """Events in the order of their days, as they are posted; some about documents of `before`."""
        events = []
        for _index in range(count):
            people, shares = self._people()
            day = self._day(last=date(2026, 3, 31))
            if self.has("ordered"):
                events.append(Order(self._name("S"), day, self._lines(), **people, shares=shares))
                continue
            if self.has("standalone", 0.4):
                events.append(Credit(self._name("C"), day, self._lines(), **people))
                continue
            invoice = Invoice(
                self._name("I"),
                day,
                self._lines(),
                **people,
                shares=shares,
                currency="EUR" if self.has("currency") else "USD",
                taxed=self.has("taxed"),
            )
            if self.has("down_payment"):
                advance = (Decimal(30), self._day(day - timedelta(days=20), day - timedelta(days=1)))
                invoice = replace(invoice, down_payment=advance, currency="USD")
            events.append(invoice)
        gone = {event.of for event in before if isinstance(event, Withdrawal)}
        invoices = [event for event in (*before, *events) if isinstance(event, Invoice) and event.name not in gone]
        events += self._credits(invoices)
        events.sort(key=lambda event: event.day)
        if "collected" in self.features:
            events += self._payments(invoices, (*before, *events))
        return tuple(events)

    def _credits(self, invoices):
        events = []
        for invoice in invoices:
            # Of an invoice credited before nothing may be left to credit: one credit note for each.
            if invoice.down_payment or invoice.name in self.credited or not self.has("credits", 0.5):
                continue
            self.credited.add(invoice.name)
            lines = self._part(invoice.lines)
            if self.random.random() < 0.5:
                lines = invoice.lines
            day = self._day(invoice.day, min(invoice.day + timedelta(days=50), TODAY - timedelta(days=1)))
            events.append(Credit(self._name("C"), day, lines, of=invoice.name))
        return events

    def _part(self, lines):
        return tuple(replace(line, quantity=max(line.quantity // 2, 1)) for line in lines)

    def _payments(self, invoices, events):
        """Parts of what is open on each invoice once its credit notes are matched, on days after it."""
        payments = []
        paid = {event.of for event in events if isinstance(event, Payment)}
        for invoice in invoices:
            if invoice.name in paid or self.random.random() < 0.2:
                continue
            if invoice.down_payment:
                payments += self._payments_of_advance(invoice)
                continue
            open_amount = total(invoice) - sum(
                total(event, invoice.taxed)
                for event in events
                if isinstance(event, Credit) and event.of == invoice.name
            )
            for part in self.random.choice(((1,), (Decimal("0.5"), Decimal("0.5")), (Decimal("0.3"),))):
                amount = (open_amount * part).quantize(Decimal("0.01"))
                if amount > 0:
                    day = self._day(invoice.day, TODAY)
                    payments.append(Payment(self._name("P"), day, invoice.name, amount))
        return payments

    def _payments_of_advance(self, invoice):
        """The advance is paid when it is invoiced, the rest or half of it later."""
        _percentage, day = invoice.down_payment
        advance, rest = advanced(invoice)
        part = self.random.choice((1, 1, Decimal("0.5")))
        return [
            Payment(self._name("P"), day, f"{invoice.name}-advance", advance),
            Payment(self._name("P"), self._day(invoice.day, TODAY), invoice.name, (rest * part).quantize(CENT)),
        ]

    def _changed(self, phases):
        """The phases with changes of master data after their documents."""
        if "changes" not in self.features:
            return tuple(phases)
        changes = [self.random.sample(CHANGES, self.random.randint(0, 2)) for _phase in phases]
        changes[-1] += self.random.sample(LAST_CHANGES, self.random.randint(0, 2))
        return tuple(
            replace(phase, events=(*phase.events, *map(Change, names)))
            for phase, names in zip(phases, changes, strict=True)
        )

    def _confirmed(self):
        if not self.has("confirmed", 0.9):
            return ()
        return MONTHS[: self.random.randint(1, 3)]

    def _withdrawal(self, events):
        touched = {event.of for event in events if getattr(event, "of", "")}
        free = [
            event
            for event in events
            if isinstance(event, Payment) or (event.name not in touched and not getattr(event, "down_payment", ()))
        ]
        free = [event for event in free if not (isinstance(event, Credit) and event.of)]
        return Withdrawal(self.random.choice(free).name) if free else None


@dataclass(frozen=True)
class Exclusion:
    """A kind of world that is not made, because the ledger is not what the oracle says or the design is silent."""

    name: str
    reason: str
    holds: Callable


def _credits_of_other_months(world):
    days = {event.name: event.day for event in world.events if isinstance(event, Invoice)}
    return any(
        isinstance(event, Credit) and event.of and event.day.replace(day=1) != days[event.of].replace(day=1)
        for event in world.events
    )


EXCLUSIONS = (
    Exclusion(
        "minimum and credits of other months",
        "whether a credit note lowers the minimum of the month that it was sold in, the design does not say",
        lambda world: (
            world.credit_notes == "own"
            and _credits_of_other_months(world)
            and any(rule.period_floor for rule in world.rules)
        ),
    ),
    Exclusion(
        "limits of what is credited of a part earned when invoiced",
        "which of the periods that paid the invoice a credit note goes by, is not known to the oracle",
        lambda world: (
            any(isinstance(event, Credit) and event.of for event in world.events)
            and any(
                rule.invoiced_share and (rule.threshold or rule.period_cap or rule.period_floor) for rule in world.rules
            )
        ),
    ),
    Exclusion(
        "unpaid again beside a credit note",
        "what a credit note was matched with of an invoice that was paid, is not known to the oracle",
        lambda world: (
            any(rule.earned_on == "paid_in_full" for rule in world.rules)
            and any(isinstance(event, Withdrawal) for event in world.events)
            and any(isinstance(event, Credit) and event.of for event in world.events)
        ),
    ),
    Exclusion(
        "advances by product",
        "a rule on a product pays all of it with the final invoice, a rule on everything part of it with the advance; "
        "the sum is the same, and the design does not say when",
        lambda world: (
            any(rule.product for rule in world.rules)
            and any(getattr(event, "down_payment", ()) for event in world.events)
        ),
    ),
    Exclusion(
        "margin, units and documents of advances",
        "an advance counts as a unit and as a document of its own until the final invoice takes it off, of which the "
        "design does not speak; what the oracle has of its margin is not the company's choice of M8",
        lambda world: (
            any(rule.measure != "amount" for rule in world.rules)
            and any(getattr(event, "down_payment", ()) for event in world.events)
        ),
    ),
)


def total(document, taxed=None):
    """The document's total in its currency, with a tax of 15 % where it is taxed."""
    untaxed = sum(line.quantity * line.price for line in document.lines)
    taxed = document.taxed if taxed is None else taxed
    return (untaxed * Decimal("1.15")).quantize(Decimal("0.01")) if taxed else untaxed


def advanced(invoice):
    """(total of the advance invoice, total of the rest) of a sale that is paid in part in advance."""
    percentage, _day = invoice.down_payment
    advance = (total(invoice) * percentage / 100).quantize(CENT)
    return advance, total(invoice) - advance


def describe(value, indent=""):
    """The world as Python that makes it again, without what has its default."""
    if isinstance(value, tuple) and value and not isinstance(value[0], (Decimal, str, int, date)):
        inner = "".join(f"{indent}    {describe(item, indent + '    ')},\n" for item in value)
        return f"(\n{inner}{indent})"
    if hasattr(value, "__dataclass_fields__"):
        parts = [
            f"{each.name}={describe(getattr(value, each.name), indent)}"
            for each in fields(value)
            if each.compare and getattr(value, each.name) != each.default
        ]
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    return repr(value)
