"""Timing two ways of doing the same in turn, so that a drift of the machine's speed hits both."""

import gc
import json
import os
import statistics
import sys
import time
from contextlib import contextmanager

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config


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


def timed(action):
    """Seconds that the action takes."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        action()
        return time.perf_counter() - start
    finally:
        gc.enable()


def in_turn(rounds, ours, theirs):
    """Run both in turn, the first one warming up; returns their medians and the median of the ratios pair by pair.

    :param ours: a function that returns seconds
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


def report(rows):
    json.dump(rows, sys.stdout)
    sys.stdout.write("\n")
