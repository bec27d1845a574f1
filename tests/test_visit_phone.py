"""A salesperson's day on a phone: one tap after opening My Day, with a granted, a far and a refused position."""

import pytest

from tests.browser import Phone
from tests.client import WebSession

SHOP = (-6.175392, 106.827153)
NEAR = (-6.176392, 106.827153)
FAR = (-6.178392, 106.827153)


@pytest.fixture(scope="module")
def shop(clients):
    [shop] = clients["admin"].call(
        "res.partner",
        "create",
        vals_list=[
            {
                "name": "Toko Monas",
                "is_company": True,
                "street": "Jalan Merdeka 1",
                "city": "Jakarta",
                "phone": "+62 21 555 0100",
                "partner_latitude": SHOP[0],
                "partner_longitude": SHOP[1],
            }
        ],
    )
    return shop


@pytest.fixture(scope="module")
def phone(server, clients):
    phone = Phone(server, WebSession(server, "seller", "seller"))
    yield phone
    phone.close()


@pytest.fixture
def visit(clients, world, shop):
    """A visit of today, and afterwards none that would stand in the way of the next test's."""
    seller = clients["seller"]
    [visit] = seller.call("sales.visit", "create", vals_list=[{"partner_id": shop, "purpose": "Samples"}])
    # The plan of today, whatever the hour.
    seller.call("sales.visit", "write", ids=[visit], vals={"date_start": today(clients)})
    yield visit
    if state(clients, visit)["state"] == "in_progress":
        seller.call("sales.visit", "action_check_out", ids=[visit])
    elif state(clients, visit)["state"] == "planned":
        seller.call("sales.visit", "action_cancel", ids=[visit])


def today(clients):
    [visit] = clients["seller"].call(
        "sales.visit", "search_read", domain=[], fields=["create_date"], limit=1, order="id desc"
    )
    return visit["create_date"]


def state(clients, visit):
    [record] = clients["seller"].call(
        "sales.visit",
        "read",
        ids=[visit],
        fields=[
            "state",
            "verification",
            "check_in_latitude",
            "check_in_distance",
            "check_in_accuracy",
            "check_in_device_time",
            "check_in_reason",
            "check_out_latitude",
            "outcome_id",
        ],
    )
    return record


def policy(clients, world, value):
    clients["admin"].call("res.company", "write", ids=[world["company"]], vals={"visit_policy": value})


def test_check_in_with_one_tap_and_check_out(phone, visit, clients):
    phone.permission("granted")
    phone.position(*NEAR)
    phone.open("/odoo/sales-my-day")
    phone.tap(".o_visit_check_in")
    assert "111 m" in phone.wait(".o_notification", "Verified")
    phone.wait(".o_visit_check_out")
    record = state(clients, visit)
    assert (record["state"], record["verification"], record["check_in_accuracy"]) == ("in_progress", "verified", 12)
    assert round(record["check_in_distance"]) == 111
    assert record["check_in_device_time"]

    phone.tap(".o_visit_check_out")
    phone.tap(".modal .o_selection_badge", "Met")
    phone.tap(".modal-footer .btn-primary", "Check Out")
    phone.wait(".o_notification", "on record")
    record = state(clients, visit)
    assert (record["state"], round(record["check_out_latitude"], 6)) == ("done", NEAR[0])
    assert record["outcome_id"][1] == "Met the Contact"


def test_forgotten_check_out_is_closed_from_the_next_customer(phone, visit, clients, shop):
    seller = clients["seller"]
    [forgotten] = seller.call("sales.visit", "create", vals_list=[{"partner_id": shop, "purpose": "Payment"}])
    seller.call("sales.visit", "action_check_in", ids=[forgotten])
    phone.permission("granted")
    phone.position(*NEAR)
    phone.open(f"/odoo/sales-visits/{visit}")
    phone.tap(".o_visit_check_in")
    assert "Payment" in phone.wait(".modal", "still on the visit")
    assert state(clients, visit)["state"] == "planned"
    phone.tap(".modal-footer .btn-primary", "Close It and Check In Here")
    phone.wait(".o_notification", "Verified")
    [closed] = seller.call("sales.visit", "read", ids=[forgotten], fields=["state", "closed_automatically", "duration"])
    assert (closed["state"], closed["closed_automatically"], closed["duration"]) == ("done", True, False)
    assert state(clients, visit)["state"] == "in_progress"


def test_refused_position_is_recorded_as_such(phone, visit, clients):
    phone.permission("denied")
    phone.open("/odoo/sales-my-day")
    phone.tap(".o_visit_check_in")
    phone.wait(".o_notification", "The position was refused")
    record = state(clients, visit)
    assert (record["state"], record["verification"], record["check_in_latitude"]) == (
        "in_progress",
        "unverifiable",
        False,
    )


def test_out_of_range_asks_for_a_reason(phone, visit, clients, world):
    policy(clients, world, "reason")
    try:
        phone.permission("granted")
        phone.position(*FAR)
        phone.open(f"/odoo/sales-visits/{visit}")
        phone.tap(".o_visit_check_in")
        assert "334 m from Toko Monas" in phone.wait(".modal", "334 m")
        assert state(clients, visit)["state"] == "planned"
        phone.tap(".o_visit_reason")
        phone.call("Input.insertText", text="Met at the warehouse")
        phone.tap(".o_visit_reason_confirm")
        assert "334 m" in phone.wait(".o_notification", "Out of range")
    finally:
        policy(clients, world, "record")
    record = state(clients, visit)
    assert (record["verification"], record["check_in_reason"]) == ("out_of_range", "Met at the warehouse")


def test_block_refuses_and_says_why(phone, visit, clients, world):
    policy(clients, world, "block")
    try:
        phone.permission("granted")
        phone.position(*FAR)
        phone.open("/odoo/sales-my-day")
        phone.tap(".o_visit_check_in")
        assert "334 m" in phone.wait(".modal", "does not accept")
    finally:
        policy(clients, world, "record")
    assert state(clients, visit)["state"] == "planned"
