"""Reminders of quotations: each goes out once, with two runs at once and with a run that dies in the middle."""

import pytest

from dev import postgres
from tests.processes import run_inside, start_inside
from tests.test_concurrency import at_once, slow_inserts, wait_until, waiting

SQL = postgres.TEST.sql
QUOTATIONS = 12


@pytest.fixture
def quotations(server, world):
    return run_inside(server.database, "followups", QUOTATIONS)


def reminded(database, quotations):
    """How many rows of history and how many mails there are, and on how many quotations."""
    ids = ", ".join(map(str, quotations))
    # One statement, so that no quotation is finished between the two figures.
    [[rows, in_history, mails, mailed]] = SQL(
        "SELECT history.rows, history.quotations, queue.rows, queue.quotations"
        " FROM (SELECT COUNT(*) AS rows, COUNT(DISTINCT order_id) AS quotations FROM sales_quotation_cadence_log"
        f" WHERE result = 'mail' AND order_id IN ({ids})) history,"
        " (SELECT COUNT(*) AS rows, COUNT(DISTINCT message.res_id) AS quotations FROM mail_mail mail"
        " JOIN mail_message message ON message.id = mail.mail_message_id"
        f" WHERE message.model = 'sale.order' AND message.res_id IN ({ids})) queue",
        database,
    )
    assert rows == in_history and mails == mailed, "a customer was reminded twice"
    assert rows == mails, "the history and the mails differ"
    return int(rows)


def test_two_runs_at_once(server, clients, quotations):
    def run(login):
        return clients[login].call("sales.quotation.cadence", "run")

    with slow_inserts(server.database, "sales_quotation_cadence_log", 0.3):
        results = at_once(server.database, lambda: run("manager"), lambda: run("approver"))
    assert not any(result["failed"] for result in results)
    assert reminded(server.database, quotations) == sum(result["sent"] for result in results)
    # Where both met at the customer's row, one of them left the quotation for later.
    run("manager")
    assert reminded(server.database, quotations) == QUOTATIONS


def test_killed_in_the_middle_of_a_run(server, quotations):
    with slow_inserts(server.database, "sales_quotation_cadence_log", 0.2):
        process = start_inside(server.database, "follow_up")
        try:
            wait_until(lambda: reminded(server.database, quotations) > 1 and waiting(server.database))
        finally:
            process.kill()
            process.wait()
        wait_until(lambda: not waiting(server.database))
    count = reminded(server.database, quotations)
    assert 1 < count < QUOTATIONS
    again = run_inside(server.database, "follow_up")
    assert again["sent"] == QUOTATIONS - count
    assert reminded(server.database, quotations) == QUOTATIONS
    assert run_inside(server.database, "follow_up")["sent"] == 0
