"""Applications that the addons use when they are installed, without depending on them."""

import pytest

from tests.processes import run_inside


@pytest.fixture(scope="module")
def happened(neighbours):
    """What tests/scripts/neighbours.py did: ids by name, and the interactions that were recorded."""
    return run_inside(neighbours, "neighbours")


def recorded(happened, kind):
    [interaction] = [each for each in happened["interactions"] if each["kind"] == kind]
    return interaction


def test_text_message(happened):
    interaction = recorded(happened, "sms")
    assert interaction["direction"] == "out"
    assert interaction["lead_id"] == happened["lead"]
    assert interaction["partner_id"] == happened["customer"]
    assert interaction["user_id"] == happened["agent"]


def test_live_chat(happened):
    """Recorded when it ends, if the visitor said something."""
    interaction = recorded(happened, "chat")
    assert interaction["direction"] == "in"
    assert (interaction["res_model"], interaction["res_id"]) == ("discuss.channel", happened["chat"])
    assert interaction["partner_id"] == happened["customer"]
    assert interaction["user_id"] == happened["agent"]


def test_history_adds_nothing(happened):
    assert len(happened["interactions"]) == 2
    assert happened["again"] == {"created": 0, "skipped": 2}


def test_payment_reminder_as_text_message(neighbours):
    sent = run_inside(neighbours, "dunning_sms")
    assert sent == {"sent": 1, "texts": ["Please pay invoice."], "numbers": ["+14155550123"]}
