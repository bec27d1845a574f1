"""`make bench`: what the suite costs and how fast it is, where possible as ratios against plain Odoo in the same run.

BENCH_POSTGRES=17 measures on another version of PostgreSQL from Debian's archive, PGHOST and PGUSER on a server of
one's own. ONLY=screens (or several, with commas) runs some of the benchmarks.
"""

import json
import os
import platform
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple

from dev import company, databases, oca, odoo, postgres, setup
from dev.console import Failure, note
from dev.paths import ADDONS, ROOT

RESULTS = ROOT / "docs" / "benchmarks.md"
CLUSTER = postgres.benchmark_cluster()


def _suite():
    databases.ensure_prepared(CLUSTER)
    return databases.PREPARED


def _suite_and_plain():
    return [_suite(), databases.TEMPLATE]


def _copies_of_both():
    """For what commits."""
    return [_copy(database, f"{database}_capture") for database in _suite_and_plain()]


def _companies():
    """Companies of all sizes asked for; what is done in them is rolled back."""
    return [company.ensure(facts, CLUSTER) for facts in company.sizes()]


def _company():
    """The largest of these."""
    return [company.ensure(company.sizes()[-1], CLUSTER)]


def _copy_of_company(name):
    """For what commits."""
    return [_copy(*_company(), f"sales_bench_{name}")]


def _core_of_company():
    """A company of size that is about to install the addons."""
    return [_copy(company.ensure_core(company.sizes()[-1], CLUSTER), "sales_bench_install")]


def _copy(source, database):
    odoo.duplicate(source, database, CLUSTER)
    return database


def _with_oca(database, module, *distributions):
    oca.addons(*distributions)
    oca.make(_suite(), database, [module], CLUSTER)
    return [database]


class Benchmark(NamedTuple):
    """A module of dev.benchmarks: the databases that it is started with, and what it may cost at most."""

    databases: Callable[[], list[str]]
    budget: str = ""


BENCHMARKS = {
    "core_flows": Benchmark(_suite_and_plain, "1.02 (CPU), the same number of statements"),
    "capture": Benchmark(_copies_of_both, "1.03"),
    "facts": Benchmark(_companies),
    "screens": Benchmark(_company),
    "jobs": Benchmark(partial(_copy_of_company, "jobs")),
    "install": Benchmark(_core_of_company),
    "journey": Benchmark(lambda: [_suite()], "5 s for the plan"),
    "dunning": Benchmark(
        lambda: _with_oca(
            "sales_bench_dunning", "account_credit_control", "odoo-addon-account-credit-control==19.0.1.0.0.13"
        ),
        "0.10",
    ),
    "dunning_sending": Benchmark(lambda: [_copy(_suite(), "sales_bench_dunning_sending")], "1.10"),
    "commission": Benchmark(
        lambda: _with_oca(
            "sales_bench_commission",
            "account_commission_oca",
            "odoo-addon-commission-oca==19.0.2.0.0.10",
            "odoo-addon-account-commission-oca==19.0.1.0.1.4",
        ),
        "bare INSERT 1.5, second run 0.1, OCA 0.05",
    ),
}


def main(arguments):
    """Run the benchmarks named, or all, and write their tables into docs/benchmarks.md."""
    names = arguments or list(filter(None, os.environ.get("ONLY", "").split(","))) or list(BENCHMARKS)
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        raise Failure(f"There is no benchmark {', '.join(sorted(unknown))}.", f"Choose from: {', '.join(BENCHMARKS)}.")
    setup.prepare(CLUSTER, tools=(), requirements=setup.DEVELOPMENT)
    note(CLUSTER.description())
    for name in names:
        note(f"{name} (several minutes)…")
        table = _table(name)
        print("\n".join(table), flush=True)
        _write(name, [_circumstances(name), "", *table])
    note(f"results written to {RESULTS.relative_to(ROOT)}")


def _table(name):
    benchmark = BENCHMARKS[name]
    printed = company.run(name, CLUSTER, *benchmark.databases())
    columns, rows = json.loads(printed.splitlines()[-1])
    if benchmark.budget:
        columns.append("at most")
        rows = [[*row, benchmark.budget] for row in rows]
    return [_line(columns), "|---" * len(columns) + "|", *map(_line, rows)]


def _line(cells):
    return f"| {' | '.join(cells)} |"


def _circumstances(name):
    settings = sorted(
        f"{setting}={value}"
        for setting, value in os.environ.items()
        if setting.startswith("BENCH_") or setting == "FACTS"
    )
    command = " ".join([*settings, f"make bench ONLY={name}"])
    return (
        f"`{command}`, {date.today():%-d %B %Y}, {platform.machine()}, {os.cpu_count()} cores, "
        f"{CLUSTER.description()}; addons: {', '.join(ADDONS)}."
    )


def _write(name, lines):
    """Put what was measured between the marks of that benchmark; the words around them are written by people."""
    text = RESULTS.read_text()
    marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
    between = "\n".join([marks[0], *lines, marks[1]])
    found = re.compile(f"{re.escape(marks[0])}.*{re.escape(marks[1])}", re.DOTALL)
    if not found.search(text):
        text = f"{text.rstrip()}\n\n## {name}\n\n{marks[0]}{marks[1]}\n"
    RESULTS.write_text(found.sub(lambda _match: between, text))
