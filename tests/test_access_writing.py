"""Whoever may write or call what, and nobody else: every stored field of the addons by every door, every method.

Tried as each role inside a server process, by the dispatch of RPC and without keeping anything; a sample of each goes
over RPC itself. What may be done stands in tests/access_table.py. With ACCESS_TABLE=1, each field is tried by itself as
each role, and every method is called, with senseless arguments and over the network too.
"""

import xmlrpc.client

import pytest

from tests.access_table import ARGUMENTS, CHANGES, ENTERED, GIVEN, IS_THOROUGH, ROLES, roles_by_name
from tests.client import Refused
from tests.new_records import CREATE
from tests.processes import run_inside

TABLE = "tests/access_table.py"
# Some minutes, so that it is asked for.
thorough = pytest.mark.skipif(not IS_THOROUGH, reason="takes some minutes; ACCESS_TABLE=1 runs it")
# Of what the world has none yet; their own tests try them: what changed settings, erasures and claimed charges leave
# behind, the dialog of an erasure, the bridge between visits and books, which needs a whole story, and a website's
# visits.
WITHOUT_RECORD = {
    "sales.company.setting",
    "sales.dunning.charge.report",
    "sales.erase",
    "sales.erasure",
    "sales.reconciliation.report",
    "sales.website.traffic",
}
# Who calls with what no client sends: whoever is let furthest in.
HOSTILE_ROLES = ("manager",)
# Wizards of Odoo that the addons add a check to: their own tests make them.
WIZARDS_OF_ODOO = {"account.move.reversal"}


@pytest.fixture(scope="module")
def records(world):
    """Id of a record by model: those of the world, and what every database has."""
    return world["records"] | {
        "res.partner": world["customer"],
        "res.company": world["company"],
        "crm.team": world["teams"]["jakarta"],
        "res.users": world["users"]["peer"],
    }


@pytest.fixture(scope="module")
def new_values(world):
    """Values of a new record by model."""
    order = world["records"]["thin quotation"]
    return {model: make(world) for model, make in CREATE.items()} | {
        "account.move": {"move_type": "out_invoice", "partner_id": world["customer"]},
        "crm.lead": {"name": "New"},
        "crm.team": {"name": "New"},
        "mail.message": {"model": "sale.order", "res_id": order, "body": "New", "message_type": "comment"},
        "res.partner": {"name": "New"},
        "sale.order": {"partner_id": world["customer"]},
        "sale.order.line": {"order_id": order, "product_id": world["product"]},
        "sales.handover": {"leaver_id": world["users"]["seller"]},
        "sales.visit.report": {},
        "utm.medium": {"name": "New"},
    }


@pytest.fixture(scope="module")
def users(world):
    return {role: world["users"][role] for role in ROLES}


@pytest.fixture(scope="module")
def fields(populated, users, records, new_values):
    """What tests/scripts/fields_written.py found, by model."""
    found = run_inside(populated[0], "fields_written", users, records, new_values, _listed(), IS_THOROUGH)
    return {result["model"]: result for result in found}


@pytest.fixture(scope="module")
def methods(populated, world, users, records, new_values):
    """What tests/scripts/methods_called.py found."""
    if not IS_THOROUGH:
        pytest.skip("takes some minutes; ACCESS_TABLE=1 runs it")
    arguments = {name: make(world) for name, make in ARGUMENTS.items()}
    return run_inside(populated[0], "methods_called", users, records, new_values, arguments, HOSTILE_ROLES)


def _listed():
    """The names of the fields that the table lets people enter, by model."""
    return {
        model: [*roles_by_name(ENTERED.get(model, ())), *GIVEN.get(model, "").split()]
        for model in ENTERED.keys() | GIVEN.keys()
    }


def _guarded(model, result):
    """A field that nobody may set and that takes text: of one for many records, Odoo itself makes a bug."""
    return next(
        (
            name
            for name, kind in result["fields"].items()
            if name not in _listed().get(model, ()) and kind not in ("one2many", "many2many")
        ),
        None,
    )


def _assert_none(problems):
    assert not problems, "\n".join(problems)


def test_every_model_has_a_record(fields):
    _assert_none([
        f"No record of {model}: make one in tests/scripts/world.py, so that its fields are tried."
        for model, result in fields.items() if not result["has_record"] and model not in WITHOUT_RECORD
    ])  # fmt: skip


def test_fields_that_nobody_may_set(fields):
    listed = _listed()
    _assert_none([
        f"{model}.{name} can be set by {door} as {', '.join(roles)}. If people enter it, list it in ENTERED of "
        f"{TABLE} with those who may (GIVEN, if only with a new record); else make it read-only under "
        "sales.guarded.mixin."
        for model, result in fields.items()
        for door, opened in result.get("let_in", {}).items()
        for name, roles in opened.items() if name not in listed.get(model, ())
    ])  # fmt: skip


