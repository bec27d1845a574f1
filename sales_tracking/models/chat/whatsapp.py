"""The WhatsApp Cloud API: what it sends, read, and what it is sent. Without the ORM.

Formats as in the provider's public documentation of webhooks and of the endpoint `/<phone number id>/messages`.
"""

import json
from datetime import datetime, timezone
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import requests

from ...tools.plain_text import storable

API = "https://graph.facebook.com/v23.0"
TIMEOUT = (5, 20)
STATES = ("sent", "delivered", "read", "failed")
LONGEST_TEXT = 4096
LARGEST_FILE = 16 * 1024 * 1024
CHUNK = 64 * 1024
# Where the provider keeps files; the token goes nowhere else.
FILE_HOSTS = (".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net")
# What a customer sends and a browser shows without running it.
FILE_TYPES = {
    "application/msword", "application/pdf", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "audio/aac", "audio/amr", "audio/mp4", "audio/mpeg", "audio/ogg", "image/jpeg", "image/png", "image/webp",
    "text/plain", "video/3gpp", "video/mp4",
}  # fmt: skip


class SendingError(Exception):
    """The provider refused a message; the text says why, without the token."""


class FileError(Exception):
    """A file is not kept.

    The argument says why: ``gone`` (the provider has it no longer), ``type``, ``size`` or ``address``.
    """


class Media(NamedTuple):
    """A file of a message, by its id at the provider; the name is the sender's and may be empty."""

    id: str
    name: str


class Message(NamedTuple):
    """A message of an event. `moment` is naive UTC; `number` is that of the customer, with its plus."""

    key: str
    number: str
    direction: str
    moment: datetime
    kind: str
    text: str
    media: Media | None


class Status(NamedTuple):
    """What became of a message that was sent."""

    key: str
    number: str
    state: str
    moment: datetime
    error: str | None


def read_event(payload: str, phone_number_id: str) -> tuple[list[Message], list[Status], dict[str, str]]:
    """Read an event: messages, statuses, and the names that people have given themselves, by number.

    What is not about this number is left out, and so is what says not who wrote or when.

    :raise ValueError: where it is no JSON object

    >>> value = {"metadata": {"phone_number_id": "1"}, "contacts": [{"wa_id": "628", "profile": {"name": "Ibu"}}],
    ...     "messages": [{"from": "628", "id": "wamid.1", "timestamp": "1772000000", "type": "text",
    ...     "text": {"body": "Halo"}}], "statuses": [{"id": "wamid.0", "status": "read", "timestamp": "1772000000",
    ...     "recipient_id": "628"}]}
    >>> payload = json.dumps({"entry": [{"changes": [{"value": value}]}]})
    >>> messages, statuses, names = read_event(payload, "1")
    >>> messages[0].key, messages[0].number, messages[0].text, str(messages[0].moment)
    ('wamid.1', '+628', 'Halo', '2026-02-25 06:13:20')
    >>> statuses[0].state, names, read_event(payload, "2")
    ('read', {'+628': 'Ibu'}, ([], [], {}))
    """
    event = json.loads(payload)
    if not isinstance(event, dict):
        raise ValueError("no JSON object")
    messages, statuses, names = [], [], {}
    for value in _values(event):
        if str(_dict(value.get("metadata")).get("phone_number_id")) != phone_number_id:
            continue
        for contact in _dicts(value.get("contacts")):
            name = _dict(contact.get("profile")).get("name")
            if contact.get("wa_id") and name:
                names[f"+{contact['wa_id']}"] = _text(name)[:200]
        messages += filter(None, (_message(each, "in", "from") for each in _dicts(value.get("messages"))))
        # Sent by the company from the messenger itself.
        messages += filter(None, (_message(each, "out", "to") for each in _dicts(value.get("message_echoes"))))
        statuses += filter(None, map(_status, _dicts(value.get("statuses"))))
    return messages, statuses, names


def send(token: str, phone_number_id: str, content: dict) -> str:
    """Send a message and return the id that the provider gives it.

    :param content: see `text_message` and `template_message`
    :raise SendingError: says why the provider refused it
    :raise requests.RequestException: where the provider did not answer, so that nobody knows
    """
    answer = requests.post(
        f"{API}/{phone_number_id}/messages",
        json=content,
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT,
    )
    try:
        result = answer.json()
    except ValueError:
        result = {}
    if answer.status_code >= 400 or not result.get("messages"):
        error = result.get("error") or {}
        details = (error.get("error_data") or {}).get("details") or error.get("message") or answer.reason
        raise SendingError(f"{error.get('code', answer.status_code)}: {details}"[:500])
    return result["messages"][0]["id"]


