"""Workbooks from plain rows, without the ORM."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TITLE = 31
FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
# kind of a column: its number format and its width in characters
KINDS = {
    "text": ("@", 24),
    "integer": ("#,##0", 10),
    "number": ("#,##0.00", 14),
    "percent": ("0.0%", 10),
    "date": ("yyyy-mm-dd", 12),
    "datetime": ("yyyy-mm-dd hh:mm", 17),
    # Of which the first day is written.
    "month": ("mmm yyyy", 12),
    "year": ("yyyy", 8),
}
DATES = ("date", "datetime", "month", "year")


@dataclass
class Column:
    """A column of a sheet.

    :param kind: ``text``, ``integer``, ``number``, ``percent`` (a fraction), ``date`` or ``datetime`` (naive, in the
        reader's time zone)
    :param digits: decimal places of a ``number``, of a currency for example
    """

    label: str
    kind: str = "text"
    digits: int = 2
    width: int | None = None


@dataclass
class Chart:
    """A chart of a sheet's rows, beside them.

    :param kind: ``column``, ``line``, ``pie`` or another that XlsxWriter knows
    :param categories: the number of columns, from the first, that name a row
    :param series: the columns that are drawn, by index
    """

    kind: str
    categories: int
    series: list[int]
    is_stacked: bool = False


@dataclass
class Sheet:
    """A titled table; ``heading`` are lines of text above it, ``total`` a last row in bold.

    :param has_filter: the headings have the buttons by which a spreadsheet filters and sorts
    """

    title: str
    columns: list[Column]
    rows: Iterable[list[Any]]
    heading: list[str] = field(default_factory=list)
    total: list[Any] | None = None
    has_filter: bool = False
    chart: Chart | None = None


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The XLSX file of the sheets.

    Text stays text whatever it begins with (``=``, ``+``, ``-``, ``@``), so that no cell becomes a formula; numbers
    and dates are written as such. None and False leave a cell empty.

    >>> data = workbook([Sheet("Visits: week 12", [Column("Customer"), Column("Sales", "number")], [["=A1", 2.5]])])
    >>> import openpyxl
    >>> sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    >>> sheet.title, sheet["A2"].data_type, sheet["A2"].value, sheet["B2"].value
    ('Visits week 12', 's', '=A1', 2.5)
    """
    buffer = io.BytesIO()
    titles = set()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        for sheet in sheets:
            _write_sheet(book, sheet, sheet_title(sheet.title, titles))
    return buffer.getvalue()


def sheet_title(title: str, taken: set[str]) -> str:
    """A title that a workbook accepts and has not used yet; it is added to ``taken``.

    >>> taken = set()
    >>> sheet_title("Price list: Jakarta / Surabaya and the islands", taken)
    'Price list Jakarta  Surabaya an'
    >>> sheet_title("PRICE LIST JAKARTA  SURABAYA AND MORE", taken)
    'PRICE LIST JAKARTA  SURABAY (2)'
    """
    cleaned = FORBIDDEN_IN_TITLE.sub("", title).strip("' ") or "Sheet"
    candidate, number = cleaned[:LONGEST_TITLE], 1
    while candidate.lower() in taken:
        number += 1
        suffix = f" ({number})"
        candidate = cleaned[: LONGEST_TITLE - len(suffix)] + suffix
    taken.add(candidate.lower())
    return candidate


def _write_sheet(book, sheet, title):
    page = book.add_worksheet(title)
    bold = book.add_format({"bold": True})
    header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    row = 0
    for line in sheet.heading:
        page.write_string(row, 0, line, bold)
        row += 1
    formats = []
    for index, column in enumerate(sheet.columns):
        number_format, width = KINDS[column.kind]
        if column.kind == "number":
            number_format = "#,##0" + ("." + "0" * column.digits if column.digits else "")
        formats.append({"num_format": number_format})
        page.set_column(index, index, column.width or width)
        page.write_string(row, index, column.label, header)
    page.freeze_panes(row + 1, 0)
    first = row + 1
    plain = [book.add_format(each) for each in formats]
    for values in sheet.rows:
        row += 1
        _write_row(page, row, sheet.columns, values, plain)
    if sheet.total:
        bold = [book.add_format({**each, "bold": True, "top": 1}) for each in formats]
        _write_row(page, row + 1, sheet.columns, sheet.total, bold)
    if sheet.has_filter:
        page.autofilter(first - 1, 0, max(row, first), len(sheet.columns) - 1)
    if sheet.chart and row >= first:
        page.insert_chart(first, len(sheet.columns) + 1, _chart(book, sheet, title, first, row))


def _chart(book, sheet, title, first, last):
    options = {"type": sheet.chart.kind, **({"subtype": "stacked"} if sheet.chart.is_stacked else {})}
    chart = book.add_chart(options)
    for index in sheet.chart.series:
        chart.add_series(
            {
                "name": [title, first - 1, index],
                "categories": [title, first, 0, last, sheet.chart.categories - 1],
                "values": [title, first, index, last, index],
            }
        )
    chart.set_title({"name": sheet.title})
    chart.set_size({"width": 720, "height": 400})
    if len(sheet.chart.series) == 1 and sheet.chart.kind != "pie":
        chart.set_legend({"none": True})
    return chart


def _write_row(page, row, columns, values, formats):
    for index, (column, value, cell_format) in enumerate(zip(columns, values, formats, strict=True)):
        if value is None or value is False:
            page.write_blank(row, index, None, cell_format)
        elif isinstance(value, str):
            page.write_string(row, index, value, cell_format)
        elif column.kind in DATES:
            page.write_datetime(row, index, value, cell_format)
        else:
            page.write_number(row, index, value, cell_format)
