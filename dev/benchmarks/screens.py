"""Every action of the menus as a salesperson, a team lead, a manager and an accountant open it: what each view costs.

Each view loads its first page as the web client does, and each form one record; pivots are asked for all their
measures. Times are processor time of Odoo and PostgreSQL together, with warm caches: the second of two openings.

Arguments: a company of size.
"""

import re
import sys
import traceback

from psycopg2.errors import QueryCanceled

from odoo.service.model import call_kw

from dev.benchmarks import measure
from tests.screens import ACTION_FIELDS, Screen, actions_of_menus

LOGINS = ("p1", "p0", "manager", "accountant")
SHOWN = measure.number("BENCH_SCREENS", 10)
BUDGET = 0.2
LONG = 5
PATIENCE = 60


class Client:
    """The calls of the web client, made inside this process."""

    def __init__(self, env):
        self.env = env

    def call(self, model, method, **arguments):
        of_the_model = getattr(getattr(type(self.env[model]), method), "_api_model", False)
        return call_kw(self.env[model], method, [] if of_the_model else [arguments.pop("ids", [])], arguments)


class Opened:
    """A view of a screen, and what it took to open it."""

    def __init__(self, login, name, cost, statements):
        self.login, self.name, self.cost = login, name, cost
        self.statements = statements


def open_screens(env, login):
    user = env["res.users"].search([("login", "=", login)])
    client = Client(
        env(user=user.id, context={"lang": "en_US", "tz": "UTC", "allowed_company_ids": user.company_id.ids})
    )
    actions = env["ir.actions.act_window"].browse(sorted(actions_of_menus(client)))
    for action in actions.read(ACTION_FIELDS):
        screens = []
        yield measured(
            client, login, f"{action['name']}: views", lambda a=action, s=screens: s.append(Screen(client, a, user.id))
        )
        screen = screens[-1]
        for kind in screen.views:
            if kind != "search":
                name = f"{action['name']}: {kind}"
                yield measured(client, login, name, lambda k=kind, s=screen: s.open_view(k, *s.defaults()))


def measured(client, login, name, action):
    """Open once for the caches, then count; what takes long is not opened twice. A failure is told."""
    statements = measure.Statements()
    try:
        for _round in range(2):
            client.env.invalidate_all()
            statements = measure.Statements()
            with client.env.cr.savepoint(), statements.watching():
                cost = measure.cost(client.env, action)
            if cost.seconds > LONG:
                break
    except QueryCanceled:
        return Opened(login, f"{name} (given up)", measure.Cost(PATIENCE, 0, PATIENCE, 0), statements)
    except Exception as error:
        traceback.print_exc()
        return Opened(login, f"{name} (failed: {error})", measure.Cost(0, 0, 0, 0), statements)
    return Opened(login, name, cost, statements)


def main():
    measure.configure()
    opened = []
    with measure.environment(sys.argv[1]) as env:
        env.cr.execute("SET statement_timeout = %s", [1000 * PATIENCE])
        for login in LOGINS:
            for view in open_screens(env, login):
                opened.append(view)
                if view.cost.cpu > BUDGET:
                    print(view.login, view.name, *view.cost, file=sys.stderr, flush=True)
    opened.sort(key=lambda view: -view.cost.cpu)
    over = sum(view.cost.cpu > BUDGET for view in opened)
    failed = [view for view in opened if "(failed" in view.name]
    measure.report(
        ["who", "screen", "seconds", "of them PostgreSQL", "statements", "slowest statement", "at most"],
        [
            ["all", f"{len(opened)} views, of which over the budget", str(over), "", "", "", "0"],
            *(
                [
                    view.login, view.name, f"{view.cost.cpu:.2f}", f"{view.cost.postgres:.2f}",
                    str(view.cost.statements),
                    f"{view.statements.seconds:.2f}: `{short(view.statements.query)}`", f"{BUDGET}",
                ]
                for view in failed + opened[:SHOWN]
            ),
        ],
    )  # fmt: skip


def short(query):
    return re.sub(r"\s+", " ", query).strip()[:100].replace("|", "/").replace("`", "'")


if __name__ == "__main__":
    main()
