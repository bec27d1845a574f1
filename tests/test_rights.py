"""Who may do what over RPC. Everything is the salesperson's; peer is in the same team, foreigner in another company."""

import xmlrpc.client

import pytest

from tests.client import Client, Refused, WebSession

LOGINS = ("salesperson", "peer", "lead", "other_lead", "manager", "foreigner", "accountant", "portal")
OWN = {"salesperson", "lead", "manager"}
SALES = {"salesperson", "peer", "lead", "other_lead", "manager"}

# model: who may read the record of the world, create one, write and unlink it
RIGHTS = {
    "sales.interaction": (OWN, SALES, OWN, {"manager"}),
    "sales.interaction.outcome": (SALES | {"foreigner"}, *[{"manager", "foreigner"}] * 3),
    # What is being logged is only its author's.
    "sales.interaction.log": ({"salesperson"}, SALES | {"foreigner"}, {"salesperson"}, SALES | {"foreigner"}),
    "sales.interaction.backfill": ({"manager"}, *[{"manager"}] * 3),
    "sales.credit.split": (OWN, *[{"lead", "manager"}] * 3),
    "sales.achievement": (OWN, set(), set(), set()),
    "sales.metric": (SALES, *[{"manager"}] * 3),
    "sales.target": (OWN, *[{"manager"}] * 3),
    "sales.target.report": (OWN, set(), set(), set()),
    "sales.commission.plan": (OWN, *[{"manager"}] * 3),
    "sales.commission.version": (OWN, *[{"manager"}] * 3),
    "sales.commission.rule": (OWN, *[{"manager"}] * 3),
    "sales.commission.tier": (OWN, *[{"manager"}] * 3),
    "sales.commission.assignment": (OWN, *[{"manager"}] * 3),
    "sales.commission.entry": (OWN, set(), set(), set()),
    "sales.commission.statement": (OWN, set(), set(), set()),
}

READS = {
    "search_read": {"domain": "only", "fields": ["display_name"]},
    "search_count": {"domain": "only"},
    "formatted_read_group": {"domain": "only", "groupby": ["id"], "aggregates": ["__count"]},
    "read_group": {"domain": "only", "fields": ["id:count"], "groupby": ["id"]},
    "read": {"ids": "ids", "fields": ["display_name"]},
    "web_read": {"ids": "ids", "specification": {"display_name": {}}},
}

CREATE = {
    "sales.interaction": lambda world: {"kind": "other", "company_id": world["company"]},
    "sales.interaction.outcome": lambda world: {"name": "New"},
    "sales.interaction.log": lambda world: {"kind": "call"},
    "sales.interaction.backfill": lambda world: {"company_id": world["company"]},
    "sales.credit.split": lambda world: {
        "order_id": world["records"]["sale.order"], "user_id": world["users"]["salesperson"], "share": 100},
    "sales.metric": lambda world: {"name": "New", "code": "new", "company_id": world["company"]},
    "sales.target": lambda world: {
        "metric_id": world["metrics"]["ordered"], "user_id": world["users"]["salesperson"], "amount": 1,
        "company_id": world["company"]},
    "sales.commission.plan": lambda world: {"name": "New", "company_id": world["company"]},
    "sales.commission.version": lambda world: {
        "plan_id": world["records"]["sales.commission.plan"], "date_from": "2031-01-01"},
    "sales.commission.rule": lambda world: {
        "version_id": world["records"]["sales.commission.version"], "name": "New",
        "metric_id": world["metrics"]["ordered"]},
    "sales.commission.tier": lambda world: {"rule_id": world["records"]["sales.commission.rule"], "rate": 0.5},
    "sales.commission.assignment": lambda world: {
        "plan_id": world["records"]["sales.commission.plan"], "user_id": world["users"]["peer"]},
    "sales.achievement": lambda world: {"basis": "won", "amount": 1},
    "sales.target.report": lambda world: {"amount": 1},
    "sales.commission.entry": lambda world: ledger_entry(world),
    "sales.commission.statement": lambda world: {
        "plan_id": world["records"]["sales.commission.plan"], "user_id": world["users"]["peer"],
        "company_id": world["company"], "period_start": "2031-01-01", "period_end": "2031-01-31"},
}