def test_fields_that_some_may_enter(fields):
    problems = []
    for model, result in fields.items():
        entered, written = roles_by_name(ENTERED.get(model, ())), result.get("let_in", {}).get("write", {})
        for name, roles in entered.items():
            if more := set(written.get(name, ())) - roles:
                problems.append(f"{model}.{name} can be written as {', '.join(sorted(more))}, against {TABLE}.")
            if name not in written:
                problems.append(f"{model}.{name}: nobody can write it. Take it out of ENTERED of {TABLE}.")
        for name in GIVEN.get(model, "").split():
            if roles := written.get(name):
                problems.append(f"{model}.{name} can be changed as {', '.join(roles)}: GIVEN says it can't.")
    _assert_none(problems)


def test_the_table_names_fields_that_exist(fields):
    _assert_none([
        f"{model}.{name} is in {TABLE}, but no stored field of the addons."
        for model, names in _listed().items()
        for name in names if name not in fields.get(model, {"fields": ()})["fields"]
    ])  # fmt: skip


def test_no_field_ends_in_a_traceback(fields):
    _assert_none([f"{model}: {failure}" for model, result in fields.items() for failure in result.get("failures", ())])


def test_methods_change_what_the_table_says(methods):
    problems = []
    for result in methods:
        model, method = result["model"], result["method"]
        allowed = roles_by_name(CHANGES.get(model, ())).get(method, set())
        problems += [
            f"{model}.{method}() changes {', '.join(tables)} as {role}. If it may, list it in CHANGES of {TABLE}."
            for role, tables in result["changes"].items() if role not in allowed
        ]  # fmt: skip
        if allowed and not result["changes"]:
            problems.append(f"{model}.{method}() changes nothing for anybody. Take it out of CHANGES of {TABLE}.")
    _assert_none(problems)


def test_methods_tell_nothing_about_records_out_of_reach(methods):
    _assert_none([
        f"{result['model']}.{result['method']}() tells {', '.join(result['told'])} about a record that they may not "
        "read. Check the access to it first."
        for result in methods if result["told"]
    ])  # fmt: skip


def test_no_call_ends_in_a_traceback(methods):
    _assert_none(
        [f"{result['model']}.{result['method']}() {failure}" for result in methods for failure in result["failures"]]
    )


def test_every_method_was_called(methods):
    _assert_none([
        f"{result['model']}.{result['method']}() could not be called: give its model a record in "
        "tests/scripts/world.py, or values in tests/new_records.py."
        for result in methods if not result["is_tried"] and result["model"] not in WIZARDS_OF_ODOO | WITHOUT_RECORD
    ])  # fmt: skip


def test_the_table_names_methods_that_exist(methods):
    known = {f"{result['model']}.{result['method']}" for result in methods}
    named = {f"{model}.{name}" for model, rows in CHANGES.items() for name in roles_by_name(rows)}
    assert not (named | ARGUMENTS.keys()) - known


@pytest.mark.parametrize("role", ["manager", "salesperson", "portal"])
def test_sample_over_json(role, fields, records, clients):
    """One field of each model that nobody may set, by the network."""
    for model, result in fields.items():
        name = _guarded(model, result)
        if name and result["has_record"]:
            with pytest.raises(Refused) as refusal:
                clients[role].call(model, "write", ids=[records[model]], vals={name: "2031-01-01"})
            assert refusal.value.status in (403, 422), f"{model}.{name}"


@thorough
def test_methods_over_json(methods, records, clients):
    """Each method by the network as a customer: answered or refused as inside the server."""
    for result in methods:
        model, method = result["model"], result["method"]
        if model not in records or method in ("action_backfill", *(name.rpartition(".")[2] for name in ARGUMENTS)):
            continue
        try:
            clients["portal"].call(model, method, ids=[records[model]])
            is_answered = True
        except Refused as refusal:
            assert refusal.status in (403, 404, 422), f"{model}.{method}"
            is_answered = False
        if is_answered:
            assert "portal" in result["answers"], f"{model}.{method}"


def test_sample_over_xml_rpc(server, world, fields, records):
    proxy = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)
    for model in ("sales.promise", "sales.visit", "sales.commission.statement", "sales.commission.entry", "sale.order"):
        name = _guarded(model, fields[model])
        with pytest.raises(xmlrpc.client.Fault) as refusal:
            proxy.execute_kw(
                server.database,
                world["users"]["manager"],
                "manager",
                model,
                "write",
                [[records[model]], {name: "2031-01-01"}],
            )
        assert "Traceback" not in refusal.value.faultString, f"{model}.{name}"
