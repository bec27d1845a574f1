"""Reading the spreadsheets that people upload, within limits, without the ORM."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.parsers import expat

import openpyxl

from .uploads import UploadError

LARGEST_FILE = 5 * 1024 * 1024
# What the file may hold once it is unpacked: 20,000 rows of 12 columns have half of it.
LARGEST_CONTENT = 25 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000


class SheetError(UploadError):
    """The file as a whole can't be read.

    The first argument says why: ``size``, ``content`` (too large once unpacked), ``rows``, ``width`` (too many
    columns), ``cell`` (a text that is too long), ``format``, or ``columns`` (missing headings); others say where.
    """


def read_sheet(content: bytes, keep_times: bool = False) -> Iterator[tuple[int, list[Any]]]:
    """Read the first sheet of an XLSX file: the number of each row as the spreadsheet shows it, and its cells.

    Formulas count with their last value, text is stripped, empty text is None, and moments are days unless
    `keep_times`. What a file
    claims to be is never trusted: its size is checked before it is unpacked, and its XML declares no entities.

    :raise SheetError: where the file is no workbook, or larger than the limits of this module
    """
    _check_archive(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)
        for number, line in enumerate(lines, start=1):
            if number > MOST_ROWS + 1:
                raise SheetError("rows")
            if len(line) > MOST_COLUMNS and line[MOST_COLUMNS] is not None:
                raise SheetError("width")
            yield number, [_clean(cell, number, keep_times) for cell in line]
    except SheetError:
        raise
    except Exception as error:  # a damaged file makes the library raise nearly anything
        raise SheetError("format") from error


def read_rows(content: bytes, columns, required=()) -> list[tuple[int, dict[str, Any]]]:
    """Read the rows below the headings that hold anything, as values by column.

    :param columns: the headings that are read, in lower case with underscores; others are left out
    :raise SheetError: like ``read_sheet``; ``columns`` with the names of the required headings that are missing
    """
    lines = read_sheet(content)
    __, headings = next(lines, (1, ()))
    headings = [str(cell or "").lower().replace(" ", "_") for cell in headings]
    missing = [name for name in required if name not in headings]
    if missing:
        raise SheetError("columns", ", ".join(missing))
    rows = []
    for number, line in lines:
        values = {name: cell for name, cell in zip(headings, line, strict=False) if name in columns}
        if any(value is not None for value in values.values()):
            rows.append((number, values))
    return rows


def _clean(cell, number, keep_times):
    if isinstance(cell, str):
        if len(cell) > LONGEST_CELL:
            raise SheetError("cell", number)
        return cell.strip() or None
    return cell.date() if isinstance(cell, datetime) and not keep_times else cell


def _check_archive(content):
    """Check what the file unpacks to, from its directory: no part can become larger than is said there."""
    if len(content) > LARGEST_FILE:
        raise SheetError("size")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_CONTENT:
                raise SheetError("content")
            for part in parts:
                with archive.open(part) as stream:
                    _check_prolog(stream)
    except SheetError:
        raise
    except Exception as error:  # encrypted, damaged, packed in an unknown way: all of it is no workbook
        raise SheetError("format") from error


class _Prolog(Exception):
    """The root element begins: what comes before it holds no document type."""


def _check_prolog(stream):
    """Refuse a document type, with which XML declares entities; it can only stand before the root element."""

    def refuse(*_declaration):
        raise SheetError("format")

    def end(*_element):
        raise _Prolog

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = end
    try:
        while chunk := stream.read(4096):
            parser.Parse(chunk)
    except (_Prolog, expat.ExpatError):
        # An image is no XML, and a broken part is found when it is read.
        return
