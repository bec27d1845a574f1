"""Code that runs inside Odoo, in a process of its own: the files of tests/scripts, each with a `main(env, …)`."""

import json
import subprocess
from pathlib import Path

from dev import odoo, postgres
from dev.paths import ROOT, RUNTIME
from tests.client import Client

SCRIPTS = Path(__file__).parent / "scripts"


def run_inside(database, script, *arguments, addons=ROOT):
    """Run a script to its end; returns what its `main` returned."""
    return json.loads(odoo.shell(database, _code(script, arguments), postgres.TEST, addons=addons).splitlines()[-1])


def start_inside(database, script, *arguments):
    """Start a script and return its process, for tests that interrupt it."""
    process = subprocess.Popen(
        [*odoo.command(), "shell", "-d", database, "--log-level=error", *odoo.free_ports()],
        env=odoo.environment(postgres.TEST),
        cwd=RUNTIME,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    process.stdin.write(_code(script, arguments))
    process.stdin.close()
    return process


def make_clients(server):
    """A client per login of the server's database."""
    keys = run_inside(server.database, "keys")
    return {login: Client(server.url, server.database, key) for login, key in keys.items()}


def _code(script, arguments):
    source = (SCRIPTS / f"{script}.py").read_text()
    return f"{source}\nimport json\nresult = main(env, *{arguments!r})\nenv.cr.commit()\nprint(json.dumps(result))\n"