WRITE = {
    "sales.interaction": {"note": "Changed"},
    "sales.interaction.outcome": {"sequence": 11},
    "sales.interaction.log": {"note": "Changed"},
    "sales.interaction.backfill": {"date_from": "2026-01-01"},
    "sales.credit.split": {"sequence": 11},
    "sales.achievement": {"amount": 1},
    "sales.metric": {"sequence": 11},
    "sales.target": {"amount": 2001},
    "sales.target.report": {"amount": 1},
    "sales.commission.plan": {"name": "Changed"},
    "sales.commission.version": {"reason": "Changed"},
    "sales.commission.rule": {"name": "Changed"},
    "sales.commission.tier": {"rate": 0.06},
    "sales.commission.assignment": {"date_to": "2040-01-01"},
    "sales.commission.entry": {"amount": 1},
    "sales.commission.statement": {"state": "confirmed"},
}

# What only an administrator of the company may do.
ADMINISTRATION = [
    ("sales.interaction.backfill", "action_preview", {}),
    ("sales.interaction.backfill", "action_start", {}),
    ("sales.interaction.backfill", "action_stop", {}),
    ("sales.commission.plan", "action_compute", {"date": "2026-01-01"}),
    ("sales.commission.plan", "action_compute_now", {}),
    ("sales.commission.plan", "action_close", {}),
    ("sales.commission.version", "action_approve", {}),
    ("sales.commission.version", "action_new_version", {}),
    ("sales.commission.statement", "action_confirm", {}),
    ("sales.commission.statement", "action_compute", {}),
    ("sales.target", "action_approve", {}),
]


def ledger_entry(world):
    return {
        "plan_id": world["records"]["sales.commission.plan"], "user_id": world["users"]["salesperson"],
        "version_id": world["records"]["approved version"], "rule_id": world["records"]["sales.commission.rule"],
        "statement_id": world["records"]["sales.commission.statement"], "company_id": world["company"],
        "partner_id": world["customer"], "role": "seller", "kind": "earned", "res_model": "account.move", "res_id": 1,
        "document_date": "2026-01-01", "date": "2026-01-01", "period_start": "2026-01-01",
        "origin_period_start": "2026-01-01", "base_amount": 1, "amount": 1,
    }


def attempt(client, model, method, **arguments):
    """The call's result, or None when the server refuses it."""
    try:
        return client.call(model, method, **arguments)
    except Refused as refusal:
        if refusal.name not in ("odoo.exceptions.AccessError", "odoo.exceptions.UserError"):
            raise
        return None


@pytest.fixture(scope="module", params=LOGINS)
def login(request):
    return request.param


@pytest.fixture(params=RIGHTS)
def model(request):
    return request.param


def test_read(model, login, clients, world):
    readers, *_others = RIGHTS[model]
    record = world["records"][model]
    values = {"only": [["id", "=", record]], "ids": [record]}
    for method, arguments in READS.items():
        arguments = {name: values[value] if value in ("only", "ids") else value for name, value in arguments.items()}
        seen = attempt(clients[login], model, method, **arguments)
        assert bool(seen) == (login in readers), f"{method}: {seen}"


def test_export(model, login, clients, world):
    readers, *_others = RIGHTS[model]
    exported = attempt(
        clients[login], model, "export_data", ids=[world["records"][model]], fields_to_export=["display_name"])
    # Exporting needs a group of its own besides the right to read, which administrators have.
    assert bool(exported) <= (login in readers), exported


