"""The days of a series of visits, without the ORM."""

from datetime import date, datetime
from itertools import count as count_from

from dateutil.relativedelta import relativedelta

LONGEST_SERIES = 104  # two years of weekly visits


def occurrences(
    first: datetime, unit: str, interval: int = 1, count: int | None = None, until: date | None = None
) -> list[datetime]:
    """The moments of a series, in the wall time of ``first``; at most two years of weekly visits.

    :param unit: ``week`` or ``month``; a month without such a day takes its last one
    :param count: how many, the first included
    :param until: the last possible day

    >>> [str(day.date()) for day in occurrences(datetime(2026, 1, 31, 9), "month", count=3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    >>> [str(day.date()) for day in occurrences(datetime(2026, 3, 2), "week", 2, until=date(2026, 3, 30))]
    ['2026-03-02', '2026-03-16', '2026-03-30']
    >>> len(occurrences(datetime(2026, 1, 1), "week", count=5000))
    104
    """
    limit = min(count or LONGEST_SERIES, LONGEST_SERIES)
    moments = []
    for number in count_from():
        moment = first + relativedelta(**{f"{unit}s": number * interval})
        if len(moments) >= limit or (until and moment.date() > until):
            return moments
        moments.append(moment)
