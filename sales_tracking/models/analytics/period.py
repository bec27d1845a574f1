"""Calendar periods, without the ORM."""

from datetime import date, timedelta

MONTHS_PER_PERIOD = {"month": 1, "quarter": 3, "year": 12}


def period_bounds(kind: str, day: date) -> tuple[date, date]:
    """First and last day of the calendar period that holds ``day``.

    :param kind: ``week`` (Monday to Sunday), ``month``, ``quarter`` or ``year``

    >>> period_bounds("week", date(2024, 2, 29))
    (datetime.date(2024, 2, 26), datetime.date(2024, 3, 3))
    >>> period_bounds("month", date(2024, 2, 29))
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> period_bounds("quarter", date(2026, 12, 31))
    (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    >>> period_bounds("year", date(2026, 6, 15))
    (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    """
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    months = MONTHS_PER_PERIOD[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    next_month = first.month - 1 + months
    next_first = date(first.year + next_month // 12, next_month % 12 + 1, 1)
    return first, next_first - timedelta(days=1)


def previous_span(date_from: date, date_to: date) -> tuple[date, date]:
    """The span of as many days that ends the day before ``date_from``.

    >>> previous_span(date(2026, 3, 1), date(2026, 3, 31))
    (datetime.date(2026, 1, 29), datetime.date(2026, 2, 28))
    """
    days = date_to - date_from
    return date_from - timedelta(days=1) - days, date_from - timedelta(days=1)
