"""Events and mailings as touches of an order, with Odoo's own event and mass_mailing installed."""

import pytest

from tests.processes import run_inside


@pytest.fixture(scope="module")
def touches(neighbours):
    """What the attribution report says of the order in tests/scripts/touchpoints.py."""
    return run_inside(neighbours, "touchpoints")


def test_order_of_the_touches(touches):
    """Linear: a quarter each, in the order of time; the click before registration is one touch however often it was."""
    assert [(row["touch_type"], row["content"], row["amount"]) for row in touches["linear"]] == [
        ("mailing", "Spring Letter", 250),
        ("event", "Cupping Webinar", 250),
        ("mailing", "Offer for the lead", 250),
        ("interaction", None, 250),
    ]


def test_each_carries_its_source(touches):
    assert [(row["source"], row["medium"]) for row in touches["linear"]] == [
        ("Letter", "Email"),
        ("Webinar Page", "Website"),
        ("Offer", "Email"),
        (None, None),
    ]


def test_what_does_not_count(touches):
    """Cancelled registrations, other people's, clicks after the order, mailings that nobody clicked, tests."""
    assert touches["others"] == [{"touch_type": "none", "amount": 500}]


def test_touches_open(touches):
    assert touches["opened"] == ["mailing.trace", "event.registration", "mailing.trace", "sales.interaction"]


def test_attended_on_the_day_of_the_event(touches):
    """The registration was made before the look-back, the webinar attended within it."""
    assert touches["linear"][1]["days_before"] == 10
