"""A year of facts by month and salesperson: sales.achievement against core's own reports over the same lines.

Arguments: the database to fill.
"""

import sys

from odoo.fields import Domain

from dev.benchmarks import generator, measure

FACTS = measure.number("BENCH_FACTS", 2_000_000)
ROUNDS = measure.number("BENCH_ROUNDS", 9)
CUTS = {
    "ordered": ("sale.report", "date", "user_id", "price_subtotal", Domain("state", "=", "sale")),
    "invoiced": (
        "account.invoice.report",
        "invoice_date",
        "invoice_user_id",
        "price_subtotal",
        Domain("state", "=", "posted") & Domain("move_type", "in", ("out_invoice", "out_refund")),
    ),
}


def cut(env, model, day, user, amount, domain):
    limits = Domain(day, ">=", "=1d =1m -1y") & Domain(day, "<", "=1d =1m")
    return env[model]._read_group(domain & limits, [f"{day}:month", user], [f"{amount}:sum"])


def seconds(database, arguments, totals, splits):
    with measure.environment(database) as env:
        if not splits:
            generator.drop_splits(env)
        return measure.timed(lambda: totals.add(round(sum(row[2] for row in cut(env, *arguments)))))


def compare(database, basis, splits):
    model, day, user, amount, domain = CUTS[basis]
    ours = ("sales.achievement", "day", "user_id", "amount", Domain("basis", "=", basis))
    totals = set()
    figures = measure.in_turn(
        ROUNDS,
        lambda: seconds(database, ours, totals, splits),
        lambda: seconds(database, (model, day, user, amount, domain), totals, splits),
    )
    if len(totals) != 1:
        raise SystemExit(f"{basis}: the reports disagree on the total: {totals}")
    shared = "one order of fifty shared" if splits else "no order shared"
    return [f"a year by month and salesperson, {basis}, {shared}, against {model}", *figures]


def main():
    measure.configure()
    database = sys.argv[1]
    with measure.environment(database, commit=True) as env:
        generator.generate(env, FACTS)
    measure.report([compare(database, basis, splits) for basis in CUTS for splits in (False, True)])


if __name__ == "__main__":
    main()
