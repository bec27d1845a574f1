"""`make proof`: random worlds of commission, compared with an oracle in plain Python (tests/oracle)."""

import json
import os
import random

from dev import databases, odoo, postgres, setup
from dev.console import Failure, Steps
from dev.paths import LOGS, ROOT

CLUSTER = postgres.TEST
DEFAULT_MINUTES = 10


def main(_arguments):
    seeds, minutes = _settings()
    step = Steps(3)
    step(setup.SUMMARY)
    setup.prepare(CLUSTER, tools=(), requirements=setup.DEVELOPMENT)
    step("The database with the three addons (1 to 2 min when the addons have changed)…")
    databases.ensure_prepared(CLUSTER)
    step(f"Comparing worlds with the oracle ({len(seeds)} worlds, or {minutes:g} min)…")
    result = compare(databases.PREPARED, seeds, seconds=60 * minutes, tell=print)
    path = LOGS / "proof.txt"
    path.write_text(report(result))
    print(f"\n{summary(result)}\nThe report is {path}.")
    return 1 if result["differences"] else 0


def _settings():
    """SEEDS is "7", "1,2,3" or "100-200"; without it other worlds each time. MINUTES is when to stop."""
    try:
        minutes = float(os.environ.get("MINUTES") or DEFAULT_MINUTES)
        seeds = []
        for part in filter(None, os.environ.get("SEEDS", "").split(",")):
            first, _dash, last = part.partition("-")
            seeds += range(int(first), int(last or first) + 1)
    except ValueError:
        raise Failure("SEEDS or MINUTES can't be read.", "For example: make proof SEEDS=1-50 MINUTES=5") from None
    if not seeds:
        first = random.randrange(1_000_000)
        seeds = list(range(first, first + 100_000))
    return seeds, minutes


def compare(database, seeds, seconds=None, tell=None, **options):
    """Compare the worlds of the seeds in a transaction of that database, which is rolled back.

    :return: what `tests.oracle.compare.main` returns
    """
    code = (
        f"import json, sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.oracle.compare import main\n"
        f"result = main(env, {list(seeds)!r}, seconds={seconds!r}, **{options!r})\n"
        "env.cr.rollback()\nprint(json.dumps(result))\n"
    )
    return json.loads(odoo.shell(database, code, CLUSTER, tell).splitlines()[-1])


def summary(result):
    return (
        f"{result['worlds']} worlds with {result['documents']} documents: {result['amounts']} amounts compared, "
        f"{len(result['differences'])} worlds differ."
    )


def report(result):
    kinds = "\n".join(f"  {count:5} {what}" for what, count in sorted(result["kinds"].items()))
    return "\n\n".join([summary(result), f"Worlds by what they held:\n{kinds}", *result["differences"]]) + "\n"
