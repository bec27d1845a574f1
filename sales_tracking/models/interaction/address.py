"""The durations of calls as people write them."""

import re

from ...tools.numbers import parse_number

LONGEST_CALL = 7 * 24 * 3600


def parse_duration(text: str) -> int | None:
    """Seconds of a duration given in minutes or as hours:minutes; None where it is neither or longer than a week.

    >>> parse_duration("15"), parse_duration(" 1:30 "), parse_duration("0:05"), parse_duration("2,5")
    (900, 5400, 300, 150)
    >>> [parse_duration(text) for text in ("1:75", "long", "-3", "1.500", "9999:00")]
    [None, None, None, None, None]
    """
    if match := re.fullmatch(r"([0-9]{1,3}):([0-5]?[0-9])", text.strip()):
        seconds = int(match[1]) * 3600 + int(match[2]) * 60
    else:
        try:
            seconds = round(parse_number(text) * 60)
        except ValueError:
            return None
    return seconds if 0 <= seconds <= LONGEST_CALL else None
