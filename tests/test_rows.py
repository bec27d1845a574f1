"""No list and no set of cards of the menus takes a query for each record, for anybody."""

import json

import pytest

from dev import company, postgres

FACTS = 20_000
# Enough records more on the long page that a query for each of them could not hide among ALLOWED.
TELLING = 25
# The long page has to be counted, may have more models to name, and is looked for among more days.
ALLOWED = 12


@pytest.fixture(scope="module")
def rows():
    """Return [login, screen, [records, statements] of the short page, of the long one] for each screen."""
    return json.loads(company.run("rows", postgres.TEST, company.ensure(FACTS, postgres.TEST)).splitlines()[-1])


def test_no_query_for_each_record(rows):
    grown = [row for row in rows if row[3][1] - row[2][1] > ALLOWED]
    assert not grown, "\n".join(
        f"{screen} of {login}: {short[1]} statements for {short[0]} records, {long[1]} for {long[0]}"
        for login, screen, short, long in grown
    )


def test_enough_records_to_tell(rows):
    """Of each kind of document that the company has, there is a list long enough."""
    long_enough = {screen for _login, screen, short, long in rows if long[0] - short[0] >= TELLING}
    assert {
        "Achievements: list", "Aged Receivables: list", "Attribution: list", "Commission Ledger: list",
        "Followed Up Quotations: kanban", "Interactions: list", "Payment Follow-Up: list", "Pipeline: kanban",
        "Sales Orders: list", "Targets: list", "Unpaid Invoices: list", "Visits: list",
    } <= long_enough  # fmt: skip
