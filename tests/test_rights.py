"""Who may do what over RPC. Everything is the salesperson's; peer is in the same team, foreigner in another company."""

import xmlrpc.client

import pytest

from tests.client import Client, Refused, WebSession
from tests.new_records import CREATE, ledger_entry

LOGINS = ("salesperson", "peer", "lead", "other_lead", "manager", "foreigner", "accountant", "portal")
OWN = {"salesperson", "lead", "manager"}
SALES = {"salesperson", "peer", "lead", "other_lead", "manager"}
COLLECTORS = OWN | {"accountant"}

# model: who may read the record of the world, create one, write and unlink it
RIGHTS = {
    "sales.interaction": (OWN, SALES, OWN, {"manager"}),
    # What all companies share is changed by who has them all, which is none of these.
    "sales.interaction.outcome": (SALES | {"foreigner"}, *[set()] * 3),
    "sales.visit": (OWN, SALES, OWN, {"manager"}),
    "sales.visit.recurrence": (OWN, OWN, OWN, {"manager"}),
    "sales.visit.report.mail": ({"lead", "manager"}, set(), set(), set()),
    # The one of the world is shared, what they make is their company's.
    "sales.customer.class": (SALES | {"foreigner"}, {"manager", "foreigner"}, set(), {"manager", "foreigner"}),
    "sales.journey.plan": (OWN, *[OWN] * 3),
    "sales.journey.import": ({"salesperson"}, OWN, {"salesperson"}, OWN),
    "sales.journey.report": (OWN, set(), set(), set()),
    # What is being logged is only its author's.
    "sales.interaction.log": ({"salesperson"}, SALES | {"foreigner"}, {"salesperson"}, SALES | {"foreigner"}),
    "sales.interaction.backfill": ({"manager"}, *[{"manager"}] * 3),
    "sales.margin.rule": (SALES, *[{"manager"}] * 3),
    "sales.margin.approval": (OWN, OWN, {"lead", "manager"}, set()),
    "sales.upsell.hint": ({"salesperson"}, set(), set(), set()),
    "sales.credit.split": (OWN, *[{"lead", "manager"}] * 3),
    "sale.order.price.option": (OWN, set(), set(), set()),
    "sale.order.price.option.line": (OWN, set(), set(), set()),
    "sales.price.update": ({"manager"}, OWN, {"manager"}, OWN),
    "crm.lead.stage.history": (OWN, set(), set(), set()),
    "sales.funnel.report": (OWN, set(), set(), set()),
    "sales.achievement": (OWN, set(), set(), set()),
    "sales.metric": (SALES, *[{"manager"}] * 3),
    "sales.attribution.report": (OWN, set(), set(), set()),
    "product.price.history": (SALES, set(), set(), set()),
    # What is compared or about to be sent is only its author's.
    "sales.pricelist.difference": ({"salesperson"}, SALES, {"salesperson"}, SALES),
    "sales.pricelist.difference.line": ({"salesperson"}, set(), set(), set()),
    "sales.pricelist.send": ({"salesperson"}, SALES, {"salesperson"}, SALES),
    "sales.pricelist.sending": (OWN, set(), set(), set()),
    "sales.pricelist.sending.recipient": (OWN, set(), set(), set()),
    "sales.audience": (SALES, *[{"manager"}] * 3),
    "sales.audience.tag": (SALES | {"foreigner"}, *[set()] * 3),
    "sales.quotation.cadence": (SALES, *[{"manager"}] * 3),
    "sales.quotation.cadence.step": (SALES, *[{"manager"}] * 3),
    "sales.quotation.cadence.log": (OWN, set(), set(), set()),
    "sales.dunning.policy": (SALES | {"accountant"}, *[{"manager"}] * 3),
    "sales.dunning.level": (SALES | {"accountant"}, *[{"manager"}] * 3),
    "sales.dunning.account": (COLLECTORS, {"accountant", "manager"}, COLLECTORS, set()),
    "sales.dunning.reminder": (COLLECTORS, set(), set(), set()),
    "sales.dunning.reminder.line": (COLLECTORS, set(), set(), set()),
    "sales.promise": (COLLECTORS, COLLECTORS, COLLECTORS, set()),
    "sales.dispute": (COLLECTORS, COLLECTORS, COLLECTORS, set()),
    "sales.dunning.send": (
        {"salesperson"},
        SALES | {"foreigner", "accountant"},
        {"salesperson"},
        SALES | {"foreigner", "accountant"},
    ),
    "sales.receivable.report": (COLLECTORS, set(), set(), set()),
    "sales.receivable.performance": ({"accountant", "manager"}, set(), set(), set()),
    "sales.receivable.statement": (
        {"salesperson"},
        SALES | {"accountant"},
        {"salesperson"},
        SALES | {"accountant"},
    ),
    "sales.overdue.release": ({"manager"}, *[{"manager"}] * 3),
    "sales.target": (OWN, *[{"manager"}] * 3),
    "sales.target.report": (OWN, set(), set(), set()),
    "sales.target.period": (OWN, *[set()] * 3),
    # The one of the world is shared, what they make is their company's.
    "sales.target.profile": (SALES | {"foreigner"}, {"manager", "foreigner"}, set(), {"manager", "foreigner"}),
    "sales.target.revision": (OWN, {"manager"}, set(), set()),
    "sales.target.alert": (OWN, *[set()] * 3),
    "sales.target.kept.fact": (OWN, *[set()] * 3),
    "sales.target.import": ({"manager"}, {"manager", "foreigner"}, {"manager"}, {"manager", "foreigner"}),
    "sales.target.allocate": ({"manager"}, {"manager"}, {"manager"}, {"manager"}),
    "sales.commission.plan": (OWN, *[{"manager"}] * 3),
    "sales.commission.version": (OWN, *[{"manager"}] * 3),
    "sales.commission.rule": (OWN, *[{"manager"}] * 3),
    "sales.commission.tier": (OWN, *[{"manager"}] * 3),
    "sales.commission.payment.step": (OWN, *[{"manager"}] * 3),
    "sales.commission.assignment": (OWN, *[{"manager"}] * 3),
    "sales.commission.distribution": (OWN, *[{"manager"}] * 3),
    "sales.commission.entry": (OWN, set(), set(), set()),
    "sales.commission.statement": (OWN, set(), set(), set()),
    "sales.commission.kept.fact": (OWN, set(), set(), set()),
    "sales.commission.run": ({"manager"}, set(), set(), set()),
    "sales.commission.adjustment": (OWN, *[{"lead", "manager"}] * 3),
    # The entry is disputed already; who may dispute one is a test of its own.
    "sales.commission.dispute": (OWN, set(), {"manager"}, set()),
    "sales.commission.payroll": ({"manager"}, set(), set(), set()),
    "sales.commission.confirm": ({"manager"}, {"manager", "foreigner"}, {"manager"}, {"manager", "foreigner"}),
    "sales.commission.simulation": ({"manager"}, {"manager"}, {"manager"}, {"manager"}),
    "sales.commission.simulation.line": ({"manager"}, set(), set(), set()),
}

