"""Who reads what of the addons: every field of theirs, and what lists, groups and searches ask of every model.

Tried as each role inside a server process, by the dispatch of RPC. Who may read stands in tests/access_table.py;
with ACCESS_TABLE=1, every field is also grouped, summed and exported.
"""

import pytest

from tests.access_table import AUTHORS, FIGURES, FINDS, HIDDEN, IS_THOROUGH, READ, ROLES, SELLERS, roles_by_name
from tests.processes import run_inside

TABLE = "tests/access_table.py"
pytestmark = pytest.mark.skipif(not IS_THOROUGH, reason="takes some minutes; ACCESS_TABLE=1 runs the tests")


@pytest.fixture(scope="module")
def models(populated, world):
    """What tests/scripts/fields_read.py found, by model."""
    documents = {
        name: world["records"][name] for name in ("account.move", "crm.lead", "mail.message", "sale.order.line")
    }
    documents |= {
        "res.company": world["company"],
        "res.partner": world["customer"],
        "res.users": world["users"]["salesperson"],
        "sale.order": world["records"]["thin quotation"],
    }
    users = {role: world["users"][role] for role in ROLES}
    found = run_inside(populated[0], "fields_read", users, documents, IS_THOROUGH)
    return {result["model"]: result for result in found}


def _assert_none(problems):
    assert not problems, "\n".join(problems)


def _finders(result):
    default = AUTHORS if result["is_transient"] else SELLERS
    return FINDS.get(result["model"], default)


def test_who_finds_records(models):
    _assert_none([
        f"{model} is found by {', '.join(sorted(more))}. If they may, list them in FINDS of {TABLE}."
        for model, result in models.items()
        if result["is_ours"] and (more := set(result["finds"]) - _finders(result))
    ])  # fmt: skip


def test_fields_of_our_models(models):
    """All of a record are for whoever finds it, except what the table hides."""
    problems = []
    for model, result in models.items():
        for name, field in result["fields"].items() if result["is_ours"] else ():
            allowed = HIDDEN.get(f"{model}.{name}", set(result["finds"]))
            if more := set(field["may"]) - allowed:
                problems.append(f"{model}.{name} can be read as {', '.join(sorted(more))}, against {TABLE}.")
            if missing := (set(result["finds"]) & allowed) - set(field["may"]):
                problems.append(f"{model}.{name} can't be read as {', '.join(sorted(missing))}: list it in HIDDEN.")
    _assert_none(problems)


def test_fields_on_models_of_odoo(models):
    problems = []
    for model, result in models.items():
        allowed = roles_by_name(READ.get(model, ()))
        for name, field in result["fields"].items() if not result["is_ours"] else ():
            if more := set(field["may"]) - allowed.get(name, set()):
                problems.append(
                    f"{model}.{name} can be read as {', '.join(sorted(more))}. If they may, list it in READ of "
                    f"{TABLE}; else give the field groups."
                )
    _assert_none(problems)


def test_figures_on_contacts(models):
    """A number that is computed from documents says something only to those who may read them."""
    problems = []
    for name, field in models["res.partner"]["fields"].items():
        if not field["is_stored"] and name in FIGURES and (more := set(field["finds"]) - FIGURES[name]):
            problems.append(f"res.partner.{name} tells {', '.join(sorted(more))} about documents out of their reach.")
        if not field["is_stored"] and name not in FIGURES and field["finds"]:
            problems.append(f"res.partner.{name} says something: list in FIGURES of {TABLE} to whom it may.")
    _assert_none(problems)
    assert set(models["res.partner"]["fields"]["visit_count"]["finds"]) == SELLERS


def test_forms_take_no_record_out_of_reach(models):
    """What is related to it would be told before anything is saved."""
    _assert_none([
        f"{model}.{name} takes a record that {role} may not read. Let the model inherit sales.onchange.mixin."
        for model, result in models.items() for name, role in result["leaks"]
    ])  # fmt: skip


def test_nothing_ends_in_a_traceback(models):
    _assert_none([f"{model}: {failure}" for model, result in models.items() for failure in result["failures"]])


def test_the_table_names_what_exists(models):
    fields = {f"{model}.{name}" for model, result in models.items() for name in result["fields"]}
    named = {f"{model}.{name}" for model, rows in READ.items() for name in roles_by_name(rows)}
    _assert_none(sorted((named | HIDDEN.keys()) - fields))
    assert not FINDS.keys() - models.keys()
