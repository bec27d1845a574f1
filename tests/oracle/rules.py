"""What a world earns by the design's words: commission in plain Python, to be compared with the ledger.

Nothing here knows of SQL, of Odoo, or of how the engine goes about it. A *deal* is an invoice with its credit notes, or
an order; its *steps* are what happens to it in the order of days. All amounts are in dollars, of which the cent is the
least part.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from .world import (
    COSTS,
    MONTHS,
    RATES,
    TODAY,
    Change,
    Credit,
    Invoice,
    Order,
    Payment,
    Withdrawal,
    advanced,
    total,
)  # fmt: skip

CENT = Decimal("0.01")
PLAN = "plan"
FLAT = ("percent", "per_unit", "per_document")
ALL = Fraction(1)


# Arithmetic


def cents(amount):
    """Round half away from zero.

    >>> [str(cents(Fraction(text))) for text in ("0.005", "-0.005", "3.333", "8.375")]
    ['0.01', '-0.01', '3.33', '8.38']
    """
    return (Decimal(Fraction(amount).numerator) / Decimal(Fraction(amount).denominator)).quantize(CENT, ROUND_HALF_UP)


def share_out(amount, shares):
    """Share an amount by largest remainder, ties by sequence; a negative one mirrors the positive.

    >>> thirds = [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    >>> [str(part) for part in share_out(Decimal(100), thirds)]
    ['33.34', '33.33', '33.33']
    >>> [str(part) for part in share_out(Decimal("0.05"), [Decimal(50), Decimal(30), Decimal(20)])]
    ['0.03', '0.01', '0.01']
    """
    if amount < 0:
        return [-part for part in share_out(-amount, shares)]
    exact = [Fraction(amount) * Fraction(share) / Fraction(sum(shares)) * 100 for share in shares]
    parts = [part.numerator // part.denominator for part in exact]
    missing = int(amount * 100) - sum(parts)
    for index in sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))[:missing]:
        parts[index] += 1
    return [Decimal(part) * CENT for part in parts]


def tiers(mode, table, base):
    """Pay the base of a period by its tiers; what is negative is paid at the lowest rate.

    >>> table = [(0, Decimal("0.05")), (10000, Decimal("0.08")), (25000, Decimal("0.10"))]
    >>> [str(tiers("marginal", table, base)) for base in (Decimal("9999.99"), 10000, 24000, 30000, -1000)]
    ['500.00', '500.00', '1620.00', '2200.00', '-50.00']
    >>> [str(tiers("whole", table, base)) for base in (Decimal("9999.99"), 10000, 24000, 30000)]
    ['500.00', '800.00', '1920.00', '3000.00']
    """
    base = Fraction(base)
    if base < 0:
        return cents(base * Fraction(table[0][1]))
    if mode == "whole":
        return cents(base * Fraction([rate for lower, rate in table if base >= lower][-1]))
    uppers = [*(lower for lower, _rate in table[1:]), None]
    return cents(
        sum(
            (min(base, Fraction(upper)) if upper is not None else base) * Fraction(rate)
            - Fraction(lower) * Fraction(rate)
            for (lower, rate), upper in zip(table, uppers, strict=True)
            if base > lower
        )
    )


def levels(mode, table, attained):
    """Pay the attainment of a target by its levels.

    >>> table = [(Decimal("0.5"), 0), (Decimal(1), 1000), (Decimal("1.5"), 2000)]
    >>> [str(levels("linear", table, Fraction(part))) for part in ("0.75", "1.25", "2", "0.4")]
    ['500.00', '1500.00', '2000.00', '0.00']
    >>> str(levels("step", table, Fraction("1.25")))
    '1000.00'
    """
    reached = [row for row in table if attained >= Fraction(row[0])]
    if not reached:
        return cents(0)
    at, paid = map(Fraction, reached[-1])
    if mode == "linear" and len(reached) < len(table):
        next_at, next_paid = map(Fraction, table[len(reached)])
        paid += (next_paid - paid) * (attained - at) / (next_at - at)
    return cents(paid)


# Periods


def month_of(day):
    return day.replace(day=1)


def last_of(month):
    return month.replace(day=monthrange(month.year, month.month)[1])


def month_after(month, months=1):
    """
    >>> month_after(date(2026, 11, 1), 2)
    datetime.date(2027, 1, 1)
    """
    return date(month.year + (month.month - 1 + months) // 12, (month.month - 1 + months) % 12 + 1, 1)


@dataclass(frozen=True)
class Calendar:
    """The periods of a plan: months, quarters or years."""

    months: int

    def start(self, day):
        """
        >>> Calendar(3).start(date(2026, 6, 30))
        datetime.date(2026, 4, 1)
        """
        return date(day.year, (day.month - 1) // self.months * self.months + 1, 1)

    def last(self, start):
        return last_of(month_after(start, self.months - 1))

    def part(self, start, spans):
        """The part of the period's days that the spans cover together.

        >>> Calendar(1).part(date(2026, 6, 1), [(date(2026, 6, 17), None)])
        Fraction(7, 15)
        """
        days = [start + timedelta(days=index) for index in range((self.last(start) - start).days + 1)]
        covered = {day for day in days for first, last in spans if first <= day and (last is None or day <= last)}
        return Fraction(len(covered), len(days))


def calendar_of(world):
    return Calendar({"month": 1, "quarter": 3, "year": 12}[world.period])


# Deals


@dataclass(frozen=True)
class Step:
    """What happens to a deal on a day.

    `parts` has (amount, margin, quantity) by product; `released` is the part of the sale that is paid by now.
    """

    document: str
    day: date
    position: int
    parts: dict
    released: Fraction = ALL
    is_cash: bool = False


@dataclass(frozen=True)
class Deal:
    """A sale with its people, and what happened to it."""

    name: str
    basis: str
    day: date
    team: str
    agent: str
    shares: tuple
    steps: tuple


def in_dollars(amount, currency, day):
    if currency == "USD":
        return Fraction(amount)
    return Fraction(amount) / Fraction([rate for first, rate in RATES[currency] if first <= day][-1])


def parts_of(document, currency, day, sign=1, part=ALL):
    """(amount, margin, quantity) of each product of a document."""
    parts = {}
    for line in document.lines:
        amount = in_dollars(line.quantity * line.price, currency, day)
        cost = line.quantity * Fraction(COSTS[line.product])
        parts[line.product] = tuple(sign * part * figure for figure in (amount, amount - cost, line.quantity))
    return parts


class Deals:
    """The deals of the events that were not withdrawn, by basis."""

    def __init__(self, world, events):
        self.world = world
        gone = {event.of for event in events if isinstance(event, Withdrawal)}
        self.events = [
            (place, event)
            for place, event in enumerate(events)
            if not isinstance(event, (Change, Withdrawal)) and event.name not in gone
        ]

    def all(self, rule):
        """The deals that a rule looks at; what is released in cash is so by the rule's terms."""
        if rule.basis == "ordered":
            return self.ordered()
        invoiced = self.invoiced()
        return invoiced if rule.basis == "invoiced" else [self.collected(deal, rule) for deal in invoiced]

    def _deal(self, document, basis, day, name, steps):
        shares = getattr(document, "shares", ()) or ((document.seller, Decimal(100)),)
        return Deal(name, basis, day, document.team, document.agent, shares, tuple(steps))

    def ordered(self):
        return [
            self._deal(
                order, "ordered", order.day, self._order_name(order),
                [Step(self._order_name(order), order.day, place, parts_of(order, order.currency, order.day))],
            )
            for place, order in self.events
            if isinstance(order, (Order, Invoice))
            and (isinstance(order, Order) or order.shares or order.down_payment)
        ]  # fmt: skip

    @staticmethod
    def _order_name(document):
        return document.name if isinstance(document, Order) else f"{document.name}-order"

    def invoiced(self):
        deals = []
        for place, event in self.events:
            if isinstance(event, Invoice):
                deals += self._invoices(event, place)
            elif isinstance(event, Credit) and not event.of:
                step = Step(event.name, event.day, place, parts_of(event, "USD", event.day, -1))
                deals.append(self._deal(event, "invoiced", event.day, event.name, [step]))
        return deals

    def _invoices(self, invoice, place):
        """An invoice, or the two of a sale that is paid in part in advance: the base counts once."""
        part = Fraction(0)
        deals = []
        if invoice.down_payment:
            percentage, day = invoice.down_payment
            if self.world.down_payment == "down_payment":
                name = f"{invoice.name}-advance"
                part = Fraction(percentage) / 100
                parts = parts_of(invoice, invoice.currency, day, part=part)
                deals.append(self._deal(invoice, "invoiced", day, name, [Step(name, day, place, parts)]))
        parts = parts_of(invoice, invoice.currency, invoice.day, part=1 - part)
        steps = [Step(invoice.name, invoice.day, place, parts)]
        for credit_place, credit in self.events:
            if isinstance(credit, Credit) and credit.of == invoice.name and not self._too_late(invoice, credit):
                # What is taken back is converted at the rate of the invoice.
                parts = parts_of(credit, invoice.currency, invoice.day, -1)
                steps.append(Step(credit.name, credit.day, credit_place, parts))
        steps.sort(key=lambda step: (step.day, step.position))
        return [*deals, self._deal(invoice, "invoiced", invoice.day, invoice.name, steps)]

    def _too_late(self, invoice, credit):
        days = self.world.clawback_days
        return bool(days) and credit.day > invoice.day + timedelta(days=days)

    def collected(self, deal, rule):
        """The deal as its cash arrives: every step releases a part of what the invoice earns."""
        [invoice] = [step for step in deal.steps if not step.document.startswith("C")] or [None]
        at_once = Fraction(rule.invoiced_share)
        # A credit note takes back what its part of the invoice earned when that was invoiced.
        steps = [replace(step, released=at_once) for step in deal.steps] if at_once else []
        payments = [
            (event.day, place, Fraction(event.amount))
            for place, event in self.events
            if invoice and isinstance(event, Payment) and event.of == invoice.document
        ]
        payments.sort()
        if payments:
            whole = Fraction(self._payable(invoice.document))
            for day, place, paid in self._counting(deal, rule, whole, payments):
                released = at_once + (1 - at_once) * paid / whole
                steps.append(Step(invoice.document, day, place, invoice.parts, released, is_cash=True))
        steps.sort(key=lambda step: (step.day, step.position))
        return replace(deal, basis="collected", steps=tuple(steps))

    def _payable(self, name):
        """What is to be paid of an invoice."""
        for _place, event in self.events:
            if isinstance(event, Invoice) and event.name in (name, name.removesuffix("-advance")):
                advance, rest = advanced(event) if event.down_payment else (0, total(event))
                return advance if event.name != name else rest
        return 0

    def _counting(self, deal, rule, whole, payments):
        """(day, place, what counts of all that was paid until then) by the way that payments earn."""
        if rule.earned_on == "paid_in_full":
            taxed = {event.name: event.taxed for _place, event in self.events if isinstance(event, Invoice)}
            credited = sum(
                total(event, taxed[event.of])
                for _place, event in self.events
                if isinstance(event, Credit) and event.of == deal.name
            )
            paid = sum(amount for _day, _place, amount in payments)
            return [(*payments[-1][:2], paid)] if paid + Fraction(credited) >= whole else []
        counted, so_far = [], Fraction(0)
        for day, place, amount in payments:
            share = ALL
            if rule.earned_on == "days_to_pay":
                days = (day - deal.day).days
                share = next((Fraction(share) for within, share in rule.steps if days <= within), Fraction(0))
            so_far += amount * share
            counted.append((day, place, so_far))
        return counted


# Who earns


class People:
    """Who earns on a deal under a rule: groups of (payee, share), each of which shares what the deal earns."""

    def __init__(self, world):
        self.assignments = world.assignments
        self.pay_after_leaving = world.pay_after_leaving

    def pools(self, deal, rule):
        """Those who share what a deal earns under a rule: lists of (shares of the base, who of them is paid).

        The sellers, the agent and a team share the rounded total of the deal; each manager stands outside of it.
        """
        if rule.role == "override":
            managers = defaultdict(Fraction)
            for who, share in deal.shares:
                for manager in self._managers({who}, deal, rule.level or 1):
                    managers[manager] += Fraction(share) / 100
            for manager in self._leaders(deal, rule.level or 1) - {who for who, _share in deal.shares}:
                managers[manager] = ALL
            return [[([(manager, share)], {manager})] for manager, share in managers.items()]
        sellers = [(who, Fraction(share) / 100) for who, share in deal.shares]
        pool = [(sellers, {who for who, _share in sellers if self._is(who, rule.role, deal.day)})]
        if deal.agent and self._is(deal.agent, rule.role, deal.day):
            pool.insert(len(deal.shares) == 1, ([(deal.agent, ALL)], {deal.agent}))
        for assignment in self.assignments:
            if assignment.team == deal.team and assignment.role == rule.role and holds(assignment, deal.day):
                members = [(who, Fraction(share) / 100) for who, share in assignment.distribution]
                pool.append((members, {who for who, _share in members}))
        return [pool] if any(paid for _shares, paid in pool) else []

    def _is(self, who, role, day):
        return any(
            assignment.who == who and assignment.role == role and holds(assignment, day)
            for assignment in self.assignments
        )

    def _managers(self, people, deal, level):
        """Who stands so many levels above the people, each once however many ways lead there."""
        for _step in range(level):
            people = {
                link.who
                for link in self.assignments
                if link.role == "override" and link.manages in people and holds(link, deal.day)
            }
        return people

    def _leaders(self, deal, level):
        leaders = {
            link.who
            for link in self.assignments
            if link.role == "override" and link.team == deal.team and holds(link, deal.day)
        }
        return self._managers(leaders, deal, level - 1)

    def spans(self, who, role, level=0):
        """The days on which a payee is assigned in a role; of a manager, manages somebody so many levels below."""
        spans = []
        for assignment in self.assignments:
            members = {assignment.who} | {member for member, _share in assignment.distribution}
            if assignment.role != role or who not in members:
                continue
            own = (assignment.first, assignment.last)
            if level < 2:
                spans.append(own)
            elif assignment.manages:
                spans += [common(own, below) for below in self.spans(assignment.manages, role, level - 1)]
        return spans

    def payees(self, role, level):
        """Everybody who is assigned in the role at that level."""
        found = set()
        for assignment in self.assignments:
            found |= {assignment.who} | {who for who, _share in assignment.distribution}
        return {who for who in found if who and self.spans(who, role, level)}

    def has_left(self, who, rule, deal, step):
        """Whether it is cash that arrives after leaving, on a sale before it."""
        if not step.is_cash:
            return False
        spans = self.spans(who, rule.role, rule.level)
        return not any(first <= step.day and (last is None or step.day <= last) for first, last in spans)


def common(span, other):
    """The days of both spans."""
    return max(span[0], other[0]), min(filter(None, (span[1], other[1])), default=None)


def holds(assignment, day):
    return assignment.first <= day and (assignment.last is None or day <= assignment.last)


# What is due


@dataclass
class Item:
    """What one step of a deal brings one payee in a period: a base, and for a flat rate an amount."""

    period: date
    payee: str
    deal: Deal
    step: Step
    version: int
    base: Fraction
    amount: Decimal


def due(world, events, versions):
    """What each payee is due: {(period of origin, payee, (version, rule), document): amount}."""
    return Oracle(world, events, versions).due()


class Oracle:
    def __init__(self, world, events, versions):
        self.world = world
        self.versions = sorted(versions, key=lambda version: version.first)
        self.deals = Deals(world, events)
        self.people = People(world)
        self.calendar = calendar_of(world)
        self.targets = defaultdict(dict)
        for target in world.targets:
            key = (target.who, target.basis, target.measure, target.product)
            self.targets[key][len(target.months), target.month] = target.months

    def due(self):
        amounts = defaultdict(Decimal)
        for slot in range(max(len(version.rules) for version in self.versions)):
            limited = defaultdict(list)
            for (period, payee), items in self._items(slot).items():
                for item, amount in self._rated_in_order(slot, period, payee, items):
                    limited[self._limits_period(item), payee].append((item, amount))
            for (period, payee), rated in limited.items():
                for item, amount in self._limited(slot, period, payee, rated):
                    amounts[item.period, payee, (item.version, slot), item.step.document] += amount
            self._add_minimum(slot, amounts)
        return {key: amount for key, amount in amounts.items() if amount}

    def _period_of(self, rule, who, deal, step):
        """The period that a step counts in: that of the sale for some, else its own."""
        by_period = rule.kind not in FLAT or rule.threshold or rule.period_cap or rule.period_floor
        with_sale = self.world.credit_notes == "sale" and step.document != deal.name
        if with_sale or (by_period and self.people.has_left(who, rule, deal, step)):
            return self.calendar.start(deal.day)
        return self.calendar.start(step.day)

    def _limits_period(self, item):
        """The period whose limits hold: what is taken back of a sale is so under those of the period that paid it."""
        return self.calendar.start(item.deal.day) if _takes_back(item.deal, item.step) else item.period

    def _version_of(self, day):
        found = [index for index, version in enumerate(self.versions) if version.first <= day]
        return found[-1] if found else None

    def _items(self, slot):
        """The items of the rule in this place of each version, by period and payee."""
        items = defaultdict(list)
        for index, version in enumerate(self.versions):
            rule = version.rules[slot]
            for deal in self.deals.all(rule):
                if self._version_of(deal.day) != index:
                    continue
                products = self._matched(version, slot, deal)
                if not products:
                    continue
                for pool in self.people.pools(deal, rule):
                    for item in self._rated(index, rule, deal, products, pool):
                        items[item.period, item.payee].append(item)
        for found in items.values():
            found.sort(key=lambda item: (item.step.day, item.step.position))
        return items

    def _matched(self, version, slot, deal):
        """The products of the deal that the rule pays: an exclusive rule leaves out what an earlier one took."""
        rule = version.rules[slot]
        earlier = [
            other
            for other in version.rules[:slot]
            if not other.stacking and (other.basis, other.role, other.level) == (rule.basis, rule.role, rule.level)
        ]
        products = {product for step in deal.steps for product in step.parts}
        return {
            product
            for product in products
            if rule.product in ("", product)
            and (rule.stacking or not any(other.product in ("", product) for other in earlier))
        }

    def _rated(self, version, rule, deal, products, pool):
        """The items of a deal for those who share in it.

        What the deal earns is rounded as it runs up over its documents, and shared; what each document earns somebody
        is released as it is paid, and rounded as that runs up over the deal.
        """
        weights = defaultdict(Fraction)
        for shares, paid in pool:
            for who, share in shares:
                if who in paid:
                    weights[who] += share
        measured = Fraction(0)
        run = dict.fromkeys(weights, Decimal(0))
        earned, measures, released = {}, {}, {}
        before = {who: (Decimal(0), Decimal(0)) for who in weights}
        for step in deal.steps:
            if step.document not in measures:
                measures[step.document] = self._measure(rule, deal, products, step)
                measured += measures[step.document]
                due = self._earned(rule, measured, weights)
                earned[step.document] = {who: due[who] - run[who] for who in weights}
                run = due
            released[step.document] = step.released
            counted = sum(measures[document] * part for document, part in released.items())
            bases = self._bases(rule, counted, pool)
            for who in weights:
                last_base, last_amount = before[who]
                amount = cents(sum(Fraction(earned[document][who]) * part for document, part in released.items()))
                before[who] = (bases[who], amount)
                if self.people.pay_after_leaving or not self.people.has_left(who, rule, deal, step):
                    period = self._period_of(rule, who, deal, step)
                    yield Item(period, who, deal, step, version, bases[who] - last_base, amount - last_amount)

    def _earned(self, rule, measured, weights):
        """What the deal earns each person so far; nothing where that depends on the period."""
        if rule.kind not in FLAT:
            return dict.fromkeys(weights, Decimal(0))
        each = Fraction(rule.rate if rule.kind == "percent" else rule.amount)
        # A document earns for those who are paid on it; the others' part is nobody's.
        earned = cents(measured * sum(weights.values()) * each)
        if rule.deal_cap:
            # What is taken back without an invoice mirrors what it would have earned.
            earned = max(min(earned, rule.deal_cap), -rule.deal_cap)
        return dict(zip(weights, share_out(earned, list(weights.values())), strict=True))

    def _bases(self, rule, measured, pool):
        """The base of each person so far; a document counts whole for each who has a share of it."""
        bases = defaultdict(Decimal)
        for shares, paid in pool:
            weights = [share for _who, share in shares]
            parts = share_out(cents(measured * sum(weights)), weights)
            for (who, _share), part in zip(shares, parts, strict=True):
                if who not in paid:
                    continue
                if rule.kind == "attainment" and rule.measure == "count":
                    bases[who] = cents(measured)
                else:
                    bases[who] += part
        return bases

    def _measure(self, rule, deal, products, step):
        """What a step brings: an amount, a margin or a quantity, or the part of the deal that it counts for."""
        where = ("amount", "margin", "quantity", "count").index(rule.measure)
        found = [parts for product, parts in step.parts.items() if product in products]
        if where < 3:
            return sum((parts[where] for parts in found), Fraction(0))
        whole = [parts for product, parts in deal.steps[0].parts.items() if product in products]
        # A document that is free counts by its quantity.
        by = 0 if sum(parts[0] for parts in whole) else 2
        return sum(parts[by] for parts in found) / abs(sum(parts[by] for parts in whole))

    # Limits of a period

    def _rated_in_order(self, slot, period, payee, items):
        """(item, amount before limits) in the order of the period, whose base runs on from one to the next."""
        base = Fraction(0)
        for item in items:
            rule = self.versions[item.version].rules[slot]
            before, base = base, base + Fraction(item.base)
            amount = item.amount
            if rule.kind not in FLAT:
                amount = self._pay(rule, period, payee, base)
                if before or item is not items[0]:
                    amount -= self._pay(rule, period, payee, before)
            yield item, amount

    def _limited(self, slot, period, payee, rated):
        """(item, amount): what each adds to what the period pays so far, within its threshold and cap."""
        threshold = sum(self._limits(slot, period, payee, "threshold"))
        caps = self._limits(slot, period, payee, "period_cap")
        base, paid = Fraction(0), Decimal(0)
        sums = {True: Decimal(0), False: Decimal(0)}
        for item, amount in sorted(rated, key=lambda row: (row[0].step.day, row[0].step.position)):
            rule = self.versions[item.version].rules[slot]
            base += Fraction(item.base)
            # Documents of terms without a cap are not capped.
            sums[bool(rule.period_cap)] += amount
            now = sums[False] + (min(sums[True], cents(sum(caps))) if caps else sums[True])
            if threshold and base < threshold:
                now = Decimal(0)
            yield item, now - paid
            paid = now

    def _pay(self, rule, period, payee, base):
        if rule.kind == "tiers":
            return tiers(rule.mode, rule.table, base)
        target = self._target(rule, period, payee)
        target = target and Fraction(target) * self._days(period, self.people.spans(payee, rule.role, rule.level))
        return levels(rule.mode, rule.table, base / target) if target else Decimal(0)

    def _target(self, rule, period, payee):
        """The target of the period itself, else its months of a longer one, else shorter ones that make it up."""
        targets = self.targets[payee, rule.basis, rule.measure, rule.product]
        length = self.calendar.months
        months = [month_after(period, index) for index in range(length)]
        for size, first in sorted(targets):
            if size >= length and first <= period and months[-1] < month_after(first, size):
                skipped = (period.year - first.year) * 12 + period.month - first.month
                return sum(targets[size, first][skipped : skipped + length])
        for size in (3, 1):
            parts = [targets.get((size, first)) for first in months[::size]] if size < length else []
            if parts and all(parts):
                return sum(map(sum, parts))
        return 0

    def _limits(self, slot, period, payee, name):
        """The limits of the versions that have one, each for its days of the payee's assignment in the period."""
        found = []
        for version in self.versions:
            rule = version.rules[slot]
            later = [other.first for other in self.versions if other.first > version.first]
            last = min(later) - timedelta(days=1) if later else None
            spans = [common((version.first, last), span) for span in self.people.spans(payee, rule.role, rule.level)]
            days = self._days(period, spans)
            if days and getattr(rule, name):
                found.append(Fraction(getattr(rule, name)) * days)
        return found

    def _days(self, period, spans):
        return self.calendar.part(period, spans)

    def _add_minimum(self, slot, amounts):
        """What is missing to the minimum of a period that is over."""
        for period in sorted({self.calendar.start(month) for month in MONTHS}):
            last = self.calendar.last(period)
            if last >= TODAY:
                continue
            for payee in {who for version in self.versions for who in self._payees(version.rules[slot])}:
                limits = self._limits(slot, period, payee, "period_floor")
                earned = sum(
                    amount
                    for (origin, who, (_version, place), _document), amount in amounts.items()
                    if (origin, who, place) == (period, payee, slot)
                )
                missing = cents(sum(limits)) - earned
                if limits and missing > 0:
                    amounts[period, payee, (self._last_version(period, payee, slot), slot), PLAN] += missing

    def _payees(self, rule):
        return self.people.payees(rule.role, rule.level)

    def _last_version(self, period, payee, slot):
        """The last version that holds on a day of the period on which the payee is assigned."""
        rule = self.versions[0].rules[slot]
        spans = self.people.spans(payee, rule.role, rule.level)
        days = [period + timedelta(days=index) for index in range((self.calendar.last(period) - period).days + 1)]
        return self._version_of(
            max(day for day in days if any(first <= day and (not last or day <= last) for first, last in spans))
        )


def _takes_back(deal, step):
    """Whether the step is a credit note of the deal's invoice."""
    return deal.basis == "invoiced" and step.document != deal.name


# Statements


class Books:
    """Which statement each amount goes into: that of its period, or of the open one once that is confirmed."""

    def __init__(self, world):
        self.calendar = calendar_of(world)
        self.posted = defaultdict(Decimal)
        self.statements = defaultdict(Decimal)
        self.locked = set()

    def post(self, amounts):
        for key in {*amounts, *self.posted}:
            delta = amounts.get(key, Decimal(0)) - self.posted[key]
            if delta:
                self.posted[key] += delta
                month, payee = key[:2]
                if (payee, month) in self.locked:
                    month = self._open(payee)
                self.statements[payee, month] += delta

    def _open(self, payee):
        """The period of today, or the first after it that is not confirmed."""
        period = self.calendar.start(TODAY)
        while (payee, period) in self.locked:
            period = month_after(period, self.calendar.months)
        return period


def settle(world, payee, commissions):
    """What the draws and the carry make of a payee's months: {month: (draw, carried in, paid)}.

    :param commissions: {month: commission} of the statements that are confirmed, in the order of their months
    """
    balance = carried = Decimal(0)
    settled = {}
    for month, commission in commissions.items():
        granted, guaranteed = Decimal(0), Decimal(0)
        recoverable = Decimal(0)
        for assignment in world.assignments:
            if assignment.who == payee and assignment.draw:
                span = (assignment.first, assignment.last)
                draw = cents(Fraction(assignment.draw) * calendar_of(world).part(month, [span]))
                if assignment.recoverable:
                    recoverable += draw
                else:
                    guaranteed += draw
        commission += carried
        if guaranteed:
            granted = max(guaranteed - commission, Decimal(0))
        above = commission + granted - guaranteed - recoverable
        advanced = -above if above < 0 and recoverable else -min(balance, max(above, Decimal(0)))
        balance += advanced
        paid = commission + granted + advanced
        settled[month] = (granted + advanced, carried, paid_out(world, payee, max(paid, Decimal(0))))
        carried = min(paid, Decimal(0))
    return settled


def paid_out(world, payee, amount):
    """The amount in the payee's currency, at the rate of today."""
    currency = {assignment.who: assignment.payout for assignment in world.assignments}.get(payee, "USD")
    return amount if currency == "USD" else cents(Fraction(amount) * Fraction(RATES[currency][-1][1]))
