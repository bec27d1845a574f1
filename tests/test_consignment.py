"""Consignment, where Inventory is installed: what lies with a customer is ours until the customer sells it."""

import pytest

from tests.processes import run_inside


@pytest.fixture(scope="module")
def consigned(neighbours):
    return run_inside(neighbours, "consignment")


def test_sent_is_no_sale(consigned):
    assert consigned["sent"] == {"there": 100, "facts": {}, "orders": {}}


def test_no_more_is_sold_than_lies_there(consigned):
    assert "130" in consigned["too_many"]
    assert "100" in consigned["too_many"]


def test_100_sent_30_sold_20_returned(consigned):
    """50 lie there, worth 3,000; 30 are ordered, delivered, invoiced and paid commission on, on that day."""
    assert consigned["there"] == 50
    assert consigned["value"] == 3000
    assert consigned["in_warehouse"] == 70
    assert consigned["facts"] == {"ordered": [30, 3000], "invoiced": [30, 3000]}
    assert consigned["delivered"] == 30
    assert consigned["other_transfers"] == 0
    assert consigned["ordered_on"] == [consigned["today"]]
    assert consigned["invoice"] == ["posted", 3000, consigned["today"]]
    assert consigned["commission"] == 300
