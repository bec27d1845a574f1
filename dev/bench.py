"""`make bench`: what the suite costs and how fast it is, as ratios against plain Odoo measured in the same run."""

import json
import os
import platform
import subprocess
from datetime import date

from dev import databases, oca, odoo, postgres, python, setup
from dev.console import Failure, note
from dev.paths import ADDONS, ROOT

RESULTS = ROOT / "docs" / "benchmarks.md"
FACTS_DATABASE = "sales_bench_facts"
BUDGETS = {
    "core_flows": "at most 1.03 (principle 2)",
    "capture": "at most 1.05",
    "facts": "at most 1.00",
    "targets": "at most 1.00",
    "dunning": "at most 0.10",
    "dunning_sending": "at most 1.10",
}
# Those that share the database with many facts.
ON_FACTS = ("facts", "targets")
# Those that compare with an addon of OCA's, in a database of their own: its distribution and its name.
ON_OCA = {"dunning": ("odoo-addon-account-credit-control==19.0.1.0.0.13", "account_credit_control")}
# Those that commit, and so need a database of their own.
ON_COPY = ("dunning_sending",)


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
    if name == "capture":
        arguments = [f"{database}_capture" for database in arguments]
        for source, copy in zip((databases.PREPARED, databases.TEMPLATE), arguments, strict=True):
            odoo.duplicate(source, copy, postgres.TEST)
    elif name in ON_FACTS:
        if FACTS_DATABASE not in postgres.TEST.databases():
            odoo.duplicate(databases.PREPARED, FACTS_DATABASE, postgres.TEST)
        arguments = [FACTS_DATABASE]
    environment = odoo.environment(postgres.TEST)
    if name in ON_OCA:
        distribution, module = ON_OCA[name]
        oca.addons(distribution)
        arguments = [f"sales_bench_{name}"]
        oca.make(databases.PREPARED, *arguments, [module], postgres.TEST)
        environment = oca.environment(postgres.TEST)
    elif name in ON_COPY:
        arguments = [f"sales_bench_{name}"]
        odoo.duplicate(databases.PREPARED, *arguments, postgres.TEST)
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
