"""The virtual environment with the pinned packages of requirements*.txt."""

import hashlib
import importlib.util
import os
import shutil
import sys

from dev import debian
from dev.console import note, run
from dev.paths import ROOT, RUNTIME

VENV = RUNTIME / "venv"
EXECUTABLE = VENV / "bin/python"

NO_INDEX = "Check the network and the package index that pip is set to use, then run the same command again."


def ensure(*requirements):
    """Make the environment hold the packages of these requirement files; does nothing when it already does."""
    make()
    changed = [name for name in requirements if _stamp(name) != _read(VENV / f"{name}.sha256")]
    if not changed:
        return
    note(f"installing {' and '.join(changed)} (up to 2 min)…")
    files = [argument for name in requirements for argument in ("-r", ROOT / name)]
    run(
        [EXECUTABLE, "-m", "pip", "install", "--prefer-binary", *files],
        "pip",
        "The Python packages could not be installed",
        NO_INDEX,
    )
    for name in requirements:
        (VENV / f"{name}.sha256").write_text(_stamp(name))


def make():
    """Create the environment with pip in it, also where Debian's python3-venv is not installed."""
    complete = VENV / "complete"
    if complete.exists() and EXECUTABLE.exists():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    what = "The Python virtual environment could not be made"
    if importlib.util.find_spec("ensurepip"):
        run([sys.executable, "-m", "venv", VENV], "venv", what)
    else:
        run([sys.executable, "-m", "venv", "--without-pip", VENV], "venv", what)
        wheel, *_others = (debian.unpack("python3-pip-whl") / "usr/share/python-wheels").glob("pip-*.whl")
        run(
            [EXECUTABLE, "-m", "pip", "install", "--no-index", wheel],
            "venv",
            what,
            env=os.environ | {"PYTHONPATH": str(wheel)},
        )
    complete.touch()


def _stamp(name):
    content = (ROOT / name).read_bytes() + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def _read(path):
    return path.read_text() if path.exists() else ""
