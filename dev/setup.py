"""The set-up that every verb shares."""

from dev import debian, odoo, python
from dev.console import locked
from dev.paths import RUNTIME

DEVELOPMENT = ("requirements.txt", "requirements-dev.txt")
SUMMARY = "Odoo 19, Python packages and PostgreSQL (about 2 min the first time, then nothing)…"


def prepare(cluster=None, *, tools=(), requirements=("requirements.txt",)):
    """Everything a run needs, and the PostgreSQL cluster running when one is given."""
    RUNTIME.mkdir(exist_ok=True)
    with locked("setup"):
        debian.ensure(*tools)
        odoo.ensure()
        python.ensure(*requirements)
        if cluster:
            cluster.start()
