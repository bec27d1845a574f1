"""Runs the doctests of the addons' pure modules: `python -m dev.doctests <file>…`, from the repository's root.

The addons' packages import Odoo models, which only Odoo's own loader may do; so each module is
imported with empty stand-ins for its parent packages, which keeps relative imports working.
"""

import doctest
import importlib
import sys
import types
from pathlib import Path


def pure_modules(root, addons):
    """The modules with doctests that do not import Odoo, relative to the root."""
    paths = (path for addon in addons for path in sorted((root / addon).rglob("*.py")))
    return [path.relative_to(root) for path in paths if _is_pure(path.read_text())]


def _is_pure(source):
    imports_odoo = any(line.lstrip().startswith(("import odoo", "from odoo")) for line in source.splitlines())
    return ">>>" in source and not imports_odoo


def run(path):
    """Returns (failed, attempted) examples of the module."""
    for parent in reversed(path.parents[:-1]):
        package = types.ModuleType(".".join(parent.parts))
        package.__path__ = [str(parent)]
        sys.modules.setdefault(package.__name__, package)
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    return doctest.testmod(module)


if __name__ == "__main__":
    results = [run(Path(argument)) for argument in sys.argv[1:]]
    print(f"{sum(r.failed for r in results)} of {sum(r.attempted for r in results)} examples failed")
    sys.exit(any(r.failed for r in results))
