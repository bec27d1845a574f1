"""Facts, targets and the first page of the facts' list, against core's own reports over the same lines, as they grow.

Each is measured with statistics and without any, as right after an import, and by processor time of Odoo and
PostgreSQL together.

Arguments: companies of size.
"""

import statistics
import sys

from odoo.fields import Domain
from odoo.tools import SQL

from dev.benchmarks import measure

ROUNDS = measure.number("BENCH_ROUNDS", 5)
MONTHS = 12
POSTED = Domain("state", "=", "posted") & Domain("move_type", "in", ("out_invoice", "out_refund"))
YEAR = "=1d =1m -1y", "=1d =1m"
CUTS = {
    "ordered": ("sale.report", "date", "user_id", "price_subtotal", Domain("state", "=", "sale")),
    "invoiced": ("account.invoice.report", "invoice_date", "invoice_user_id", "price_subtotal", POSTED),
}
LINES_OF_A_YEAR = """
    SELECT
        (
            SELECT SUM(line.price_subtotal)
            FROM sale_order_line line JOIN sale_order document ON document.id = line.order_id
            WHERE document.state = 'sale' AND document.date_order >= %(first)s AND document.date_order < %(last)s
        ),
        (
            SELECT SUM(line.balance)
            FROM account_move_line line JOIN account_move document ON document.id = line.move_id
            WHERE document.state = 'posted' AND line.display_type = 'product'
                AND document.invoice_date >= %(first)s AND document.invoice_date < %(last)s
        )
"""

MATCHINGS_OF_A_YEAR = """
    SELECT SUM(matching.amount)
    FROM account_partial_reconcile matching
    JOIN account_move_line owed ON owed.id = matching.debit_move_id
    JOIN account_move document ON document.id = owed.move_id AND document.state = 'posted'
    JOIN account_move_line paid ON paid.id = matching.credit_move_id
    WHERE paid.date >= %(first)s AND paid.date < %(last)s
"""


def of_a_year(day):
    return Domain(day, ">=", YEAR[0]) & Domain(day, "<", YEAR[1])


def cut(env, model, day, user, amount, domain):
    rows = env[model]._read_group(domain & of_a_year(day), [f"{day}:month", user], [f"{amount}:sum"])
    return sum(row[2] for row in rows)


def our_cut(env, basis):
    return cut(env, "sales.achievement", "day", "user_id", "amount", Domain("basis", "=", basis))


def pivot_of_all_kinds(env):
    env["sales.achievement"]._read_group(of_a_year("day"), ["basis", "categ_id"], ["amount:sum", "margin:sum"])


def collected(env):
    cut(env, "sales.achievement", "day", "user_id", "amount", Domain("basis", "=", "collected"))


def bare_sums(env, query=LINES_OF_A_YEAR):
    last = env.company._sales_today().replace(day=1)
    env.execute_query(SQL(query, first=last.replace(year=last.year - 1), last=last))


def attainment(env):
    targets = env["sales.target"].search([("user_id", "!=", False)])
    return sum(row["actual"] for row in env["sales.target.report"]._get_figures(targets))


def invoiced_by_core(env):
    domain = POSTED & Domain("invoice_date", ">=", f"=1d -{MONTHS - 1}m") & Domain("invoice_date", "<=", "today")
    rows = env["account.invoice.report"]._read_group(
        domain, ["invoice_date:month", "invoice_user_id"], ["price_subtotal:sum"]
    )
    return sum(row[2] for row in rows)


def first_page(env):
    env["sales.achievement"].web_search_read([], {"day": {}, "amount": {}, "user_id": {}}, limit=80, count_limit=10001)


def seconds(database, analyzed, splits, action, results):
    with measure.environment(database) as env:
        if not splits:
            env["sales.credit.split"].search([]).unlink()
            env.flush_all()
        if not analyzed:
            forget_statistics(env)
        return measure.cost(env, lambda: results.append(action(env))).cpu


def forget_statistics(env):
    """As if the tables had just been loaded; until the transaction is rolled back."""
    tables = SQL("(SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)")
    env.cr.execute(SQL("DELETE FROM pg_statistic WHERE starelid IN %s", tables))
    env.cr.execute(SQL("UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN %s", tables))


def compare(database, what, ours, theirs, budget, equal=True, splits=True):
    """Rows of the comparison, with statistics and without."""
    for analyzed in (True, False):
        results = [], []
        figures = measure.in_turn(
            ROUNDS,
            lambda a=analyzed, r=results[0]: seconds(database, a, splits, ours, r),
            lambda a=analyzed, r=results[1]: seconds(database, a, splits, theirs, r),
        )
        if equal and len({round(result) for side in results for result in side}) != 1:
            raise SystemExit(f"{what}: the reports disagree on the total: {results}")
        yield [
            what, database.rpartition("_")[2], "yes" if analyzed else "no",
            *(f"{figure:.2f} s" for figure in figures[:2]), f"{figures[2]:.2f}", budget,
        ]  # fmt: skip


def rows_of(database):
    for basis, arguments in CUTS.items():
        for splits, shared in ((False, "no order shared"), (True, "one order of fifty shared")):
            what = f"a year by month and salesperson, {basis}, {shared}, against {arguments[0]}"
            yield from compare(
                database, what, lambda env, b=basis: our_cut(env, b), lambda env, a=arguments: cut(env, *a),
                "1.0" if splits else "0.8", splits=splits,
            )  # fmt: skip
    yield from compare(
        database, "a year of all kinds by category, with margin, against bare sums over its lines",
        pivot_of_all_kinds, bare_sums, "3", equal=False,
    )  # fmt: skip
    yield from compare(
        database, "a year by month and salesperson, collected, against a bare sum over its matchings",
        collected, lambda env: bare_sums(env, MATCHINGS_OF_A_YEAR), "3", equal=False,
    )  # fmt: skip
    for splits, shared in ((False, "no order shared"), (True, "one order of fifty shared")):
        what = f"attainment of 200 people × {MONTHS} months, {shared}, against account.invoice.report"
        yield from compare(database, what, attainment, invoiced_by_core, "1.0" if splits else "0.8", splits=splits)
    for analyzed in (True, False):
        page = statistics.median(seconds(database, analyzed, True, first_page, []) for _round in range(ROUNDS))
        what = "first page of all facts without a filter"
        yield [what, database.rpartition("_")[2], "yes" if analyzed else "no", f"{page:.2f} s", "", "", "0.1 s"]


def main():
    measure.configure()
    rows = []
    for database in sys.argv[1:]:
        for row in rows_of(database):
            rows.append(row)
            print(*row, file=sys.stderr, flush=True)
    rows.sort(key=lambda row: row[0])
    measure.report(["what", "facts", "statistics", "with the suite", "baseline", "ratio", "at most"], rows)


if __name__ == "__main__":
    main()
