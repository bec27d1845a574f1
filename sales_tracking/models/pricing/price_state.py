from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class PriceState:
    """A price as it is at one moment: what product.price.history compares and keeps.

    :param terms: everything that makes the price; two states with equal terms are the same price
    :param value: the price in the currency, or the percentage off
    :param label: the terms in words
    """

    kind: str
    terms: tuple[Any, ...]
    value: float
    label: str
    subject: str
    active: bool = True
    is_percentage: bool = False
    company_id: int | None = None
    currency_id: int | None = None
    pricelist_id: int | None = None
    pricelist_name: str | None = None
    rule_id: int | None = None
    product_id: int | None = None
    product_tmpl_id: int | None = None
    categ_id: int | None = None
    min_quantity: float | None = None
    date_start: datetime | None = None
    date_end: datetime | None = None


def event_between(old: PriceState | None, new: PriceState | None) -> str | None:
    """What happened from one state of a price to the other; None when nothing did.

    >>> ten, nine = (PriceState("cost", (value,), value, f"{value}", "Pepper") for value in (10, 9))
    >>> event_between(None, ten), event_between(ten, nine), event_between(nine, None), event_between(ten, ten)
    ('created', 'changed', 'deleted', None)
    """
    if old == new or (old and new and old.terms == new.terms and old.active == new.active):
        return None
    if not old:
        return "created"
    if not new:
        return "deleted"
    if old.active != new.active:
        return "restored" if new.active else "archived"
    return "changed"


def change_rate(old: PriceState | None, new: PriceState | None) -> float | None:
    """By which part of the old price the new one is higher; None where the two can't be compared.

    >>> ten, nine = (PriceState("cost", (value,), value, f"{value}", "Pepper") for value in (10, 9))
    >>> change_rate(ten, nine), change_rate(None, ten)
    (-0.1, None)
    """
    if not old or not new or not old.value or old.is_percentage or new.is_percentage:
        return None
    if old.currency_id != new.currency_id:
        return None
    return (new.value - old.value) / abs(old.value)