READS = {
    "search_read": {"domain": "only", "fields": ["display_name"]},
    "search_count": {"domain": "only"},
    "formatted_read_group": {"domain": "only", "groupby": ["id"], "aggregates": ["__count"]},
    "read_group": {"domain": "only", "fields": ["id:count"], "groupby": ["id"]},
    "read": {"ids": "ids", "fields": ["display_name"]},
    "web_read": {"ids": "ids", "specification": {"display_name": {}}},
}

WRITE = {
    "sales.interaction": {"note": "Changed"},
    "sales.interaction.outcome": {"sequence": 11},
    "sales.visit": {"purpose": "Changed"},
    "sales.visit.recurrence": {"count": 5},
    "sales.visit.report.mail": {"state": "failed"},
    "sales.customer.class": {"sequence": 11},
    "sales.journey.plan": {"date_to": "2026-01-10"},
    "sales.journey.import": {"filename": "plan.xlsx"},
    "sales.journey.report": {"due": 0},
    "sales.interaction.log": {"note": "Changed"},
    "sales.interaction.backfill": {"date_from": "2026-01-01"},
    "sales.credit.split": {"sequence": 11},
    "sale.order.price.option": {"amount_total": 1},
    "sale.order.price.option.line": {"price_unit": 1},
    "sales.price.update": {},
    "crm.lead.stage.history": {"date_out": "2040-01-01 00:00:00"},
    "sales.funnel.report": {"reached": 0},
    "sales.achievement": {"amount": 1},
    "sales.margin.rule": {"lead_floor": 1},
    "sales.margin.approval": {"answer": "Changed"},
    "sales.upsell.hint": {"buyers": 1},
    "sales.metric": {"sequence": 11},
    "sales.attribution.report": {"amount": 1},
    "product.price.history": {"new_value": 1},
    "sales.pricelist.difference": {"quantity": 2},
    "sales.pricelist.difference.line": {"price_a": 1},
    "sales.pricelist.send": {"note": "Changed"},
    "sales.pricelist.sending": {"note": "Changed"},
    "sales.pricelist.sending.recipient": {"state": "sent"},
    "sales.audience": {"description": "Changed"},
    "sales.audience.tag": {"color": 2},
    "sales.quotation.cadence": {"sequence": 11},
    "sales.quotation.cadence.step": {"days": 4},
    "sales.quotation.cadence.log": {"error": "Changed"},
    "sales.dunning.policy": {"sequence": 11},
    "sales.dunning.level": {"min_days": 8},
    "sales.dunning.account": {"pause_reason": "Changed"},
    "sales.dunning.reminder": {"printed_on": "2026-01-01 00:00:00"},
    "sales.dunning.reminder.line": {"residual": 2},
    "sales.promise": {"note": "Changed"},
    "sales.dispute": {"note": "Changed"},
    "sales.dunning.send": {},
    "sales.receivable.report": {"amount_residual": 1},
    "sales.receivable.performance": {"sales": 1},
    "sales.receivable.statement": {"as_of": "2026-01-02"},
    "sales.overdue.release": {"reason": "Changed"},
    "sales.target": {"amount": 2001},
    "sales.target.report": {"amount": 1},
    "sales.target.period": {"amount": 1},
    "sales.target.profile": {"name": "Changed"},
    "sales.target.revision": {"reason": "Changed"},
    "sales.target.alert": {"kind": "reached"},
    "sales.target.kept.fact": {"amount": 1},
    "sales.target.import": {"file_name": "Changed"},
    "sales.target.allocate": {"method": "weight"},
    "sales.commission.plan": {"name": "Changed"},
    "sales.commission.version": {"reason": "Changed"},
    "sales.commission.rule": {"name": "Changed"},
    "sales.commission.tier": {"rate": 0.06},
    "sales.commission.payment.step": {"share": 0.6},
    "sales.commission.assignment": {"date_to": "2040-01-01"},
    "sales.commission.distribution": {"sequence": 5},
    "sales.commission.entry": {"amount": 1},
    "sales.commission.statement": {"state": "confirmed"},
    "sales.commission.kept.fact": {"amount": 1},
    "sales.commission.run": {"fingerprint": "none"},
    "sales.commission.adjustment": {"reason": "Changed"},
    "sales.commission.dispute": {"granted_amount": 5},
    "sales.commission.payroll": {"date": "2031-01-02"},
    "sales.commission.confirm": {"statement_ids": []},
    "sales.commission.simulation": {"period": "current"},
    "sales.commission.simulation.line": {"amount": 1},
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
    ("sales.commission.version", "simulate", {"date_from": "2026-01-01", "date_to": "2026-01-31"}),
    ("sales.commission.statement", "action_confirm", {}),
    ("sales.commission.statement", "action_compute", {}),
    ("sales.commission.statement", "action_pay", {}),
    ("sales.commission.statement", "action_send", {}),
    ("sales.commission.adjustment", "action_post", {}),
    ("sales.commission.adjustment", "action_refuse", {}),
    ("sales.commission.dispute", "action_accept", {}),
    ("sales.commission.dispute", "action_reject", {}),
    ("sales.commission.payroll", "action_cancel", {}),
    ("sales.commission.confirm", "action_confirm", {}),
    ("sales.commission.simulation", "action_run", {}),
    ("sales.target", "action_approve", {}),
    ("sales.target", "action_allocate", {}),
    ("sales.target", "action_roll_up", {}),
    ("sales.target", "action_add_parts", {}),
    ("sales.target", "action_close", {}),
    ("sales.target", "cron_follow_up", {}),
]


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
        clients[login], model, "export_data", ids=[world["records"][model]], fields_to_export=["display_name"]
    )
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
    if record and not unlinked and unlinkers:
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


