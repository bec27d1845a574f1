"""What a phone sends, made safe, without the ORM."""

from datetime import datetime, timezone

from ...tools.numbers import parse_number


def number(value: object) -> float | None:
    """A finite number, or None for None and False.

    :raise ValueError: for anything else

    >>> number("-6.175"), number(0), number(None), number(False)
    (-6.175, 0.0, None, None)
    >>> number(float("nan"))
    Traceback (most recent call last):
    ValueError: nan
    >>> number(True)
    Traceback (most recent call last):
    ValueError: True
    """
    return None if value is None or value is False else parse_number(value, decimal_mark=".")


def moment(value: object) -> datetime | None:
    """A moment in UTC without a time zone, as the ORM keeps it, to the second.

    :param value: text in ISO 8601 (UTC where it names no zone), or a datetime; None and False are None
    :raise ValueError: for anything else

    >>> moment("2026-03-10T01:02:03.456Z")
    datetime.datetime(2026, 3, 10, 1, 2, 3)
    >>> moment("2026-03-10 08:02:03+07:00")
    datetime.datetime(2026, 3, 10, 1, 2, 3)
    >>> moment("yesterday")
    Traceback (most recent call last):
    ValueError: yesterday
    """
    if value is None or value is False:
        return None
    if isinstance(value, datetime):
        result = value
    else:
        try:
            result = datetime.fromisoformat(_python_3_10(value))
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(value) from error
    try:
        if result.tzinfo:
            result = result.astimezone(timezone.utc)
    except OverflowError as error:
        raise ValueError(value) from error
    return result.replace(tzinfo=None, microsecond=0)


def _python_3_10(text: str) -> str:
    """The ISO format of browsers in words that Python understands since 3.10 (a final Z only since 3.11)."""
    return f"{text[:-1]}+00:00" if text.endswith("Z") else text
