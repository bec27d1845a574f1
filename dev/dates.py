"""`make dates`: the addons' tests and the demo data under other dates, the server's clock and PostgreSQL's alike.

A cluster of its own runs with its clock shifted by libfaketime, and so does all of Odoo that uses it. The clocks
go on from there: `now()` of the database and of Python agree, and durations are true.

DATES  moments, separated by semicolons: `2028-02-29 12:00` is UTC, `2026-12-31 23:30 Asia/Jakarta` is local time.
ONLY   test tags such as `/sales_target:TestPeriod,/sales_tracking:TestCapture`, the name of an addon, or `demo`.
"""

import os
import time
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from dev import databases, debian, demo, odoo, postgres, setup, test
from dev.console import Failure, Steps, locked, note
from dev.paths import ADDONS
from dev.testlog import Outcome

CLUSTER = postgres.DATES
TESTS_DATABASE = "sales_dates_test"
DEMO_DATABASE = "sales_dates_demo"
LIBRARY = "usr/lib/*/faketime/libfaketimeMT.so.1"

MOMENTS = (
    "2027-01-02 10:00",  # a Saturday
    "2027-01-03 10:00",  # a Sunday
    "2026-12-31 12:00",
    "2027-01-01 12:00",
    "2028-02-29 12:00",
    "2027-03-13 20:00 America/New_York",  # the evening before clocks go forward in America,
    "2027-03-28 12:00 Europe/Brussels",  # the day they go forward in Europe,
    "2027-10-31 02:30 Europe/Brussels",  # and the hour that comes twice there
    "2027-06-30 12:00",
    "2026-12-31 23:30 Asia/Jakarta",
)
# A browser does not run with a shifted clock.
TOURS = (
    "-/sales_commission:TestSliceTour",
    "-/sales_tracking:TestInteractionTour",
    "-/sales_tracking:TestPriceOptionPortal.test_the_customer_chooses_and_signs",
    "-/sales_tracking:TestPriceOptionPortal.test_the_salesperson_compares_and_offers",
)


def main(_arguments):
    moments = [_moment(text) for text in os.environ.get("DATES", ";".join(MOMENTS)).split(";") if text.strip()]
    only = os.environ.get("ONLY", "")
    if only and only != "demo" and not any(only == addon or f"/{addon}" in only for addon in ADDONS):
        raise Failure(
            f"ONLY={only} is neither an addon nor a tag of one.",
            f"Write demo, one of {', '.join(ADDONS)}, or tags such as /sales_target:TestPeriod.",
        )
    start = time.monotonic()
    step = Steps(2 + len(moments))
    with locked("dates"):
        step(setup.SUMMARY)
        CLUSTER.stop()  # an interrupted run leaves it with a shifted clock
        setup.prepare(CLUSTER, tools=("wkhtmltopdf",), requirements=setup.DEVELOPMENT)
        if CLUSTER.external:
            raise Failure("The clock of an existing PostgreSQL server cannot be shifted.", "Unset PGHOST and PGUSER.")
        library = debian.ensure_library("libfaketime", LIBRARY)
        step("A database with the three addons (2 to 3 min when the addons have changed)…")
        databases.ensure_prepared(CLUSTER)
        total = Outcome()
        try:
            for moment in moments:
                step(f"{moment:%A, %d %B %Y %H:%M} in {moment.tzname()}…")
                _shift(moment, library)
                total += sum(_at_that_moment(only), Outcome())
        finally:
            CLUSTER.stop()
    note("tours of a browser are left out: it does not run with a shifted clock")
    print(f"\n{total}  ({time.monotonic() - start:.0f} s)")
    return 1 if total.failed else 0


def _moment(text):
    """A moment from `YYYY-MM-DD HH:MM`, at noon unless an hour follows, in UTC unless a time zone does."""
    words = text.split()
    day, hour, zone = [*words, *["12:00", "UTC"][len(words) - 1 :]][:3]
    try:
        return datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=ZoneInfo(zone))
    except (ValueError, OSError) as error:
        raise Failure(
            f"DATES: {text.strip()} is no moment: {error}",
            "Write, for example, 2028-02-29 12:00 or 2026-12-31 23:30 Asia/Jakarta.",
        ) from None


def _shift(moment, library):
    """Start the cluster, and all that will use it, at that moment."""
    CLUSTER.stop()
    seconds = int((moment - datetime.now(timezone.utc)).total_seconds())
    CLUSTER.clock = {
        "LD_PRELOAD": str(library),
        # An offset: an absolute moment would begin again in each process.
        "FAKETIME": f"{seconds:+d}",
        # Waiting has nothing to do with the date, and files keep their times.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    CLUSTER.start()
    [[day]] = CLUSTER.sql("SELECT (now() AT TIME ZONE 'UTC')::date")
    if day != f"{moment.astimezone(timezone.utc):%Y-%m-%d}":
        raise Failure(f"PostgreSQL says that today is {day}: its clock was not shifted.")


def _at_that_moment(only):
    if only != "demo":
        addons = [addon for addon in ADDONS if only in ("", addon) or f"/{addon}" in only]
        tags = only if "/" in only else ",".join(f"/{addon}" for addon in addons)
        odoo.duplicate(databases.PREPARED, TESTS_DATABASE, CLUSTER)
        yield test.run_tagged(TESTS_DATABASE, [], ",".join([tags, *TOURS]), addons, CLUSTER)
        odoo.drop(TESTS_DATABASE, CLUSTER)
    if only in ("", "demo"):
        yield _load_demo()


def _load_demo():
    odoo.duplicate(databases.PREPARED, DEMO_DATABASE, CLUSTER)
    try:
        odoo.shell(DEMO_DATABASE, demo.LOAD_DEMO_DATA.format(addons=ADDONS), CLUSTER, tell=note)
    except Failure as failure:
        print(f"\n✗ {failure.what}\n  {failure.hint}")
        return Outcome(failed=1)
    finally:
        odoo.drop(DEMO_DATABASE, CLUSTER)
    return Outcome(passed=1)