def test_aging(login, clients, world):
    """Totals of the invoices that the login may see; customers' contacts and other companies see none."""
    debtor = world["records"]["debtor"]
    rows = attempt(clients[login], "sales.receivable.report", "get_aging", as_of="2026-06-01", partner_ids=[debtor])
    totals = [(row["partner_id"], row["d120_plus"], row["total"]) for row in rows or []]
    assert totals == ([(debtor, 700, 700)] if login in COLLECTORS else [])


def test_totals_of_a_customer(login, clients, world):
    """Whoever may read a document of the customer sees the totals, those of one's own company."""
    [values] = attempt(
        clients[login], "res.partner", "read", ids=[world["records"]["debtor"]], fields=["receivable_overdue"]
    ) or [{}]
    without_documents = ("foreigner", "peer", "other_lead")
    expected = None if login == "portal" else 0 if login in without_documents else 700
    assert values.get("receivable_overdue") == expected


def test_release_of_an_order(login, clients, world):
    """Sales administrators of the company alone."""
    order = world["records"]["sale.order"]
    wizard = attempt(
        clients[login], "sales.overdue.release", "create", vals_list=[{"order_id": order, "reason": "Known"}]
    )
    assert bool(wizard) == (login == "manager")


def test_payment_followup_run(login, clients):
    """Accounting and sales administrators run it, each for their companies; nobody names another day."""
    may_run = login in ("accountant", "manager", "foreigner")
    with pytest.raises(Refused, match="leave the day out" if may_run else "not allowed"):
        clients[login].call("sales.dunning.account", "run", today="2020-01-01")


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("action_send", {}),
        ("action_skip", {}),
        ("action_pause", {}),
        ("action_resume", {}),
        ("action_restart", {}),
    ],
)
def test_payment_followup_of_somebody_elses_customer(method, arguments, clients, world):
    for each in set(LOGINS) - COLLECTORS:
        with pytest.raises(Refused) as refusal:
            clients[each].call(
                "sales.dunning.account", method, ids=[world["records"]["sales.dunning.account"]], **arguments
            )
        assert refusal.value.name == "odoo.exceptions.AccessError"


