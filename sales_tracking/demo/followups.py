"""The quotations of the last weeks, followed up day by day: by the job itself, while some customers answer."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo.fields import Command
from odoo.tools import SQL

from .story import TIME_ZONE

DAYS = 26
FEW = 2

PATIENT_CADENCE = "demo_cadence_export"
REPLIES = (
    "Thank you for the quotation. Could you do something about the price if we take twice the quantity?",
    "We are waiting for our buyer to come back, please give us until next week.",
    "Is delivery to the harbour included?",
    "The sample was good. Which payment terms can you offer us?",
    "Please split the delivery over two months and send the quotation again.",
)
ANSWER = "Thank you for your message. I have asked our warehouse and will send you a new version tomorrow."


def create_followups(story, plan):
    sent = [deal for deal in plan if deal.order and deal.order.state != "draft"]
    for deal in sent:
        deal.order.followup_sent_at = deal.quoted
    _create_patient_cadence(story)
    waiting = [deal for deal in sent if deal.order.state == "sent" and story.day_of(deal.quoted) < story.day_before(3)]
    waiting.sort(key=lambda deal: deal.quoted, reverse=True)
    happenings = _what_happens(story, [deal for deal in waiting if deal.ending == "quoted"])
    for age in range(DAYS, -1, -1):
        day = story.day_before(age)
        for happen, deal in happenings.get(day, ()):
            happen(story, deal, story.moment(day, after=deal.quoted))
        _run_job(story, day)


def _create_patient_cadence(story):
    """Buyers abroad decide slowly: they get more time, and a call before the second mail."""
    call = story.env.ref("mail.mail_activity_data_call")
    first = story.env.ref("sales_tracking.mail_template_quotation_reminder")
    expiring = story.env.ref("sales_tracking.mail_template_quotation_expiring")
    story.create_named(
        "sales.quotation.cadence",
        {
            PATIENT_CADENCE: {
                "name": "Export Follow-Up",
                "company_id": story.company.id,
                "team_ids": [Command.set(story.teams["demo_team_surabaya"].ids)],
                "step_ids": [
                    Command.create({"days": 5, "template_id": first.id, "sequence": 10}),
                    Command.create(
                        {
                            "days": 12,
                            "action": "activity",
                            "activity_type_id": call.id,
                            "summary": "Call about the quotation",
                            "sequence": 20,
                        }
                    ),
                    Command.create({"days": 4, "moment": "before_expiry", "template_id": expiring.id, "sequence": 30}),
                ],
            }
        },
    )


def _what_happens(story, deals):
    """What comes between some of the quotations and their reminders, by day."""
    happenings = {}
    kinds = [_reply] * 5 + [_reply_and_answer] * FEW + [_pause] * FEW + [_meet] * FEW + [_opt_out, _lose_address]
    for happen, deal in zip(kinds, story.rng.sample(deals, k=min(len(kinds), len(deals))), strict=False):
        sent_on = story.day_of(deal.quoted)
        age = (story.today - sent_on).days
        day = sent_on + timedelta(days=story.rng.randrange(1, max(age, 2)) if happen != _lose_address else 0)
        happenings.setdefault(day, []).append((happen, deal))
    return happenings


def _reply(story, deal, moment):
    contact = deal.customer.contact
    _post(story, deal, moment, contact, story.rng.choice(REPLIES), message_type="email")


def _reply_and_answer(story, deal, moment):
    _reply(story, deal, moment)
    answered = min(moment + timedelta(hours=3), story.now)
    _post(story, deal, answered, deal.order.user_id.partner_id, ANSWER, message_type="comment")


def _post(story, deal, moment, author, body, **values):
    subtype = story.env.ref("mail.mt_comment")
    story.env["mail.message"].create(
        {
            "model": "sale.order",
            "res_id": deal.order.id,
            "subject": f"Re: {deal.order.name}",
            "body": body,
            "author_id": author.id,
            "email_from": author.email_formatted,
            "subtype_id": subtype.id,
            "date": moment,
            **values,
        }
    )


def _pause(story, deal, _moment):
    deal.order.write({"followup_paused": True, "followup_resume_on": story.today + timedelta(days=7)})


def _opt_out(_story, deal, _moment):
    deal.order.no_followup = True


def _lose_address(_story, deal, _moment):
    deal.order.partner_id.email = False


def _meet(story, deal, moment):
    start = datetime.combine(story.today, time(3)) + timedelta(days=story.rng.randrange(1, 6))
    meeting = story.env["calendar.event"].create(
        {
            "name": f"Samples and prices: {deal.order.name}",
            "start": start,
            "stop": start + timedelta(hours=1),
            "user_id": deal.order.user_id.id,
            "partner_ids": [Command.set((deal.customer.contact | deal.order.user_id.partner_id).ids)],
        }
    )
    story.backdate(meeting, [moment])


def _run_job(story, day):
    """As on that day at nine; what it would have mailed counts as delivered, since there are no such customers."""
    logs = story.env["sales.quotation.cadence.log"]
    before = logs.search([], limit=1, order="id desc").id or 0
    story.env["sales.quotation.cadence"]._run(story.company, story.company, day)
    done = logs.search([("id", ">", before)])
    messages = done.message_id
    story.env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).unlink()
    messages.notification_ids.notification_status = "sent"
    nine = datetime.combine(day, time(9), ZoneInfo(TIME_ZONE)).astimezone(timezone.utc).replace(tzinfo=None)
    messages.date = nine
    done.flush_recordset()
    # The history does not let itself be changed, and this is one that did not happen.
    story.env.cr.execute(SQL("UPDATE sales_quotation_cadence_log SET date = %s WHERE id = ANY(%s)", nine, done.ids))
    done.invalidate_recordset(["date"])
    for activity in done.filtered(lambda log: log.result == "activity").activity_id:
        activity.active = story.rng.random() < 0.5
