"""Installing the addons on a company of size: how long it takes, what it locks for how long, and what it rewrites.

A second connection looks at the locks twenty times a second. Counted are those on tables of Odoo's own that hold rows,
which keep everybody else from writing (SHARE and above) or even from reading (ACCESS EXCLUSIVE).

Argument: a database without the addons, in which they are installed.
"""

import subprocess
import sys
import time

import psycopg2

from dev import odoo
from dev.benchmarks import measure
from dev.paths import ADDONS

INTERVAL = 0.05
SHOWN = 12
BLOCKS = {
    "ShareLock": "writing",
    "ShareRowExclusiveLock": "writing",
    "ExclusiveLock": "writing",
    "AccessExclusiveLock": "reading and writing",
}
FILLED_TABLES = """
    SELECT relname, relfilenode FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > 1000
"""
LOCKS = """
    SELECT DISTINCT relation::regclass::text, mode FROM pg_locks
    WHERE locktype = 'relation' AND granted AND mode = ANY(%s) AND relation = ANY(%s::regclass[])
"""


class Watch:
    """How long tables were locked at a stretch, seen from outside."""

    def __init__(self, cursor, tables):
        self.cursor, self.tables = cursor, tables
        self.since = {}
        self.longest = {}

    def look(self):
        self.cursor.execute(LOCKS, [list(BLOCKS), self.tables])
        now = time.monotonic()
        held = {(table, BLOCKS[mode]) for table, mode in self.cursor.fetchall()}
        self.since = {lock: self.since.get(lock, now) for lock in held}
        for lock, since in self.since.items():
            self.longest[lock] = max(self.longest.get(lock, 0), now - since)


def main():
    database = sys.argv[1]
    measure.configure()
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("ANALYZE")
    cursor.execute(FILLED_TABLES)
    before = dict(cursor.fetchall())
    watch = Watch(cursor, list(before))
    command = [
        *odoo.command(), "-d", database, "-i", ",".join(ADDONS), "--stop-after-init", "--log-level=warn",
        *odoo.free_ports(),
    ]  # fmt: skip
    start = time.monotonic()
    with subprocess.Popen(command, stdout=sys.stderr) as process:
        while process.poll() is None:
            watch.look()
            time.sleep(INTERVAL)
    seconds = time.monotonic() - start
    if process.returncode:
        raise SystemExit("The installation failed.")
    cursor.execute(FILLED_TABLES)
    after = dict(cursor.fetchall())
    rewritten = sorted(table for table, file in before.items() if after.get(table, file) != file)
    locks = sorted(watch.longest.items(), key=lambda item: -item[1])
    measure.report(
        ["what", "measured", "at most"],
        [
            [f"installation of {', '.join(ADDONS)}", f"{seconds:.1f} s", "60 s"],
            ["tables of Odoo's own that were rewritten", ", ".join(rewritten) or "none", "none"],
            *(
                [f"{table}: locked against {what}", f"{held:.1f} s", "2 s"]
                for (table, what), held in locks[:SHOWN]
            ),
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
