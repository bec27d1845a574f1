"""A month's commission of 50 people on 100,000 invoice lines, against three things.

These are OCA's settlement wizard on the same lines, a bare INSERT ... SELECT of the same entries, and a second run.

Argument: a database with the suite and account_commission_oca.
"""

import statistics
import sys

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from dev.benchmarks import generator, measure

LINES = measure.number("BENCH_COMMISSION_LINES", 100_000)
ROUNDS = measure.number("BENCH_ROUNDS", 5)
PEOPLE = 50
RATE = 0.05


def prepare(env):
    """Invoices of last month, a plan of ours, and OCA's agents on the same lines."""
    generator.generate(env, 2 * LINES)
    people = env["res.users"].search([("login", "=like", "p%"), ("name", "=like", "Person %")], limit=PEOPLE)
    first = fields.Date.subtract(fields.Date.start_of(env.company._sales_today(), "month"), months=1)
    env.cr.execute(
        SQL(
            """UPDATE account_move
            SET invoice_user_id = (%s::int[])[1 + id %% %s], invoice_date = %s::date + id %% 28, date = invoice_date
            WHERE move_type = 'out_invoice'""",
            people.ids, PEOPLE, first,
        )
    )  # fmt: skip
    env.cr.execute(
        SQL(
            """UPDATE account_move_line line SET invoice_date = move.invoice_date, date = move.date
            FROM account_move move WHERE move.id = line.move_id AND move.move_type = 'out_invoice'"""
        )
    )
    env["sales.credit.split"].search([]).unlink()
    plan = env["sales.commission.plan"].create(
        {
            "name": "Benchmark",
            "version_ids": [
                Command.create(
                    {
                        "date_from": first,
                        "rule_ids": [
                            Command.create(
                                {
                                    "name": "Invoiced",
                                    "metric_id": env.ref("sales_tracking.metric_invoiced").id,
                                    "rate": RATE,
                                }
                            )
                        ],
                    }
                )
            ],
            "assignment_ids": [Command.create({"user_id": user.id, "date_from": first}) for user in people],
        }
    )
    plan.version_ids.action_approve()
    _prepare_oca(env, people.partner_id)
    env.flush_all()
    env.cr.commit()
    for table in ("account_move", "account_move_line", "account_invoice_line_agent"):
        env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


def _prepare_oca(env, agents):
    commission = env["commission"].create({"name": "5 %", "commission_type": "fixed", "fix_qty": 100 * RATE})
    agents.write({"agent": True, "commission_id": commission.id, "settlement": "monthly"})
    env.flush_all()
    env.cr.execute(
        SQL(
            """INSERT INTO account_invoice_line_agent (
                object_id, agent_id, commission_id, amount, invoice_id, invoice_date, settled, company_id
            )
            SELECT
                line.id, person.partner_id, %s, ROUND(line.price_subtotal * %s, 2), move.id, move.invoice_date, FALSE,
                move.company_id
            FROM account_move_line line
            JOIN account_move move ON move.id = line.move_id
            JOIN res_users person ON person.id = move.invoice_user_id
            WHERE line.display_type = 'product' AND move.move_type = 'out_invoice'""",
            commission.id,
            RATE,
        )
    )


def run(env):
    plan = env["sales.commission.plan"].search([("name", "=", "Benchmark")])
    return plan.action_compute(plan.version_ids.date_from)


def settle(env):
    wizard = env["commission.make.settle"].create(
        {"settlement_type": "sale_invoice", "date_to": env.company._sales_today()}
    )
    wizard.action_settle()
    env.flush_all()


def insert(env):
    """The entries once more, as corrections of themselves."""
    entry = env["sales.commission.entry"]
    columns = {
        name: SQL("sequence + 1") if name == "sequence" else SQL.identifier(name)
        for name, field in entry._fields.items()
        if field.store and field.column_type and name != "id"
    }
    env.cr.execute(
        SQL(
            "INSERT INTO sales_commission_entry (%s) SELECT %s FROM sales_commission_entry",
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(columns.values()),
        )
    )


def seconds(database, action, after_a_run=False):
    """Processor time of the action, in a transaction that is rolled back."""
    with measure.environment(database) as env:
        if after_a_run:
            run(env)
        return measure.cost(env, lambda: action(env)).cpu


def main():
    database = sys.argv[1]
    measure.configure()
    with measure.environment(database, commit=True) as env:
        prepare(env)

    def ours():
        return seconds(database, run)

    def oca():
        """One round of the wizard, which takes minutes that no warming up shortens, against the median of ours."""
        times = statistics.median(ours() for _number in range(ROUNDS)), seconds(database, settle)
        return [*times, times[0] / times[1]]

    what = f"commission of {PEOPLE} people on {LINES:,} invoice lines"
    measure.report_ratios(
        [
            [f"{what}, against a bare INSERT of its entries",
             *measure.in_turn(ROUNDS, ours, lambda: seconds(database, insert, after_a_run=True))],
            [f"{what}, a second run against the first",
             *measure.in_turn(ROUNDS, lambda: seconds(database, run, after_a_run=True), ours)],
            [f"{what}, against the settlement wizard of account_commission_oca", *oca()],
        ]
    )  # fmt: skip


if __name__ == "__main__":
    main()
