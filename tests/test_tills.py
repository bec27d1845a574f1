"""The point of sale as a source of facts, targets and commission; and the suite after each neighbour was removed."""

import pytest

from dev import odoo, postgres
from tests.conftest import NEIGHBOURS
from tests.processes import run_inside

REMOVED_DATABASE = "sales_blackbox_removed"


def each(amount):
    return {"ordered": amount, "invoiced": amount, "collected": amount}


@pytest.fixture(scope="module")
def sold(neighbours):
    """What the facts said at the steps of tests/scripts/tills.py."""
    return run_inside(neighbours, "tills")


def test_discount_on_a_whole_order(sold):
    """60 and 40 less 10: 54 and 36, for facts by product as well; the refund takes all of it back."""
    seen = sold["discounted"]
    assert seen["sold"] == each(90)
    assert seen["by_product"] == [["Pepper", 54, 1], ["Salt", 36, 1]]
    assert seen["commission"] == 9
    assert seen["refunded"] == each(0)
    assert seen["refund_by_product"] == [["Pepper", -54, -1], ["Salt", -36, -1]]
    assert seen["commission_refunded"] == 0


def test_sold_invoiced_and_collected_once(sold):
    """111 on a receipt, 222 on an invoice, 50 returned; the same before and after the session is closed."""
    assert sold["open"] == sold["closed"] == each(283)


def test_as_core_reports(sold):
    assert sold["core"] == {"amount": 283, "margin": 263, "our_margin": 263}
    assert sold["core_all"] == {"amount": sold["all"]["ordered"], "margin": 872, "our_margin": 872}
    assert sold["all"] == each(922)


def test_commission_and_target_on_money(sold):
    assert sold["commission"] == {"total": 28.3, "amounts": [-5, 11.1, 22.2]}
    assert sold["target"] == 283


def test_account_is_collected_when_paid(sold):
    """Of 100, 60 are paid at once and 40 put on the customer's account, which is paid later."""
    assert sold["on_account"] == {"ordered": 413, "invoiced": 413, "collected": 373}
    assert sold["account_paid"] == each(413)
    assert sold["commission_account_paid"]["total"] == 41.3


def test_invoice_made_later_changes_nothing(sold):
    assert sold["invoiced_later"] == each(413)
    assert sold["commission_invoiced_later"]["total"] == 41.3


def test_documents_of_tills(sold):
    """Two orders, and a refund of a part that is none; then two more, and the first is returned in full."""
    assert sold["documents"] == 2
    assert sold["documents_returned"] == 3


def test_settled_orders_are_their_salespersons(sold):
    """Once, with an invoice made at the till or without one."""
    assert sold["settled"] == each(570)


def test_goods_exchanged_are_paid(sold):
    assert sold["exchanged"] == each(20)


def test_employee_sells(sold):
    """The user of the employee who served, not of the session."""
    assert sold["of_employee"] == each(45)


def test_another_currency(sold):
    """120 EUR at 0.8 EUR per USD."""
    assert sold["euros"] == each(150)


def test_another_company(sold):
    assert sold["second"] == each(15)
    assert sold["in_second_company"] == 0


@pytest.fixture(scope="module")
def removing(neighbours, sold):
    """A database from which the neighbours may be removed."""
    odoo.duplicate(neighbours, REMOVED_DATABASE, postgres.TEST)
    yield REMOVED_DATABASE
    odoo.drop(REMOVED_DATABASE, postgres.TEST)


@pytest.mark.parametrize("module", NEIGHBOURS)
def test_suite_works_without(removing, module):
    """Facts, commission, orders and capture go on; what was paid on documents that went with it stays paid."""
    run_inside(removing, "remove", module)
    works = run_inside(removing, "still_works", module)
    assert {"ordered", "invoiced", "collected"} <= set(works["facts"])
    # Without pos_hr nobody knows which employee served: open sales are those of the user of the session then.
    assert works["changed_pay"] == (2 if module == "pos_hr" else 0)
    assert works["confirmed"] == "sale"
    assert all(works["names"])
