"""Memory while payment reminders are sent: what Python holds after all customers of a run against half of them.

Each customer is committed, as by the cron. What the invoices look like is left out: printing them is core's part.

Argument: a database with the suite, which is changed.
"""

import gc
import sys
import tracemalloc
from unittest.mock import patch

from dev.benchmarks import generator, measure

CUSTOMERS = measure.number("BENCH_REMINDED", 1000)
# By then every template has been compiled, which takes four megabytes once.
FEW = CUSTOMERS // 2
ITEMS_EACH = 3


class Memory:
    """The progress of the job: it commits, and notes the memory in bytes after some customers."""

    def __init__(self, env, *counts):
        self.env = env
        self.held = dict.fromkeys(counts)
        self.done = 0

    def __call__(self, processed=0, **_options):
        self.env.cr.commit()
        self.done += processed
        if processed and self.done in self.held:
            gc.collect()
            self.held[self.done] = tracemalloc.get_traced_memory()[0]
        return True


def main():
    measure.configure()
    database = sys.argv[1]
    with measure.environment(database, commit=True) as env:
        generator.generate_receivables(env, CUSTOMERS, CUSTOMERS * ITEMS_EACH)
    with measure.environment(database, commit=True) as env:
        memory = Memory(env, FEW, CUSTOMERS)
        reports = type(env["ir.actions.report"])
        with patch.object(reports, "_render", lambda self, *_arguments, **_options: (b"%PDF-1.4", "pdf")):
            tracemalloc.start()
            counts = env["sales.dunning.account"]._run(env.company, env.company, commit_progress=memory)
            tracemalloc.stop()
    few, many = memory.held[FEW], memory.held[CUSTOMERS]
    if counts["sent"] < CUSTOMERS or not few or not many:
        raise SystemExit(f"Not all of {CUSTOMERS} customers were reminded: {counts}")
    what = f"memory in bytes after {CUSTOMERS:,} reminders of a run, against {FEW:,}"
    measure.report_ratios([[what, many, few, many / few]])


if __name__ == "__main__":
    main()
