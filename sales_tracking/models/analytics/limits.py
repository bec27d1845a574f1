"""What a search asks of every row, for views that carry it to the tables of the documents."""

from datetime import date, timedelta

from odoo.fields import Domain


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
