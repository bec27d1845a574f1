"""Ages and dates of birth. A person born on 29 February is a year older on 1 March where there is no 29th."""

from datetime import date
from math import ceil, floor, inf

from dateutil.relativedelta import relativedelta

# code: first and last age
AGE_BANDS = {
    "0_17": (0, 17),
    "18_24": (18, 24),
    "25_34": (25, 34),
    "35_44": (35, 44),
    "45_54": (45, 54),
    "55_64": (55, 64),
    "65_plus": (65, inf),
}


def age_on(day: date, birth: date) -> int:
    """Completed years.

    >>> age_on(date(2023, 2, 28), date(2000, 2, 29)), age_on(date(2023, 3, 1), date(2000, 2, 29))
    (22, 23)
    >>> age_on(date(2024, 2, 29), date(2000, 2, 29)), age_on(date(2024, 2, 29), date(2001, 3, 1))
    (24, 22)
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def band_of(age: int) -> str:
    """
    >>> band_of(17), band_of(18), band_of(24), band_of(90)
    ('0_17', '18_24', '18_24', '65_plus')
    """
    return next(band for band, (_first, last) in AGE_BANDS.items() if age <= last)


def latest_birth(day: date, age: float) -> date:
    """The last date of birth of those who are at least that old on the day.

    >>> latest_birth(date(2026, 3, 10), 30)
    datetime.date(1996, 3, 10)
    >>> latest_birth(date(2023, 2, 28), 23), latest_birth(date(2024, 2, 29), 23)
    (datetime.date(2000, 2, 28), datetime.date(2001, 2, 28))
    >>> latest_birth(date(2026, 3, 10), 2026), latest_birth(date(2026, 3, 10), -9000)
    (datetime.date(1, 1, 1), datetime.date(9999, 12, 31))
    """
    if age >= day.year - 1:
        return date.min
    if day.year - age > date.max.year:
        return date.max
    return day - relativedelta(years=age)


def births_of_ages(day: date, operator: str, age: float) -> tuple[str, date]:
    """The condition on the date of birth that is the condition on the age: operator and date.

    >>> births_of_ages(date(2026, 3, 10), ">=", 30), births_of_ages(date(2026, 3, 10), ">", 29.5)
    (('<=', datetime.date(1996, 3, 10)), ('<=', datetime.date(1996, 3, 10)))
    >>> births_of_ages(date(2026, 3, 10), "<", 30), births_of_ages(date(2026, 3, 10), "<=", 29.5)
    (('>', datetime.date(1996, 3, 10)), ('>', datetime.date(1996, 3, 10)))
    """
    least = ceil(age) if operator in (">=", "<") else floor(age) + 1
    return ("<=" if operator in (">", ">=") else ">"), latest_birth(day, least)
