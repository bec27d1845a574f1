"""`make bench`: what the suite costs and how fast it is, as ratios against plain Odoo measured in the same run."""

import json
import os
import platform
import subprocess
from datetime import date

from dev import databases, odoo, postgres, python, setup
from dev.console import Failure, note
from dev.paths import ADDONS, ROOT

RESULTS = ROOT / "docs" / "benchmarks.md"
FACTS_DATABASE = "sales_bench_facts"
BUDGETS = {
    "core_flows": "at most 1.03 (principle 2)",
    "capture": "at most 1.05",
    "facts": "at most 1.00",
    "targets": "at most 1.00",
    "commission": "bare INSERT 3.00, second run 0.200, OCA 0.050",
}
# Those that share the database with many facts.
ON_FACTS = ("facts", "targets")
# Those that have a database of their own.
OWN_DATABASE = {"commission": "sales_bench_commission"}


def main(arguments):
    """Run the benchmarks named, or all, and write the results of a full run to docs/benchmarks.md."""
    names = arguments or list(BUDGETS)
    unknown = set(names) - set(BUDGETS)
    if unknown:
        raise Failure(f"There is no benchmark {', '.join(sorted(unknown))}.", f"Choose from: {', '.join(BUDGETS)}.")
    setup.prepare(postgres.TEST, tools=(), requirements=setup.DEVELOPMENT)
    databases.ensure_prepared(postgres.TEST)
    rows = []
    for name in names:
        note(f"{name} (several minutes)…")
        for what, ours, baseline, ratio in _run(name):
            rows.append(f"| {what} | {_figure(ours)} | {_figure(baseline)} | {ratio:.3f} | {BUDGETS[name]} |")
            note(f"{what}: {_figure(ours)} against {_figure(baseline)}, ratio {ratio:.3f}")
    if not arguments:
        _write(rows)


def _run(name):
    arguments = [databases.PREPARED, databases.TEMPLATE]
    database = FACTS_DATABASE if name in ON_FACTS else OWN_DATABASE.get(name)
    if database:
        if database not in postgres.TEST.databases():
            odoo.duplicate(databases.PREPARED, database, postgres.TEST)
        arguments = [database]
    environment = odoo.environment(postgres.TEST)
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
