"""Fixtures of the black-box tests: a real server with workers, and clients that see it only from outside."""

import pytest

from dev import databases, odoo, postgres
from tests.client import Client

DATABASE = "sales_blackbox"

MAKE_KEY = """
from datetime import timedelta
from odoo import fields
user = env["res.users"].search([("login", "=", {login!r})])
credential = {{"type": "password", "login": {login!r}, "password": {password!r}}}
assert env["res.users"].authenticate(credential, {{"interactive": False}})["uid"] == user.id
key = env["res.users.apikeys"].with_user(user).sudo()._generate(
    "rpc", "black-box tests", fields.Datetime.now() + timedelta(days=1))
env.cr.commit()
print(key)
"""


@pytest.fixture(scope="session")
def prepared():
    """Name of the database with the three addons and no demo data; copy it, do not change it."""
    databases.ensure_prepared(postgres.TEST)
    return databases.PREPARED


@pytest.fixture
def fresh_database(prepared):
    """A copy of the prepared database for tests that break or remove things."""
    name = f"{DATABASE}_fresh"
    odoo.duplicate(prepared, name, postgres.TEST)
    yield name
    odoo.drop(name, postgres.TEST)


@pytest.fixture(scope="session")
def server(prepared):
    """A running Odoo with two workers and a cron process, on its own copy of the prepared database."""
    odoo.duplicate(prepared, DATABASE, postgres.TEST)
    running = odoo.Server(DATABASE, postgres.TEST, odoo.free_port(), "black-box-server")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def run_odoo_shell(server):
    """Runs Python code with `env` in the server's database, in a process of its own; returns what it printed.

    The code commits by itself (`env.cr.commit()`) if it wants to.
    """
    return lambda code, database=server.database: odoo.shell(database, code, postgres.TEST)


@pytest.fixture(scope="session")
def rpc(server, run_odoo_shell):
    """`rpc(login, password)` is a client for that user; it makes an API key once per user."""
    clients = {}

    def client(login, password):
        if login not in clients:
            key = run_odoo_shell(MAKE_KEY.format(login=login, password=password)).strip()
            clients[login] = Client(server.url, server.database, key)
        return clients[login]

    return client
