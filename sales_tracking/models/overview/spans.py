"""The spans of days that the Overview compares, without the ORM."""

from datetime import date, timedelta
from typing import NamedTuple

from ..analytics.period import CALENDAR_YEAR_END, period_bounds, previous_span, year_before

KINDS = ("day", "week", "month", "quarter", "year")


class Spans(NamedTuple):
    """First and last day of the span that is looked at, of the one before it, and of the same one a year before."""

    current: tuple[date, date]
    previous: tuple[date, date]
    year_before: tuple[date, date]


def spans_to_date(kind: str, today: date, year_end: tuple[int, int] = CALENDAR_YEAR_END) -> Spans:
    """The period that holds today, up to today, and as much of the period before it.

    :param kind: one of KINDS
    :param year_end: month and day on which the fiscal year ends, for quarters and years

    >>> for first, last in spans_to_date("month", date(2026, 3, 10)):
    ...     print(first, last)
    2026-03-01 2026-03-10
    2026-02-01 2026-02-10
    2025-03-01 2025-03-10

    A whole period is compared with the whole one before, a day that the one before lacks with its last.

    >>> spans_to_date("month", date(2026, 2, 28)).previous[1], spans_to_date("month", date(2026, 3, 30)).previous[1]
    (datetime.date(2026, 1, 31), datetime.date(2026, 2, 28))
    """
    first, last = (today, today) if kind == "day" else period_bounds(kind, today, year_end)
    day_before = first - timedelta(days=1)
    before, end_before = (day_before, day_before) if kind == "day" else period_bounds(kind, day_before, year_end)
    until = end_before if today == last else min(before + (today - first), end_before)
    return Spans((first, today), (before, until), year_before(first, today))


def spans_of(date_from: date, date_to: date) -> Spans:
    """The span that is given, as many days before it, and the same a year before.

    >>> spans_of(date(2026, 3, 1), date(2026, 3, 10)).previous
    (datetime.date(2026, 2, 19), datetime.date(2026, 2, 28))
    """
    return Spans((date_from, date_to), previous_span(date_from, date_to), year_before(date_from, date_to))
