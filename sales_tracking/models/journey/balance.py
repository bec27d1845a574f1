"""Which customer is visited on which day, without the ORM."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from math import atan2
from typing import NamedTuple


class Stop(NamedTuple):
    """A customer to be visited every so many weeks.

    :ivar place: (latitude, longitude) in degrees, or None
    :ivar weekday: the usual day, 0 is Monday; None: any
    :ivar last: the day of the last visit; None: there was none
    :ivar booked: days of visits that are planned already
    """

    key: int
    weeks: int = 1
    hours: float = 0.5
    place: tuple[float, float] | None = None
    weekday: int | None = None
    last: date | None = None
    booked: Collection[date] = ()


def spread(stops: Iterable[Stop], days: Collection[date], start=None, load=None) -> dict[date, list[int]]:
    """Give each customer its visits: one in every due week, on the usual weekday, else so that the days are even.

    Customers that lie in the same direction from the start come on the same day. A week in which nobody works moves
    its visits to the next one. Customers never visited are spread over the weeks of their frequency.

    :param days: the days on which the person works
    :param start: (latitude, longitude) in degrees, or None
    :param dict load: hours that are planned already, by day
    :return: keys of the customers by day

    Two customers a week and one every two weeks, over two weeks of two days:

    >>> days = [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 9), date(2026, 3, 10)]
    >>> spread([Stop(1), Stop(2), Stop(3, weeks=2, last=date(2026, 2, 24))], days)
    ... # doctest: +NORMALIZE_WHITESPACE
    {datetime.date(2026, 3, 2): [1], datetime.date(2026, 3, 3): [2],
     datetime.date(2026, 3, 9): [1, 2], datetime.date(2026, 3, 10): [3]}

    The usual weekday holds where it is worked, and what is booked is not planned again:

    >>> spread([Stop(1, weekday=1), Stop(2, booked=[date(2026, 3, 2)])], days)
    ... # doctest: +NORMALIZE_WHITESPACE
    {datetime.date(2026, 3, 2): [], datetime.date(2026, 3, 3): [1],
     datetime.date(2026, 3, 9): [2], datetime.date(2026, 3, 10): [1]}
    """
    stops = sorted(stops, key=lambda stop: _direction(stop, start))
    load = defaultdict(float, load or {})
    plan = {day: [] for day in sorted(days)}
    weeks = _weeks(plan)
    if not weeks:
        return plan
    first = min(weeks)
    due = {stop.key: _first_due(stop, first, number) for number, stop in enumerate(stops)}
    for monday, workdays in weeks.items():
        pinned, flexible = [], []
        for stop in stops:
            if any(_monday(day) == monday for day in stop.booked):
                due[stop.key] = monday + timedelta(weeks=stop.weeks)
            elif due[stop.key] <= monday:
                due[stop.key] = monday + timedelta(weeks=stop.weeks)
                usual = next((day for day in workdays if day.weekday() == stop.weekday), None)
                (flexible if usual is None else pinned).append((stop, usual))
        for stop, usual in pinned:
            plan[usual].append(stop.key)
            load[usual] += stop.hours
        _fill([stop for stop, _usual in flexible], workdays, plan, load)
    return plan


def _fill(stops, days, plan, load):
    """Put the customers on the days in their order, each day up to its even share of what is left."""
    left = sum(stop.hours for stop in stops)
    number = 0
    for stop in stops:
        while number < len(days) - 1 and load[days[number]] + stop.hours / 2 > _share(days[number:], load, left):
            number += 1
        plan[days[number]].append(stop.key)
        load[days[number]] += stop.hours
        left -= stop.hours


def _share(days, load, left):
    """Hours of each of the days if what is left were spread evenly over them; fuller ones take no part."""
    for fullest in sorted(days, key=lambda day: load[day], reverse=True):
        share = (sum(load[day] for day in days) + left) / len(days)
        if load[fullest] <= share or len(days) == 1:
            break
        days = [day for day in days if day != fullest]
    return share


def _first_due(stop, first, number):
    if stop.last is None:
        return first + timedelta(weeks=number % stop.weeks)
    return _monday(stop.last) + timedelta(weeks=stop.weeks)


def _weeks(days):
    """The days by the Monday of their week."""
    weeks = defaultdict(list)
    for day in days:
        weeks[_monday(day)].append(day)
    return weeks


def _monday(day):
    return day - timedelta(days=day.weekday())


def _direction(stop, start):
    """Where a customer lies from the start, for sorting; those without a position come last."""
    if not stop.place:
        return (1, 0.0, stop.key)
    latitude, longitude = start or (0.0, 0.0)
    return (0, atan2(stop.place[0] - latitude, stop.place[1] - longitude), stop.key)
