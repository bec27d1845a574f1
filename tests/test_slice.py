"""One deal from the first call to the commission statement, over JSON-2 as the people who do it."""

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from tests.client import Refused, WebSession

# A deal of 10 × 100 with 15 % tax, paid in two parts of 30 and 70 %.
UNTAXED = 1000
PAYMENTS = (345, 805)
FACTS = {
    "interaction": [0],
    "won": [1200],
    "ordered": [1000],
    "invoiced": [1000],
    "collected": [300, 700],
}
# 5 % of the first 600 invoiced, 10 % of the rest, and 2 % of what is collected.
ENTRIES = [70, 6, 14]


@pytest.fixture(scope="module")
def deal(world, clients):
    """The deal's record ids, once everybody has done his or her part."""
    seller, accountant = clients["seller"], clients["accountant"]
    deal = SimpleNamespace(source_key=f"pbx:{world['users']['seller']}:1")
    [deal.lead] = seller.call(
        "crm.lead",
        "create",
        vals_list=[
            {
                "name": "Pepper for the season",
                "type": "opportunity",
                "partner_id": world["customer"],
                "expected_revenue": 1200,
            }
        ],
    )
    [deal.interaction] = seller.call("sales.interaction", "create", vals_list=[call_of(deal)])
    seller.call("crm.lead", "action_set_won", ids=[deal.lead])

    quotation = seller.call("crm.lead", "action_new_quotation", ids=[deal.lead])["context"]
    defaults = {name[len("default_") :]: value for name, value in quotation.items() if name.startswith("default_")}
    assert defaults["opportunity_id"] == deal.lead
    [deal.order] = seller.call(
        "sale.order",
        "create",
        vals_list=[
            {
                **defaults,
                "order_line": [[0, 0, {"product_id": world["product"], "product_uom_qty": 10, "price_unit": 100}]],
            }
        ],
    )
    seller.call("sale.order", "action_confirm", ids=[deal.order])
    in_order = {"active_model": "sale.order", "active_ids": [deal.order], "active_id": deal.order}
    wizard = seller.call("sale.advance.payment.inv", "create", vals_list=[{}], context=in_order)
    seller.call("sale.advance.payment.inv", "create_invoices", ids=wizard, context=in_order)
    [order] = seller.call("sale.order", "read", ids=[deal.order], fields=["invoice_ids"])
    [deal.invoice] = order["invoice_ids"]

    accountant.call("account.move", "action_post", ids=[deal.invoice])
    for amount in PAYMENTS:
        for_invoice = {"active_model": "account.move", "active_ids": [deal.invoice]}
        payment = accountant.call(
            "account.payment.register", "create", vals_list=[{"amount": amount}], context=for_invoice
        )
        accountant.call("account.payment.register", "action_create_payments", ids=payment, context=for_invoice)
    return deal


@pytest.fixture(scope="module")
def plan(world, clients):
    """An approved plan for the seller."""
    manager = clients["manager"]
    rules = [
        {
            "name": "Invoiced",
            "metric_id": world["metrics"]["invoiced"],
            "kind": "tiers",
            "tier_ids": [
                [0, 0, {"amount_from": 0, "amount_to": 600, "rate": 0.05}],
                [0, 0, {"amount_from": 600, "amount_to": 0, "rate": 0.10}],
            ],
        },
        {"name": "Collected", "metric_id": world["metrics"]["collected"], "kind": "percent", "rate": 0.02},
    ]
    [plan] = manager.call(
        "sales.commission.plan",
        "create",
        vals_list=[
            {
                "name": "Sellers",
                "version_ids": [[0, 0, {"rule_ids": [[0, 0, rule] for rule in rules]}]],
                "assignment_ids": [[0, 0, {"user_id": world["users"]["seller"]}]],
            }
        ],
    )
    versions = manager.call("sales.commission.version", "search", domain=[["plan_id", "=", plan]])
    manager.call("sales.commission.version", "action_approve", ids=versions)
    return plan


@pytest.fixture(scope="module")
def computed(deal, plan, clients):
    """The result of the plan's first run."""
    return compute(clients, plan)


@pytest.fixture(scope="module")
def statement(computed, plan, clients):
    """The seller's statement, confirmed."""
    [statement] = clients["seller"].call("sales.commission.statement", "search", domain=[["plan_id", "=", plan]])
    clients["approver"].call("sales.commission.statement", "action_confirm", ids=[statement])
    return statement


