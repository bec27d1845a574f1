"""What the person at the terminal sees: numbered steps, clear failures, and children that run quietly."""

import fcntl
import os
import re
import shlex
import subprocess
from contextlib import contextmanager

from dev.paths import LOGS, RUNTIME

ERROR_MARK = re.compile(r"\s*(E:|ERROR:|FATAL:|initdb: error)|[A-Za-z_][\w.]*(Error|Exception|Failure|Violation): ")


class Failure(Exception):
    """Something went wrong that the person can act on.

    `what` says what happened, `hint` what to do about it; each is one line.
    """

    def __init__(self, what, hint=""):
        super().__init__(what)
        self.what = what
        self.hint = hint


class Steps:
    """Numbered progress lines: `[2/5] Unpacking Odoo 19 (about 15 s)…`."""

    def __init__(self, total):
        self.total = total
        self.done = 0

    def __call__(self, text):
        self.done += 1
        print(f"[{self.done}/{self.total}] {text}", flush=True)


def note(text):
    print(f"      {text}", flush=True)


def run(command, log, what, hint="", **options):
    """Run a child with its output in the log file of that name; raise Failure with the reason when it fails."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("w+") as output:
        output.write(f"$ {shlex.join(map(str, command))}\n")
        output.flush()
        try:
            code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False, **options).returncode
        except FileNotFoundError:
            raise Failure(f"{what}: the command {command[0]} is missing.", hint) from None
    if code:
        raise Failure(f"{what}: {reason(path)}", f"{hint} The whole output is in {path}.".strip())
    return path


def reason(path):
    """The line of a log that gives the reason: the first with an error mark (apt, pip, initdb) or the first exception
    of a Python traceback, from which the others follow; else the last line.
    """
    lines = [line.rstrip() for line in path.read_text(errors="replace").splitlines()[1:] if line.strip()]
    reasons = [line for line in lines if ERROR_MARK.match(line)]
    return (reasons or lines[-1:] or ["no output"])[0].strip()


@contextmanager
def locked(name):
    """Hold the lock of that name for the time of the block, waiting for another process that holds it."""
    RUNTIME.mkdir(exist_ok=True)
    with (RUNTIME / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note(f"waiting for another run that holds the {name} lock…")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_root():
    return os.geteuid() == 0
