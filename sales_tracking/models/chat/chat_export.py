"""Chats as WhatsApp exports them on Android and iOS, read without the ORM.

Each message begins on a line with its day and time; lines without are the rest of the message before. What the
messenger itself says has no sender. Days are read later, once it is known in which order their parts are.
"""

import re
from collections import Counter
from datetime import date, time
from typing import NamedTuple

from ...tools.moments import parse_time, split_day, to_day
from ...tools.uploads import UploadError

MOST_LINES = 400_000
# Of a message of WhatsApp; a line that is longer is none.
LONGEST_LINE = 70_000
LONGEST_NAME = 120
LONGEST_FIRST_LINE = 200
# What the messenger says is short. A longer text would let the pattern look through it again and again.
LONGEST_NOTICE = 300

_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_IOS = re.compile(r"\[([^\]\[]{6,45})\] (.*)", re.DOTALL)
_ANDROID = re.compile(r"([0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{2,4},? [^-–]{4,20}) [-–] (.*)", re.DOTALL)
_SENDER = re.compile(rf"([^:\n]{{1,{LONGEST_NAME}}}): ?(.*)", re.DOTALL)
_MEDIA = re.compile(
    r"<(?:media omitted|media tidak disertakan|attached: [^>]*|terlampir: [^>]*)>"
    r"|(?:image|video|audio|sticker|gif|document|contact card|gambar|stiker|dokumen|kartu kontak)"
    r" (?:omitted|tidak disertakan)"
    r"|.*\((?:file attached|file terlampir|berkas terlampir)\)",
    re.IGNORECASE,
)
_DELETED = re.compile(
    r"(?:this message was deleted|you deleted this message"
    r"|pesan ini (?:telah )?dihapus|anda (?:telah )?menghapus pesan ini)\.?",
    re.IGNORECASE,
)
# On iOS the messenger speaks in the name of the other side.
_SYSTEM = re.compile(
    r".*(?:end-to-end encrypted|terenkripsi secara end-to-end|terenkripsi end-to-end|security code .* changed"
    r"|kode keamanan .* berubah|missed (?:voice|video) call|panggilan (?:suara|video) tak terjawab)",
    re.IGNORECASE,
)


class ExportedMessage(NamedTuple):
    """A message of a chat. `day` are the three parts as the file has them; `kind` is text, media or deleted."""

    day: tuple
    time: time
    sender: str
    kind: str
    text: str

    @property
    def first_line(self) -> str:
        """The first line of what was written, shortened; nothing of media and deleted messages."""
        return self.text.split("\n", 1)[0].strip()[:LONGEST_FIRST_LINE] if self.kind == "text" else ""

    def date(self, order: str) -> date:
        return to_day(self.day, order)


def parse(text: str) -> list[ExportedMessage]:
    """Read the messages of a chat in the order of the file; what the messenger itself says is left out.

    :raise UploadError: ``lines`` (too many), ``line`` (too long), or ``format`` where it is no exported chat

    >>> chat = '''03/04/26, 9:15 AM - Messages and calls are end-to-end encrypted.
    ... 03/04/26, 9:15 AM - Ibu Melati: Pagi, ada lada?
    ... Yang hitam.
    ... 03/04/26, 9:17 AM - Budi: <Media omitted>'''
    >>> [(message.sender, message.kind, message.text) for message in parse(chat)]
    [('Ibu Melati', 'text', 'Pagi, ada lada?\\nYang hitam.'), ('Budi', 'media', '<Media omitted>')]
    >>> parse("[03/04/26 09.15.30] Budi: Halo")[0].time, parse("\\u200e[4/3/26, 9:15:30\\u202fPM] B: x")[0].time
    (datetime.time(9, 15, 30), datetime.time(21, 15, 30))
    >>> parse("04.03.26 09.15 - Budi: Pesan ini telah dihapus")[0].kind
    'deleted'
    >>> [message.sender for message in parse("03/04/26, 9:15 AM - Budi: " + "security code " * 4900)]
    ['Budi']
    >>> parse("Dear all,\\nthis is a letter.")
    Traceback (most recent call last):
    odoo.addons.sales_tracking.tools.uploads.UploadError: format
    """
    lines = text.splitlines() if "\r" in text else text.split("\n")
    if len(lines) > MOST_LINES:
        raise UploadError("lines")
    messages, current, begun = [], None, False
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise UploadError("line", number)
        started = _start(_MARKS.sub("", line))
        if not started:
            if current:
                current[3].append(line)
            continue
        begun = True
        if current:
            messages.append(_message(*current))
        day, clock, rest = started
        sender = _SENDER.match(rest)
        is_message = sender and not _SYSTEM.match(sender[2][:LONGEST_NOTICE])
        current = (day, clock, sender[1].strip().lstrip("~ \N{NO-BREAK SPACE}"), [sender[2]]) if is_message else None
    if current:
        messages.append(_message(*current))
    if not begun:
        raise UploadError("format")
    return messages


def senders(messages: list[ExportedMessage]) -> Counter:
    """How many messages are of whom."""
    return Counter(message.sender for message in messages)


def _start(line):
    """The day, time and rest of a line with which a message begins, else None."""
    match = _IOS.match(line) or _ANDROID.match(line)
    split = match and split_day(match[1])
    clock = split and parse_time(split[1])
    return (split[0], clock, match[2]) if clock else None


def _message(day, clock, sender, lines):
    text = _MARKS.sub("", "\n".join(lines)).strip()
    kind = "deleted" if _DELETED.fullmatch(text) else "media" if _MEDIA.match(text) else "text"
    return ExportedMessage(day, clock, sender, kind, text)
