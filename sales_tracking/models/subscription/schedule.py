"""When a report is due and which days it tells of, without the ORM.

A report is told by its nominal day, such as the first of a month. It is sent on that day, or, where the rule says so,
on the working day before or after it.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from ..analytics.period import period_bounds

# A working day is looked for among so many days: longer holidays leave the nominal day.
LONGEST_HOLIDAY = 14

FREQUENCIES = [("day", "Every Day"), ("workday", "Every Working Day"), ("week", "Every Week"), ("month", "Every Month")]
PERIODS = [
    ("filter", "The Days of the Filters"),
    ("over", "The Period That Is Over"),
    ("month_to_date", "Month to Date"),
    ("quarter_to_date", "Quarter to Date"),
    ("year_to_date", "Year to Date"),
    ("last_12_months", "Last 12 Months"),
]


class Rule(NamedTuple):
    """The days on which a report is due.

    :param frequency: ``day``, ``workday``, ``week`` or ``month``
    :param weekday: of a week, Monday is 0
    :param day: of a month; the last one where the month is shorter
    :param working_day: ``same``, ``before`` or ``after``: what becomes of a monthly day on which nobody works
    """

    frequency: str
    weekday: int = 0
    day: int = 1
    working_day: str = "same"


def due_days(rule: Rule, first: date, last: date, works_on: Callable[[date], bool]) -> Iterator[tuple[date, date]]:
    """The nominal days, each with the day on which it is sent, of those that are sent in the span.

    >>> works_on = lambda day: day.weekday() < 5
    >>> days = lambda *rule: [f"{nominal:%d.%m.} {sent:%d.%m.}" for nominal, sent in
    ...     due_days(Rule(*rule), date(2026, 1, 29), date(2026, 3, 2), works_on)]
    >>> days("month", 0, 1), days("month", 0, 1, "before"), days("month", 0, 1, "after")
    (['01.02. 01.02.', '01.03. 01.03.'], ['01.02. 30.01.', '01.03. 27.02.'], ['01.02. 02.02.', '01.03. 02.03.'])
    >>> days("month", 0, 31), days("week", 0)[:2], len(days("day")), len(days("workday"))
    (['31.01. 31.01.', '28.02. 28.02.'], ['02.02. 02.02.', '09.02. 09.02.'], 33, 23)
    """
    margin = LONGEST_HOLIDAY if rule.frequency == "month" else 0
    day = first - timedelta(days=margin)
    while day <= last + timedelta(days=margin):
        if _is_nominal(rule, day, works_on):
            sent = _sent_on(rule, day, works_on)
            if first <= sent <= last:
                yield day, sent
        day += timedelta(days=1)


def period(rule: Rule, kind: str, day: date, works_on: Callable[[date], bool]) -> tuple[date, date] | None:
    """The first and the last day that the report of a nominal day tells of; None: those of the filters.

    >>> works_on = lambda day: day.weekday() < 5
    >>> over = lambda frequency, day: [f"{end:%d.%m.}" for end in period(Rule(frequency), "over", day, works_on)]
    >>> monday = date(2026, 3, 2)
    >>> over("day", monday), over("workday", monday), over("week", monday), over("month", monday)
    (['01.03.', '01.03.'], ['27.02.', '01.03.'], ['23.02.', '01.03.'], ['01.02.', '28.02.'])

    >>> [f"{end:%d.%m.%y}" for end in period(Rule("month"), "last_12_months", monday, works_on)]
    ['01.04.25', '02.03.26']
    """
    match kind:
        case "filter":
            return None
        case "over":
            return _period_over(rule, day, works_on)
        case "last_12_months":
            return day.replace(day=1) - relativedelta(months=11), day
    return period_bounds(kind.removesuffix("_to_date"), day)[0], day


def _is_nominal(rule, day, works_on):
    match rule.frequency:
        case "day":
            return True
        case "workday":
            return works_on(day)
        case "week":
            return day.weekday() == rule.weekday
    return day.day == min(rule.day, monthrange(day.year, day.month)[1])


def _sent_on(rule, day, works_on):
    if rule.frequency != "month" or rule.working_day == "same":
        return day
    step = timedelta(days=-1 if rule.working_day == "before" else 1)
    near = (day + step * number for number in range(LONGEST_HOLIDAY + 1))
    return next((other for other in near if works_on(other)), day)


def _period_over(rule, day, works_on):
    yesterday = day - timedelta(days=1)
    match rule.frequency:
        case "day":
            return yesterday, yesterday
        case "workday":
            earlier = (day - timedelta(days=number) for number in range(1, LONGEST_HOLIDAY + 1))
            return next((other for other in earlier if works_on(other)), yesterday), yesterday
        case "week":
            return period_bounds("week", day - timedelta(days=7))
    return period_bounds("month", day.replace(day=1) - timedelta(days=1))