def test_reminders_of_somebody_elses_customer_are_not_previewed(clients, world):
    account = world["records"]["sales.dunning.account"]
    for each in ("peer", "other_lead", "foreigner"):
        with pytest.raises(Refused) as refusal:
            clients[each].call("sales.dunning.send", "create", vals_list=[{"account_ids": [[6, 0, [account]]]}])
        assert refusal.value.name == "odoo.exceptions.AccessError"


@pytest.mark.parametrize("model", ["sales.promise", "sales.dispute"])
def test_nobody_registers_for_a_customer_over_rpc(model, clients, world):
    for client in clients.values():
        with pytest.raises(Refused):
            client.call(
                model,
                "_register_from_portal",
                partner=world["records"]["debtor"],
                move_lines=[world["records"]["instalment"]],
            )


def test_quotation_followup_run(login, clients):
    may_run = login in ("manager", "foreigner")
    with pytest.raises(Refused, match="leave the day out" if may_run else "not allowed to modify"):
        clients[login].call("sales.quotation.cadence", "run", today="2020-01-01")


def test_quotation_followup_buttons(login, clients, world):
    ids = [world["records"]["followed up quotation"]]
    for method in ("action_followup_pause", "action_followup_resume", "action_followup_skip"):
        try:
            clients[login].call("sale.order", method, ids=ids)
            allowed = True
        except Refused:
            allowed = False
        assert allowed == (login in OWN), method


