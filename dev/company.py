"""`make company`: databases of a company of size (dev/benchmarks/company.py), made once and kept.

They are made in two steps, the documents that Odoo alone has and, with the addons installed, what these have besides,
so that an installation on such a company can be measured.
"""

import hashlib
import os
import subprocess

from dev import databases, oca, odoo, postgres, python, setup
from dev.console import Failure, locked, note
from dev.paths import ADDONS, ROOT

DEFAULT_FACTS = 1_000_000
SOURCES = [ROOT / "dev" / "benchmarks" / f"{name}.py" for name in ("company", "multiply")]


def main(arguments):
    """`make company`: make the database, or bring it up to date, and say its name."""
    cluster = postgres.benchmark_cluster()
    setup.prepare(cluster, requirements=setup.DEVELOPMENT)
    for facts in sizes(*arguments):
        print(f"The database is {ensure(facts, cluster)}. Copy it before you change anything.")


def sizes(*wanted):
    """How many lines of orders and invoices the person asked for, ascending; FACTS may name several sizes."""
    try:
        facts = [int(each) for each in wanted or os.environ.get("FACTS", str(DEFAULT_FACTS)).split(",")]
    except ValueError:
        raise Failure("FACTS can't be read.", "For example: FACTS=100000,1000000") from None
    return sorted(facts)


def core_name(facts):
    return f"sales_core_{facts}"


def name(facts):
    return f"sales_company_{facts}"


def ensure_core(facts, cluster):
    """The company's documents in a database without our addons; returns its name.

    :param int facts: lines of orders and invoices
    """
    databases.ensure_template(cluster)
    database = core_name(facts)
    wanted = databases.note_of(databases.TEMPLATE, cluster) | {"facts": facts, "generator": _generator()}
    with locked(f"company_{facts}"):
        if databases.note_of(database, cluster) != wanted:
            note(f"making {database}, {facts:,} lines of orders and invoices (10 min for a million)…")
            odoo.duplicate(databases.TEMPLATE, database, cluster)
            run("company", cluster, "core", database, str(facts))
            databases.set_note(database, cluster, wanted)
    return database


def ensure(facts, cluster):
    """The company with the addons as they are today; returns the database's name."""
    core, database = ensure_core(facts, cluster), name(facts)
    of_core, addons = databases.note_of(core, cluster), databases.fingerprints()
    with locked(f"company_{facts}"):
        known = databases.note_of(database, cluster) or {}
        if {key: known.get(key) for key in of_core} != of_core:
            note(f"making {database}: the addons and what they hold…")
            odoo.duplicate(core, database, cluster)
            odoo.install(database, ADDONS, cluster, f"install-{database}")
            run("company", cluster, "suite", database, str(facts))
        elif changed := databases.changed(database, cluster):
            note(f"updating {', '.join(changed)} in {database}…")
            odoo.execute(
                ["-d", database, "-u", ",".join(changed), "--stop-after-init", *odoo.free_ports()],
                cluster,
                f"update-{database}",
                f"{database} could not be updated",
            )
        databases.set_note(database, cluster, of_core | addons)
    return database


def run(module, cluster, *arguments):
    """Run a module of dev.benchmarks inside Odoo's Python; returns what it printed."""
    environment = oca.environment(cluster)
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(ROOT)])
    done = subprocess.run(
        [python.EXECUTABLE, "-m", f"dev.benchmarks.{module}", *arguments],
        env=environment, cwd=setup.RUNTIME, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failure(f"The benchmark {module} failed.", "Its messages are above.")
    return done.stdout


def _generator():
    return hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES)).hexdigest()[:16]
