"""The demo data loads, and every screen of the addons opens on it for each of the demo's people."""

import time
from types import SimpleNamespace

import pytest

from dev import odoo, postgres
from dev.demo import LOAD_DEMO_DATA
from dev.paths import ADDONS
from tests.processes import make_clients, run_inside
from tests.screens import ACTION_FIELDS, Screen, actions_of_menus

DATABASE = "sales_blackbox_demo"
DATABASE_WITH_GOODS = "sales_blackbox_demo_goods"
LOGINS = ("admin", "sari", "budi", "wayan", "rina", "agus", "dewi", "maya")


@pytest.fixture(scope="module")
def demo(prepared):
    """A server on a database with demo data: clients by login, and the window actions of the addons."""
    odoo.duplicate(prepared, DATABASE, postgres.TEST)
    start = time.monotonic()
    odoo.shell(DATABASE, LOAD_DEMO_DATA.format(addons=ADDONS), postgres.TEST)
    print(f"\nThe demo data was loaded in {time.monotonic() - start:.0f} s.")
    server = odoo.Server(DATABASE, postgres.TEST, odoo.free_port(), "black-box-demo-server")
    server.start()
    clients = make_clients(server)
    ids = clients["admin"].call(
        "ir.model.data",
        "search_read",
        domain=[["module", "in", ADDONS], ["model", "=", "ir.actions.act_window"]],
        fields=["res_id"],
    )
    actions = clients["admin"].call(
        "ir.actions.act_window", "read", ids=[row["res_id"] for row in ids], fields=ACTION_FIELDS
    )
    yield SimpleNamespace(server=server, clients=clients, actions=actions)
    server.stop()
    odoo.drop(DATABASE, postgres.TEST)


@pytest.mark.parametrize("login", LOGINS)
def test_every_screen_opens(demo, login):
    client = demo.clients[login]
    [user] = client.call("res.users", "search_read", domain=[["login", "=", login]], fields=["id"])
    [groups] = demo.clients["admin"].call("res.users", "read", ids=[user["id"]], fields=["all_group_ids"])
    readable = [
        action
        for action in demo.actions
        if (not action["group_ids"] or {*action["group_ids"]} & {*groups["all_group_ids"]})
        and client.call(action["res_model"], "has_access", operation="read")
    ]
    for action in readable:
        try:
            Screen(client, action, user["id"]).open()
        except Exception as error:
            raise AssertionError(f"{action['name']} ({action['res_model']}): {error}") from error
    refused = {action["id"] for action in demo.actions} - {action["id"] for action in readable}
    in_menus = actions_of_menus(client)
    assert in_menus
    assert not in_menus & refused, "a menu leads to what the user may not read"


def test_inventory_and_point_of_sale_after_the_demo_data(demo):
    """Installed afterwards, they find confirmed orders of goods in a company that is not the first."""
    odoo.duplicate(DATABASE, DATABASE_WITH_GOODS, postgres.TEST)
    try:
        odoo.install(DATABASE_WITH_GOODS, ["point_of_sale"], postgres.TEST, "black-box-demo-goods")
        goods = run_inside(DATABASE_WITH_GOODS, "demo_goods")
    finally:
        odoo.drop(DATABASE_WITH_GOODS, postgres.TEST)
    assert goods.pop("orders") > 0
    assert goods == {"without_warehouse": 0, "shipped_from": ["Jakarta"]}