def test_quotation_followup_state_is_not_for_customers(login, clients, world):
    """Not read, and not found out by searching either."""
    only = ["id", "=", world["records"]["followed up quotation"]]
    client = clients[login]
    seen = attempt(client, "sale.order", "search_read", domain=[only], fields=["followup_state"])
    found = attempt(client, "sale.order", "search_count", domain=[only, ["followup_state", "!=", False]])
    assert bool(seen) == bool(found) == (login in OWN)


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
            ("create", {"vals_list": [ledger_entry(world)]}),
            ("write", {"ids": ids, "vals": {"amount": 1}}),
            ("write", {"ids": ids, "vals": {}}),
            ("unlink", {"ids": ids}),
            ("copy", {"ids": ids}),
        ):
            assert attempt(client, "sales.commission.entry", method, **arguments) is None, f"{login} may {method}"
    [entry] = clients["manager"].call("sales.commission.entry", "read", ids=ids, fields=["amount"])
    assert entry["amount"] == 70


def test_a_refusal_does_not_tell_what_it_protects(clients, world):
    with pytest.raises(Refused) as refusal:
        clients["portal"].call(
            "sales.commission.entry", "write", ids=[world["records"]["sales.commission.entry"]], vals={"amount": 1}
        )
    assert "INV/" not in refusal.value.message


def test_own_statement_is_confirmed_by_somebody_else(clients, world):
    own = {"ids": [world["records"]["manager's statement"]]}
    for context in ({}, {"sales_commission_transition": True}):
        with pytest.raises(Refused, match="somebody else"):
            clients["manager"].call("sales.commission.statement", "action_confirm", **own, context=context)
        with pytest.raises(Refused, match="Confirm and Pay buttons"):
            clients["manager"].call(
                "sales.commission.statement", "write", **own, vals={"state": "confirmed"}, context=context
            )
    [statement] = clients["approver"].call("sales.commission.statement", "read", **own, fields=["state"])
    assert statement["state"] == "draft"
    assert clients["approver"].call("sales.commission.statement", "action_confirm", **own) is True


def test_own_commission_is_settled_by_somebody_else(clients, world):
    """Not adjusted, not paid, and a dispute about it not answered by the person."""
    manager, statement = clients["manager"], world["records"]["manager's statement"]
    for model, method, arguments in (
        ("sales.commission.statement", "action_pay", {"ids": [statement]}),
        (
            "sales.commission.adjustment",
            "create",
            {"vals_list": [{"statement_id": statement, "amount": 5, "reason": "More"}]},
        ),
    ):
        with pytest.raises(Refused, match="is your own"):
            manager.call(model, method, **arguments)


def test_entry_is_disputed_by_the_person(clients, world):
    [entry] = clients["manager"].call(
        "sales.commission.entry", "search", domain=[["statement_id", "=", world["records"]["manager's statement"]]]
    )
    values = {"entry_id": entry, "reason": "It should be more"}
    for login in LOGINS:
        if login != "manager":
            assert attempt(clients[login], "sales.commission.dispute", "create", vals_list=[values]) is None, login
    [dispute] = clients["manager"].call("sales.commission.dispute", "create", vals_list=[values])
    for method in ("action_accept", "action_reject"):
        with pytest.raises(Refused, match="is your own"):
            clients["manager"].call("sales.commission.dispute", method, ids=[dispute])
    with pytest.raises(Refused, match="Accept and Reject buttons"):
        clients["approver"].call("sales.commission.dispute", "write", ids=[dispute], vals={"state": "accepted"})


