"""Memory while payment reminders are sent: the peak of Python's memory for many customers against a tenth of them.

Each customer is committed, as by the cron. What the invoices look like is left out: printing them is core's part.

Argument: a database with the suite, which is changed.
"""

import sys
import tracemalloc
from unittest.mock import patch

from dev.benchmarks import generator, measure

CUSTOMERS = measure.number("BENCH_REMINDED", 1000)
ITEMS_EACH = 3


def peak(database, customers):
    """The highest use of memory, in bytes, of a run that reminds so many customers."""
    with measure.environment(database, commit=True) as env:
        generator.generate_receivables(env, customers, customers * ITEMS_EACH)
    with measure.environment(database, commit=True) as env:

        def commit_progress(*_arguments, **_options):
            env.cr.commit()
            return True

        reports = type(env["ir.actions.report"])
        with patch.object(reports, "_render", lambda self, *_arguments, **_options: (b"%PDF-1.4", "pdf")):
            tracemalloc.start()
            counts = env["sales.dunning.account"]._run(env.company, env.company, commit_progress=commit_progress)
            highest = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    if not counts["sent"]:
        raise SystemExit(f"Nobody was reminded: {counts}")
    return counts["sent"], highest


def main():
    measure.configure()
    database = sys.argv[1]
    peak(database, 10)  # warms up the caches of the registry
    few, few_bytes = peak(database, CUSTOMERS // 10)
    many, many_bytes = peak(database, CUSTOMERS)
    what = f"peak memory in bytes while {many:,} customers are reminded, against {few:,}"
    measure.report([[what, many_bytes, few_bytes, many_bytes / few_bytes]])


if __name__ == "__main__":
    main()
