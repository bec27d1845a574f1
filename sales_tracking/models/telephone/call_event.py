"""What a telephone system tells of a call, read and checked, without the ORM."""

import hashlib
import hmac
import json
import re
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ...tools.plain_text import storable

EVENTS = ("ringing", "answered", "ended")
DIRECTIONS = ("in", "out")
LONGEST_TEXT = 200
LONGEST_ADDRESS = 2_000
EARLIEST = datetime(2000, 1, 1)

# Spaces, control characters and marks of direction, with which an address looks like another.
_NO_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class EventError(ValueError):
    """The event can't be taken; the message says to whom built the connection what is wrong with it."""


class CallEvent(NamedTuple):
    """One event of a call. Moments are naive UTC; `answer` and `end` may be None."""

    call_id: str
    event: str
    direction: str
    extension: str | None
    number: str
    start: datetime
    answer: datetime | None
    end: datetime | None
    recording_url: str | None


def is_signed(body: bytes, secret: str, signature: str | None) -> bool:
    """Check the signature of a body, ``sha256=`` and its HMAC in hexadecimal digits, in constant time.

    >>> is_signed(b"{}", "key", "sha256=67f8a80d3b2af6b1ad8af89b9c59d1d86c0a0f1cb5a3a1cd8e3f8f1c0d0e2b5a")
    False
    >>> is_signed(b"{}", "key", sign(b"{}", "key")), is_signed(b"{}", "key", None)
    (True, False)
    >>> is_signed(b"{}", "", sign(b"{}", ""))
    False
    """
    expected = sign(body, secret).encode()
    return hmac.compare_digest(expected, (signature or "").encode()) and bool(secret)


def sign(body: bytes, secret: str) -> str:
    """Sign a body as `is_signed` checks it."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def parse_event(body: bytes, time_zone: str, now: datetime) -> CallEvent:
    """Read the JSON of an event.

    :param time_zone: in which moments without an offset are
    :param now: the moment (naive UTC) that stands for one that is not given
    :raise EventError: says which member is missing or wrong

    >>> now = datetime(2026, 3, 2, 3, 0)
    >>> body = b'{"call_id": "7", "event": "answered", "direction": "in", "start": "2026-03-02T09:59:00"}'
    >>> event = parse_event(body, "Asia/Jakarta", now)
    >>> str(event.start), str(event.answer), event.end
    ('2026-03-02 02:59:00', '2026-03-02 03:00:00', None)
    >>> parse_event(body.replace(b'"in"', b'"up"'), "Asia/Jakarta", now)
    Traceback (most recent call last):
    odoo.addons.sales_tracking.models.telephone.call_event.EventError: "direction" must be one of: in, out.
    >>> parse_event(b"[]", "UTC", now)
    Traceback (most recent call last):
    odoo.addons.sales_tracking.models.telephone.call_event.EventError: The body must be one JSON object.
    """
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise EventError("The body must be one JSON object.") from error
    if not isinstance(values, dict):
        raise EventError("The body must be one JSON object.")
    event = _choice(values, "event", EVENTS)
    start, answer, end = (_moment(values, name, time_zone, now) for name in ("start", "answer", "end"))
    if event == "answered":
        answer = answer or now
    elif event == "ended":
        end = end or now
    start = start or min(moment for moment in (answer, end, now) if moment)
    if (answer and answer < start) or (end and end < (answer or start)):
        raise EventError('"start", "answer" and "end" must follow each other.')
    return CallEvent(
        call_id=_text(values, "call_id", required=True),
        event=event,
        direction=_choice(values, "direction", DIRECTIONS),
        extension=_text(values, "extension"),
        number=_text(values, "number") or "",
        start=start,
        answer=answer,
        end=end,
        recording_url=_address(values, "recording_url"),
    )


def _text(values, name, required=False, longest=LONGEST_TEXT):
    value = values.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise EventError(f'"{name}" must be text.')
    value = storable(value or "").strip()
    if required and not value:
        raise EventError(f'"{name}" is missing.')
    if len(value) > longest:
        raise EventError(f'"{name}" has more than {longest} characters.')
    return value or None


def _choice(values, name, choices):
    value = values.get(name)
    if value not in choices:
        raise EventError(f'"{name}" must be one of: {", ".join(choices)}.')
    return value


def _address(values, name):
    value = _text(values, name, longest=LONGEST_ADDRESS)
    if value and (not value.startswith(("https://", "http://")) or _NO_ADDRESS.search(value)):
        raise EventError(f'"{name}" must be an address that begins with https:// or http://.')
    return value


def _moment(values, name, time_zone, now):
    value = values.get(name)
    if value in (None, ""):
        return None
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value, timezone.utc)
        else:
            raise ValueError(value)
        if not moment.tzinfo:
            moment = moment.replace(tzinfo=ZoneInfo(time_zone))
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError, OSError) as error:
        raise EventError(f'"{name}" must be a moment such as 2026-03-02T09:15:00+07:00.') from error
    if not EARLIEST <= moment <= now + timedelta(days=1):
        raise EventError(f'"{name}" lies before the year 2000 or in the future.')
    return moment
