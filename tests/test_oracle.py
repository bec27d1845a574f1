"""The ledger of commissions against the oracle in plain Python, on a few worlds; `make proof` takes many."""

import doctest

from dev.proof import compare
from tests.oracle import rules

# Worlds that hold about every kind of terms and events together.
SEEDS = range(1, 13)


def test_the_oracle_gives_the_worked_numbers():
    result = doctest.testmod(rules)
    assert result.attempted
    assert not result.failed


def test_the_ledger_is_what_the_oracle_says(prepared):
    result = compare(prepared, SEEDS, shrinking=False)
    assert result["worlds"] == len(SEEDS)
    assert result["amounts"]
    assert not result["differences"], "\n\n".join(result["differences"])
