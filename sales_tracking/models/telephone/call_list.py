"""Lists of calls that telephones and exchanges write, read without the ORM: CSV, XLSX, and Asterisk's Master.csv."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ...tools import spreadsheet
from ...tools.moments import parse_seconds, parse_time, split_day, to_day
from ...tools.uploads import decode

LARGEST_FILE = 32 * 1024 * 1024
MOST_ROWS = 150_000
SHORTEST_NUMBER = 7
EARLIEST = datetime(2000, 1, 1)

# What a column may be, and the headings, in lower case without anything but letters, by which it is found.
ROLES = {
    "call_id": ("uniqueid", "callid", "id", "historyid", "linkedid"),
    "start": ("start", "starttime", "calldate", "datetime", "dateandtime", "date", "tanggal", "waktu", "tanggalwaktu",
              "mulai", "waktumulai", "callstart", "timestart"),
    "time": ("time", "jam", "pukul"),
    "type": ("type", "calltype", "direction", "jenis", "tipe", "jenispanggilan", "tipepanggilan", "arah"),
    "result": ("disposition", "status", "result", "callstatus", "hasil"),
    "number": ("number", "phone", "phonenumber", "nomor", "nomortelepon", "nomortelpon", "nohp", "notelp", "telepon",
               "contactnumber", "callernumber"),
    "source": ("src", "source", "from", "caller", "callerid", "dari", "fromnumber"),
    "destination": ("dst", "destination", "to", "callee", "dialednumber", "ke", "tujuan", "tonumber"),
    "extension": ("extension", "ext", "ekstensi", "agent"),
    "duration": ("billsec", "talktime", "durationseconds", "duration", "durasi", "lama", "lamapanggilan", "talking",
                 "durationsec"),
    "channel": ("channel",),
    "destination_channel": ("dstchannel",),
}  # fmt: skip
# Asterisk writes no headings; these are what its columns are, in the order of its documentation.
ASTERISK = (
    None, "source", "destination", None, None, "channel", "destination_channel", None, None, "start", None, None, None,
    "duration", "result", None, "call_id", None,
)  # fmt: skip
ASTERISK_RESULTS = {"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}

# Kinds of calls in the words of telephones, without anything but letters and digits: direction, and state if it says.
TYPES = {
    word: meaning
    for meaning, words in {
        ("in", None): ("in", "incoming", "inbound", "received", "masuk", "panggilanmasuk", "diterima", "1"),
        ("out", None): ("out", "outgoing", "outbound", "dialed", "dialled", "keluar", "panggilankeluar", "2"),
        ("in", "missed"): ("missed", "missedcall", "takterjawab", "tidakterjawab", "panggilantakterjawab",
                           "panggilantidakterjawab", "tidakdijawab", "terlewat", "panggilanterlewat", "3"),
        ("in", "rejected"): ("rejected", "declined", "ditolak", "panggilanditolak", "5"),
    }.items()
    for word in words
}  # fmt: skip
ANSWERED = {"answered", "completed", "terjawab", "dijawab", "connected"}

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")


class RowError(ValueError):
    """A row that can't be read. The first argument says why, the second is the text that it is about.

    ``start``, ``order`` (a date with two meanings), ``future``, ``number``, ``type``, ``direction``, ``duration``.
    """


class ListedCall(NamedTuple):
    """A call of a list. `start` is naive UTC; `number` is as the list has it; `extension` may be None."""

    row: int
    call_id: str | None
    direction: str
    state: str
    number: str
    extension: str | None
    start: datetime
    duration: int


def read_table(content: bytes) -> list[tuple[int, list]]:
    """Read the rows of a list: the number of each as a person counts them, and its cells.

    :raise spreadsheet.SheetError: ``size``, ``rows``, ``width``, ``cell`` or ``format``
    """
    if content.startswith(b"PK\x03\x04"):
        return [(number, cells) for number, cells in spreadsheet.read_sheet(content, keep_times=True) if any(cells)]
    if len(content) > LARGEST_FILE:
        raise spreadsheet.SheetError("size")
    return list(_read_csv(decode(content)))


def _read_csv(text) -> Iterator[tuple[int, list]]:
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t|", key=first[:5000].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS + 1:
                raise spreadsheet.SheetError("rows")
            if len(cells) > spreadsheet.MOST_COLUMNS:
                raise spreadsheet.SheetError("width")
            if any(len(cell) > spreadsheet.LONGEST_CELL for cell in cells):
                raise spreadsheet.SheetError("cell", number)
            cells = [cell.strip() or None for cell in cells]
            if any(cells):
                yield number, cells
    except csv.Error as error:
        raise spreadsheet.SheetError("format") from error


def find_headings(rows: list[tuple[int, list]]) -> tuple[list[str], dict[int, str], list[tuple[int, list]]]:
    """Tell the headings from the rows, and what the columns are by their headings.

    :return: headings, role by column, and the rows below

    >>> headings, roles, rows = find_headings([(1, ["Nomor", "Jenis", "Tanggal", "Durasi"]), (2, ["0813", "Masuk"])])
    >>> roles, rows
    ({0: 'number', 1: 'type', 2: 'start', 3: 'duration'}, [(2, ['0813', 'Masuk'])])
    """
    if not rows:
        return [], {}, []
    first = rows[0][1]
    if len(first) >= len(ASTERISK) - 2 and str(first[14] or "") in ASTERISK_RESULTS:
        return (
            [f"Asterisk {index + 1}" for index in range(len(first))],
            {index: role for index, role in enumerate(ASTERISK) if role},
            rows,
        )
    headings = [str(cell or "") for cell in first]
    roles, taken = {}, set()
    for role, names in ROLES.items():
        # The best name that there is, such as the time of conversation before the time from the first ring.
        for name in names:
            found = [index for index, text in enumerate(headings) if _letters(text) == name and index not in taken]
            if found:
                roles[found[0]] = role
                taken.add(found[0])
                break
    return headings, dict(sorted(roles.items())), rows[1:]


def days_of(rows: Iterable[tuple[int, list]], roles: dict[int, str]) -> list[tuple]:
    """The days of the rows, in three parts, as the list has them, for `moments.find_orders`."""
    column = next((index for index, role in roles.items() if role == "start"), None)
    texts = (str(cells[column]) for _number, cells in rows if column is not None and column < len(cells))
    return list(dict.fromkeys(split[0] for text in texts if (split := split_day(text))))


class RowReader:
    """Reads the rows of one list.

    :param roles: role by column
    :param order: of the parts of its days, None where it is not known
    :param time_zone: of its times
    :param now: the moment (naive UTC) after which no call of the list began
    :param extensions: those that are ours, so that the direction of a call can be told
    """

    def __init__(self, roles, order, time_zone, now, extensions=()):
        self.roles = roles
        self.order = order
        self.zone = ZoneInfo(time_zone)
        self.now = now
        self.extensions = frozenset(extensions)

    def read_row(self, number: int, cells: list) -> ListedCall | None:
        """One row as a call; None for a call among extensions.

        :raise RowError: says what is wrong with the row
        """
        values = {role: cells[index] for index, role in self.roles.items() if index < len(cells)}
        duration = parse_seconds(values.get("duration"))
        if duration is None:
            raise RowError("duration", values.get("duration"))
        direction, state = self._kind(values)
        extension = _text(values.get("extension"))
        phone = _text(values.get("number"))
        if not phone:
            sides = self._sides(values, direction)
            if not sides:
                return None
            direction, phone, extension = sides[0], sides[1], sides[2] or extension
        if not direction:
            raise RowError("type", values.get("type"))
        return ListedCall(
            row=number,
            call_id=_text(values.get("call_id")),
            direction=direction,
            state=state or self._state(values, direction, duration),
            number=phone,
            extension=extension,
            start=self._moment(values),
            duration=0 if state in ("missed", "rejected") else duration,
        )

    def _kind(self, values):
        text = values.get("type")
        if text is None:
            return None, None
        if isinstance(text, float):
            text = int(text)
        word = re.sub("[^a-z0-9]", "", str(text).lower())
        if word not in TYPES:
            raise RowError("type", text)
        return TYPES[word]

    def _state(self, values, direction, duration):
        result = _letters(values.get("result") or "")
        is_answered = result in ANSWERED if result else duration > 0
        return "answered" if is_answered else "missed" if direction == "in" else "no_answer"

    def _sides(self, values, direction):
        """Direction, number of the other side and our extension, from who called whom; None among extensions."""
        source, destination = _text(values.get("source")), _text(values.get("destination"))
        if not source and not destination:
            raise RowError("number", None)
        ours = [self._is_ours(source), self._is_ours(destination)]
        if ours == [True, True]:
            return None
        if ours == [False, False]:
            # Neither is short: the channel of the extension that took part tells.
            calling, called = (_channel(values.get(name)) for name in ("channel", "destination_channel"))
            ours = [calling in self.extensions, called in self.extensions]
            source, destination = (calling if ours[0] else source), (called if ours[1] else destination)
            if ours[0] == ours[1] and direction:
                return direction, source if direction == "in" else destination, None
            if ours[0] == ours[1]:
                raise RowError("direction", source)
        return ("out", destination, source) if ours[0] else ("in", source, destination)

    def _is_ours(self, side):
        digits = re.sub("[^0-9]", "", side or "")
        return bool(side) and (side in self.extensions or (digits == side and len(digits) < SHORTEST_NUMBER))

    def _moment(self, values):
        start, clock = values.get("start"), values.get("time")
        if isinstance(start, (int, float)) or (isinstance(start, str) and re.fullmatch("[0-9]{10}|[0-9]{13}", start)):
            # As Android keeps it: seconds or milliseconds since 1970.
            seconds = float(start) / (1000 if float(start) > 1e11 else 1)
            try:
                moment = datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None, microsecond=0)
            except (ValueError, OverflowError, OSError) as error:
                raise RowError("start", start) from error
        else:
            local = datetime.combine(*self._day_and_time(start, clock), tzinfo=self.zone)
            moment = local.astimezone(timezone.utc).replace(tzinfo=None)
        if not EARLIEST <= moment <= self.now:
            raise RowError("future", start)
        return moment

    def _day_and_time(self, start, clock):
        if isinstance(start, str) and _ISO.match(start):
            start = _iso(start, self.zone)
        if isinstance(start, datetime):
            return start.date(), start.time().replace(microsecond=0)
        rest = ""
        if isinstance(start, date):
            day = start
        else:
            split = split_day(start or "")
            if not split:
                raise RowError("start", start)
            parts, rest = split
            day = to_day(parts, self.order) if self.order else None
            if not day:
                raise RowError("start" if self.order else "order", start)
        if isinstance(clock, time):
            return day, clock
        hour = parse_time(str(clock or rest))
        if not hour:
            raise RowError("start", f"{start} {clock or ''}".strip())
        return day, hour


def merge(calls: Iterable[tuple[str, ListedCall]]) -> dict[str, ListedCall]:
    """One call per key: of the legs that an exchange lists for a call, the one that was answered, or lasted longest."""
    merged = {}
    for key, call in calls:
        known = merged.get(key)
        if not known or (call.state == "answered", call.duration) > (known.state == "answered", known.duration):
            merged[key] = call
    return merged


def _iso(text, zone):
    """The local time of a moment such as 2026-03-02T09:15:00+07:00."""
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError as error:
        raise RowError("start", text) from error
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment


def _letters(text):
    return re.sub("[^a-z]", "", str(text).lower())


def _text(value):
    """A number of a cell without its decimals, which a spreadsheet adds."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().lstrip("'") or None if value is not None else None


def _channel(text):
    """The extension of a channel such as PJSIP/12-00000a3f."""
    match = re.match(r"[A-Za-z0-9]+/([^-@/]+)", str(text or ""))
    return match[1] if match else None
