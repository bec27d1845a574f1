"""`make lint`: ruff, pylint with pylint-odoo, core's own pylint checkers, the layout, data files, the compose file."""

import os
import subprocess
import xml.etree.ElementTree as ElementTree

from dev import debian, layout, odoo, python, setup
from dev.console import Failure, Steps, is_root, note
from dev.paths import ADDONS, ROOT

TOOLING = ("dev", "tests")
# What core's test_lint enables in its own pylint run over Odoo.
CORE_CHECKS = (
    "used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,sql-injection,"
    "missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,raise-unlink-override"
)
CORE_PLUGINS = "_pylint_path_setup,_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override"


def main(_arguments):
    step = Steps(7)
    step("Odoo 19 and Python packages (about 2 min the first time, then nothing)…")
    setup.prepare(requirements=setup.DEVELOPMENT)
    addons = [addon for addon in ADDONS if (ROOT / addon).exists()]
    step("ruff…")
    clean = [_tool("ruff", "check", "--quiet", *addons, *TOOLING)]
    clean.append(_tool("ruff", "format", "--check", "--quiet", *addons, *TOOLING))
    step("pylint with pylint-odoo…")
    clean.append(_tool("pylint", "--ignore-paths=.*/tests/.*", *addons))
    # What tests say is for nobody to translate.
    clean.append(_tool("pylint", "--disable=translation-required", *(f"{addon}/tests" for addon in addons)))
    # A pytest fixture is asked for by an argument of its name, often for its effect alone.
    clean.append(_tool("pylint", "--disable=odoolint,redefined-outer-name,unused-argument", *TOOLING))
    step("Core's own pylint checkers on the addons…")
    clean.append(_core_checkers(addons))
    step("The layout…")
    clean.append(_layout(addons))
    step("XML files and conflict markers…")
    files = sorted(path for addon in addons for path in (ROOT / addon).rglob("*") if path.is_file())
    clean.append(_xml_files(files))
    clean.append(_no_conflict_markers(files))
    step("docker-compose.yml…")
    clean.append(_compose_file())
    print("\nNo finding." if all(clean) else "\n✗ There are findings, see above.")
    return 0 if all(clean) else 1


def _tool(module, *arguments, **options):
    """Run a Python tool of the environment, its findings going to the terminal; returns whether it found none."""
    command = [python.EXECUTABLE, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, **options).returncode == 0


def _core_checkers(addons):
    package = odoo.package()
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, [package / "addons/test_lint/tests", package.parent])),
        "ADDONS_PATH": str(ROOT),
    }
    return _tool(
        "pylint",
        f"--rcfile={os.devnull}",
        "--disable=all",
        f"--enable={CORE_CHECKS}",
        "--score=no",
        f"--load-plugins={CORE_PLUGINS}",
        *addons,
        env=environment,
    )


def _layout(addons):
    found = layout.findings(ROOT, addons)
    print(*found, sep="\n", end="\n" if found else "")
    return not found


def _xml_files(files):
    clean = True
    for path in files:
        if path.suffix != ".xml":
            continue
        try:
            ElementTree.parse(path)
        except ElementTree.ParseError as error:
            print(f"{path.relative_to(ROOT)}: {error}")
            clean = False
    return clean


def _no_conflict_markers(files):
    found = [path for path in files if b"<" * 7 in path.read_bytes() or b">" * 7 in path.read_bytes()]
    for path in found:
        print(f"{path.relative_to(ROOT)}: conflict marker")
    return not found


def _compose_file():
    command = _compose()
    if not command:
        note("skipped: it needs docker-compose; install the Debian package docker-compose to have it checked")
        return True
    return subprocess.run([*command, "config", "--quiet"], cwd=ROOT, check=False).returncode == 0


def _compose():
    """The command of whichever Compose is there, installing Debian's when root; None when there is none."""
    if not debian.find("docker-compose") and is_root():
        try:
            debian.install(["docker-compose"])
        except Failure as failure:
            note(failure.what)
    if debian.find("docker-compose"):
        return [debian.find("docker-compose")]
    plugin = ["docker", "compose"]
    if debian.find("docker") and not subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode:
        return plugin
    return None
