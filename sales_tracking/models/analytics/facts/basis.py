"""The kinds of facts: each is declared by the module that reads it."""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import SQL

# An id of a fact is a multiple of this and the code of its basis.
MOST_BASES = 64


class Basis(NamedTuple):
    """A kind of fact.

    :param code: tells its rows from those of other bases; below MOST_BASES, and never given to another basis
    :param branches: makes the SELECTs of its facts from a scope
    :param reads: the fields that they read, by model
    :param rate_of: the model of the documents whose exchange rate the amounts depend on
    :param promised: the measures that an open opportunity is expected to add to
    """

    name: str
    code: int
    label: str
    branches: Callable[..., list[SQL]]
    reads: dict[str, tuple[str, ...]]
    rate_of: str | None = None
    promised: frozenset[str] = frozenset()


BASES: dict[str, Basis] = {}


def register(basis: Basis) -> None:
    """Make the basis known to facts, metrics, targets and commissions, in the order of the calls."""
    codes = {known.code for known in BASES.values()}
    if basis.name in BASES or basis.code in codes or not 0 <= basis.code < MOST_BASES:
        raise ValueError(f"The name or code of the basis is taken, or too large: {basis.name}, {basis.code}")
    BASES[basis.name] = basis


def selection() -> list[tuple[str, str]]:
    """The bases and their labels, as a field offers them."""
    return [(basis.name, basis.label) for basis in BASES.values()]


def basis_of(fact_id: int) -> str | None:
    """The name of the basis of the fact with this id."""
    return next((basis.name for basis in BASES.values() if basis.code == fact_id % MOST_BASES), None)


def fields_read() -> dict[str, list[str]]:
    """The fields that the facts of all bases read, by model."""
    fields: dict[str, set[str]] = {}
    for basis in BASES.values():
        for model, names in basis.reads.items():
            fields.setdefault(model, set()).update(names)
    return {model: sorted(names) for model, names in fields.items()}
