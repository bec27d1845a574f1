"""Telephone numbers: the one way in which numbers that people and machines write are read and compared.

The same rules hold whether or not the library `phonenumbers` is installed: a number must not match today and be another
one tomorrow. Without ORM.
"""

import re
import unicodedata

# Digits of a number that every way of writing it has in a row: the end of the subscriber's own number.
TAIL = 7
SHORTEST = 7
LONGEST = 15  # of E.164
# What is dialled before a number within a country, by its telephone code; elsewhere it is a 0.
TRUNK_PREFIXES = {"1": "1", "7": "8", "36": "06", "39": ""}
# Invisible marks of the writing direction, which address books and exported chats put around numbers.
MARKS = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])

_SEPARATORS = re.compile(r"[;,|\n]|\s/\s|\s+(?:or|atau|and|dan)\s+|/(?=\s*(?:\+|0))", re.IGNORECASE)
_SCHEME = re.compile(r"(?:tel|sip|callto|whatsapp):\s*", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:(?:ext(?:ension|n)?|ekst|pes|psw|x)\s*[.:]?|#)\s*[0-9]{1,6}\s*$", re.IGNORECASE)
_PLAIN = re.compile(r"[0-9+ ().\-]+")
_PUNCTUATION = dict.fromkeys(map(ord, "+ ().-"))
_NUMBER = re.compile(r"\+?[0-9\s().\-/\\]*[0-9][0-9\s().\-/\\]*")


def find_numbers(text: str | None, country_code: int = 0) -> list[str]:
    """Read all the numbers in a field, in the order in which they stand there.

    :param country_code: telephone code of the country in which numbers without one are dialled; 0: not known
    :return: the numbers as `to_e164` writes them, each once

    >>> find_numbers("0812-1111-2222 / 0813 3333 4444", 62)
    ['+6281211112222', '+6281333334444']
    >>> find_numbers("021 555 0100 ext. 12, +62 (0)812 1111 2222", 62)
    ['+62215550100', '+6281211112222']
    >>> find_numbers("call me", 62), find_numbers(None)
    ([], [])
    """
    numbers = (to_e164(part, country_code) for part in _SEPARATORS.split(text or ""))
    return list(dict.fromkeys(number for number in numbers if number))


def to_e164(number: str | None, country_code: int = 0) -> str | None:
    """Write one number the international way, such as +6281355501234; None for what is no number of a telephone line.

    Extensions are left out, and so are punctuation, spaces of any kind, marks of the writing direction and "(0)".
    Numbers of fewer than seven digits are extensions or services of one exchange: nobody's number.

    :param country_code: as for `find_numbers`; without it a number without its country keeps its digits as they are

    >>> {to_e164(text, 62) for text in ("0813 5550 1234", "+62 813-5550 (1234)", "0062 813 5550 1234", "6281355501234")}
    {'+6281355501234'}
    >>> {to_e164(text, 62) for text in ("+62 (0) 813 5550 1234", "81355501234", "tel:+62-813-5550-1234")}
    {'+6281355501234'}
    >>> to_e164("\\u202a+62\\u00a0813\\u20115550\\u20111234\\u202c")
    '+6281355501234'
    >>> to_e164("(021) 555-0100 ext 12", 62), to_e164("+62 21 555 0100 x12", 62), to_e164("021 555 0100#12", 62)
    ('+62215550100', '+62215550100', '+62215550100')
    >>> to_e164("+39 06 1234 5678"), to_e164("06 1234 5678", 39)
    ('+390612345678', '+390612345678')
    >>> to_e164("8 912 345 67 89", 7), to_e164("1 617 555 0123", 1)
    ('+79123456789', '+16175550123')
    >>> to_e164("0813 5550 1234"), to_e164("100", 62), to_e164("anonymous", 62), to_e164("0" * 30, 62)
    ('081355501234', None, None, None)
    """
    text = unicodedata.normalize("NFKC", number or "").translate(MARKS).replace("\N{NON-BREAKING HYPHEN}", "-")
    text = re.sub("[\N{HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]", "-", text)
    text = _EXTENSION.sub("", _SCHEME.sub("", text.strip(), count=1)).strip()
    if not _NUMBER.fullmatch(text):
        return None
    is_international = text.startswith(("+", "00"))
    if is_international:
        text = re.sub(r"\(\s*0\s*\)", "", text)
    digits = re.sub("[^0-9]", "", text)
    code = str(country_code or "")
    if is_international:
        digits = digits.removeprefix("00")
    elif code:
        digits = _with_country(digits, code)
    if not SHORTEST <= len(digits) <= LONGEST:
        return None
    return f"+{digits}" if is_international or code else digits


def may_hold(text: str, tails: set[str]) -> bool:
    """Tell in little time whether a field may hold a number that ends in one of these digits; `find_numbers` knows.

    >>> may_hold("+62 813-5550-1234", {"5501234"}), may_hold("+62 813-5550-1235", {"5501234"})
    (True, False)
    >>> may_hold("0813 5550 1234 ext. 12", {"5501234"}), may_hold("0813 5550 9999 / 0813 5550 1234", {"5501234"})
    (True, True)
    """
    digits = _PLAIN.fullmatch(text) and text.translate(_PUNCTUATION)
    return not digits or len(digits) > LONGEST or digits[-TAIL:] in tails


def tail(number: str) -> str:
    """The last digits of a number, which stand in a row in whatever way it is written.

    >>> tail("+6281355501234")
    '5501234'
    """
    return number[-TAIL:]


def _with_country(digits, code):
    """The digits of a number that is dialled within a country, with the code of the country."""
    if len(digits) < SHORTEST:
        return digits
    trunk = TRUNK_PREFIXES.get(code, "0")
    if trunk and digits.startswith(trunk):
        return code + digits.removeprefix(trunk)
    # Without a plus, as messengers and exchanges write it.
    is_complete = digits.startswith(code) and len(digits) > 9
    return digits if is_complete else code + digits
