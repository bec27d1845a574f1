"""A report's screen as a table: the figures of its pivot, graph or list, read with the rights of the environment.

Totals and subtotals are read, not added up: those of counts, averages and medians are no sums of their parts. The
screens read the same groups with the same call, so that both show the same figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date, format_datetime, formatLang

from ...tools.documents import existing_by_id

COUNT = "__count"
# A list longer than this is no report any more.
MOST_ROWS = 100_000
NUMBERS = ("integer", "float", "monetary")
DATE_KINDS = {"day": "date", "week": "date", "month": "month", "quarter": "date", "year": "year"}


class Screen(NamedTuple):
    """What a screen of a report shows.

    :param model: an empty recordset in the reader's environment
    :param rows, columns: group-bys, such as ``user_id`` or ``day:month``
    :param measures: names of fields, or ``__count``
    """

    model: Any
    view_type: str
    domain: Domain
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


@dataclass
class Heading:
    """A column of the table.

    :param kind: as of `tools.xlsx.Column`
    :param is_total: it tells the total of all columns
    """

    label: str
    kind: str
    digits: int = 0
    is_total: bool = False


class Line(NamedTuple):
    """A row: the labels of its groups, as many as its level, and its figures. Level 0 is the total.

    A label is text, a date, or None where the group has no value; a figure that is undefined is None.
    """

    labels: tuple
    values: list


@dataclass
class Table:
    """The groups or records of a screen.

    :param groups: a heading for each group-by of the rows; none for a list of records
    :param lines: each group after those that hold it, without the total
    :param total: the figures of all, as many as there are headings
    :param count: the number of facts, or of records
    """

    groups: list[Heading]
    headings: list[Heading]
    lines: list[Line]
    total: list
    count: int

    def leaves(self) -> Iterator[Line]:
        """The lines of the lowest level."""
        return (line for line in self.lines if len(line.labels) == len(self.groups))


def read_table(screen: Screen) -> Table:
    """Read what the screen shows.

    :raise AccessError: the reader may not read the report or one of the fields
    :raise UserError: there are more than MOST_ROWS records
    """
    screen.model.check_access("read")
    if screen.view_type == "list":
        if not screen.rows:
            return _read_records(screen)
        screen = screen._replace(measures=tuple(_totalled(_columns(screen.model))))
    return _read_groups(screen)


def described(model, names) -> dict:
    """The description of fields, in the reader's language.

    :raise AccessError: the reader may not read one of them, or it does not exist
    """
    names = set(names) - {COUNT}
    found = model.fields_get(list(names), ["string", "type", "aggregator", "groupable"])
    if missing := names - found.keys():
        raise AccessError(
            model.env._(
                '"%(report)s" has no column %(columns)s that %(person)s may read.',
                report=model.env["ir.model"]._get(model._name).name,
                columns=", ".join(sorted(missing)),
                person=model.env.user.name,
            )
        )
    return found


def field_name(spec: str) -> str:
    """The field of a group-by or measure."""
    return spec.partition(":")[0]


def aggregate(field: dict, name: str) -> str:
    """The aggregate by which the screens total a measure."""
    if name == COUNT:
        return COUNT
    return f"{name}:{field['aggregator'] or 'count_distinct'}"


def _read_groups(screen):
    model = screen.model
    measures = screen.measures or (COUNT,)
    known = described(model, map(field_name, (*screen.rows, *screen.columns, *measures)))
    specs = [aggregate(known.get(name), name) for name in measures]
    levels = [screen.rows[:level] for level in range(len(screen.rows) + 1)]
    sets = [(*level, *across) for level in levels for across in {(), screen.columns}]
    sets = list(dict.fromkeys(sets))
    order = ", ".join(dict.fromkeys((*screen.rows, *screen.columns))) or None
    read = model.formatted_read_grouping_sets(screen.domain, sets, [*dict.fromkeys((*specs, COUNT))], order=order)
    by_set = dict(zip(sets, read, strict=True))

    across = _across(by_set, screen.columns)
    kinds = [_measure_heading(model, known, name) for name in measures]
    cells = {
        (_key(group, down), _key(group, over)): [_figure(group[spec]) for spec in specs]
        for down in levels
        for over in {(), screen.columns}
        for group in by_set[down + over]
    }

    def values(path):
        blank = [None] * len(specs)
        return [figure for key, _label in across for figure in cells.get((path, key), blank)]

    [whole] = by_set[()]
    return Table(
        groups=[_group_heading(known, spec) for spec in screen.rows],
        headings=[_across_heading(model, label, kind, screen) for _over, label in across for kind in kinds],
        lines=list(_lines(model, by_set, levels, values)),
        total=values(()),
        count=whole[COUNT],
    )


def _lines(model, by_set, levels, values):
    """The groups in the order of the screen: each is followed by those that it holds."""
    below = {}
    for level in levels[1:]:
        for group in by_set[level]:
            path = _key(group, level)
            below.setdefault(path[:-1], []).append((path, _label(model, group, level[-1])))

    def walk(path, labels):
        for child, label in below.get(path, ()):
            yield Line((*labels, label), values(child))
            yield from walk(child, (*labels, label))

    return walk((), ())


def _across(by_set, columns):
    """The groups that the columns stand for, with their labels, and last the total, whose label is None."""
    groups = by_set[columns] if columns else []
    named = [(_key(group, columns), " / ".join(_text(group[spec]) for spec in columns)) for group in groups]
    return [*named, ((), None)]


def _across_heading(model, label, kind, screen):
    is_total = label is None
    if is_total and not screen.columns:
        return Heading(kind.label, kind.kind, kind.digits)
    label = model.env._("Total") if is_total else label or model.env._("(none)")
    if len(screen.measures) > 1:
        label = f"{label} / {kind.label}"
    return Heading(label, kind.kind, kind.digits, is_total)


def _key(group, specs):
    return tuple(_plain(group[spec]) for spec in specs)


def _plain(value):
    return value[0] if isinstance(value, (list, tuple)) else value


def _text(value):
    return str(value[1]) if isinstance(value, (list, tuple)) else str(value or "")


def _label(model, group, spec):
    """The name of a group: a date where it is one."""
    value = group[spec]
    name, _colon, granularity = spec.partition(":")
    field = model._fields[name]
    if field.type in ("date", "datetime") and value and granularity in DATE_KINDS:
        return fields.Date.to_date(str(value[0])[:10])
    if field.type == "selection":
        return dict(field._description_selection(model.env)).get(value)
    return _text(value) or None


def _figure(value):
    return None if value is False else value


def _group_heading(known, spec):
    name, _colon, granularity = spec.partition(":")
    kind = DATE_KINDS.get(granularity or "month", "text") if known[name]["type"] in ("date", "datetime") else "text"
    return Heading(known[name]["string"], kind)


def _measure_heading(model, known, name):
    if name == COUNT:
        return Heading(model.env._("Count"), "integer")
    return Heading(known[name]["string"], *_number_kind(model, name))


def _number_kind(model, name):
    """The kind of a number and its decimal places, as the screens show it."""
    field = model._fields[name]
    match field.type:
        case "monetary":
            return "number", model.env.company.currency_id.decimal_places
        case "float":
            if name in _rates(model):
                return "percent", 0
            digits = field.get_digits(model.env)
            return "number", digits[1] if digits else 2
    return "integer", 0


def _rates(model):
    """The fields that the screens of the model show as percentages."""
    return {
        node.get("name")
        for view_type in ("pivot", "list")
        for node in _arch(model, view_type).iter("field")
        if node.get("widget") in ("rate", "percentage")
    }


def _arch(model, view_type):
    return etree.fromstring(model.get_view(view_type=view_type)["arch"])


def _columns(model):
    """The columns of the list that everybody sees first."""
    nodes = _arch(model, "list").iter("field")
    return [
        node for node in nodes if node.get("column_invisible") not in ("1", "True") and node.get("optional") != "hide"
    ]


def _totalled(nodes):
    return [node.get("name") for node in nodes if node.get("sum") or node.get("avg")]


def _read_records(screen):
    model = screen.model
    nodes = _columns(model)
    names = [node.get("name") for node in nodes]
    known = described(model, names)
    count = model.search_count(screen.domain)
    if count > MOST_ROWS:
        raise UserError(
            model.env._(
                "The list has %(count)s rows, more than %(most)s: filter or group it.", count=count, most=MOST_ROWS
            )
        )
    totals = {name: aggregate(known[name], name) for name in _totalled(nodes)}
    [sums] = model.formatted_read_group(screen.domain, [], list(totals.values()))
    records = model.search_fetch(screen.domain, names)
    columns = [_column_values(records, name, known[name]["type"]) for name in names]
    return Table(
        groups=[],
        headings=[Heading(known[name]["string"], *_cell_kind(model, name, known[name]["type"])) for name in names],
        lines=[Line((), list(values)) for values in zip(*columns, strict=True)],
        total=[_figure(sums[totals[name]]) if name in totals else None for name in names],
        count=count,
    )


def _cell_kind(model, name, field_type):
    if field_type in NUMBERS:
        return _number_kind(model, name)
    return (field_type if field_type in ("date", "datetime") else "text"), 0


def _column_values(records, name, field_type):
    """The cells of a column, as the list shows them."""
    env = records.env
    if field_type == "many2one":
        return [record[name].sudo().display_name or None for record in records]
    values = [record[name] for record in records]
    match field_type:
        case "selection":
            labels = dict(records._fields[name]._description_selection(env))
            return [labels.get(value) for value in values]
        case "many2one_reference":
            return _document_names(records, name, values)
        case "datetime":
            return [
                value and fields.Datetime.context_timestamp(records, value).replace(tzinfo=None) for value in values
            ]
        case "boolean":
            return [env._("Yes") if value else env._("No") for value in values]
    return [_figure(value) for value in values]


def _document_names(records, name, ids):
    models = [record[records._fields[name].model_field] for record in records]
    wanted = {}
    for model, number in zip(models, ids, strict=True):
        wanted.setdefault(model, []).append(number)
    names = {
        (model, number): document.display_name
        for model, numbers in wanted.items()
        for number, document in existing_by_id(records.env, model, numbers).items()
        if document.has_access("read")
    }
    return [names.get(key) for key in zip(models, ids, strict=True)]


def shown(env, heading: Heading, value) -> str:
    """A cell as people read it; nothing where the figure is undefined."""
    if value is None or value is False:
        return ""
    match heading.kind:
        case "datetime":
            return format_datetime(env, value, tz="UTC")  # it is in the reader's time zone already
        case "month" | "date":
            return format_date(env, value, date_format="MMMM y" if heading.kind == "month" else False)
        case "year":
            return str(value.year)
        case "percent":
            return f"{formatLang(env, value * 100, digits=1, rounding_method='HALF-UP')} %"
        case "integer" | "number":
            # As the screens round.
            return formatLang(env, value, digits=heading.digits, rounding_method="HALF-UP")
    return str(value)
