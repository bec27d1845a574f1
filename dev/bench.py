"""`make bench`: what the suite costs and how fast it is, as ratios against plain Odoo measured in the same run."""

import json
import os
import platform
import subprocess
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from dev import databases, oca, odoo, postgres, python, setup
from dev.console import Failure, note
from dev.paths import ADDONS, ROOT

RESULTS = ROOT / "docs" / "benchmarks.md"


def _suite_and_plain():
    return [databases.PREPARED, databases.TEMPLATE]


def _copies_of_both():
    """For what commits."""
    return [_copy(database, f"{database}_capture") for database in _suite_and_plain()]


def _kept(database):
    """A database that is filled once: its millions of rows serve again, with the addons as they are today."""
    if database not in postgres.TEST.databases():
        return [_copy(databases.PREPARED, database)]
    arguments = ["-d", database, "-u", ",".join(ADDONS), "--stop-after-init", *odoo.free_ports()]
    odoo.execute(arguments, postgres.TEST, f"update-{database}", f"{database} could not be updated")
    return [database]


def _copy(source, database):
    odoo.duplicate(source, database, postgres.TEST)
    return database


def _with_oca(database, module, *distributions):
    oca.addons(*distributions)
    oca.make(databases.PREPARED, database, [module], postgres.TEST)
    return [database]


class Benchmark(NamedTuple):
    """What a module of dev.benchmarks may cost at most, and the databases that it is started with."""

    budget: str
    databases: Callable[[], list[str]]


BENCHMARKS = {
    "core_flows": Benchmark("at most 1.03 (principle 2)", _suite_and_plain),
    "capture": Benchmark("at most 1.05", _copies_of_both),
    "facts": Benchmark("at most 1.00", lambda: _kept("sales_bench_facts")),
    "targets": Benchmark("at most 1.00", lambda: _kept("sales_bench_facts")),
    "dunning": Benchmark(
        "at most 0.10",
        lambda: _with_oca(
            "sales_bench_dunning", "account_credit_control", "odoo-addon-account-credit-control==19.0.1.0.0.13"
        ),
    ),
    "dunning_sending": Benchmark(
        "at most 1.10", lambda: [_copy(databases.PREPARED, "sales_bench_dunning_sending")]
    ),
    "commission": Benchmark(
        "bare INSERT 3.00, second run 0.200, OCA 0.050",
        lambda: _with_oca(
            "sales_bench_commission",
            "account_commission_oca",
            "odoo-addon-commission-oca==19.0.2.0.0.10",
            "odoo-addon-account-commission-oca==19.0.1.0.1.4",
        ),
    ),
}


def main(arguments):
    """Run the benchmarks named, or all, and write the results of a full run to docs/benchmarks.md."""
    names = arguments or list(BENCHMARKS)
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        raise Failure(f"There is no benchmark {', '.join(sorted(unknown))}.", f"Choose from: {', '.join(BENCHMARKS)}.")
    setup.prepare(postgres.TEST, tools=(), requirements=setup.DEVELOPMENT)
    databases.ensure_prepared(postgres.TEST)
    rows = []
    for name in names:
        note(f"{name} (several minutes)…")
        benchmark = BENCHMARKS[name]
        for what, ours, baseline, ratio in _run(name, benchmark.databases()):
            rows.append(f"| {what} | {_figure(ours)} | {_figure(baseline)} | {ratio:.3f} | {benchmark.budget} |")
            note(f"{what}: {_figure(ours)} against {_figure(baseline)}, ratio {ratio:.3f}")
    if not arguments:
        _write(rows)


def _run(name, arguments):
    # OCA's addons are installed in their own databases alone.
    environment = oca.environment(postgres.TEST)
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(ROOT)])
    done = subprocess.run(
        [python.EXECUTABLE, "-m", f"dev.benchmarks.{name}", *arguments],
        env=environment, cwd=setup.RUNTIME, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failure(f"The benchmark {name} failed.", "Its messages are above.")
    return json.loads(done.stdout.splitlines()[-1])


def _figure(value):
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f} s"


def _write(rows):
    settings = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("BENCH_"))
    RESULTS.write_text(
        "\n".join(
            [
                "# Benchmarks",
                "",
                f"Made by `{' '.join([*settings, 'make bench'])}`; the settings change the sizes.",
                "Both sides of a row are measured in one run, in turn; times are medians, ratios medians of the pairs.",
                "",
                f"{date.today():%d %B %Y}, {platform.machine()}, {os.cpu_count()} cores, addons: {', '.join(ADDONS)}.",
                "",
                "| what | with the suite | baseline | ratio | budget |",
                "|---|---|---|---|---|",
                *rows,
                "",
            ]
        )
    )
    note(f"results written to {RESULTS.relative_to(ROOT)}")
