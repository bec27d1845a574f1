"""The Overview at phone width, and the views behind its figures."""

import re

import pytest

from tests.browser import Phone
from tests.client import WebSession

OVERFLOW = "document.scrollingElement.scrollWidth - window.innerWidth"
# The server's texts are English, and so is its decimal point.
NOT_IN_NUMBERS = re.compile(r"[^0-9.-]")


@pytest.fixture(scope="module")
def phone(server):
    phone = Phone(server, WebSession(server, "manager", "manager"))
    yield phone
    phone.close()


def number(text):
    return float(NOT_IN_NUMBERS.sub("", text))


def test_fits_the_screen(phone):
    phone.open("/odoo/sales-overview")
    phone.wait(".o_sales_overview [data-card=ordered]")
    assert phone.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("card", ["ordered", "invoiced", "average_order"])
def test_a_figure_opens_the_same_figure(phone, card):
    phone.open("/odoo/sales-overview")
    phone.tap("[data-period=year]")
    phone.wait("[data-period=year].active")
    figure = number(phone.wait(f"[data-card={card}] .o_sales_overview_figure"))
    assert figure > 0
    phone.tap(f"[data-card={card}]")
    total = phone.wait(".o_pivot tbody tr:first-child .o_pivot_cell_value")
    assert number(total) == figure


def test_one_person_is_chosen(phone):
    phone.open("/odoo/sales-overview")
    phone.wait("[data-chart=salesperson]")
    phone.evaluate(
        "(() => { const people = document.querySelector('.o_sales_overview select');"
        "people.value = [...people.options].at(-1).value;"
        "people.dispatchEvent(new Event('change')); })()"
    )
    phone.wait(".o_sales_overview:not(:has([data-chart=salesperson]))")
    phone.wait("[data-card=ordered] .o_sales_overview_figure")
    assert not phone.evaluate("Boolean(document.querySelector('.o_error_dialog, .modal'))")


def test_charts_are_drawn(phone):
    phone.open("/odoo/sales-overview")
    phone.wait("[data-chart=monthly] canvas")
    assert phone.evaluate("document.querySelectorAll('[data-chart] canvas').length") >= 4
    assert "NaN" not in phone.evaluate("document.body.innerText")
