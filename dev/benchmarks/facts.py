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


def main():
    measure.configure()
    database = sys.argv[1]
    with measure.environment(database, commit=True) as env:
        generator.generate(env, FACTS)
    rows = []
    for basis, (model, day, user, amount, domain) in CUTS.items():
        ours = ("sales.achievement", "day", "user_id", "amount", Domain("basis", "=", basis))
        theirs = (model, day, user, amount, domain)
        totals = []

        def seconds(arguments, totals=totals):
            with measure.environment(database) as env:
                return measure.timed(lambda: totals.append(round(sum(row[2] for row in cut(env, *arguments)))))

        our_time, their_time, ratio = measure.in_turn(
            ROUNDS,
            lambda arguments=ours, run=seconds: run(arguments),
            lambda arguments=theirs, run=seconds: run(arguments),
        )
        if len(set(totals)) != 1:
            raise SystemExit(f"{basis}: the reports disagree on the total: {set(totals)}")
        rows.append([f"a year by month and salesperson, {basis}, against {model}", our_time, their_time, ratio])
    measure.report(rows)


if __name__ == "__main__":
    main()
