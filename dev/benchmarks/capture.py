"""Mailing a customer and marking an activity as done, with the suite installed against without it.

Each mail and activity is a transaction of its own as far as the suite is concerned: what it does before the commit is
done for each of them.

Arguments: the database with the suite, the database without.
"""

import sys
from functools import partial

from dev.benchmarks import measure

THINGS = measure.number("BENCH_MAILS", 60)
ROUNDS = measure.number("BENCH_ROUNDS", 9)


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
        lead.env.cr.flush()


def compose(leads):
    """As the dialog for mails does."""
    for lead in leads:
        composer = (
            lead.env["mail.compose.message"]
            .with_context(default_model="crm.lead", default_res_ids=lead.ids)
            .create({"body": "The price list", "subject": "Pepper", "partner_ids": lead.partner_id.ids})
        )
        composer._action_send_mail()
        lead.env.cr.flush()


def mark_done(leads):
    for activity in leads.activity_ids:
        activity.action_feedback(feedback="Wants 10 kg")
        activity.env.cr.flush()


class Flows:
    """The flows in one database; each run starts from the same state, since the one before is undone."""

    def __init__(self, env):
        # Nothing leaves for a mail server: the mails stay in the queue.
        env = env(context={**env.context, "mail_notify_force_send": False})
        partners = env["res.partner"].create(
            [{"name": f"Customer {index}", "email": f"customer{index}@example.com"} for index in range(THINGS)]
        )
        self.leads = env["crm.lead"].create(
            [{"name": f"Lead {index}", "partner_id": partner.id} for index, partner in enumerate(partners)]
        )
        for lead in self.leads:
            lead.activity_schedule("mail.mail_activity_data_call", summary="Call", user_id=env.uid)
        env.cr.flush()
        env.cr.execute("ANALYZE crm_lead, res_partner, mail_message, mail_activity, mail_notification")
        self.statements = {}

    def seconds(self, flow):
        env = self.leads.env
        with env.cr.savepoint(flush=False) as savepoint:
            before = env.cr.sql_log_count
            seconds = measure.timed(lambda: flow(self.leads))
            self.statements[flow] = env.cr.sql_log_count - before
            savepoint.rollback()
        env.invalidate_all(flush=False)
        return seconds


def compare(flow, what, suite, plain):
    figures = measure.in_turn(ROUNDS, partial(suite.seconds, flow), partial(plain.seconds, flow))
    ours, theirs = suite.statements[flow], plain.statements[flow]
    return [[what, *figures], [f"{what}: SQL statements", ours, theirs, ours / theirs]]


def main():
    measure.configure()
    with measure.environment(sys.argv[1]) as suite_env, measure.environment(sys.argv[2]) as plain_env:
        suite, plain = Flows(suite_env), Flows(plain_env)
        measure.report(
            [
                *compare(post, f"mail {THINGS} customers with message_post", suite, plain),
                *compare(compose, f"mail {THINGS} customers with the composer", suite, plain),
                *compare(mark_done, f"mark {THINGS} activities as done", suite, plain),
            ]
        )


if __name__ == "__main__":
    main()