def test_create_and_unlink(model, login, clients, world):
    _readers, creators, _writers, unlinkers = RIGHTS[model]
    owner = clients["manager"]
    created = attempt(clients[login], model, "create", vals_list=[CREATE[model](world)])
    assert bool(created) == (login in creators)
    record = created or (creators and owner.call(model, "create", vals_list=[CREATE[model](world)]))
    unlinked = attempt(clients[login], model, "unlink", ids=record or [world["records"][model]])
    assert bool(unlinked) == (login in unlinkers)
    if record and not unlinked:
        owner.call(model, "unlink", ids=record)


def test_write(model, login, clients, world):
    *_others, writers, _unlinkers = RIGHTS[model]
    written = attempt(clients[login], model, "write", ids=[world["records"][model]], vals=WRITE[model])
    assert bool(written) == (login in writers)


@pytest.mark.parametrize("login", sorted({*LOGINS} - {"manager"}))
@pytest.mark.parametrize("call", ADMINISTRATION, ids=lambda call: f"{call[0]}.{call[1]}")
def test_administration_is_refused(call, login, clients, world):
    model, method, arguments = call
    with pytest.raises(Refused) as refusal:
        clients[login].call(model, method, ids=[world["records"][model]], **arguments)
    assert refusal.value.status in (403, 422)


def test_nightly_run_is_refused(login, clients):
    if login in ("manager", "foreigner"):
        assert clients[login].call("sales.commission.plan", "cron_compute")["failed"] == 0
    else:
        with pytest.raises(Refused, match="not allowed to modify"):
            clients[login].call("sales.commission.plan", "cron_compute")


@pytest.mark.parametrize("model", ["sales.commission.version", "sales.commission.rule", "sales.commission.tier"])
def test_approved_terms_are_frozen(model, clients, world):
    """For the administrators of the plan and of the database as well."""
    terms = {
        "sales.commission.version": [["id", "=", world["records"]["approved version"]]],
        "sales.commission.rule": [["version_id", "=", world["records"]["approved version"]]],
        "sales.commission.tier": [["rule_id.version_id", "=", world["records"]["approved version"]]],
    }
    for administrator in (clients["manager"], clients["admin"]):
        ids = administrator.call(model, "search", domain=terms[model])
        assert ids
        for method, arguments in (("write", {"vals": WRITE[model]}), ("unlink", {})):
            with pytest.raises(Refused, match="approved and can't change"):
                administrator.call(model, method, ids=ids, **arguments)


def test_nobody_writes_the_ledger(clients, world):
    for login, client in clients.items():
        ids = [world["records"]["sales.commission.entry"]]
        for method, arguments in (
            ("create", {"vals_list": [ledger_entry(world)]}), ("write", {"ids": ids, "vals": {"amount": 1}}),
            ("write", {"ids": ids, "vals": {}}), ("unlink", {"ids": ids}), ("copy", {"ids": ids}),
        ):
            assert attempt(client, "sales.commission.entry", method, **arguments) is None, f"{login} may {method}"
    [entry] = clients["manager"].call("sales.commission.entry", "read", ids=ids, fields=["amount"])
    assert entry["amount"] == 70


def test_a_refusal_does_not_tell_what_it_protects(clients, world):
    with pytest.raises(Refused) as refusal:
        clients["portal"].call(
            "sales.commission.entry", "write", ids=[world["records"]["sales.commission.entry"]], vals={"amount": 1})
    assert "INV/" not in refusal.value.message


def test_own_statement_is_confirmed_by_somebody_else(clients, world):
    own = {"ids": [world["records"]["manager's statement"]]}
    for context in ({}, {"sales_commission_transition": True}):
        with pytest.raises(Refused, match="somebody else"):
            clients["manager"].call("sales.commission.statement", "action_confirm", **own, context=context)
        with pytest.raises(Refused, match="Confirm button"):
            clients["manager"].call(
                "sales.commission.statement", "write", **own, vals={"state": "confirmed"}, context=context)
    [statement] = clients["approver"].call("sales.commission.statement", "read", **own, fields=["state"])
    assert statement["state"] == "draft"
    assert clients["approver"].call("sales.commission.statement", "action_confirm", **own) is True


