"""Selecting and grouping what is due for reminders, against the credit control run of OCA's account_credit_control.

Both start from the same open items, none of them reminded yet: ours tells whom to remind and opens their accounts,
theirs computes its credit control lines. Theirs takes so long that it runs once, ours three times.

Argument: a database with the suite and account_credit_control.
"""

import statistics
import sys

from odoo.fields import Command

from dev.benchmarks import generator, measure

ITEMS = measure.number("BENCH_RECEIVABLES", 100_000)
CUSTOMERS = measure.number("BENCH_DEBTORS", 10_000)
ROUNDS = 3


def select(env):
    """The customers to be reminded."""
    due, _covered, proposed = env["sales.dunning.account"]._selected(env.company)
    return len(due) + proposed


def credit_control(env):
    """The customers of the credit control lines of a run, with the levels that the addon brings."""
    policy = env.ref("account_credit_control.credit_control_3_time")
    policy.account_ids = [Command.set(env["account.account"].search([("account_type", "=", "asset_receivable")]).ids)]
    env.company.credit_policy_id = policy
    run = env["credit.control.run"].create(
        {"date": env.company._sales_today(), "policy_ids": [Command.set(policy.ids)], "company_id": env.company.id}
    )
    run.generate_credit_lines()
    env.flush_all()
    return len(run.line_ids.partner_id)


def measured(database, engine):
    """Seconds, SQL statements and customers of one run, which is undone."""
    found = []
    with measure.environment(database) as env:
        env.company.id  # noqa: B018 - warms up
        cost = measure.cost(env, lambda: found.append(engine(env)))
    return cost.cpu, cost.statements, found[0]


def main():
    measure.configure()
    database = sys.argv[1]
    with measure.environment(database, commit=True) as env:
        generator.generate_receivables(env, CUSTOMERS, ITEMS)
    runs = [measured(database, select) for _round in range(ROUNDS)]
    seconds = statistics.median(run[0] for run in runs)
    _seconds, statements, found = runs[-1]
    their_seconds, their_statements, their_found = measured(database, credit_control)
    if not found or not their_found:
        raise SystemExit(f"Nobody is due: {found} customers here, {their_found} there.")
    what = f"who of {CUSTOMERS:,} customers with {ITEMS:,} open items is due, against account_credit_control"
    measure.report_ratios(
        [
            [what, seconds, their_seconds, seconds / their_seconds],
            [f"{what}: SQL statements", statements, their_statements, statements / their_statements],
        ]
    )


if __name__ == "__main__":
    main()
