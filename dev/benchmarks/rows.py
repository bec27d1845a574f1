"""How many SQL statements each list and each set of cards of the menus takes for a few records and for many.

A query for each record shows as one statement more for each. Prints a JSON list of rows: login, screen, and for the
short page and the long one the records that it has and the statements that it took.

Argument: a company of size.
"""

import json
import sys

from dev.benchmarks import measure
from dev.benchmarks.screens import LOGINS, Client
from tests.screens import ACTION_FIELDS, Screen, actions_of_menus

PAGES = (10, 200)


class CountedScreen(Screen):
    """A screen that knows how many records its last page had."""

    records = 0

    def call(self, method, **arguments):
        result = super().call(method, **arguments)
        if method == "web_search_read":
            self.records = len(result["records"])
        return result


def count(env, screen, kind, page):
    """The records of a page and the statements that opening it takes, with warm caches of what does not change."""
    screen.page = page
    for _round in range(2):
        env.invalidate_all()
        before = env.cr.sql_log_count
        screen.open_view(kind, screen.domain, [])  # no filter: the more records
        statements = env.cr.sql_log_count - before
    return screen.records, statements


def main():
    measure.configure()
    rows = []
    with measure.environment(sys.argv[1]) as env:
        for login in LOGINS:
            user = env["res.users"].search([("login", "=", login)])
            context = {"lang": "en_US", "tz": "UTC", "allowed_company_ids": user.company_id.ids}
            client = Client(env(user=user.id, context=context))
            actions = env["ir.actions.act_window"].browse(sorted(actions_of_menus(client)))
            for action in actions.read(ACTION_FIELDS):
                screen = CountedScreen(client, action, user.id)
                for kind in {"list", "kanban"} & screen.views.keys():
                    pages = [count(env, screen, kind, page) for page in PAGES]
                    rows.append([login, f"{action['name']}: {kind}", *pages])
    json.dump(rows, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
