"""Numbers as people write them in cells and forms, without the ORM."""

import re
from collections.abc import Iterable
from decimal import Decimal
from math import isfinite

LONGEST_TEXT = 40
SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
# What may group thousands, for each mark of the decimals.
GROUPS = {".": "," + SPACES + "'’", ",": "." + SPACES + "'’"}
PATTERNS = {
    mark: re.compile(
        rf"([+-]?)([0-9]*|[1-9][0-9]{{0,2}}([{groups}])[0-9]{{3}}(?:\3[0-9]{{3}})*)(?:{re.escape(mark)}([0-9]+))?"
    )
    for mark, groups in GROUPS.items()
}


class AmbiguousNumber(ValueError):
    """Text that is one number to some people and another to others; ``readings`` has both, smaller first."""

    def __init__(self, text: str, readings: Iterable[float]):
        super().__init__(text)
        self.readings = tuple(sorted(readings, key=abs))


def parse_number(value: object, decimal_mark: str | None = None) -> float:
    """Read a number that a cell holds or that somebody has written.

    Thousands may be grouped by spaces, apostrophes, points or commas, if they are grouped throughout.

    :param decimal_mark: ``.`` or ``,`` where it is known; otherwise text that has two meanings is refused
    :raise AmbiguousNumber: for text that is one number with a decimal point and another with a decimal comma
    :raise ValueError: for anything else that is not a finite number

    >>> parse_number("1250.50"), parse_number("1.250,50"), parse_number("1 250"), parse_number("0.125"), parse_number(3)
    (1250.5, 1250.5, 1250.0, 0.125, 3.0)
    >>> parse_number("1.250.000"), parse_number("-1,5"), parse_number("1,250.000"), parse_number("1'250")
    (1250000.0, -1.5, 1250.0, 1250.0)
    >>> try:
    ...     parse_number("250.000")
    ... except AmbiguousNumber as error:
    ...     print(error.readings)
    (250.0, 250000.0)
    >>> parse_number("250.000", ","), parse_number("250.000", ".")
    (250000.0, 250.0)
    >>> def is_refused(text):
    ...     try:
    ...         return parse_number(text) is None
    ...     except ValueError:
    ...         return True
    >>> refused = ("1_000", "nan", "inf", "1e400", "1e3", "0x10", "1.25.000", "1,250,00", "", "-", "5.", "٣", "1 2")
    >>> all(map(is_refused, refused))
    True
    >>> parse_number(10**400)
    Traceback (most recent call last):
    ValueError: not a finite number
    >>> parse_number(True)
    Traceback (most recent call last):
    ValueError: True
    """
    if isinstance(value, str):
        readings = set(_readings(value, decimal_mark).values())
        if len(readings) > 1:
            raise AmbiguousNumber(value.strip(), map(float, readings))
        if not readings:
            raise ValueError(value)
        return float(readings.pop())
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError(value)
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError("not a finite number") from error
    if not isfinite(number):
        raise ValueError(value)
    return number


def is_ambiguous(value: object) -> bool:
    """Tell text that has two meanings from numbers and from other text.

    >>> is_ambiguous("250.000"), is_ambiguous("250"), is_ambiguous("much"), is_ambiguous(250.0)
    (True, False, False, False)
    """
    return isinstance(value, str) and len(set(_readings(value).values())) > 1


def find_decimal_mark(values: Iterable[object]) -> str | None:
    """Tell the mark of the decimals that the unambiguous texts among the values have in common.

    :return: ``.`` or ``,``; None where no text says it, or where they contradict each other

    >>> find_decimal_mark(["250.000", "1.250.000", 7, None]), find_decimal_mark(["250.000", "0.5"])
    (',', '.')
    >>> find_decimal_mark(["250.000", "1250"]), find_decimal_mark(["1,5", "1.5"])
    (None, None)
    """
    marks = set()
    for value in values:
        if isinstance(value, str):
            readings = _readings(value)
            if len(readings) == 1:
                marks.update(readings)
    return marks.pop() if len(marks) == 1 else None


def _readings(text, decimal_mark=None):
    """What the text means, by mark of the decimals."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        return {}
    readings = {}
    for mark, pattern in PATTERNS.items():
        match = pattern.fullmatch(text) if decimal_mark in (None, mark) else None
        if match and (match[2] or match[4]):
            whole = re.sub("[^0-9]", "", match[2])
            readings[mark] = Decimal(f"{match[1]}{whole or 0}.{match[4] or 0}")
    return readings
