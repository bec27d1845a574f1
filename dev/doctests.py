"""Run the doctests of the addons: `python -m dev.doctests <file>…`, from the repository's root, with Odoo importable.

The addons' packages import models, which only Odoo's own loader may do; so each module is imported with empty
stand-ins for its parent packages, which keeps imports between the addons working.
"""

import doctest
import importlib
import sys
import types
from pathlib import Path

from dev.paths import ADDONS


def modules(root, addons):
    """The modules with doctests, relative to the root."""
    paths = (path for addon in addons for path in sorted((root / addon).rglob("*.py")))
    return [path.relative_to(root) for path in paths if ">>>" in path.read_text()]


def stand_in(path):
    """Stand an empty package in for that folder of an addon."""
    package = types.ModuleType(_name(path))
    package.__path__ = [str(path)]
    sys.modules[package.__name__] = package


def run(path):
    """Returns (failed, attempted) examples of the module."""
    return doctest.testmod(importlib.import_module(_name(path.with_suffix(""))))


def _name(path):
    return ".".join(("odoo", "addons", *path.parts))


if __name__ == "__main__":
    for folder in {parent for addon in ADDONS for path in Path(addon).rglob("*.py") for parent in path.parents[:-1]}:
        stand_in(folder)
    results = [run(Path(argument)) for argument in sys.argv[1:]]
    print(f"{sum(r.failed for r in results)} of {sum(r.attempted for r in results)} examples failed")
    sys.exit(any(r.failed for r in results))
