"""Two at once, and a process that dies in the middle: nothing is counted twice, nothing is lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from dev import postgres
from tests.client import Refused
from tests.processes import run_inside, start_inside

SQL = postgres.TEST.sql
INVOICES_PER_MONTH = 20


@pytest.fixture
def ledger(server, world):
    """A new plan with invoices in three months: its id, whom it pays, a day of each month, and what it pays."""
    return run_inside(server.database, "ledger", INVOICES_PER_MONTH)


@contextmanager
def slow_inserts(database, table, seconds):
    """Each inserted row takes that long, so that transactions overlap and can be interrupted where we want."""
    SQL(
        f"""CREATE FUNCTION blackbox_slow() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$;
            CREATE TRIGGER blackbox_slow BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION blackbox_slow()""",
        database,
    )
    try:
        yield
    finally:
        SQL(f"DROP TRIGGER blackbox_slow ON {table}; DROP FUNCTION blackbox_slow()", database)


def waiting(database):
    """How many transactions sleep in a slow insert or wait for a lock now."""
    [[count]] = SQL(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND (wait_event = 'PgSleep' OR wait_event_type = 'Lock')",
        database,
    )
    return int(count)


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def at_once(database, *calls):
    """The results of the calls, which were seen to overlap in the database."""
    with ThreadPoolExecutor() as pool:
        running = [pool.submit(call) for call in calls]
        wait_until(lambda: waiting(database) == len(calls) or any(each.done() for each in running))
        assert not any(each.done() for each in running), "the calls did not overlap"
        return [each.result() for each in running]


def posted(database, plan):
    """Number and sum of the plan's entries, and how many documents they are about."""
    [[count, amount, documents]] = SQL(
        "SELECT COUNT(*), COALESCE(SUM(amount), 0), COUNT(DISTINCT res_id)"
        f" FROM sales_commission_entry WHERE plan_id = {plan}",
        database,
    )
    return int(count), float(amount), int(documents)


def _more_invoices(database, clients, ledger, day):
    """As many invoices as the ledger knows, posted on the day."""
    invoices = SQL(f"SELECT DISTINCT res_id FROM sales_commission_entry WHERE plan_id = {ledger['plan']}", database)
    accountant = clients["accountant"]
    ids = [int(invoice) for [invoice] in invoices]
    later = accountant.call(
        "account.move", "copy", ids=ids, default={"invoice_date": day, "invoice_user_id": ledger["user"]}
    )
    accountant.call("account.move", "action_post", ids=later)


def test_two_computations_at_once(server, clients, ledger):
    """In a period that has a statement already, so that opening one does not keep them apart."""

    def compute(login):
        return clients[login].call("sales.commission.plan", "action_compute", ids=[ledger["plan"]], date=day)

    day = ledger["days"][0]
    compute("manager")
    _more_invoices(server.database, clients, ledger, day)
    with slow_inserts(server.database, "sales_commission_entry", 0.05):
        results = at_once(server.database, lambda: compute("manager"), lambda: compute("approver"))
    assert sorted(result["entries"] for result in results) == [0, INVOICES_PER_MONTH]
    month = ledger["amount"] / len(ledger["days"])
    assert posted(server.database, ledger["plan"]) == (2 * INVOICES_PER_MONTH, 2 * month, 2 * INVOICES_PER_MONTH)


def test_two_confirmations_at_once(server, clients, ledger):
    """One of them confirms; the advance that tops the commission up to the draw is in the ledger once."""
    manager, day = clients["manager"], ledger["days"][-1]
    [assignment] = manager.call("sales.commission.assignment", "search", domain=[["plan_id", "=", ledger["plan"]]])
    month = ledger["amount"] / len(ledger["days"])
    manager.call("sales.commission.assignment", "write", ids=[assignment], vals={"draw_amount": month + 900})
    manager.call("sales.commission.plan", "action_compute", ids=[ledger["plan"]], date=day)
    ids = manager.call("sales.commission.statement", "search", domain=[["plan_id", "=", ledger["plan"]]])

    def confirm(login):
        try:
            return clients[login].call("sales.commission.statement", "action_confirm", ids=ids)
        except Refused as refusal:
            return refusal.message

    with slow_inserts(server.database, "sales_commission_entry", 0.5):
        results = at_once(server.database, lambda: confirm("manager"), lambda: confirm("approver"))
    assert True in results
    assert any("confirmed already" in str(result) for result in results)
    draws = SQL(
        f"SELECT amount FROM sales_commission_entry WHERE kind = 'draw' AND plan_id = {ledger['plan']}", server.database
    )
    assert [float(amount) for [amount] in draws] == [900]