def test_interaction_of_somebody_else(clients, world):
    """A person logs what he or she did, in the own company."""
    for values in (
        {"user_id": world["users"]["manager"]}, {"company_id": world["other_company"]},
    ):
        assert attempt(clients["peer"], "sales.interaction", "create", vals_list=[{"kind": "other", **values}]) is None


def test_history_is_captured_by_administrators(login, clients):
    counts = attempt(clients[login], "sales.interaction", "action_backfill", date_from="2100-01-01")
    assert counts == ({"created": 0, "skipped": 0} if login in ("manager", "foreigner") else None)


def test_log_on_somebody_elses_lead(clients, world):
    """The wizard logs as the person who uses it."""
    lead = world["records"]["crm.lead"]
    for login, client in clients.items():
        log = login in SALES | {"foreigner"} and client.call(
            "sales.interaction.log", "create", vals_list=[{"lead_id": lead, "note": "By RPC"}])
        if log:
            logged = attempt(client, "sales.interaction.log", "action_log", ids=log)
            assert bool(logged) == (login in OWN), login


def test_metric_sums_what_the_caller_may_see(clients, world):
    """2,000 were invoiced: 1,000 by the salesperson, 1,000 by the manager."""
    values = {
        login: attempt(
            clients[login], "sales.metric", "get_value", ids=[world["records"]["sales.metric"]],
            date_from="2000-01-01", date_to="2100-01-01", user_ids=[world["users"]["salesperson"]])
        for login in LOGINS
    }
    assert values == {
        "salesperson": 1000, "peer": 0, "lead": 1000, "other_lead": 0, "manager": 1000,
        "foreigner": None, "accountant": None, "portal": None,
    }


def test_figures_of_a_target(clients, world):
    for login in LOGINS:
        rows = attempt(clients[login], "sales.target", "get_report") or []
        seen = world["records"]["sales.target"] in [row["target_id"] for row in rows]
        assert seen == (login in OWN), login


def test_public(model, server, world):
    visitor = WebSession(server)
    with pytest.raises(Refused) as refusal:
        Client(server.url, server.database, "no key").call(model, "search_read", domain=[], fields=["id"])
    assert refusal.value.status == 401
    with pytest.raises(Refused, match="Session"):
        visitor.call(f"/web/dataset/call_kw/{model}/search_read", model=model, method="search_read", args=[], kwargs={})


def test_printed_statement(server, world):
    path = f"/report/pdf/sales_commission.report_statement/{world['records']['sales.commission.statement']}"
    for login in (None, "portal", "peer", "other_lead", "foreigner"):
        answer = WebSession(server, login, login).get(path)
        assert not answer.body.startswith(b"%PDF"), login


def test_xml_rpc(server, world):
    """The same rules hold over the older protocol."""
    def call(login, model, method, *arguments):
        return proxy.execute_kw(server.database, world["users"][login], login, model, method, arguments)

    proxy = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)
    statement = world["records"]["sales.commission.statement"]
    assert call("salesperson", "sales.commission.statement", "search", [["id", "=", statement]]) == [statement]
    assert call("peer", "sales.commission.statement", "search", [["id", "=", statement]]) == []
    with pytest.raises(xmlrpc.client.Fault, match="access"):
        call("peer", "sales.commission.statement", "read", [statement], ["amount"])
    with pytest.raises(xmlrpc.client.Fault):
        call("manager", "sales.commission.entry", "unlink", [world["records"]["sales.commission.entry"]])
    with pytest.raises(xmlrpc.client.Fault):
        call("manager", "sales.commission.plan", "_compute_period", [world["records"]["sales.commission.plan"]])
