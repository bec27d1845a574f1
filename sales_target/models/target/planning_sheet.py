"""The sheet in which targets are planned outside of Odoo: its columns and what their cells mean, without the ORM."""

from datetime import date
from typing import Any

# The headings of the columns, in order. They are the same in every language, so that a file can travel.
COLUMNS = (
    "metric", "start_date", "end_date", "team", "salesperson", "category", "segment", "country", "source", "target",
    "locked", "weight",
)  # fmt: skip
REQUIRED = ("metric", "start_date", "end_date", "target")
NUMBERS = ("target", "weight")
TRUE = {"true", "yes", "ya", "x", "1"}
# Nobody plans outside of these days: a year of 9999 is a slip, or stands for "open" in another system.
EARLIEST_DAY, LATEST_DAY = date(1970, 1, 1), date(2199, 12, 31)


def to_date(value: Any) -> date:
    """
    >>> to_date("2026-02-28"), to_date(date(2026, 2, 28)) == to_date("2026-02-28")
    (datetime.date(2026, 2, 28), True)

    :raise ValueError: for anything but a date or its ISO text, or a year in which nobody plans
    """
    if not isinstance(value, (date, str)):
        raise ValueError(value)
    day = value if isinstance(value, date) else date.fromisoformat(value)
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise ValueError(value)
    return day


def to_boolean(value: Any) -> bool:
    """
    >>> to_boolean("Yes"), to_boolean(0), to_boolean(None)
    (True, False, False)
    """
    return str(value).lower() in TRUE if isinstance(value, str) else bool(value)
