"""Confirming orders and posting invoices, with the suite installed against without it, by processor time.

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
    """Both flows in one database; each run starts from the same state, since the one before is undone."""

    def __init__(self, env):
        to_bill = prepare(env)
        confirm(to_bill)
        self.records = {confirm: prepare(env), post: to_bill._create_invoices(grouped=True)}
        self.statements = {}
        env.flush_all()
        # As in a database that runs: without statistics PostgreSQL reads whole tables for each document.
        env.cr.execute("ANALYZE sale_order, sale_order_line, account_move, account_move_line")

    def seconds(self, flow):
        records = self.records[flow]
        env = records.env
        with env.cr.savepoint(flush=False) as savepoint:
            cost = measure.cost(env, lambda: flow(records))
            self.statements[flow] = cost.statements
            savepoint.rollback()
        env.invalidate_all(flush=False)
        return cost.cpu


def compare(flow, what, rounds, suite, plain):
    figures = measure.in_turn(rounds, partial(suite.seconds, flow), partial(plain.seconds, flow))
    ours, theirs = suite.statements[flow], plain.statements[flow]
    return [[what, *figures], [f"{what}: SQL statements", ours, theirs, ours / theirs]]


def main():
    measure.configure()
    with measure.environment(sys.argv[1]) as suite_env, measure.environment(sys.argv[2]) as plain_env:
        suite, plain = Flows(suite_env), Flows(plain_env)
        measure.report_ratios(
            [
                # Short runs scatter more, and cost less.
                *compare(confirm, f"confirm {DOCUMENTS} orders", 3 * ROUNDS, suite, plain),
                *compare(post, f"post {DOCUMENTS} invoices", ROUNDS, suite, plain),
            ]
        )


if __name__ == "__main__":
    main()