def test_private_methods_of_the_settlement(clients, world):
    """Not over RPC, not even for administrators."""
    statement = [world["records"]["sales.commission.statement"]]
    for model, method, arguments in (
        ("sales.commission.statement", "reopen_payment", {"ids": statement, "reason": "Again"}),
        ("sales.commission.entry", "_post", {"vals_list": []}),
    ):
        with pytest.raises(Refused):
            clients["admin"].call(model, method, **arguments)


def test_interaction_of_somebody_else(clients, world):
    """A person logs what he or she did, in the own company."""
    for values in (
        {"user_id": world["users"]["manager"]},
        {"company_id": world["other_company"]},
    ):
        assert attempt(clients["peer"], "sales.interaction", "create", vals_list=[{"kind": "other", **values}]) is None


def test_positions_of_a_visit(clients, world):
    """Who was where is for the person, the lead and managers, and nobody changes it."""
    owner, position = clients["salesperson"], {"latitude": -6.175392, "longitude": 106.827153}
    [visit] = owner.call("sales.visit", "create", vals_list=[{"partner_id": world["customer"]}])
    assert owner.call("sales.visit", "action_check_in", ids=[visit], **position) == "unverifiable"
    assert owner.call("sales.visit", "action_check_in", ids=[visit], latitude=1, longitude=1) == "unverifiable"
    names = ["check_in_latitude", "check_in_longitude", "check_in_accuracy", "check_in_time"]
    attempts = {
        "read": {"ids": [visit], "fields": names},
        "search_read": {"domain": [["id", "=", visit], ["check_in_latitude", "<", 0]], "fields": names},
        "read_group": {
            "domain": [["id", "=", visit]],
            "fields": ["check_in_distance:avg"],
            "groupby": ["check_in_time"],
        },
        "formatted_read_group": {
            "domain": [["id", "=", visit]],
            "groupby": ["verification"],
            "aggregates": ["check_in_distance:avg"],
        },
    }
    for login in LOGINS:
        for method, arguments in attempts.items():
            seen = attempt(clients[login], "sales.visit", method, **arguments)
            assert bool(seen) == (login in OWN), f"{login}: {method}: {seen}"
        related = attempt(
            clients[login], "sales.visit.recurrence", "search", domain=[["visit_ids.check_in_latitude", "<", 0]]
        )
        assert not related
        if login in ("salesperson", "accountant"):
            continue
        for method, arguments in (("action_check_in", position), ("action_check_out", {})):
            assert attempt(clients[login], "sales.visit", method, ids=[visit], **arguments) is None, login
    for login in ("salesperson", "lead", "manager", "admin"):
        for vals in ({"check_in_latitude": 1}, {"verification": "verified"}, {"state": "done"}, {"event_id": 1}):
            assert attempt(clients[login], "sales.visit", "write", ids=[visit], vals=vals) is None, f"{login}: {vals}"
    for login in ("portal", "peer", "salesperson"):
        assert attempt(clients[login], "sales.visit", "cron_mark_missed") is None
        assert attempt(clients[login], "sales.visit.report.mail", "cron_send") is None
    assert owner.call("sales.visit", "action_check_out", ids=[visit]) is True