def fetch(token: str, media_id: str) -> tuple[bytes, str]:
    """Fetch a file of a message; returns its bytes and its type.

    :raise FileError: says why it is not kept
    :raise requests.RequestException: where the provider did not answer: it can be asked again
    """
    headers = {"Authorization": f"Bearer {token}"}
    told = requests.get(f"{API}/{quote(media_id, safe='')}", headers=headers, timeout=TIMEOUT)
    if told.status_code >= 500:
        told.raise_for_status()
    try:
        values = told.json()
    except ValueError:
        values = {}
    if told.status_code >= 400 or not isinstance(values, dict) or not values.get("url"):
        raise FileError("gone")
    file_type = str(values.get("mime_type") or "").split(";")[0].strip().lower()
    if file_type not in FILE_TYPES:
        raise FileError("type", file_type)
    with requests.get(
        _address(values["url"]), headers=headers, timeout=TIMEOUT, stream=True, allow_redirects=False
    ) as answer:
        if answer.status_code >= 500:
            answer.raise_for_status()
        if answer.status_code != 200:
            raise FileError("gone")
        return _limited(answer), file_type


def _address(url):
    """The address of a file, which is at the provider's alone."""
    parts = urlsplit(str(url))
    if parts.scheme != "https" or not f".{parts.hostname}".endswith(FILE_HOSTS) or parts.port not in (None, 443):
        raise FileError("address")
    return parts.geturl()


def _limited(answer):
    """The bytes of an answer, read no further than the largest file, whatever its headers say."""
    content = bytearray()
    for chunk in answer.iter_content(CHUNK):
        content += chunk
        if len(content) > LARGEST_FILE:
            raise FileError("size")
    return bytes(content)


def text_message(number: str, text: str) -> dict:
    """A message of free text, which passes within 24 hours of the customer's last."""
    return {**_to(number), "type": "text", "text": {"preview_url": True, "body": text}}


def template_message(number: str, name: str, language: str, parameters: list[str]) -> dict:
    """A message of an approved text, with which a chat may begin."""
    components = [{"type": "body", "parameters": [{"type": "text", "text": text} for text in parameters]}]
    template = {"name": name, "language": {"code": language}, "components": components if parameters else []}
    return {**_to(number), "type": "template", "template": template}


def _to(number):
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "to": number.lstrip("+")}


def _values(event):
    for entry in _dicts(event.get("entry")):
        for change in _dicts(entry.get("changes")):
            if isinstance(change.get("value"), dict):
                yield change["value"]


def _dict(value):
    return value if isinstance(value, dict) else {}


def _text(value):
    """What the provider has as text, as the database takes it."""
    return storable(str(value or ""))


def _dicts(values):
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _message(values, direction, side):
    key, number, moment = _text(values.get("id"))[:200], values.get(side), _moment(values.get("timestamp"))
    if not key or not number or not moment:
        return None
    kind = values.get("type")
    content = _dict(values.get(kind)) if isinstance(kind, str) else {}
    media = None
    match kind:
        case "text":
            kind, text = "text", content.get("body")
        case "image" | "video" | "audio" | "document" | "sticker":
            kind, text = "media", content.get("caption") or content.get("filename")
            media = _media(content)
        case "button":
            kind, text = "text", content.get("text")
        case _:
            kind, text = "other", None
    return Message(key, f"+{number}", direction, moment, kind, _text(text), media)


def _media(content):
    if not content.get("id"):
        return None
    return Media(_text(content["id"])[:200], _text(content.get("filename"))[:200])


def _status(values):
    key, moment = _text(values.get("id"))[:200], _moment(values.get("timestamp"))
    if not key or not moment or values.get("status") not in STATES:
        return None
    errors = _dicts(values.get("errors"))
    error = None
    if errors:
        error = _text(f"{errors[0].get('code')}: {errors[0].get('title') or errors[0].get('message')}")[:500]
    return Status(key, f"+{values.get('recipient_id')}", values["status"], moment, error)


def _moment(text):
    try:
        return datetime.fromtimestamp(int(text), timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
