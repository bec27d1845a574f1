"""The files and mails that a report's table becomes."""

from dataclasses import dataclass

from ...tools.xlsx import Chart, Column, Sheet
from .report_table import Table, shown

# Charts of more rows or series are no longer read.
MOST_BARS = 60
MOST_SERIES = 12
CHARTS = {"bar": "column", "line": "line", "pie": "pie"}


@dataclass
class Printed:
    """A table as the PDF and the mail show it: all cells are text.

    :param rows: (level, is_group, cells); the level indents the first cell
    :param left_out: the number of rows that were not printed
    """

    headings: list[str]
    rows: list[tuple[int, bool, list[str]]]
    total: list[str]
    left_out: int


def printed(env, table: Table, most_rows: int) -> Printed:
    """The table with its first rows, and the total of all."""
    none, total = env._("(none)"), env._("Total")
    lines = table.lines[:most_rows]
    if not table.groups:
        rows = [(0, False, _shown(env, table.headings, line.values)) for line in lines]
        headings, sums = [each.label for each in table.headings], _shown(env, table.headings, table.total)
    else:
        rows = [
            (
                len(line.labels) - 1,
                len(line.labels) < len(table.groups),
                [
                    shown(env, table.groups[len(line.labels) - 1], line.labels[-1]) or none,
                    *_shown(env, table.headings, line.values),
                ],
            )
            for line in lines
        ]
        headings = [" / ".join(each.label for each in table.groups), *(each.label for each in table.headings)]
        sums = [total, *_shown(env, table.headings, table.total)]
    return Printed(headings, rows, sums, len(table.lines) - len(lines))


def sheet(env, title: str, heading: list[str], table: Table, chart_mode: str | None) -> Sheet:
    """The sheet of the table: a row for each group of the lowest level, each of its groups in a column of its own."""
    none = env._("(none)")
    groups = [Column(each.label, each.kind) for each in table.groups]
    columns = [Column(each.label, each.kind, each.digits) for each in table.headings]
    rows = [[*(none if label is None else label for label in line.labels), *line.values] for line in table.leaves()]
    total = [env._("Total"), *[None] * (len(groups) - 1)] if groups else []
    return Sheet(
        title,
        [*groups, *columns],
        rows,
        heading,
        [*total, *table.total],
        has_filter=True,
        chart=_chart(table, len(rows), chart_mode),
    )


def _chart(table, rows, mode):
    if not table.groups or not 0 < rows <= MOST_BARS:
        return None
    across = [index for index, each in enumerate(table.headings) if not each.is_total]
    measures = sum(each.is_total for each in table.headings)
    # Of several measures the first is drawn: amounts and counts have no scale in common.
    drawn = across[::measures][:MOST_SERIES] if measures else across[:1]
    kind = CHARTS.get(mode, "column")
    if kind == "pie":
        drawn = [len(across)] if measures else across[:1]
    return Chart(
        kind,
        len(table.groups),
        [len(table.groups) + index for index in drawn],
        is_stacked=kind == "column" and len(drawn) > 1,
    )


def _shown(env, headings, values):
    return [shown(env, heading, value) for heading, value in zip(headings, values, strict=True)]
