"""What the suite's jobs cost at size: time per record, statements and memory, each as the scheduler starts it.

A job goes on until it is through, or has handled BENCH_RECORDS records, 500 without it. Mails go to a server that drops
them, and what an invoice looks like is left out: printing it is core's part.

Argument: a database of a company of size, which is changed.
"""

import resource
import sys
from unittest.mock import patch

from dev.benchmarks import measure
from dev.benchmarks.capture import mail_server
from dev.paths import ADDONS

RECORDS = measure.number("BENCH_RECORDS", 500)
# Jobs that take all their records in one go, and the records that they leave.
LEFT_BEHIND = {
    "cron_mark_missed_visits": ("sales.visit", [("state", "=", "missed")]),
    "cron_sales_interaction_meetings": ("sales.interaction", [("kind", "=", "meeting")]),
    "cron_mail_visit_reports": ("mail.mail", []),
}


class Progress:
    """Stands in for the scheduler's count of what a job has done, and tells it to stop after some."""

    def __init__(self):
        self.done = 0

    def __call__(self, job, processed=0, **_options):
        job.env.cr.commit()
        self.done += processed
        return self.done < RECORDS


def prepare(env):
    """Switch on what companies choose, and give the capture of history something to do."""
    env["res.company"].search([]).write(
        {
            "dunning_automatic": True,
            "dunning_hour": 0,
            "quotation_followup_automatic": True,
            "quotation_followup_hour": 0,
            "email": "office@example.com",
        }
    )
    env["sales.interaction.backfill"].create({}).action_start()


def run(env, job, name):
    """A row of what the job cost."""
    model, domain = LEFT_BEHIND.get(name, ("res.users", None))
    before = 0 if domain is None else env[model].search_count(domain)
    progress = Progress()
    held = peak_memory()
    with patch.object(type(job), "_commit_progress", lambda self, *args, **options: progress(self, *args, **options)):
        cost = measure.cost(env, lambda: job.with_context(cron_id=job.id).ir_actions_server_id.run())
    env.cr.commit()
    grown = peak_memory() - held
    records = progress.done if domain is None else env[model].search_count(domain) - before
    each = max(records, 1)
    return [
        job.name, f"{records:,}", f"{cost.cpu:.2f} s", f"{1000 * cost.cpu / each:.1f} ms",
        f"{1000 * cost.postgres / each:.1f} ms", f"{cost.statements:,}", f"{cost.statements / each:.1f}",
        f"{grown:.0f} MB",
    ]  # fmt: skip


def peak_memory():
    """The most that this process has held so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    measure.configure()
    database = sys.argv[1]
    with measure.environment(database, commit=True) as env:
        prepare(env)
        names = env["ir.model.data"].search([("model", "=", "ir.cron"), ("module", "in", ADDONS)]).mapped("name")
    rows = []
    for name in sorted(names):
        with mail_server(), measure.environment(database, commit=True) as env:
            job = env.ref(next(f"{addon}.{name}" for addon in ADDONS if env.ref(f"{addon}.{name}", False)))
            reports = type(env["ir.actions.report"])
            with patch.object(reports, "_render", lambda self, *_arguments, **_options: (b"%PDF-1.4", "pdf")):
                rows.append(run(env, job, name))
                print(*rows[-1], file=sys.stderr)
    measure.report(
        ["job", "records", "processor time", "each", "of it PostgreSQL", "statements", "each", "peak grew by"], rows
    )


if __name__ == "__main__":
    main()
