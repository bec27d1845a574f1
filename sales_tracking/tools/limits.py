"""What a search asks of every row, for views that carry it to the tables of the documents."""

from datetime import date, timedelta

from odoo.fields import Domain
from odoo.tools import SQL

[NEVER] = Domain.FALSE
# The last so many days are tried for a first page.
PAGE_DAYS = (2, 16, 128, 1024)


def limits(domain: Domain, field: str) -> list:
    """The conditions on the field that every row of the domain fulfils.

    :param domain: optimized in full, so that operators and values are of few kinds
    """
    return [
        condition
        for condition in domain.iter_conditions()
        if condition.field_expr == field and replace(domain, condition, Domain.FALSE).is_false()
    ]


def replace(domain: Domain, condition, replacement: Domain) -> Domain:
    return domain.map_conditions(lambda other: replacement if other is condition else other)


def days(domain: Domain, field: str) -> tuple[date | None, date | None, Domain]:
    """The first and the last day, both included, that the domain asks for, and what else it asks for."""
    first = last = None
    for limit in limits(domain, field):
        if limit.operator in (">=", ">"):
            day = limit.value + timedelta(days=limit.operator == ">")
            first = max(first or day, day)
        elif limit.operator in ("<=", "<"):
            day = limit.value - timedelta(days=limit.operator == "<")
            last = min(last or day, day)
        else:
            continue
        domain = replace(domain, limit, Domain.TRUE)
    return first, last, domain


def values(domain: Domain, field: str) -> list | None:
    """The values of the field that the domain allows; None when it does not list them or allows rows without one."""
    allowed = None
    for limit in limits(domain, field):
        if limit.operator == "in" and False not in limit.value:
            allowed = set(limit.value) if allowed is None else allowed & set(limit.value)
    return allowed if allowed is None else sorted(allowed)


def readable(model, domain, bypass_access=False) -> Domain:
    """The domain with the record rules of the reader, which limit what is read as much, optimized in full.

    :param model: the model of the domain, in the reader's environment
    """
    domain = Domain(domain).optimize_full(model)
    if not (bypass_access or model.env.su):
        rules = model.env["ir.rule"]._compute_domain(model._name, "read")
        # As core applies them.
        domain &= rules.optimize_full(model.sudo().with_context(active_test=False))
    return domain


def on_columns(model, domain: Domain, columns: dict[str, SQL]) -> SQL:
    """What a domain asks of some of its fields, as a condition on the columns of a document.

    The rest of the domain is left out, so that the condition holds for every row of the domain and maybe for others.

    :param domain: optimized in full (`readable`), so that operators and values are of few kinds
    :param columns: the column by field
    """
    stack = []
    for token in reversed(list(domain)):
        if token in ("&", "|"):
            stack.append(SQL("(%s %s %s)", stack.pop(), SQL("AND" if token == "&" else "OR"), stack.pop()))
        elif token == "!":
            stack[-1] = SQL("TRUE")
        else:
            stack.append(_on_column(model, *token, columns) if isinstance(token, tuple) else SQL("TRUE"))
    return SQL(" AND ").join(stack)


def _on_column(model, field, operator, value, columns: dict[str, SQL]) -> SQL:
    if (field, operator, value) == NEVER:
        return SQL("FALSE")
    column = columns.get(field)
    if column is None:
        return SQL("TRUE")
    match operator:
        case "in" | "not in":
            listed = [each for each in value if each is not False]
            is_listed = SQL("%s = ANY(%s)", column, listed) if listed else SQL("FALSE")
            if operator == "not in":
                return SQL("(%s) IS NOT TRUE", is_listed)
            return SQL("(%s OR %s IS NULL)", is_listed, column) if False in value else is_listed
        case "<" | ">" | "<=" | ">=":
            return SQL("%s %s %s", column, SQL(operator), value)
        case "any" | "any!" if isinstance(value, list):  # a domain, as the tokens of its own have it
            # In sudo mode: a rule speaks of teams that the reader need not see; the search itself has the exact limit.
            related = model.env[model._fields[field].comodel_name].sudo().with_context(active_test=False)
            return SQL("%s = ANY(%s)", column, related.search(Domain(value, internal=True)).ids)
    return SQL("TRUE")


def start_of_page(last: date, rows: int, count_since) -> date | None:
    """The day since which there are enough rows for the page of a list that begins with the latest day.

    :param last: the latest day
    :param rows: the number of rows up to the end of the page
    :param count_since: a function that returns the number of rows since a day; it may stop at that number
    :return: None where all rows have to be read
    """
    starts = (last - timedelta(days=number) for number in PAGE_DAYS)
    return next((day for day in starts if count_since(day) >= rows), None)
