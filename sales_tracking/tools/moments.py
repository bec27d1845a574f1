"""Days and times as files of telephones and exchanges have them, without the ORM.

"03/04/26" is the third of April to some and the fourth of March to others: what the file itself says decides, and what
it does not say is asked for, never guessed.
"""

import re
from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise

ORDERS = ("dmy", "mdy", "ymd")
LONGEST_TEXT = 60
LONGEST_CALL = 7 * 24 * 3600
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari", "january"), ("feb", "februari", "february"), ("mar", "maret", "march"),
            ("apr", "april"), ("mei", "may"), ("jun", "juni", "june"), ("jul", "juli", "july"),
            ("agu", "agt", "ags", "agustus", "aug", "august"), ("sep", "sept", "september"),
            ("okt", "oktober", "oct", "october"), ("nov", "november"), ("des", "desember", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip

_DAY = re.compile(r"\s*([0-9]{1,4})[/.\-\s]\s?([0-9]{1,2}|[A-Za-z]{3,9})[/.\-\s]\s?([0-9]{2,4})\b\.?,?\s*")
_AMERICAN = re.compile(r"\s*([A-Za-z]{3,9})\.?\s+([0-9]{1,2}),?\s+([0-9]{4}),?\s*")
_TIME = re.compile(r"\s*([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?(?:\.[0-9]+)?\s*(?:([AaPp])\.?\s?[Mm]\.?)?\s*")

_DURATION = re.compile(
    r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-5][0-9])|([0-9]{1,7})(?:\s*(?:s|sec|seconds|dtk|detik))?", re.IGNORECASE
)


def split_day(text: str) -> tuple[tuple, str] | None:
    """Read the three parts of the day with which a text begins, and what follows.

    :return: ((part, part, part), rest), None where the text begins with no day; months in words are given as
        ``("day", "month", "year")`` in the order of `dmy`, with the month as text

    >>> split_day("03/04/26, 9.15"), split_day("2026-03-04 09:15:00"), split_day("4 Mei 2026 09.15")
    ((('03', '04', '26'), '9.15'), (('2026', '03', '04'), '09:15:00'), (('4', 'mei', '2026'), '09.15'))
    >>> split_day("Mar 4, 2026, 9:15 AM"), split_day("today"), split_day("3/4")
    ((('4', 'mar', '2026'), '9:15 AM'), None, None)
    """
    if match := _DAY.match(text[:LONGEST_TEXT]):
        first, second, third = (part.lower() for part in match.groups())
    elif match := _AMERICAN.match(text[:LONGEST_TEXT]):
        second, first, third = (part.lower() for part in match.groups())
    else:
        return None
    if second.isalpha() and second not in MONTHS:
        return None
    return (first, second, third), text[match.end() :]


def to_day(parts: tuple, order: str) -> date | None:
    """The day of the three parts in an order, or None where there is no such day.

    >>> to_day(("03", "04", "26"), "dmy"), to_day(("03", "04", "26"), "mdy"), to_day(("31", "04", "26"), "dmy")
    (datetime.date(2026, 4, 3), datetime.date(2026, 3, 4), None)
    >>> to_day(("4", "mei", "2026"), "mdy"), to_day(("2026", "03", "04"), "dmy")
    (datetime.date(2026, 5, 4), datetime.date(2026, 3, 4))
    """
    first, second, third = parts
    if second in MONTHS:
        order, second = "dmy", MONTHS[second]
    elif len(first) == 4:
        order = "ymd"
    values = dict(zip(order, map(int, (first, second, third)), strict=True))
    year = values["y"] + 2000 if values["y"] < 100 else values["y"]
    try:
        return date(year, values["m"], values["d"])
    except ValueError:
        return None


def find_orders(days: Iterable[tuple], latest: date, is_sorted: bool = False) -> list[str]:
    """Find the orders in which all these days can be meant; several orders that say the same count once.

    :param latest: none of the days is later
    :param is_sorted: the days follow each other as the file has them

    >>> from datetime import date
    >>> latest = date(2026, 12, 31)
    >>> find_orders([("03", "04", "26")], latest), find_orders([("03", "04", "26"), ("13", "04", "26")], latest)
    (['dmy', 'mdy'], ['dmy'])
    >>> find_orders([("03", "04", "26"), ("04", "03", "26")], latest, is_sorted=True)
    ['mdy']
    >>> find_orders([("04", "04", "26"), ("2026", "03", "04")], latest)
    ['dmy']
    >>> find_orders([("03", "04", "26")], date(2026, 3, 9))
    ['mdy']
    """
    days = list(dict.fromkeys(days))
    readings = {}
    for order in ORDERS:
        read = [to_day(parts, order) for parts in days]
        if None in read or any(day > latest for day in read):
            continue
        if is_sorted and any(later < earlier for earlier, later in pairwise(read)):
            continue
        readings.setdefault(tuple(read), order)
    if len(readings) > 1 and any(len(parts[0]) < 4 for parts in days):
        # Nobody writes a year of two digits first where the others can be meant.
        readings = {read: order for read, order in readings.items() if order != "ymd"} or readings
    return list(readings.values())


def parse_time(text: str) -> time | None:
    """The time of day that a text is, by 12 or 24 hours; None for any other text.

    >>> parse_time("9.15"), parse_time("09:15:30"), parse_time("12:05\\u202fam"), parse_time("1:05 p.m.")
    (datetime.time(9, 15), datetime.time(9, 15, 30), datetime.time(0, 5), datetime.time(13, 5))
    >>> parse_time("25:00"), parse_time("13:00 pm"), parse_time("noon")
    (None, None, None)
    """
    match = _TIME.fullmatch(text[:LONGEST_TEXT])
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4] in "Pp" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def parse_seconds(value: object) -> int | None:
    """Seconds of a duration given as seconds, as mm:ss or as hh:mm:ss; None where it is none of them.

    >>> parse_seconds("245"), parse_seconds("4:05"), parse_seconds("1:04:05"), parse_seconds(7.0)
    (245, 245, 3845, 7)
    >>> parse_seconds(time(0, 4, 5))
    245
    >>> parse_seconds(""), parse_seconds("4:75"), parse_seconds("-3"), parse_seconds("long"), parse_seconds("9" * 50)
    (0, None, None, None, None)
    """
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) if 0 <= value <= LONGEST_CALL else None
    text = str(value or "").strip()
    if not text:
        return 0
    match = _DURATION.fullmatch(text)
    if not match:
        return None
    hours, minutes, seconds, plain = (int(part or 0) for part in match.groups())
    total = plain or hours * 3600 + minutes * 60 + seconds
    return total if total <= LONGEST_CALL else None
