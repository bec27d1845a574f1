"""A private PostgreSQL cluster per purpose, or the existing server that PGHOST and PGUSER name.

The demo's cluster is durable; the tests' one trades durability for speed. Every other setting is as the distribution
ships it (jit on, work_mem 4 MB, shared_buffers 128 MB), because that is the server that users have.
"""

import os
import pwd
import shutil
import subprocess

from dev import debian
from dev.console import Failure, is_root, run
from dev.paths import RUNTIME

LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
FAST = [argument for name in DURABLE for argument in ("-c", f"{name}=off")]
SHOWN = ("jit", "work_mem", "shared_buffers", "max_parallel_workers_per_gather")


class Cluster:
    def __init__(self, name, durable, version=None):
        self.name = name
        self.durable = durable
        self.version = version  # of PostgreSQL; the one that the host has, or is given, where it is None
        self.folder = RUNTIME / "postgres" / name
        self.data = self.folder / "data"
        self.clock = {}  # environment of the server and its clients that shifts their clock, see dev/dates.py

    @property
    def external(self):
        return bool(os.environ.get("PGHOST") and os.environ.get("PGUSER"))

    def environment(self):
        """Connection settings for children, as libpq and Odoo read them."""
        if self.external:
            return {}
        return {"PGHOST": str(self.folder), "PGPORT": "5432", "PGUSER": "odoo", "PGPASSWORD": "", **self.clock}

    def start(self):
        """Make the cluster if it does not exist and start it if it is not running."""
        if self.external:
            debian.ensure("psql")
            self.sql("SELECT 1")
            return
        debian.ensure("postgres")
        if self.version:
            debian.server(self.version)
        if len(str(self.folder)) > LONGEST_SOCKET_FOLDER:
            raise Failure(
                f"The path of this folder is too long for a Unix socket: {self.folder}",
                "Move the repository to a shorter path, or set PGHOST and PGUSER to a running server.",
            )
        if not self.data.exists():
            self._make()
        if not self.running():
            settings = [
                "-c",
                "listen_addresses=",
                "-c",
                f"unix_socket_directories='{self.folder}'",
                "-c",
                "max_connections=200",
                *([] if self.durable else FAST),
            ]
            self._run(
                "pg_ctl",
                "start",
                "--wait",
                "-D",
                self.data,
                "-l",
                self.folder / "server.log",
                "-o",
                " ".join(settings),
                what="PostgreSQL did not start",
                hint=f"The reason is at the end of {self.folder / 'server.log'}.",
            )

    def stop(self):
        if self.data.exists() and not self.external and self.running():
            self._run("pg_ctl", "stop", "--wait", "-m", "fast", "-D", self.data, what="PostgreSQL did not stop")

    def running(self):
        status = subprocess.run(self._command("pg_ctl", "status", "-D", self.data), capture_output=True, check=False)
        return status.returncode == 0

    def sql(self, statement, database="postgres"):
        """Run one statement; returns its rows as lists of text."""
        done = subprocess.run(
            [debian.find("psql"), "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", statement, "-d", database],
            env=os.environ | self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failure(
                f"PostgreSQL refused: {' '.join(done.stderr.split())}",
                "Check PGHOST, PGPORT, PGUSER and PGPASSWORD." if self.external else "",
            )
        return [line.split("\t") for line in done.stdout.splitlines()]

    def databases(self):
        return {name for (name,) in self.sql("SELECT datname FROM pg_database")}

    def description(self):
        """What a measurement depends on: the version, the settings that matter, and what is off for speed."""
        settings = dict(self.sql("SELECT name, current_setting(name) FROM pg_settings"))
        shown = ", ".join(f"{name} {settings[name]}" for name in SHOWN)
        off = [name for name in DURABLE if settings[name] == "off"]
        safety = f"off for speed: {', '.join(off)}" if off else "nothing off for speed"
        return f"PostgreSQL {settings['server_version'].split()[0]}, {shown}; {safety}"

    def _make(self):
        partial = self.folder / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if is_root():
            shutil.chown(self.folder, system_user())
        self._run(
            "initdb",
            "-D",
            partial,
            "-U",
            "odoo",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            what="The PostgreSQL cluster could not be made",
        )
        partial.rename(self.data)

    def _run(self, program, *arguments, what, hint=""):
        run(
            self._command(program, *arguments),
            f"{program}-{self.name}",
            what,
            hint,
            cwd="/",
            env=os.environ | self.clock,
        )

    def _command(self, program, *arguments):
        found = debian.server(self.version) / program if self.version else debian.find(program)
        if not found:
            raise Failure(
                f"The PostgreSQL server program {program} is missing.",
                "Install the Debian package postgresql, or set PGHOST and PGUSER to a running server.",
            )
        prefix = []
        if is_root():
            # PostgreSQL refuses to run as root. The capability lets the system user reach a
            # repository that lies in a folder only root may enter, such as /root.
            prefix = [
                "setpriv",
                f"--reuid={system_user()}",
                f"--regid={system_group()}",
                "--clear-groups",
                "--inh-caps=+dac_override",
                "--ambient-caps=+dac_override",
            ]
        return [*prefix, found, *arguments]


def system_user():
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def system_group():
    return pwd.getpwnam(system_user()).pw_gid


DEMO = Cluster("demo", durable=True)
TEST = Cluster("test", durable=False)
DATES = Cluster("dates", durable=False)


def benchmark_cluster():
    """The tests' cluster, or one with the version of PostgreSQL that BENCH_POSTGRES names, such as 17."""
    version = os.environ.get("BENCH_POSTGRES")
    return Cluster(f"postgres{version}", durable=False, version=version) if version else TEST
