"""Installing the addons on a company of size: how long it takes, what it locks for how long, and what it rewrites.

A second connection looks at the locks twenty times a second. Counted are those on tables of Odoo's own that hold rows,
which keep everybody else from writing (SHARE and above) or even from reading (ACCESS EXCLUSIVE). Both on the clock and
in processor time of Odoo and PostgreSQL, which is what an idle machine would take.

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
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class Watch:
    """How long tables were locked at a stretch, seen from outside: seconds on the clock and of processor time."""

    def __init__(self, cursor, tables, process):
        self.cursor, self.tables, self.process = cursor, tables, process
        self.since = {}
        self.longest = {}

    def spent(self):
        processor = measure.process_time(self.process.pid) + measure.postgres_time(self.cursor.connection)
        return time.monotonic(), processor

    def look(self):
        self.cursor.execute(LOCKS, [list(BLOCKS), self.tables])
        now = self.spent()
        held = {(table, BLOCKS[mode]) for table, mode in self.cursor.fetchall()}
        self.since = {lock: self.since.get(lock, now) for lock in held}
        for lock, since in self.since.items():
            lasted = tuple(end - start for start, end in zip(since, now, strict=True))
            self.longest[lock] = max(self.longest.get(lock, lasted), lasted)


def main():
    database = sys.argv[1]
    measure.configure()
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("ANALYZE")
    cursor.execute(FILLED_TABLES)
    before = dict(cursor.fetchall())
    command = [
        *odoo.command(), "-d", database, "-i", ",".join(ADDONS), "--stop-after-init", "--log-level=warn",
        *odoo.free_ports(),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=sys.stderr) as process:
        watch = Watch(cursor, list(before), process)
        start = now = watch.spent()
        while process.poll() is None:
            now = watch.spent()
            watch.look()
            time.sleep(INTERVAL)
    if process.returncode:
        raise SystemExit("The installation failed.")
    cursor.execute(FILLED_TABLES)
    after = dict(cursor.fetchall())
    rewritten = sorted(table for table, file in before.items() if after.get(table, file) != file)
    locks = sorted(watch.longest.items(), key=lambda item: item[1], reverse=True)
    measure.report(
        ["what", "on the clock", "processor time", "at most"],
        [
            [f"installation of {', '.join(ADDONS)}", *(f"{now[k] - start[k]:.1f} s" for k in range(2)), "60 s"],
            ["tables of Odoo's own that were rewritten", ", ".join(rewritten) or "none", "", "none"],
            *(
                [f"{table}: locked against {what}", f"{lasted[0]:.1f} s", f"{lasted[1]:.1f} s", "2 s"]
                for (table, what), lasted in locks[:SHOWN]
            ),
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
