"""OCA's addons, for the benchmarks alone: downloaded from PyPI, never shipped nor installed but in their databases."""

from dev import odoo, python
from dev.console import run
from dev.paths import RUNTIME

FOLDER = RUNTIME / "oca"
ADDONS = FOLDER / "odoo" / "addons"


def addons(*distributions):
    """Download distributions of addons unless they are there; those that they depend on have to be named too.

    :param distributions: names on PyPI, with a version, such as ``odoo-addon-account-credit-control==19.0.1.0.0.13``
    """
    noted = FOLDER / "downloaded.txt"
    known = set(noted.read_text().split()) if noted.exists() else set()
    if not set(distributions) <= known:
        # Without their dependencies: pip would want Odoo itself, which is not on PyPI.
        run(
            [python.EXECUTABLE, "-m", "pip", "install", "--no-deps", "--upgrade", "--target", FOLDER, *distributions],
            "oca", "OCA's addons could not be downloaded", python.NO_INDEX,
        )  # fmt: skip
        noted.write_text("\n".join(sorted(known | set(distributions))))


def environment(cluster):
    """Odoo's environment (`odoo.environment`) with OCA's addons in the path, once they are downloaded."""
    settings = odoo.environment(cluster)
    if not ADDONS.exists():
        return settings
    return settings | {"ODOO_ADDONS_PATH": f"{settings['ODOO_ADDONS_PATH']},{ADDONS}"}


def make(source, database, modules, cluster):
    """Make the database a copy of another one, with modules of OCA's installed, whose addons were downloaded."""
    odoo.duplicate(source, database, cluster)
    arguments = ["-d", database, "-i", ",".join(modules), "--stop-after-init", *odoo.free_ports()]
    what = f"The installation of {', '.join(modules)} failed"
    run([*odoo.command(), *arguments], f"install-{database}", what, env=environment(cluster), cwd=RUNTIME)
