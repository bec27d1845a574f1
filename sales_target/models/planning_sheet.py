"""The sheet in which targets are planned outside of Odoo: its columns, and reading it, without the ORM."""

import io
from datetime import date, datetime
from typing import Any, NamedTuple
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

# The headings of the columns, in order. They are the same in every language, so that a file can travel.
COLUMNS = (
    "metric", "start_date", "end_date", "team", "salesperson", "category", "segment", "country", "source", "target",
    "locked", "weight",
)  # fmt: skip
REQUIRED = ("metric", "start_date", "end_date", "target")
LARGEST_FILE = 5 * 1024 * 1024
MOST_ROWS = 20_000
TRUE = {"true", "yes", "ya", "x", "1"}
# Nobody plans outside of these days: a year of 9999 is a slip, or stands for "open" in another system.
EARLIEST_DAY, LATEST_DAY = date(1970, 1, 1), date(2199, 12, 31)


class Row(NamedTuple):
    """A row of the sheet: its number as the spreadsheet shows it, and the values by column."""

    number: int
    values: dict[str, Any]


class SheetError(Exception):
    """The file as a whole can't be read; the first argument says which problem, the others where."""


def read_rows(content: bytes) -> list[Row]:
    """The rows that hold anything of the first sheet of an XLSX file; formulas count with their last value.

    :raise SheetError: ``size``, ``format``, ``rows``, or ``columns`` with the names of those that are missing
    """
    if len(content) > LARGEST_FILE:
        raise SheetError("size")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = book.worksheets[0].iter_rows(values_only=True)
        headings = [str(cell or "").strip().lower().replace(" ", "_") for cell in next(lines, ())]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, OSError, ValueError) as error:
        raise SheetError("format") from error
    missing = [name for name in REQUIRED if name not in headings]
    if missing:
        raise SheetError("columns", ", ".join(missing))
    rows = []
    for number, line in enumerate(lines, start=2):
        if number > MOST_ROWS:
            raise SheetError("rows")
        values = {name: _clean(cell) for name, cell in zip(headings, line, strict=False) if name in COLUMNS}
        if any(value is not None for value in values.values()):
            rows.append(Row(number, values))
    return rows


def _clean(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell.strip() or None
    return cell.date() if isinstance(cell, datetime) else cell


def to_date(value: Any) -> date:
    """
    >>> to_date("2026-02-28"), to_date(date(2026, 2, 28)) == to_date("2026-02-28")
    (datetime.date(2026, 2, 28), True)

    :raise ValueError: for anything but a date or its ISO text, or a year in which nobody plans
    """
    if not isinstance(value, (date, str)):
        raise ValueError(value)
    day = value if isinstance(value, date) else date.fromisoformat(value)
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise ValueError(value)
    return day


def to_number(value: Any) -> float:
    """
    >>> to_number("1250.50"), to_number(3)
    (1250.5, 3.0)

    :raise ValueError: for anything but a finite number of zero or more; grouped digits are refused rather than guessed
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(value)
    number = float(value)
    if not 0 <= number < float("inf"):
        raise ValueError(value)
    return number


def to_boolean(value: Any) -> bool:
    """
    >>> to_boolean("Yes"), to_boolean(0), to_boolean(None)
    (True, False, False)
    """
    return str(value).lower() in TRUE if isinstance(value, str) else bool(value)