def test_a_confirmation_while_a_computation_is_on(server, clients, ledger):
    """It has not seen the new entries and must not lock the statement without them: it starts anew."""
    manager, day = clients["manager"], ledger["days"][0]
    manager.call("sales.commission.plan", "action_compute", ids=[ledger["plan"]], date=day)
    [statement] = manager.call("sales.commission.statement", "search", domain=[["plan_id", "=", ledger["plan"]]])
    _more_invoices(server.database, clients, ledger, day)
    with slow_inserts(server.database, "sales_commission_entry", 0.1), ThreadPoolExecutor() as pool:
        computing = pool.submit(
            clients["approver"].call, "sales.commission.plan", "action_compute", ids=[ledger["plan"]], date=day
        )
        wait_until(lambda: waiting(server.database))
        confirming = pool.submit(manager.call, "sales.commission.statement", "action_confirm", ids=[statement])
        assert computing.result()["entries"] == INVOICES_PER_MONTH
        assert confirming.result()
    month = ledger["amount"] / len(ledger["days"])
    [[state, paid]] = SQL(
        f"SELECT state, payout_amount FROM sales_commission_statement WHERE id = {statement}", server.database
    )
    assert (state, float(paid)) == ("confirmed", 2 * month)


@pytest.mark.parametrize(("first", "second"), [("salesperson", "salesperson"), ("salesperson", "peer")])
def test_same_source_key_at_once(server, clients, world, first, second):
    key = f"pbx:{first}:{second}"

    def log(login):
        return clients[login].call("sales.interaction", "create", vals_list=[{"kind": "call", "source_key": key}])

    with slow_inserts(server.database, "sales_interaction", 0.5):
        first_ids, second_ids = at_once(server.database, lambda: log(first), lambda: log(second))
    assert first_ids == second_ids
    assert len(first_ids) == 1
    assert SQL(f"SELECT id FROM sales_interaction WHERE source_key = '{key}'", server.database) == [[str(first_ids[0])]]


def test_killed_in_the_middle_of_a_computation(server, ledger):
    plan, days = ledger["plan"], ledger["days"]
    with slow_inserts(server.database, "sales_commission_entry", 0.05):
        process = start_inside(server.database, "compute", plan, days)
        try:
            # The first month is in the ledger, the second is being written.
            wait_until(lambda: posted(server.database, plan)[0] and waiting(server.database))
        finally:
            process.kill()
            process.wait()
        wait_until(lambda: not waiting(server.database))
        count, _amount, _documents = posted(server.database, plan)
        assert count in (INVOICES_PER_MONTH, 2 * INVOICES_PER_MONTH), "a month is in the ledger as a whole or not"
    again = run_inside(server.database, "compute", plan, days)
    total = INVOICES_PER_MONTH * len(days)
    assert again == total - count
    assert posted(server.database, plan) == (total, ledger["amount"], total)
    assert run_inside(server.database, "compute", plan, days) == 0


def test_killed_in_the_middle_of_a_history_capture(server, world):
    mails = 5000  # in batches of 2,000
    history = run_inside(server.database, "history", mails)

    def recorded():
        [[count, keys]] = SQL(
            f"SELECT COUNT(*), COUNT(DISTINCT source_key) FROM sales_interaction WHERE lead_id = {history['lead']}",
            server.database,
        )
        assert count == keys
        return int(count)

    def progress():
        [row] = SQL(
            "SELECT state, created_count + skipped_count <= done, done > 0 FROM sales_interaction_backfill"
            f" WHERE id = {history['backfill']}",
            server.database,
        )
        return row

    with slow_inserts(server.database, "sales_interaction", 0.002):
        process = start_inside(server.database, "backfill")
        try:
            wait_until(lambda: recorded() and waiting(server.database))
        finally:
            process.kill()
            process.wait()
        wait_until(lambda: not waiting(server.database))
    count = recorded()
    assert 0 < count < mails, "batches are recorded as a whole or not"
    assert progress() == ["running", "t", "t"]
    run_inside(server.database, "backfill")
    assert recorded() == mails
    assert progress()[0] == "done"


def test_two_jobs_take_the_chats_of_one_customer(server, world):
    """Each message once, whichever job takes it, in one chat and on one day; what they let go is taken by the next."""
    # More than one job takes in a batch.
    account = run_inside(server.database, "chat_events", 60)
    with slow_inserts(server.database, "sales_chat_message", 0.2), ThreadPoolExecutor() as pool:
        list(pool.map(lambda _job: run_inside(server.database, "chat_job"), range(2)))
    for _run in range(5):
        if not run_inside(server.database, "chat_job"):
            break
    [[messages, different, chats]] = SQL(
        "SELECT COUNT(*), COUNT(DISTINCT message_key), COUNT(DISTINCT chat_id) FROM sales_chat_message"
        f" WHERE account_id = {account}",
        server.database,
    )
    assert (int(messages), int(different), int(chats)) == (60, 60, 1)
    counted = SQL(
        "SELECT message_count FROM sales_interaction WHERE res_model = 'sales.chat'"
        f" AND res_id IN (SELECT id FROM sales_chat WHERE account_id = {account})",
        server.database,
    )
    assert [int(count) for [count] in counted] == [60]
    assert SQL(f"SELECT COUNT(*) FROM sales_chat_event WHERE account_id = {account}", server.database) == [["0"]]
