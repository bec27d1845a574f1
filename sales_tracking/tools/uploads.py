"""Texts that people upload, as they are or in an archive, within limits, without the ORM."""

import io
import zipfile

# An archive with its photos; of these nothing is unpacked.
LARGEST_ARCHIVE = 64 * 1024 * 1024
MOST_PARTS = 20_000
LARGEST_TEXT = 32 * 1024 * 1024


class UploadError(Exception):
    """The file as a whole can't be read.

    The first argument says why: ``size``, ``content`` (too large once unpacked), ``rows``, ``width``, ``cell`` (a text
    that is too long), ``format``, ``columns``, or what a reader adds; others say where.
    """


def decode(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or else the encoding of Windows.

    >>> decode("Nómer".encode("utf-16")), decode("Nómer".encode("cp1252")), decode(b"\\xef\\xbb\\xbfa")
    ('Nómer', 'Nómer', 'a')
    >>> decode(b"\\x00\\x01")
    Traceback (most recent call last):
    odoo.addons.sales_tracking.tools.uploads.UploadError: format
    """
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise UploadError("format")
    return text


def read_text(content: bytes) -> str:
    """The text of a file, or of the one text in an archive; what an archive claims of itself is never trusted.

    :raise UploadError: ``size``, ``content`` or ``format``
    """
    if content.startswith(b"PK"):
        content = _text_of_archive(content)
    if len(content) > LARGEST_TEXT:
        raise UploadError("size")
    return decode(content)


def _text_of_archive(content):
    if len(content) > LARGEST_ARCHIVE:
        raise UploadError("size")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise UploadError("content")
            texts = [part for part in parts if part.filename.lower().endswith(".txt") and not part.is_dir()]
            # Documents that were sent may be texts as well: the chat itself lies first and outermost.
            texts.sort(key=lambda part: (part.filename.count("/"), "chat" not in part.filename.lower()))
            if not texts:
                raise UploadError("format")
            if texts[0].file_size > LARGEST_TEXT:
                raise UploadError("content")
            with archive.open(texts[0]) as stream:
                text = stream.read(LARGEST_TEXT + 1)
    except UploadError:
        raise
    except Exception as error:  # encrypted, damaged, packed in an unknown way
        raise UploadError("format") from error
    if len(text) > LARGEST_TEXT:
        raise UploadError("content")
    return text
