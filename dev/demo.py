"""`make demo`: Odoo with the three addons and their demo data, running in the background; `make stop`, `make shell`."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from dev import databases, odoo, postgres, setup
from dev.console import Failure, Steps, note
from dev.paths import ADDONS, ROOT, RUNTIME

CLUSTER = postgres.DEMO
DATABASE = "sales_demo"
UNFINISHED = "sales_demo_new"
PID_FILE = RUNTIME / "demo.pid"
LOCALISATION = "l10n_id"  # the demo company's; the addons do not need it

LOAD_DEMO_DATA = """
import time
from odoo.modules import Manifest
from odoo.tools.convert import convert_file
for addon in {addons!r}:
    for name in Manifest.for_addon(addon).get("demo", []):
        start = time.monotonic()
        convert_file(env, addon, name, {{}}, mode="init", noupdate=True)
        env.cr.commit()
        print(f"{{addon}}/{{name}}: {{time.monotonic() - start:.0f}} s", flush=True)
    env["ir.module.module"].search([("name", "=", addon)]).demo = True
    env.cr.commit()
"""

LOGINS = """
    SELECT partner.name, usr.login, usr.login, COALESCE(partner.function, 'Administrator')
      FROM res_users usr
      JOIN res_partner partner ON partner.id = usr.partner_id
      JOIN ir_model_data data ON data.model = 'res.users' AND data.res_id = usr.id
     WHERE (data.module, data.name) = ('base', 'user_admin')
        OR data.module = 'sales_tracking' AND data.name LIKE 'demo\\_user\\_%'
     ORDER BY usr.id
"""


def main(_arguments):
    port = int(os.environ.get("DEMO_PORT", "8069"))
    _check_port(port)
    step = Steps(4)
    step(setup.SUMMARY)
    setup.prepare(CLUSTER, tools=("wkhtmltopdf",))
    if DATABASE in CLUSTER.databases():
        _update(step)
    else:
        _create(step)
    step("Starting Odoo…")
    _serve(port)
    _print_logins(port)


def _create(step):
    """Install under another name and rename at the end, so that an interrupted run starts over."""
    start = time.monotonic()
    odoo.drop(UNFINISHED, CLUSTER)
    localisation = [LOCALISATION] if (odoo.package() / "addons" / LOCALISATION).exists() else []
    step("Installing the three addons in a new database (about 1 min)…")
    made_from = databases.fingerprints()
    odoo.install(UNFINISHED, [*localisation, *ADDONS], CLUSTER, "demo-install")
    step("Loading a year of demo data (up to 3 min)…")
    odoo.shell(UNFINISHED, LOAD_DEMO_DATA.format(addons=ADDONS), CLUSTER, tell=note)
    odoo.execute(
        ["db", "rename", UNFINISHED, DATABASE], CLUSTER, "demo-rename", "The demo database could not be renamed"
    )
    databases.set_note(DATABASE, CLUSTER, made_from)
    note(f"database {DATABASE} made in {time.monotonic() - start:.0f} s")


def _update(step):
    step(f"Using the database {DATABASE}; `make clean` removes it.")
    made_from = databases.fingerprints()
    changed = databases.changed(DATABASE, CLUSTER)
    if not changed:
        step("The addons have not changed since it was made.")
        return
    step(f"Updating {', '.join(changed)}, whose sources have changed…")
    stop_server()
    odoo.execute(
        ["-d", DATABASE, "-u", ",".join(changed), "--stop-after-init", *odoo.free_ports()],
        CLUSTER,
        "demo-update",
        f"The update of {', '.join(changed)} failed",
    )
    databases.set_note(DATABASE, CLUSTER, made_from)


def _serve(port):
    if _running_pid() and _listening(port):
        note("it is running already")
        return
    stop_server()
    # The address in mails, and where reports get their style from.
    address = f"UPDATE ir_config_parameter SET value = 'http://localhost:{port}' WHERE key = 'web.base.url'"
    CLUSTER.sql(address, DATABASE)
    # Without workers, which would need a proxy for the web sockets that chat and the live board use.
    server = odoo.Server(DATABASE, CLUSTER, port, "demo-server", ["--no-database-list", "--workers=0"])
    server.start()
    PID_FILE.write_text(str(server.process.pid))


def _check_port(port):
    if _listening(port) and not _running_pid():
        raise Failure(
            f"Port {port} is in use by another program.",
            f"Stop that program, or choose another port: DEMO_PORT={port + 1} make demo",
        )


def _listening(port):
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _print_logins(port):
    rows = [("Name", "Login", "Password", "Role"), *CLUSTER.sql(LOGINS, DATABASE)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print(f"\nOdoo runs on http://localhost:{port}\n")
    for row in rows:
        print("  " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print("\nmake stop ends it, make shell opens a Python shell on its database.")


def _running_pid():
    """The demo server's process, if it is alive and really is ours."""
    if not PID_FILE.exists():
        return None
    pid = int(PID_FILE.read_text())
    command_line = Path(f"/proc/{pid}/cmdline")
    return pid if command_line.exists() and DATABASE.encode() in command_line.read_bytes() else None


def stop_server():
    pid = _running_pid()
    if pid:
        os.killpg(pid, signal.SIGTERM)
        for _attempt in range(100):
            if not _running_pid():
                break
            time.sleep(0.2)
        else:
            os.killpg(pid, signal.SIGKILL)
    PID_FILE.unlink(missing_ok=True)


def stop(_arguments):
    stop_server()
    postgres.DEMO.stop()
    postgres.TEST.stop()
    postgres.DATES.stop()
    print("Stopped.")


def shell(_arguments):
    setup.prepare(CLUSTER)
    if DATABASE not in CLUSTER.databases():
        raise Failure("There is no demo database yet.", "Make it with: make demo")
    command = [*odoo.command(), "shell", "-d", DATABASE, "--log-level=warn", *odoo.free_ports()]
    return subprocess.run(command, env=odoo.environment(CLUSTER), cwd=RUNTIME, check=False).returncode


def clean(_arguments):
    if not RUNTIME.exists():
        return
    stop([])
    shutil.rmtree(RUNTIME)
    print(f"Removed {RUNTIME.relative_to(ROOT)}.")
