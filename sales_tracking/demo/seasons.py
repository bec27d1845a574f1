"""How busy a day is. The week before Lebaran the shelves are stocked, the week after it the country is at home."""

from datetime import date, timedelta

LEBARAN = (
    date(2023, 4, 22),
    date(2024, 4, 10),
    date(2025, 3, 31),
    date(2026, 3, 20),
    date(2027, 3, 10),
    date(2028, 2, 27),
    date(2029, 2, 15),
    date(2030, 2, 5),
    date(2031, 1, 25),
    date(2032, 1, 14),
)
MONTHS = {1: 0.85, 10: 1.1, 11: 1.3, 12: 1.35}
WEEKDAYS = (1.1, 1.2, 1.2, 1.1, 0.9, 0.3, 0.0)
YEAR = 365
GROWTH = 0.4


def season(day: date) -> float:
    """The day's demand against an ordinary day's.

    >>> season(date(2026, 3, 1)), season(date(2026, 3, 24)), season(date(2026, 6, 10))
    (1.9, 0.3, 1.0)
    """
    for lebaran in LEBARAN:
        days_left = (lebaran - day).days
        if 7 <= days_left <= 45:
            return 1.9
        if -10 <= days_left < 0:
            return 0.3
    return MONTHS.get(day.month, 1.0)


def weight(day: date, today: date) -> float:
    """The chance that something happens on this day: season, day of the week, and a business that grows."""
    growth = 1 - GROWTH * (today - day).days / YEAR
    return season(day) * WEEKDAYS[day.weekday()] * growth


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
