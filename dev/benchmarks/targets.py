"""Targets of every person for each of the last twelve months, against core's invoice report grouped the same way.

Arguments: the database to fill.
"""

import sys

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Domain

from dev.benchmarks import generator, measure

FACTS = measure.number("BENCH_FACTS", 2_000_000)
ROUNDS = measure.number("BENCH_ROUNDS", 9)
MONTHS = 12


def prepare(env):
    """A target for each salesperson and each of the last months; returns at once if they are there."""
    generator.generate(env, FACTS)
    targets = env["sales.target"]
    if targets.search_count([], limit=1):
        return
    first = fields.Date.start_of(env.company._sales_today(), "month")
    people = env["res.users"].search([("login", "=like", "p%"), ("name", "=like", "Person %")])
    targets.with_context(tracking_disable=True, mail_create_nosubscribe=True, mail_create_nolog=True).create(
        [
            {
                "metric_id": env.ref("sales_tracking.metric_invoiced").id,
                "user_id": person.id,
                "date_from": first - relativedelta(months=months),
                "date_to": first - relativedelta(months=months - 1, days=1),
                "amount": 10000,
            }
            for person in people
            for months in range(MONTHS)
        ]
    )
    env.flush_all()
    generator.vacuum(env, "sales_target")


def targets_report(env):
    return sum(row["actual"] for row in env["sales.target.report"]._get_figures(env["sales.target"].search([])))


def invoice_report(env):
    domain = Domain("state", "=", "posted") & Domain("move_type", "in", ("out_invoice", "out_refund"))
    domain &= Domain("invoice_date", ">=", f"=1d -{MONTHS - 1}m") & Domain("invoice_date", "<=", "today")
    rows = env["account.invoice.report"]._read_group(
        domain, ["invoice_date:month", "invoice_user_id"], ["price_subtotal:sum"]
    )
    return sum(row[2] for row in rows)


def compare(database, people, splits):
    totals = set()

    def seconds(report):
        with measure.environment(database) as env:
            if not splits:
                generator.drop_splits(env)
            return measure.timed(lambda: totals.add(round(report(env))))

    figures = measure.in_turn(ROUNDS, lambda: seconds(targets_report), lambda: seconds(invoice_report))
    if len(totals) != 1:
        raise SystemExit(f"The reports disagree on the total: {totals}")
    shared = "one order of fifty shared" if splits else "no order shared"
    what = f"attainment of {people} people × {MONTHS} months, {shared}, against account.invoice.report"
    return [what, *figures]


def main():
    measure.configure()
    database = sys.argv[1]
    with measure.environment(database, commit=True) as env:
        prepare(env)
        people = env["sales.target"].search_count([]) // MONTHS
    measure.report([compare(database, people, splits) for splits in (False, True)])


if __name__ == "__main__":
    main()