def test_visits_of_somebody_else(clients, world):
    """A person plans for him- or herself, a lead for the people of the team."""
    of_peer = {"partner_id": world["customer"], "user_id": world["users"]["peer"], "team_id": world["teams"]["jakarta"]}
    for login in ("salesperson", "other_lead", "accountant", "portal"):
        assert attempt(clients[login], "sales.visit", "create", vals_list=[of_peer]) is None, login
    for login in ("lead", "manager"):
        assert attempt(clients[login], "sales.visit", "create", vals_list=[of_peer]), login
    [event] = clients["salesperson"].call(
        "calendar.event",
        "search",
        domain=[["res_model", "=", "sales.visit"], ["res_id", "=", world["records"]["sales.visit"]]],
    )
    moved = {"start": "2030-01-01 08:00:00", "stop": "2030-01-01 09:00:00"}
    assert attempt(clients["peer"], "calendar.event", "write", ids=[event], vals=moved) is None
    assert clients["salesperson"].call("calendar.event", "write", ids=[event], vals=moved)
    [visit] = clients["salesperson"].call(
        "sales.visit", "read", ids=[world["records"]["sales.visit"]], fields=["date_start"]
    )
    assert visit["date_start"] == moved["start"]


def test_live_board(clients, world):
    """A lead sees the own teams, a manager all, and others none."""
    teams = {
        login: [team["id"] for team in board["teams"]]
        for login in LOGINS
        if (board := attempt(clients[login], "sales.visit", "get_live_board"))
    }
    jakarta, bandung = world["teams"]["jakarta"], world["teams"]["bandung"]
    assert teams.keys() == SALES | {"foreigner"}
    assert (teams["lead"], teams["other_lead"], teams["salesperson"]) == ([jakarta], [bandung], [])
    assert {jakarta, bandung} <= {*teams["manager"]}
    assert not {jakarta, bandung} & {*teams["foreigner"]}


def test_history_is_captured_by_administrators(login, clients):
    counts = attempt(clients[login], "sales.interaction", "action_backfill", date_from="2100-01-01")
    assert counts == ({"created": 0, "skipped": 0} if login in ("manager", "foreigner") else None)


def test_log_on_somebody_elses_lead(clients, world):
    """The wizard logs as the person who uses it."""
    lead = world["records"]["crm.lead"]
    for login, client in clients.items():
        if login not in SALES | {"foreigner"}:
            continue
        log = attempt(client, "sales.interaction.log", "create", vals_list=[{"lead_id": lead, "note": "By RPC"}])
        logged = log and attempt(client, "sales.interaction.log", "action_log", ids=log)
        assert bool(logged) == (login in OWN), login


def test_metric_sums_what_the_caller_may_see(clients, world):
    """2,700 were invoiced: 1,700 by the salesperson, 1,000 by the manager."""
    values = {
        login: attempt(
            clients[login],
            "sales.metric",
            "get_value",
            ids=[world["records"]["sales.metric"]],
            date_from="2000-01-01",
            date_to="2100-01-01",
            user_ids=[world["users"]["salesperson"]],
        )
        for login in LOGINS
    }
    assert values == {
        "salesperson": 1700,
        "peer": 0,
        "lead": 1700,
        "other_lead": 0,
        "manager": 1700,
        "foreigner": None,
        "accountant": None,
        "portal": None,
    }


def test_funnel_counts_what_the_caller_may_see(clients, world):
    """The salesperson has one lead."""
    for login in LOGINS:
        groups = (
            attempt(
                clients[login],
                "sales.funnel.report",
                "formatted_read_group",
                domain=[["user_id", "=", world["users"]["salesperson"]]],
                groupby=["stage_id"],
                aggregates=["reached:sum", "next_step_rate:avg", "median_days:avg"],
            )
            or []
        )
        assert [group["reached:sum"] for group in groups][:1] == [1] * (login in OWN), login


@pytest.mark.parametrize("method", ["_record", "_merge", "_backfill"])
def test_nobody_writes_the_stage_history(method, clients):
    with pytest.raises(Refused, match="rivate"):
        clients["manager"].call("crm.lead.stage.history", method)


COSTS = ("margin", "margin_percent", "purchase_price", "price_source", "price_rule_id", "pricelist_id")


