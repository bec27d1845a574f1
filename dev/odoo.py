"""Odoo itself: where it is, how it is called, its databases, and running servers."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from dev import debian, python
from dev.console import Failure, note, reason, run
from dev.paths import LOGS, ROOT, RUNTIME

UNPACKED = RUNTIME / "odoo"
# The package's web libraries are links to these packages' files; font-awesome 4 is gone from unstable.
PACKAGES = [
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-font-awesome/bookworm",
]
# Debian strips this file; browsers log an error for the missing asset and every tour fails on it.
STRIPPED = "usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def ensure():
    """Download and unpack Odoo 19 unless it is there or ODOO_HOME names a checkout."""
    if os.environ.get("ODOO_HOME"):
        _checkout()
        return
    if UNPACKED.exists():
        return
    if shutil.disk_usage(RUNTIME).free < 3e9:
        raise Failure(
            "Less than 3 GB of disk space is free.", "Free some space, or set ODOO_HOME to a checkout of Odoo 19."
        )
    note("downloading Odoo 19 (125 MB) and unpacking it (1.2 GB)…")
    apt = debian.PrivateApt("unstable", debian.source_lines("unstable", "bookworm"))
    partial = UNPACKED.with_name("odoo.new")
    shutil.rmtree(partial, ignore_errors=True)
    debian.unpack_into(partial, apt, PACKAGES)
    stripped = partial / STRIPPED
    stripped.parent.mkdir(parents=True, exist_ok=True)
    stripped.touch()
    partial.rename(UNPACKED)


def _checkout():
    home = Path(os.environ["ODOO_HOME"]).expanduser()
    if not (home / "odoo-bin").exists():
        raise Failure(
            f"ODOO_HOME={home} holds no odoo-bin.", "Point it at a checkout of Odoo 19 (branch 19.0), or unset it."
        )
    return home


def version():
    """What tells one Odoo from another: the package unpacked, or the checkout's folder."""
    return str(_checkout()) if os.environ.get("ODOO_HOME") else str(int(UNPACKED.stat().st_mtime))


def package():
    """The folder of Odoo's own Python package."""
    return _checkout() / "odoo" if os.environ.get("ODOO_HOME") else UNPACKED / "usr/lib/python3/dist-packages/odoo"


def command():
    # Not `python -m odoo`: the gevent child re-runs its own command line and crash-loops on it.
    script = _checkout() / "odoo-bin" if os.environ.get("ODOO_HOME") else UNPACKED / "usr/bin/odoo"
    return [str(python.EXECUTABLE), str(script)]


def environment(cluster, addons=ROOT):
    """Settings for any Odoo command, as environment variables so that every subcommand honours them.

    :param addons: the folder that holds our addons, those of another version for example
    """
    configuration = RUNTIME / "odoo.conf"
    if not configuration.exists():
        configuration.write_text("[options]\n")
    settings = cluster.environment() | {
        "ODOO_RC": str(configuration),
        "ODOO_ADDONS_PATH": _addons_path(addons),
        "ODOO_DATA_DIR": str(RUNTIME / "data" / cluster.name),
        "ODOO_HTTP_INTERFACE": os.environ.get("ODOO_HTTP_INTERFACE", "127.0.0.1"),
        "ODOO_SCREENSHOTS": str(RUNTIME / "screenshots"),
        "PATH": debian.search_path(),
    }
    settings["PYTHONPATH"] = str(package().parent)
    return os.environ | settings


def _addons_path(addons):
    core = [_checkout() / "addons"] if os.environ.get("ODOO_HOME") else []
    return ",".join(map(str, [*core, addons]))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_ports():
    """Arguments for ports of one's own: Odoo binds them under tests even with --no-http."""
    return ["--http-port", str(free_port()), "--gevent-port", str(free_port())]


def execute(arguments, cluster, log, what, addons=ROOT):
    """Run Odoo to its end with the output in a log; returns the log's path."""
    return run([*command(), *arguments], log, what, env=environment(cluster, addons), cwd=RUNTIME)


def install(database, modules, cluster, log, addons=ROOT):
    return execute(
        ["-d", database, "-i", ",".join(modules), "--stop-after-init", *free_ports()],
        cluster,
        log,
        f"The installation of {', '.join(modules)} failed",
        addons,
    )


def duplicate(source, target, cluster):
    """Copy a database with its filestore, replacing the target."""
    execute(["db", "duplicate", "--force", source, target], cluster, "duplicate", f"{source} could not be copied")


def drop(database, cluster):
    if database in cluster.databases():
        execute(["db", "drop", database], cluster, "drop", f"The database {database} could not be dropped")


def shell(database, code, cluster, tell=None, addons=ROOT):
    """Run Python code with `env` in that database; returns what it printed, telling each line as it comes."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / "shell.log"
    printed = []
    with (
        path.open("w+") as errors,
        subprocess.Popen(
            [*command(), "shell", "-d", database, "--log-level=error", *free_ports()],
            env=environment(cluster, addons),
            cwd=RUNTIME,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        process.stdin.write(code)
        process.stdin.close()
        for line in process.stdout:
            printed.append(line)
            if tell:
                tell(line.rstrip())
    if process.returncode:
        raise Failure(f"Code run inside Odoo failed: {reason(path)}", f"The whole output is in {path}.")
    return "".join(printed)


class Server:
    """A running Odoo with workers on one database."""

    def __init__(self, database, cluster, port, log, arguments=()):
        self.database = database
        self.cluster = cluster
        self.port = port
        self.log = LOGS / f"{log}.log"
        self.arguments = [
            "-d",
            database,
            "--http-port",
            str(port),
            "--gevent-port",
            str(free_port()),
            "--workers=2",
            "--max-cron-threads=1",
            f"--db-filter=^{database}$",
            *arguments,
        ]
        self.process = None

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def start(self, timeout=120):
        """Start in the background and wait until it answers with its database."""
        LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*command(), *self.arguments],
                env=environment(self.cluster),
                cwd=RUNTIME,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failure("The Odoo server stopped while starting.", f"The reason is at the end of {self.log}.")
            if self.healthy():
                return
            time.sleep(0.3)
        self.stop()
        raise Failure(f"The Odoo server did not answer within {timeout} s.", f"Its log is {self.log}.")

    def healthy(self):
        try:
            with urllib.request.urlopen(f"{self.url}/web/health?db_server_status=1", timeout=5) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def stop(self):
        """End the server and its workers: politely, then by force."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(20)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
