"""Confirming orders and posting invoices, with the suite installed against without it.

Arguments: the database with the suite, the database without.
"""

import sys
from functools import partial

from odoo.fields import Command

from dev.benchmarks import measure

DOCUMENTS = measure.number("BENCH_DOCUMENTS", 200)
ROUNDS = measure.number("BENCH_ROUNDS", 9)


def prepare(env):
    partners = env["res.partner"].create([{"name": f"Customer {index}"} for index in range(20)])
    products = env["product.product"].create(
        [{"name": f"Product {index}", "list_price": 10 + index, "invoice_policy": "order"} for index in range(10)]
    )
    orders = env["sale.order"].create(
        [
            {
                "partner_id": partners[index % 20].id,
                "order_line": [
                    Command.create({"product_id": products[(index + line) % 10].id, "product_uom_qty": 1 + line})
                    for line in range(5)
                ],
            }
            for index in range(DOCUMENTS)
        ]
    )
    env.flush_all()
    return orders


def confirm(orders):
    for order in orders:
        order.action_confirm()
        order.env.flush_all()


def post(invoices):
    for invoice in invoices:
        invoice.action_post()
        invoice.env.flush_all()


class Flows:
    """Both flows in one database; every round starts from the same state, since it is rolled back."""

    def __init__(self, database):
        self.database = database
        self.statements = {}

    def seconds(self, flow):
        with measure.environment(self.database) as env:
            orders = prepare(env)
            if flow is post:
                confirm(orders)
                records = orders._create_invoices(grouped=True)
                env.flush_all()
            else:
                records = orders
            before = env.cr.sql_log_count
            seconds = measure.timed(lambda: flow(records))
            self.statements[flow] = env.cr.sql_log_count - before
            return seconds


def main():
    measure.configure()
    suite, plain = (Flows(database) for database in sys.argv[1:3])
    rows = []
    for flow, what in ((confirm, "confirm %d orders"), (post, "post %d invoices")):
        ours, theirs, ratio = measure.in_turn(ROUNDS, partial(suite.seconds, flow), partial(plain.seconds, flow))
        rows.append([what % DOCUMENTS, ours, theirs, ratio])
        rows.append(
            [
                f"{what % DOCUMENTS}: SQL statements",
                suite.statements[flow],
                plain.statements[flow],
                suite.statements[flow] / plain.statements[flow],
            ]
        )
    measure.report(rows)


if __name__ == "__main__":
    main()