def call_of(deal):
    return {"lead_id": deal.lead, "kind": "call", "note": "Wants 10 kg", "source_key": deal.source_key}


def compute(clients, plan):
    today = datetime.now(timezone.utc).date()  # the company's, which is in UTC
    return clients["manager"].call("sales.commission.plan", "action_compute", ids=[plan], date=str(today))


def test_retried_interaction_is_the_first_one(deal, clients):
    assert clients["seller"].call("sales.interaction", "create", vals_list=[call_of(deal)]) == [deal.interaction]
    [lead] = clients["seller"].call("crm.lead", "read", ids=[deal.lead], fields=["interaction_count"])
    assert lead["interaction_count"] == 1


def test_facts_of_each_basis(deal, clients, world):
    facts = clients["seller"].call(
        "sales.achievement",
        "search_read",
        domain=[["basis", "!=", "new_customer"]],
        order="amount",
        fields=["basis", "amount", "margin", "quantity", "user_id", "team_id", "partner_id", "res_model", "res_id"],
    )
    amounts = {}
    for fact in facts:
        amounts.setdefault(fact["basis"], []).append(fact["amount"])
        assert fact["user_id"][0] == world["users"]["seller"]
        assert fact["team_id"][0] == world["teams"]["bandung"]
        assert fact["partner_id"][0] == world["customer"]
    assert amounts == FACTS
    documents = {fact["basis"]: (fact["res_model"], fact["res_id"]) for fact in facts}
    assert documents == {
        "interaction": ("sales.interaction", deal.interaction),
        "won": ("crm.lead", deal.lead),
        "ordered": ("sale.order", deal.order),
        "invoiced": ("account.move", deal.invoice),
        "collected": ("account.move", deal.invoice),
    }
    [ordered] = [fact for fact in facts if fact["basis"] == "ordered"]
    assert (ordered["margin"], ordered["quantity"]) == (400, 10)


def test_target_attainment(deal, clients, world):
    manager, seller = clients["manager"], clients["seller"]
    [target] = manager.call(
        "sales.target",
        "create",
        vals_list=[
            {
                "metric_id": world["metrics"]["invoiced"],
                "user_id": world["users"]["seller"],
                "amount": 4 * UNTAXED,
            }
        ],
    )
    manager.call("sales.target", "action_approve", ids=[target])
    manager.call("sales.target", "action_start", ids=[target])
    [figures] = seller.call(
        "sales.target.report", "search_read", domain=[["target_id", "=", target]], fields=["actual", "attainment"]
    )
    assert (figures["actual"], figures["attainment"]) == (UNTAXED, 0.25)
    [row] = [row for row in seller.call("sales.target", "get_report") if row["target_id"] == target]
    assert (row["actual"], row["attainment"], row["gap"]) == (UNTAXED, 0.25, 3 * UNTAXED)


def test_commission_is_in_the_ledger_once(computed, plan, clients):
    assert (computed["entries"], computed["amount"]) == (len(ENTRIES), sum(ENTRIES))
    again = compute(clients, plan)
    assert (again["entries"], again["amount"]) == (0, 0)
    entries = clients["seller"].call(
        "sales.commission.entry",
        "search_read",
        domain=[["plan_id", "=", plan]],
        order="rule_id, id",
        fields=["amount", "base_amount", "explanation"],
    )
    assert [entry["amount"] for entry in entries] == ENTRIES
    assert [entry["base_amount"] for entry in entries] == [1000, 300, 700]
    assert "400.00 × 10\u00a0%" in entries[0]["explanation"]


def test_statement_is_confirmed_and_locked(statement, clients, world):
    [confirmed] = clients["seller"].call(
        "sales.commission.statement", "read", ids=[statement], fields=["state", "amount", "confirmed_by_id"]
    )
    assert (confirmed["state"], confirmed["amount"]) == ("confirmed", sum(ENTRIES))
    assert confirmed["confirmed_by_id"][0] == world["users"]["approver"]
    with pytest.raises(Refused):
        clients["manager"].call("sales.commission.statement", "write", ids=[statement], vals={"state": "draft"})


def test_statement_is_printed(server, statement):
    path = f"/report/pdf/sales_commission.report_statement/{statement}"
    document = WebSession(server, "seller", "seller").get(path)
    assert document.status == 200
    assert document.body.startswith(b"%PDF")
    assert not WebSession(server, "peer", "peer").get(path).body.startswith(b"%PDF")
