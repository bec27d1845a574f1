"""Calendar and fiscal periods, without the ORM."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

MONTHS_PER_PERIOD = {"month": 1, "quarter": 3, "year": 12}
CALENDAR_YEAR_END = (12, 31)
WEEKS_445 = (4, 4, 5) * 4


class Period445(NamedTuple):
    """A month of a 4-4-5 year: its first and last day, its number from 1 to 12, and the year's first and last day."""

    first: date
    last: date
    number: int
    year_first: date
    year_last: date


def period_bounds(kind: str, day: date, year_end: tuple[int, int] = CALENDAR_YEAR_END) -> tuple[date, date]:
    """First and last day of the period that holds ``day``.

    :param kind: ``week`` (Monday to Sunday), ``month`` (of the calendar), ``quarter`` or ``year`` (of the fiscal year),
        or ``445`` (see period_445)
    :param year_end: month and day on which the fiscal year ends

    >>> period_bounds("week", date(2024, 2, 29))
    (datetime.date(2024, 2, 26), datetime.date(2024, 3, 3))
    >>> period_bounds("month", date(2024, 2, 29))
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> period_bounds("quarter", date(2026, 12, 31))
    (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    >>> period_bounds("year", date(2026, 6, 15))
    (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))

    A fiscal year that ends on 30 June, and its third quarter:

    >>> period_bounds("year", date(2026, 7, 1), (6, 30))
    (datetime.date(2026, 7, 1), datetime.date(2027, 6, 30))
    >>> period_bounds("quarter", date(2027, 3, 31), (6, 30))
    (datetime.date(2027, 1, 1), datetime.date(2027, 3, 31))

    One that ends with February ends on the 29th in a leap year:

    >>> period_bounds("year", date(2028, 2, 29), (2, 28))
    (datetime.date(2027, 3, 1), datetime.date(2028, 2, 29))
    """
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    if kind == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    if kind == "445":
        return period_445(day, year_end)[:2]
    first = _year_first(day, year_end)
    next_first = _year_first(first + timedelta(days=400), year_end)
    if kind == "year":
        return first, next_first - timedelta(days=1)
    starts = [first, *(first + relativedelta(months=months) for months in (3, 6, 9)), next_first]
    return next((start, end - timedelta(days=1)) for start, end in pairwise(starts) if day < end)


def period_445(day: date, year_end: tuple[int, int] = CALENDAR_YEAR_END) -> Period445:
    """The month of a 4-4-5 year that holds ``day``.

    The year starts on the Monday nearest to the first day of the fiscal year; its quarters have months of 4, 4 and 5
    weeks. Where the next year starts 53 weeks later, the last month has the 53rd week. Of calendar years these are
    the years and weeks of ISO 8601.

    >>> period_445(date(2026, 1, 1))[:3]
    (datetime.date(2025, 12, 29), datetime.date(2026, 1, 25), 1)
    >>> period_445(date(2026, 12, 31)), (period_445(date(2026, 12, 31)).year_last - date(2025, 12, 29)).days // 7 + 1
    (Period445(first=datetime.date(2026, 11, 23), last=datetime.date(2027, 1, 3), number=12, \
year_first=datetime.date(2025, 12, 29), year_last=datetime.date(2027, 1, 3)), 53)
    >>> period_445(date(2027, 1, 4))[:3]
    (datetime.date(2027, 1, 4), datetime.date(2027, 1, 31), 1)
    """
    first = _year_first(day, year_end)
    starts = [_nearest_monday(_year_first(first + timedelta(days=days), year_end)) for days in (-30, 0, 400, 800)]
    year_first, next_first = next((one, other) for one, other in pairwise(starts) if one <= day < other)
    year_last = next_first - timedelta(days=1)
    start = year_first
    for number, weeks in enumerate(WEEKS_445, start=1):
        end = start + timedelta(weeks=weeks) - timedelta(days=1)
        if day <= end or number == len(WEEKS_445):
            break
        start = end + timedelta(days=1)
    return Period445(start, year_last if number == len(WEEKS_445) else end, number, year_first, year_last)


def steps_between(kind: str, date_from: date, date_to: date) -> Iterator[tuple[date, date]]:
    """The weeks or calendar months of a span, the first and the last cut off at its ends.

    >>> steps = steps_between("month", date(2026, 1, 20), date(2026, 3, 31))
    >>> [f"{first:%d.%m.}-{last:%d.%m.}" for first, last in steps]
    ['20.01.-31.01.', '01.02.-28.02.', '01.03.-31.03.']
    """
    first = date_from
    while first <= date_to:
        last = min(period_bounds(kind, first)[1], date_to)
        yield first, last
        first = last + timedelta(days=1)


def previous_span(date_from: date, date_to: date) -> tuple[date, date]:
    """The span of as many days that ends the day before ``date_from``.

    >>> previous_span(date(2026, 3, 1), date(2026, 3, 31))
    (datetime.date(2026, 1, 29), datetime.date(2026, 2, 28))
    """
    days = date_to - date_from
    return date_from - timedelta(days=1) - days, date_from - timedelta(days=1)


def year_before(date_from: date, date_to: date) -> tuple[date, date]:
    """The same span a year before; one that ends with a month does so there too.

    >>> year_before(date(2029, 2, 1), date(2029, 2, 28))
    (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    >>> year_before(date(2028, 2, 1), date(2028, 2, 29))
    (datetime.date(2027, 2, 1), datetime.date(2027, 2, 28))
    """
    last = date_to - relativedelta(years=1)
    if (date_to + timedelta(days=1)).day == 1:
        last += relativedelta(day=31)
    return date_from - relativedelta(years=1), last


def _year_last(year: int, year_end: tuple[int, int]) -> date:
    """The last day of the fiscal year that ends in ``year``; the end of February is its last day, as in accounting."""
    month, day = year_end
    last_of_month = monthrange(year, month)[1]
    return date(year, month, last_of_month if month == 2 and day >= 28 else min(day, last_of_month))


def _year_first(day: date, year_end: tuple[int, int]) -> date:
    last = _year_last(day.year, year_end)
    if day > last:
        return last + timedelta(days=1)
    return _year_last(day.year - 1, year_end) + timedelta(days=1)


def _nearest_monday(day: date) -> date:
    around = day + timedelta(days=3)
    return around - timedelta(days=around.weekday())
