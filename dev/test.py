"""`make test`: every test, counted; fails when one fails or when a suite ran none."""

import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

from dev import databases, doctests, odoo, postgres, python, setup
from dev.console import Failure, Steps, locked, note
from dev.paths import ADDONS, LOGS, ROOT
from dev.testlog import Outcome, TestLog

CLUSTER = postgres.TEST
DATABASE = "sales_test"
SECOND_DATABASE = "sales_test_2"
DEVELOPMENT = "sales_dev"

# Core's lint of every module on the addons path, ours included. Left out: the classes that test the checkers
# themselves, and the pylint and conflict marker checks, which `make lint` does on our addons alone.
LEFT_OUT = ("TestPyLint", "TestConflictMarkers", "TestGetTextLint", "TestSqlLint", "TestI18nChecks")
LINT_TAGS = ",".join(["/test_lint", *(f"-/test_lint:{case}" for case in LEFT_OUT)])


def main(_arguments):
    only = os.environ.get("ONLY", "")
    if only and only not in (*ADDONS, "tests"):
        raise Failure(f"ONLY={only} is not a suite.", f"Choose one of: {', '.join((*ADDONS, 'tests'))}.")
    start = time.monotonic()
    with locked("test-one" if only in ADDONS else "test"):
        outcomes = _everything() if not only else _black_box_alone() if only == "tests" else _one_addon(only)
    total = sum(outcomes, Outcome())
    print(f"\n{total}  ({time.monotonic() - start:.0f} s)")
    return 1 if total.failed else 0


def _prepare(step):
    step(setup.SUMMARY)
    setup.prepare(CLUSTER, tools=("chromium", "wkhtmltopdf"), requirements=setup.DEVELOPMENT)


def _everything():
    step = Steps(6)
    _prepare(step)
    step("Doctests of the pure modules (5 s)…")
    outcomes = [_doctests()]
    step("A database with the modules the addons depend on (1 min the first time, then nothing)…")
    databases.ensure_template(CLUSTER)
    step("Installing the three addons without demo data (about 30 s)…")
    outcomes.append(_install())
    step("The addons' own tests, next to the black-box tests on a running server (15 min)…")
    for database in (DATABASE, SECOND_DATABASE):
        odoo.duplicate(databases.PREPARED, database, CLUSTER)
    *first, last = ADDONS
    with ThreadPoolExecutor() as pool:
        running = [
            pool.submit(_addon_tests, DATABASE, first),
            # About as long as the two others.
            pool.submit(_addon_tests, SECOND_DATABASE, [last]),
            pool.submit(_black_box),
        ]
        outcomes += [each.result() for each in running]
    step("Core's test_lint on the addons (40 s)…")
    return [*outcomes, run_tagged(DATABASE, ["-i", "test_lint"], LINT_TAGS, ["test_lint"])]


def _addon_tests(database, addons):
    return run_tagged(database, ["-u", ",".join(addons)], ",".join(f"/{addon}" for addon in addons), addons)


def _black_box_alone():
    step = Steps(3)
    _prepare(step)
    step("The database with the three addons (1 to 2 min when the addons have changed)…")
    databases.ensure_prepared(CLUSTER)
    step("Black-box tests on a running server…")
    return [_black_box()]


def _one_addon(addon):
    """Only this addon's tests, on a database that stays and is updated when sources change."""
    step = Steps(3)
    _prepare(step)
    step("The development database (1 to 2 min the first time, then nothing)…")
    if databases.note_of(DEVELOPMENT, CLUSTER) is None:
        databases.make(DEVELOPMENT, CLUSTER)
    step(f"The tests of {addon}…")
    made_from = databases.fingerprints()
    update = sorted({addon, *databases.changed(DEVELOPMENT, CLUSTER)}, key=ADDONS.index)
    outcome = run_tagged(DEVELOPMENT, ["-u", ",".join(update)], f"/{addon}", [addon])
    if not outcome.failed:
        databases.set_note(DEVELOPMENT, CLUSTER, made_from)
    return [outcome]


def _doctests():
    files = doctests.modules(ROOT, ADDONS)
    done = subprocess.run(
        [python.EXECUTABLE, "-m", "dev.doctests", *files],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(odoo.package().parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout if done.returncode else f"      {len(files)} modules, {done.stdout.strip()}")
    if done.returncode:
        note(done.stderr.strip())
    return Outcome(passed=len(files)) if not done.returncode else Outcome(failed=1)


def _install():
    log = databases.make(databases.PREPARED, CLUSTER)
    reader = TestLog(ADDONS)
    for line in log.read_text().splitlines():
        reader.feed(line)
    reader.close()
    return Outcome(failed=_report_complaints(reader, log))


def run_tagged(database, modules, tags, suites, cluster=CLUSTER):
    """Run Odoo's tests by tags; each suite (an addon) must have run at least one."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"tests-{suites[0] if len(suites) == 1 else 'addons'}.log"
    reader = TestLog(ADDONS)
    command = [*odoo.command(), "-d", database, *modules, "--test-tags", tags, "--stop-after-init", *odoo.free_ports()]
    process = subprocess.Popen(
        command,
        env=odoo.environment(cluster),
        cwd=LOGS,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with path.open("w") as log:
        for line in process.stdout:
            log.write(line)
            reader.feed(line)
    reader.close()
    outcome = reader.outcome()
    code = process.wait()
    for addon in suites:
        note(f"{addon}: {reader.ran[addon]} tests, {reader.failed[addon]} failed")
    for reason in reader.skipped:
        note(f"skipped: {reason}")
    outcome.failed += _report_complaints(reader, path)
    for addon in suites:
        if not reader.ran[addon]:
            print(f"\n✗ No test of {addon} was run. The log is {path}.")
            outcome.failed += 1
    if code and not outcome.failed:
        print(f"\n✗ Odoo ended with code {code}. The reason is at the end of {path}.")
        outcome.failed += 1
    return outcome


def _report_complaints(reader, path):
    """Warnings and errors about our addons outside of tests count as failures."""
    for complaint in reader.complaints:
        print(f"\n✗ in {path}:\n{complaint}")
    return len(reader.complaints)


def _black_box():
    report = LOGS / "black-box.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [python.EXECUTABLE, "-m", "pytest", "tests", "-q", "-rs", "--durations=5", f"--junit-xml={report}"],
        cwd=ROOT, env=odoo.environment(CLUSTER), text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    # At once, not between the lines of what runs next to it.
    print(done.stdout)
    if not report.exists():
        print("\n✗ The black-box tests could not be run.")
        return Outcome(failed=1)
    suite = ElementTree.parse(report).getroot().find("testsuite")
    ran, skipped = int(suite.get("tests")), int(suite.get("skipped"))
    failed = int(suite.get("failures")) + int(suite.get("errors"))
    if ran == skipped:
        print("\n✗ No black-box test was run.")
        failed += 1
    return Outcome(max(ran - failed - skipped, 0), failed, skipped)
