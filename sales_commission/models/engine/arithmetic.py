"""What a tier table pays, and rounding, without the ORM.

The run computes the same in SQL, for all documents at once; the ledger uses this module to put a figure in words.
"""

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import NamedTuple


class Tier(NamedTuple):
    """A rate for the half-open range [lower, upper); the last tier has no upper bound."""

    lower: Decimal
    upper: Decimal | None
    rate: Decimal

    def holds(self, base: Decimal) -> bool:
        return (self.lower == 0 or base >= self.lower) and (self.upper is None or base < self.upper)


class Level(NamedTuple):
    """An attainment of a target, 1 for all of it, and what it pays."""

    attainment: Decimal
    payout: Decimal


def decimal(number: float) -> Decimal:
    """The number as it prints, without the tail of its binary representation.

    >>> decimal(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(f"{number:.15g}") if isinstance(number, float) else Decimal(number)


def round_half_up(amount: Decimal, digits: int) -> Decimal:
    """Round to so many decimals, ties away from zero, as PostgreSQL's round(numeric) does.

    >>> round_half_up(Decimal("0.125"), 2), round_half_up(Decimal("-0.125"), 2)
    (Decimal('0.13'), Decimal('-0.13'))
    >>> round_half_up(Decimal("2.5"), 0), round_half_up(Decimal("1.0005"), 3)
    (Decimal('3'), Decimal('1.001'))
    """
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def marginal_parts(tiers: list[Tier], before: Decimal, after: Decimal) -> list[tuple[Decimal, Decimal]]:
    """The step from one cumulative base to another, cut at the bounds: (part of the base, its rate).

    Below zero the lowest tier counts. A step down gives negative parts.

    >>> table = [Tier(Decimal(0), Decimal(10000), Decimal("0.05")), Tier(Decimal(10000), None, Decimal("0.08"))]
    >>> [(int(part), str(rate)) for part, rate in marginal_parts(table, Decimal(8000), Decimal(14000))]
    [(2000, '0.05'), (4000, '0.08')]
    >>> [(int(part), str(rate)) for part, rate in marginal_parts(table, Decimal(14000), Decimal(-500))]
    [(-10500, '0.05'), (-4000, '0.08')]
    """

    def share(tier, base):
        below_upper = base if tier.upper is None else min(base, tier.upper)
        return below_upper - tier.lower if tier.lower == 0 else max(below_upper - tier.lower, Decimal(0))

    parts = [(share(tier, after) - share(tier, before), tier.rate) for tier in tiers]
    return [(part, rate) for part, rate in parts if part]


def tier_due(tiers: list[Tier], mode: str, base: Decimal) -> Decimal:
    """What a cumulative base earns, unrounded.

    :param mode: ``marginal`` (each part of the base at its own tier's rate) or ``whole`` (all of it at the rate
        of the tier it reaches)

    >>> table = [
    ...     Tier(Decimal(0), Decimal(10000), Decimal("0.05")),
    ...     Tier(Decimal(10000), Decimal(25000), Decimal("0.08")),
    ...     Tier(Decimal(25000), None, Decimal("0.10")),
    ... ]
    >>> for base in ("9999.99", "10000", "24000", "30000", "-1000"):
    ...     print(base, *(round_half_up(tier_due(table, mode, Decimal(base)), 2) for mode in ("marginal", "whole")))
    9999.99 500.00 500.00
    10000 500.00 800.00
    24000 1620.00 1920.00
    30000 2200.00 3000.00
    -1000 -50.00 -50.00
    """
    if mode == "whole":
        return base * reached(tiers, base).rate
    return sum((part * rate for part, rate in marginal_parts(tiers, Decimal(0), base)), Decimal(0))


def reached(tiers: list[Tier], base: Decimal) -> Tier:
    """The tier that holds the base; the lowest for a negative one.

    >>> table = [Tier(Decimal(0), Decimal(100), Decimal("0.1")), Tier(Decimal(100), None, Decimal("0.2"))]
    >>> [str(reached(table, Decimal(base)).rate) for base in ("99.99", "100", "-5")]
    ['0.1', '0.2', '0.1']
    """
    return next(tier for tier in tiers if tier.holds(base))


def level_due(levels: list[Level], mode: str, attainment: Decimal) -> Decimal:
    """What an attainment pays, unrounded.

    :param levels: in ascending order
    :param mode: ``linear`` (rising evenly from level to level) or ``step`` (what the level reached pays); nothing
        below the first level, and what the last one pays above it

    >>> table = (("0.5", 0), (1, 1000), ("1.5", 2000))
    >>> levels = [Level(Decimal(attainment), Decimal(payout)) for attainment, payout in table]
    >>> [int(level_due(levels, "linear", Decimal(part))) for part in ("0.75", "1.25", "2", "0.4", "1")]
    [500, 1500, 2000, 0, 1000]
    >>> [int(level_due(levels, "step", Decimal(part))) for part in ("1.25", "0.99", "2")]
    [1000, 0, 2000]
    """
    below = [level for level in levels if level.attainment <= attainment]
    if not below:
        return Decimal(0)
    lower, above = below[-1], levels[len(below) :]
    if mode == "step" or not above:
        return lower.payout
    progress = (attainment - lower.attainment) / (above[0].attainment - lower.attainment)
    return lower.payout + (above[0].payout - lower.payout) * progress


def table_errors(bounds: list[tuple[Decimal, Decimal | None]]) -> list[tuple[str, Decimal, Decimal | None]]:
    """What is wrong with a table of [lower, upper) ranges, in order of their lower bounds.

    :return: (error, from, to) with error ``start`` (does not begin at 0), ``gap``, ``overlap`` or ``end`` (the last
        range has an upper bound); from and to are where it is

    >>> table_errors([(0, 100), (100, None)])
    []
    >>> table_errors([(10, 100), (120, 200)])
    [('start', 0, 10), ('gap', 100, 120), ('end', 200, None)]
    >>> table_errors([(0, 100), (90, None), (200, None)])
    [('overlap', 90, 100), ('overlap', 200, None)]
    """
    errors = []
    bounds = sorted(bounds, key=lambda bound: bound[0])
    if bounds and bounds[0][0] != 0:
        errors.append(("start", 0, bounds[0][0]))
    for (_lower, upper), (next_lower, _next_upper) in pairwise(bounds):
        if upper is None or upper > next_lower:
            errors.append(("overlap", next_lower, upper))
        elif upper < next_lower:
            errors.append(("gap", upper, next_lower))
    if bounds and bounds[-1][1] is not None:
        errors.append(("end", bounds[-1][1], None))
    return errors