def test_who_compares_and_changes_prices(login, clients, world):
    """Salespeople may, on quotations that they may read or write; nobody learns of costs who may not open one."""
    order = {"ids": [world["records"]["sale.order"]]}
    client = clients[login]
    for method in ("get_price_comparison", "get_price_comparison_screen"):
        grid = attempt(client, "sale.order", method, **order)
        assert bool(grid) == (login in OWN), method
        if grid:
            assert all("margin" in version for version in grid["pricelists"])
    for method, arguments in (
        ("action_use_pricelist", {"pricelist_id": 1}),
        ("action_create_price_options", {"pricelist_ids": []}),
    ):
        allowed = attempt(client, "sale.order", method, **order, **arguments) is not None
        if login not in OWN:
            assert not allowed, method
    option = {"ids": [world["records"]["sale.order.price.option"]]}
    if login not in OWN:
        for method in ("action_apply", "action_decline"):
            assert attempt(client, "sale.order.price.option", method, **option) is None, method


def test_costs_do_not_reach_the_portal(clients):
    for name in COSTS:
        described = attempt(clients["portal"], "sale.order.line", "fields_get", allfields=[name])
        assert not described, name
        assert attempt(clients["portal"], "sale.order.line", "search_read", domain=[], fields=[name]) is None, name


def test_figures_of_a_target(clients, world):
    for login in LOGINS:
        rows = attempt(clients[login], "sales.target", "get_report") or []
        seen = world["records"]["sales.target"] in [row["target_id"] for row in rows]
        assert seen == (login in OWN), login


DEMOGRAPHICS = ("birth_date", "age", "age_band", "gender", "audience_tag_ids")


@pytest.mark.parametrize("name", DEMOGRAPHICS)
def test_demographics_are_for_sales(name, login, clients, world):
    """Whoever may not read who a person is can't find it out by searching, grouping, exporting or describing either."""
    only = [["id", "=", world["person"]]]
    client = clients[login]
    is_reader = login in SALES | {"foreigner"}
    assert bool(attempt(client, "res.partner", "search_read", domain=only, fields=[name])) == is_reader
    assert bool(attempt(client, "res.partner", "search", domain=[*only, [name, "!=", False]])) == is_reader
    if name != "age":  # which its bands group by
        by = "birth_date:month" if name == "birth_date" else name
        groups = attempt(
            client, "res.partner", "formatted_read_group", domain=only, groupby=[by], aggregates=["__count"]
        )
        assert bool(groups) == is_reader
    assert (
        bool(attempt(client, "res.partner", "web_read", ids=[world["person"]], specification={name: {}})) == is_reader
    )
    described = attempt(client, "res.partner", "fields_get", allfields=[name], attributes=["string"])
    assert bool(described) == is_reader
    if not is_reader:
        for method, arguments in (
            ("write", {"ids": [world["person"]], "vals": {name: False}}),
            ("export_data", {"ids": [world["person"]], "fields_to_export": [name]}),
            ("search", {"domain": [[f"child_ids.{name}", "!=", False]]}),
        ):
            assert attempt(client, "res.partner", method, **arguments) is None, method


def test_audience_counts_what_the_caller_may_see(clients, world):
    """One order of 1,000 of the salesperson's by the one member."""
    sales = {}
    for login in LOGINS:
        rows = attempt(
            clients[login],
            "sales.audience",
            "read",
            ids=[world["records"]["sales.audience"]],
            fields=["member_count", "sales"],
        )
        sales[login] = rows and (rows[0]["member_count"], rows[0]["sales"])
    assert sales == {
        "salesperson": (1, 1000),
        "peer": (1, 0),
        "lead": (1, 1000),
        "other_lead": (1, 0),
        "manager": (1, 1000),
        "foreigner": None,
        "accountant": None,
        "portal": None,
    }


def test_audience_does_not_reach_further_than_its_reader(clients):
    for domain in ("[('credit', '>', 0)]", "[('child_ids', 'any', [('credit', '>', 0)])]", "__import__('os')"):
        with pytest.raises(Refused, match="can't be used"):
            clients["manager"].call("sales.audience", "create", vals_list=[{"name": "Sly", "domain": domain}])


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
