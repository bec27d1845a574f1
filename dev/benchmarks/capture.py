"""Mailing a customer and marking an activity as done, with the suite installed against without it.

Each is a transaction that is committed, and each mail goes out to a server, as when a salesperson does it. The
server is a process of its own, which takes the mails and drops them.

Arguments: the database with the suite, the database without; both are filled with what is sent.
"""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial

from odoo.tools import config

from dev.benchmarks import measure
from dev.odoo import free_port

THINGS = measure.number("BENCH_MAILS", 60)
ROUNDS = measure.number("BENCH_ROUNDS", 9)


@contextmanager
def mail_server():
    """A local server that takes all mails; Odoo is told to use it."""
    port = free_port()
    program = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    with subprocess.Popen(program) as process:
        try:
            for _attempt in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            config["smtp_server"], config["smtp_port"], config["smtp_ssl"] = "127.0.0.1", port, False
            yield
        finally:
            process.terminate()


def post(leads):
    """As the chatter does."""
    for lead in leads:
        lead.message_post(
            body="The price list",
            subject="Pepper",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=lead.partner_id.ids,
        )
        lead.env.cr.commit()


def compose(leads):
    """As the dialog for mails does."""
    for lead in leads:
        composer = (
            lead.env["mail.compose.message"]
            .with_context(default_model="crm.lead", default_res_ids=lead.ids)
            .create({"body": "The price list", "subject": "Pepper", "partner_ids": lead.partner_id.ids})
        )
        composer._action_send_mail()
        lead.env.cr.commit()


def mark_done(leads):
    for activity in leads.activity_ids:
        activity.action_feedback(feedback="Wants 10 kg")
        activity.env.cr.commit()


class Flows:
    """The flows in one database, each run on leads of its own."""

    def __init__(self, env):
        self.env = env
        self.env.company.email = "office@example.com"
        self.statements = {}

    def _leads(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {index}", "email": f"customer{index}@example.com"} for index in range(THINGS)]
        )
        leads = self.env["crm.lead"].create(
            [{"name": f"Lead {index}", "partner_id": partner.id} for index, partner in enumerate(partners)]
        )
        for lead in leads:
            lead.activity_schedule("mail.mail_activity_data_call", summary="Call", user_id=self.env.uid)
        self.env.cr.commit()
        return leads

    def seconds(self, flow):
        leads = self._leads()
        cost = measure.cost(self.env, lambda: flow(leads))
        self.statements[flow] = cost.statements
        return cost.cpu


def compare(flow, what, suite, plain):
    figures = measure.in_turn(ROUNDS, partial(suite.seconds, flow), partial(plain.seconds, flow))
    ours, theirs = suite.statements[flow], plain.statements[flow]
    return [[what, *figures], [f"{what}: SQL statements", ours, theirs, ours / theirs]]


def main():
    measure.configure()
    with (
        mail_server(),
        measure.environment(sys.argv[1], commit=True) as suite_env,
        measure.environment(sys.argv[2], commit=True) as plain_env,
    ):
        suite, plain = Flows(suite_env), Flows(plain_env)
        measure.report_ratios(
            [
                *compare(post, f"mail {THINGS} customers with message_post", suite, plain),
                *compare(compose, f"mail {THINGS} customers with the composer", suite, plain),
                *compare(mark_done, f"mark {THINGS} activities as done", suite, plain),
            ]
        )


if __name__ == "__main__":
    main()
