"""Draws and conversions of a statement, without the ORM. Amounts have the digits of their currency."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from ..engine.arithmetic import round_half_up


def draw_step(commission: Decimal, guaranteed: Decimal, recoverable: Decimal, balance: Decimal):
    """What the draws of a period add to its commission.

    :param guaranteed: the draw that need not be paid back
    :param recoverable: the draw that is an advance on later commission
    :param balance: advances not yet paid back
    :return: (granted, advanced); a negative advance is paid back

    A draw of 2,000: 1,400 earned is topped up to 2,000; of the next 3,000 the advance of 600 is kept back.

    >>> [str(part) for part in draw_step(Decimal(1400), Decimal(0), Decimal(2000), Decimal(0))]
    ['0', '600']
    >>> [str(part) for part in draw_step(Decimal(3000), Decimal(0), Decimal(2000), Decimal(600))]
    ['0', '-600']

    Only what is above the draw is kept back, and after the last draw all that is earned.

    >>> [str(part) for part in draw_step(Decimal(2100), Decimal(0), Decimal(2000), Decimal(600))]
    ['0', '-100']
    >>> [str(part) for part in draw_step(Decimal(400), Decimal(0), Decimal(0), Decimal(600))]
    ['0', '-400']

    What is guaranteed is never paid back. It also makes good a negative commission.

    >>> [str(part) for part in draw_step(Decimal(1400), Decimal(2000), Decimal(0), Decimal(0))]
    ['600', '0']
    >>> [str(part) for part in draw_step(Decimal(-100), Decimal(1000), Decimal(500), Decimal(0))]
    ['1100', '500']
    """
    granted = max(guaranteed - commission, Decimal(0)) if guaranteed else Decimal(0)
    short = guaranteed + recoverable - (commission + granted)
    if short > 0:
        return granted, short if recoverable else Decimal(0)
    return granted, -min(balance, -short)


def prorated(amount: Decimal, spans: Iterable[tuple[date, date]], period: tuple[date, date], digits: int) -> Decimal:
    """The part of a period's amount for the days that the spans cover, both ends counted.

    >>> june = date(2026, 6, 1), date(2026, 6, 30)
    >>> str(prorated(Decimal(30000), [(date(2026, 6, 17), date(2026, 12, 31))], june, 2))
    '14000.00'
    """
    first, last = period
    days = sum(max((min(end, last) - max(start, first)).days + 1, 0) for start, end in spans)
    return round_half_up(amount * days / ((last - first).days + 1), digits)


def convert_parts(amounts: Sequence[Decimal], rate: Decimal, digits: int) -> list[Decimal]:
    """Convert amounts so that the results sum to the converted sum; each takes the rounding of what came before.

    >>> parts = convert_parts([Decimal("10.01"), Decimal("10.01"), Decimal("-5.00")], Decimal("0.5"), 2)
    >>> [str(part) for part in parts], str(sum(parts))
    (['5.01', '5.00', '-2.50'], '7.51')
    """
    parts, before, converted_before = [], Decimal(0), Decimal(0)
    for amount in amounts:
        before += amount
        converted = round_half_up(before * rate, digits)
        parts.append(converted - converted_before)
        converted_before = converted
    return parts
