"""OCA's addons, for the benchmarks alone: downloaded from PyPI, never installed beside ours nor shipped with them."""

from dev import python
from dev.console import run
from dev.paths import RUNTIME

FOLDER = RUNTIME / "oca"


def addons(*distributions):
    """Download distributions of addons unless they are there; those that they depend on have to be named too.

    :param distributions: names on PyPI, with a version, such as ``odoo-addon-account-credit-control==19.0.1.0.0``
    :return: the folder for Odoo's addons path
    """
    path = FOLDER / "odoo" / "addons"
    wanted = FOLDER / "downloaded.txt"
    known = set(wanted.read_text().split()) if wanted.exists() else set()
    if not set(distributions) <= known:
        # pip would want Odoo itself, which is not on PyPI: so each distribution is named, without its dependencies.
        run(
            [python.EXECUTABLE, "-m", "pip", "install", "--no-deps", "--upgrade", "--target", FOLDER, *distributions],
            "oca", "OCA's addons could not be downloaded", python.NO_INDEX,
        )  # fmt: skip
        wanted.write_text("\n".join(sorted(known | set(distributions))))
    return path
