"""What things cost, two ways of doing the same in turn, so that a drift of the machine's speed hits both."""

import gc
import json
import os
import statistics
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from odoo import api
from odoo.modules.registry import Registry
from odoo.sql_db import Cursor
from odoo.tools import SQL, config


def configure():
    """Read Odoo's settings from the environment; the command line is the benchmark's own."""
    config.parse_config(["--log-level=error"])


def number(name, default):
    return int(os.environ.get(name, default))


@contextmanager
def environment(database, commit=False):
    """An environment of the administrator; what is done in it is rolled back unless it is to be committed."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        yield env
        if commit:
            env.flush_all()
            cr.commit()
        else:
            cr.rollback()


class Cost(NamedTuple):
    """What something took: seconds on the clock, seconds of processor time of Odoo and of PostgreSQL, statements.

    Processor time is what counts on a machine that is busy with other things.
    """

    seconds: float
    python: float
    postgres: float
    statements: int

    @property
    def cpu(self):
        return self.python + self.postgres


def cost(env, action):
    """Run the action and tell what it cost."""
    gc.collect()
    gc.disable()
    before = _spent(env)
    try:
        action()
    finally:
        gc.enable()
    return Cost(*(after - first for after, first in zip(_spent(env), before, strict=True)))


def _spent(env):
    return time.perf_counter(), time.process_time(), postgres_time(env.cr._cnx), env.cr.sql_log_count


def process_time(pid):
    """Seconds of processor time of a process, 0 once it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return sum(_ticks(Path(f"/proc/{pid}"))[:2]) / os.sysconf("SC_CLK_TCK")
    return 0


def postgres_time(connection):
    """Seconds of processor time of all processes of the PostgreSQL server of a connection, parallel workers included.

    :raise SystemExit: if the server runs on another machine
    """
    backend = Path(f"/proc/{connection.info.backend_pid}")
    if not backend.exists():
        raise SystemExit("Processor time is measured where PostgreSQL runs on the same machine.")
    _user, _system, _children_user, _children_system, parent = _ticks(backend)
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8").split()
    ticks = sum(_ticks(Path(f"/proc/{parent}"))[:4])  # with those that have ended
    for child in children:
        with suppress(FileNotFoundError, ProcessLookupError):
            ticks += sum(_ticks(Path(f"/proc/{child}"))[:2])
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process):
    """User and system time of a process and of its children that have ended, and the process that it belongs to."""
    state = (process / "stat").read_text().rpartition(")")[2].split()
    return (*map(int, state[11:15]), int(state[1]))


class Statements:
    """The slowest query among those that run while it is watching, and what it took."""

    def __init__(self):
        self.seconds, self.query = 0, ""

    @contextmanager
    def watching(self):
        execute = Cursor.execute

        def timed_execute(cursor, query, *arguments, **options):
            start = time.perf_counter()
            try:
                return execute(cursor, query, *arguments, **options)
            finally:
                seconds = time.perf_counter() - start
                if seconds > self.seconds:
                    self.seconds, self.query = seconds, query.code if isinstance(query, SQL) else query

        with patch.object(Cursor, "execute", timed_execute):
            yield self


def in_turn(rounds, ours, theirs):
    """Run both in turn, the first one warming up; returns their medians and the median of the ratios pair by pair.

    :param ours: a function that returns seconds, of processor time where it can
    :param theirs: the function to compare it with
    """
    pairs = []
    for index in range(rounds + 1):
        pair = (ours(), theirs()) if index % 2 else tuple(reversed((theirs(), ours())))
        if index:
            pairs.append(pair)
    our_times, their_times = zip(*pairs, strict=True)
    ratio = statistics.median(our_time / their_time for our_time, their_time in pairs)
    return statistics.median(our_times), statistics.median(their_times), ratio


def report(columns, rows):
    """Hand a table to `make bench`; numbers are written out by `ratio` and the like."""
    json.dump([columns, rows], sys.stdout)
    sys.stdout.write("\n")


def report_ratios(rows):
    """As report, of rows of what, a figure, the one that it is compared with, and their ratio."""
    report(
        ["what", "with the suite", "baseline", "ratio"],
        [[what, _figure(ours), _figure(baseline), f"{ratio:.3f}"] for what, ours, baseline, ratio in rows],
    )


def _figure(value):
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f} s"
