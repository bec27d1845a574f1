"""Fixtures of the black-box tests: a real server with workers, and clients that see it only from outside."""

import pytest

from dev import databases, odoo, postgres
from tests.processes import make_clients, run_inside

DATABASE = "sales_blackbox"
POPULATED_DATABASE = "sales_blackbox_populated"
NEIGHBOURS_DATABASE = "sales_blackbox_neighbours"
# Applications that the addons use when they are installed.
NEIGHBOURS = (
    "delivery", "event", "im_livechat", "mass_mailing", "pos_discount", "pos_hr", "point_of_sale", "sale_loyalty",
    "sale_stock", "sms", "website_crm", "website",
)  # fmt: skip


@pytest.fixture(scope="session")
def prepared():
    """Name of the database with the three addons and no demo data; copy it, do not change it."""
    databases.ensure_prepared(postgres.TEST)
    return databases.PREPARED


@pytest.fixture(scope="session")
def neighbours(prepared):
    """Name of a database with the three addons and the applications that they use without requiring them."""
    odoo.duplicate(prepared, NEIGHBOURS_DATABASE, postgres.TEST)
    odoo.install(NEIGHBOURS_DATABASE, NEIGHBOURS, postgres.TEST, "black-box-neighbours")
    yield NEIGHBOURS_DATABASE
    odoo.drop(NEIGHBOURS_DATABASE, postgres.TEST)


@pytest.fixture(scope="session")
def populated(prepared):
    """Name of a database with the people and records of tests/scripts/world.py, and their ids; do not change it."""
    odoo.duplicate(prepared, POPULATED_DATABASE, postgres.TEST)
    return POPULATED_DATABASE, run_inside(POPULATED_DATABASE, "world")


@pytest.fixture(scope="session")
def server(populated):
    """A running Odoo with two workers and a cron process, on its own copy of the populated database."""
    odoo.duplicate(populated[0], DATABASE, postgres.TEST)
    running = odoo.Server(DATABASE, postgres.TEST, odoo.free_port(), "black-box-server")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def world(populated):
    """What tests/scripts/world.py made in the server's database: ids by name."""
    return populated[1]


@pytest.fixture(scope="session")
def clients(server, world):
    """A client per login of the world, and of the administrator; the password of each is the login."""
    return make_clients(server)
