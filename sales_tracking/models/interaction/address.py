"""E-mail addresses and telephone numbers as people write them, and the durations of calls."""

import re

from ...tools.numbers import parse_number

# What the index of phone_validation on the numbers of contacts leaves out.
PUNCTUATION = r"[\s\\./\(\)\-]"
LONGEST_CALL = 7 * 24 * 3600


def phone_spellings(number: str, country_code: int = 0) -> list[str]:
    """The ways in which a contact may hold this number, without punctuation.

    :param country_code: the telephone code of the country in which a number without one is dialled

    >>> phone_spellings("+62 813-5550 (1234)", 62)
    ['+6281355501234', '006281355501234', '6281355501234', '081355501234']
    >>> phone_spellings("0813 5550 1234", 62) == phone_spellings("0062 813 5550 1234", 62)
    True
    >>> phone_spellings("100")
    ['100']
    >>> phone_spellings("extension")
    []
    """
    digits = re.sub(r"\D", "", number)
    if not digits:
        return []
    is_international = number.strip().startswith("+") or digits.startswith("00")
    full = digits.removeprefix("00") if is_international else digits
    code = str(country_code or "")
    if not is_international and code and digits.startswith("0"):
        full = code + digits[1:]
    elif not is_international and not (code and digits.startswith(code) and len(digits) > 9):
        return [digits]
    spellings = [f"+{full}", f"00{full}", full]
    if code and full.startswith(code):
        spellings.append("0" + full.removeprefix(code))
    return spellings


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
