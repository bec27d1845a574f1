"""Reading an Odoo log: which tests ran, what failed, what our addons complained about."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field

RECORD = re.compile(r"^\d{4}-\d\d-\d\d [\d:]+,\d+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): (?P<message>.*)$")
STARTING = re.compile(r"^Starting (?P<case>\w+)\.\w+ \.\.\.")
TEST_MODULE = re.compile(r"odoo\.addons\.(?P<addon>\w+)\.tests\b")
LOADING = ("odoo.modules", "odoo.registry", "odoo.service.server", "odoo.tests.result")


@dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Outcome(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass
class TestLog:
    """Fed line by line; tells about each finished test class and each failure through `tell`."""

    names: tuple  # records that name one of these addons are complaints when they are warnings or worse
    tell: object = print
    ran: Counter = field(default_factory=Counter)  # addon: tests
    failed: Counter = field(default_factory=Counter)
    skipped: list = field(default_factory=list)
    complaints: list = field(default_factory=list)
    _case: tuple = None
    _case_start: float = 0
    _case_tests: int = 0
    _arrived: float = 0  # of the record; the log's own times stand still where a test freezes time
    _record: list = field(default_factory=list)
    _testing: bool = False

    def feed(self, line):
        """Records may span lines: a record is judged when the next one begins."""
        if RECORD.match(line):
            self._judge()
            self._record = []
            self._arrived = time.monotonic()
        self._record.append(line.rstrip("\n"))

    def close(self):
        self._judge()
        self._finish_case()

    def outcome(self):
        ran, failed, skipped = self.ran.total(), self.failed.total(), len(self.skipped)
        return Outcome(max(ran - failed - skipped, 0), failed, skipped)

    def _judge(self):
        match = RECORD.match(self._record[0]) if self._record else None
        if not match:
            return
        level, logger, message = match["level"], match["logger"], match["message"]
        test_module = TEST_MODULE.search(logger) or TEST_MODULE.search(message)
        starting = STARTING.match(message)
        if starting and test_module:
            self._start(test_module["addon"], starting["case"])
        elif message.startswith("skipped ") and test_module:
            self.skipped.append(message.removeprefix("skipped "))
        elif level in ("ERROR", "CRITICAL") and message.startswith(("FAIL: ", "ERROR: ")):
            self.failed[test_module["addon"] if test_module else "?"] += 1
            self.tell("\n".join(["", *self._record, ""]))
        elif logger.startswith(LOADING):
            self._testing = False
            self._finish_case()
        if level in ("WARNING", "ERROR", "CRITICAL") and not self._testing and self._names_us():
            self.complaints.append("\n".join(self._record))

    def _names_us(self):
        return any(re.search(rf"\b{name}\b", line) for line in self._record for name in self.names)

    def _start(self, addon, case):
        self._testing = True
        self.ran[addon] += 1
        if self._case != (addon, case):
            self._finish_case()
            self._case, self._case_start, self._case_tests = (addon, case), self._arrived, 0
        self._case_tests += 1

    def _finish_case(self):
        if self._case:
            addon, case = self._case
            seconds = self._arrived - self._case_start
            self.tell(f"      {addon}: {case}, {self._case_tests} tests, {seconds:.1f} s")
        self._case = None
