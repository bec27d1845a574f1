"""The databases the verbs work on, and whether the addons' sources have changed since.

A finished database carries what it was made from as its PostgreSQL comment, so an interrupted
one is told from a finished one, and the note cannot outlive the database.
"""

import ast
import hashlib
import json

from dev import odoo
from dev.console import Failure, locked
from dev.paths import ADDONS, ROOT

TEMPLATE = "sales_template"
PREPARED = "sales_prepared"


def manifest(addon):
    path = ROOT / addon / "__manifest__.py"
    if not path.exists():
        raise Failure(f"The addon {addon} has no manifest.", f"Expected {path}.")
    return ast.literal_eval(path.read_text())


def dependencies():
    """The modules our addons need that are not ours."""
    return sorted({name for addon in ADDONS for name in manifest(addon)["depends"]} - set(ADDONS))


def fingerprints():
    """A hash of each addon's sources."""
    return {addon: _hash_folder(ROOT / addon) for addon in ADDONS}


def _hash_folder(folder):
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def note_of(database, cluster):
    """What the database was made from; None when it does not exist or was not finished."""
    rows = cluster.sql(f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{database}'")
    return json.loads(rows[0][0]) if rows and rows[0][0] else None


def set_note(database, cluster, note):
    cluster.sql(f"COMMENT ON DATABASE \"{database}\" IS '{json.dumps(note)}'")


def changed(database, cluster):
    """The addons whose sources differ from those the database was made from."""
    made_from = note_of(database, cluster) or {}
    return [addon for addon, digest in fingerprints().items() if made_from.get(addon) != digest]


def ensure_template(cluster):
    """A database with nothing but the modules that our addons depend on."""
    wanted = {"modules": dependencies(), "odoo": odoo.version()}
    with locked("template"):
        if note_of(TEMPLATE, cluster) != wanted:
            odoo.drop(TEMPLATE, cluster)
            odoo.install(TEMPLATE, wanted["modules"], cluster, "template")
            set_note(TEMPLATE, cluster, wanted)


def make(database, cluster):
    """Make that database anew, with our addons and no demo data; returns the log of their installation."""
    ensure_template(cluster)
    made_from = fingerprints()
    odoo.duplicate(TEMPLATE, database, cluster)
    log = odoo.install(database, ADDONS, cluster, f"install-{database}")
    set_note(database, cluster, made_from)
    return log


def ensure_prepared(cluster):
    if changed(PREPARED, cluster):
        make(PREPARED, cluster)
