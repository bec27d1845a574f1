"""Payment reminders: each goes out once, with two at work on it and with a run that dies in the middle."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dev import postgres
from tests.client import Refused
from tests.processes import run_inside, start_inside
from tests.test_concurrency import at_once, slow_inserts, wait_until, waiting

SQL = postgres.TEST.sql
CUSTOMERS = 12


@pytest.fixture
def debtors(server, world):
    return run_inside(server.database, "debts", CUSTOMERS)


def reminded(database, debtors):
    """How many reminders, instalments of theirs and mails there are; each customer has one of each, or none."""
    ids = ", ".join(map(str, debtors))
    # One statement, so that no customer is finished between the figures.
    [figures] = SQL(
        "SELECT ledger.rows, ledger.customers, items.rows, items.instalments, queue.rows, queue.customers"
        " FROM (SELECT COUNT(*) AS rows, COUNT(DISTINCT partner_id) AS customers FROM sales_dunning_reminder"
        f" WHERE partner_id IN ({ids})) ledger,"
        " (SELECT COUNT(*) AS rows, COUNT(DISTINCT line.move_line_id) AS instalments"
        " FROM sales_dunning_reminder_line line JOIN sales_dunning_reminder reminder ON reminder.id = line.reminder_id"
        f" WHERE reminder.partner_id IN ({ids})) items,"
        " (SELECT COUNT(*) AS rows, COUNT(DISTINCT message.res_id) AS customers FROM mail_mail mail"
        " JOIN mail_message message ON message.id = mail.mail_message_id"
        " JOIN sales_dunning_account account ON account.id = message.res_id"
        f" WHERE message.model = 'sales.dunning.account' AND account.partner_id IN ({ids})) queue",
        database,
    )
    assert len(set(figures)) == 1, f"reminders, instalments and mails differ, or somebody got two: {figures}"
    return int(figures[0])


def test_two_runs_at_once(server, clients, debtors):
    def run(login):
        return clients[login].call("sales.dunning.account", "run")

    with slow_inserts(server.database, "sales_dunning_reminder", 0.1):
        results = at_once(server.database, lambda: run("accountant"), lambda: run("manager"))
    assert not any(result["failed"] for result in results)
    # Where both met at the customer's row, one of them left the customer for later.
    run("manager")
    assert reminded(server.database, debtors) == CUSTOMERS


def test_sent_by_hand_while_the_run_is_on(server, clients, debtors):
    """At the customer whose reminder the run is just writing."""
    [account] = run_inside(server.database, "dunning_accounts", debtors[:1])
    with slow_inserts(server.database, "sales_dunning_reminder", 1), ThreadPoolExecutor() as pool:
        run = pool.submit(clients["manager"].call, "sales.dunning.account", "run")
        wait_until(lambda: waiting(server.database))
        with pytest.raises(Refused):
            clients["accountant"].call("sales.dunning.account", "action_send", ids=[account])
        assert run.result()["failed"] == 0
    assert reminded(server.database, debtors) == CUSTOMERS


def test_killed_in_the_middle_of_a_run(server, debtors):
    with slow_inserts(server.database, "sales_dunning_reminder", 0.3):
        process = start_inside(server.database, "dun")
        try:
            wait_until(lambda: reminded(server.database, debtors) > 1 and waiting(server.database))
        finally:
            process.kill()
            process.wait()
        wait_until(lambda: not waiting(server.database))
    count = reminded(server.database, debtors)
    assert 1 < count < CUSTOMERS
    again = run_inside(server.database, "dun")
    assert (again["sent"], again["failed"]) == (CUSTOMERS - count, 0)
    assert reminded(server.database, debtors) == CUSTOMERS
    assert run_inside(server.database, "dun")["sent"] == 0
