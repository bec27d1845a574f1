"""Five months of payment follow-up: run week by week by the job itself, while customers promise, pay and object."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo.fields import Command
from odoo.tools import SQL

from ..tools.clock import JobDay
from .story import TIME_ZONE

WEEKS = 16
PROMISES_BROKEN = 7
DISPUTES = (
    ("quality", "Two of the bags were damp. We have sent photos and wait for your credit note."),
    ("delivery", "The last pallet has not arrived yet."),
    ("price", "The discount that we agreed on is missing."),
    ("quantity", "We weighed 40 kg less than what was invoiced."),
)
PROMISES = (
    "Our own customer pays on Friday, then it goes out at once.",
    "The director signs payments next week.",
    "Half of it now, the rest at the end of the month.",
)


def create_dunning(story):
    policy = _create_policy(story)
    accounts = story.env["sales.dunning.account"]
    for week in range(WEEKS, 1, -1):
        day = story.day_before(7 * week)
        _run_job(story, day)
        _keep_promise(story, day)
        if week == PROMISES_BROKEN:
            _promise(story, day, count=3)
    # From here on the higher levels are approved by a person: some wait for it today.
    policy.level_ids[1:].mode = "proposal"
    _run_job(story, story.day_before(7))
    _object(story)
    _lose_address(story)
    _pause(story)
    _run_job(story, story.day_before(1))
    _promise(story, story.today, count=3)
    _run_job(story, story.today)
    for account in accounts.search([("company_id", "=", story.company.id), ("user_id", "=", False)]):
        account.user_id = story.rng.choice(list(story.users.values()))


def _create_policy(story):
    """A friendly reminder, a firm one with a call, and a notice with a letter, interest and a fee."""
    template = story.env.ref("sales_tracking.mail_template_dunning_reminder")
    shipped = story.env.ref("sales_tracking.sales_dunning_policy_default")
    call = story.env.ref("mail.mail_activity_data_call")
    texts = shipped.level_ids.mapped("text")
    levels = [
        {"name": "Payment Reminder", "delay": 7},
        {"name": "Second Payment Reminder", "delay": 21, "activity_type_id": call.id,
         "activity_summary": "Call about the overdue invoices"},
        {"name": "Final Notice", "delay": 35, "print_letter": True, "fee": 150_000, "charge_interest": True},
    ]  # fmt: skip
    [policy] = story.create_named(
        "sales.dunning.policy",
        {
            "demo_dunning_policy": {
                "name": "Domestic Customers",
                "company_id": story.company.id,
                "interest_rate": 9,
                "level_ids": [
                    Command.create({"template_id": template.id, "attach_invoices": False, "text": text, **level})
                    for text, level in zip(texts, levels, strict=True)
                ],
            }
        },
    ).values()
    return policy


def _accounts(story, day, *states):
    accounts = story.env["sales.dunning.account"].with_context(dunning_today=JobDay.of(day))
    return accounts.search([("company_id", "=", story.company.id), ("state", "in", states)], order="id")


def _run_job(story, day):
    """As on that day at eight; what it would have mailed counts as delivered, since there are no such customers."""
    reminders = story.env["sales.dunning.reminder"]
    before = reminders.search([], limit=1, order="id desc").id or 0
    story.env["sales.dunning.account"]._run(story.company, story.company, day)
    done = reminders.search([("id", ">", before)])
    messages = done.message_id
    story.env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
    messages.notification_ids.notification_status = "sent"
    eight = datetime.combine(day, time(8), ZoneInfo(TIME_ZONE)).astimezone(timezone.utc).replace(tzinfo=None)
    messages.date = min(eight, story.now)
    done.flush_recordset()
    # The history does not let itself be changed, and this is one that did not happen.
    moment = min(eight, story.now)
    story.env.cr.execute(SQL("UPDATE sales_dunning_reminder SET date = %s WHERE id = ANY(%s)", moment, done.ids))
    done.invalidate_recordset(["date"])
    for activity in done.activity_id:
        activity.active = story.rng.random() < 0.4


def _promise(story, day, count):
    """Customers promise what is overdue, or a part of it; invoices that were paid since tell which of them keep it."""
    waiting = _accounts(story, day, "waiting", "due", "exhausted")
    waiting = waiting.filtered(lambda account: account.total_overdue > 0)
    for account in story.rng.sample(list(waiting), k=min(count, len(waiting))):
        lines = _overdue(account, day)
        if lines:
            promise = story.env["sales.promise"].create(
                {
                    "account_id": account.id,
                    "move_line_ids": [Command.set(lines.ids)],
                    "amount": sum(lines.mapped("amount_residual_currency")),
                    "date": day + timedelta(days=story.rng.randrange(4, 12)),
                    "note": story.rng.choice(PROMISES),
                }
            )
            story.backdate(promise, [story.moment(day)])


def _keep_promise(story, day):
    """Of the invoices that were paid late in the week after the day, one had been promised."""
    paid = story.env["account.partial.reconcile"].search(
        [
            ("company_id", "=", story.company.id),
            ("max_date", ">", day),
            ("max_date", "<=", day + timedelta(days=6)),
            # An exchange difference pays nothing.
            ("debit_amount_currency", ">", 0),
            ("debit_move_id.date_maturity", "<", day),
            ("debit_move_id.account_type", "=", "asset_receivable"),
        ],
        order="id",
    )
    if not paid:
        return
    payment = story.rng.choice(list(paid))
    promise = story.env["sales.promise"].create(
        {
            "account_id": story.env["sales.dunning.account"]._of(payment.debit_move_id.partner_id, story.company).id,
            "move_line_ids": [Command.set(payment.debit_move_id.ids)],
            "amount": payment.debit_amount_currency,
            "date": payment.max_date,
            "note": story.rng.choice(PROMISES),
        }
    )
    # On that day the payment was still to come.
    promise.matched_before = promise.credited_before = 0
    story.backdate(promise, [story.moment(day)])


def _overdue(account, day):
    lines = account.item_ids.filtered(lambda line: line.amount_residual_currency > 0 and line.date_maturity < day)
    return lines.filtered(lambda line: line.currency_id == lines[:1].currency_id)


def _object(story):
    day = story.day_before(3)
    found = _accounts(story, day, "waiting", "due", "exhausted").filtered(lambda account: account.total_overdue > 0)
    chosen = story.rng.sample(list(found), k=min(len(DISPUTES), len(found)))
    for account, (reason, note) in zip(chosen, DISPUTES, strict=False):
        lines = _overdue(account, day)[:1]
        if lines:
            dispute = story.env["sales.dispute"].create(
                {
                    "account_id": account.id,
                    "move_line_ids": [Command.set(lines.ids)],
                    "reason": reason,
                    "amount": round(lines.amount_residual_currency / 4) or lines.amount_residual_currency,
                    "date": day,
                    "note": note,
                }
            )
            story.backdate(dispute, [story.moment(day)])


def _lose_address(story):
    """The mail of one customer that is due has nowhere to go."""
    due = _accounts(story, story.day_before(1), "due").filtered(lambda account: not account.level_id.print_letter)
    for account in due[:1]:
        account.contact_id.email = False


def _pause(story):
    for account in _accounts(story, story.day_before(1), "waiting")[:1]:
        account.write({"paused_until": story.today + timedelta(days=10), "pause_reason": "waits for our credit note"})
