"""The mails and meetings of the open deals, which record themselves as interactions."""

from datetime import timedelta

from odoo.fields import Command

# What the customer asks, and what is answered.
MAILS = (
    ("Delivery in two parts?", "Could you deliver half now and half next month?", "Yes, at the same price."),
    ("Certificate of origin", "We need the certificate with the goods.", "It goes with the first pallet."),
    ("Moisture of the last lot", "Was it below 12 %?", "11.4 %, the report is attached."),
    ("Price at 500 kg", "What would be the price at 500 kg?", "Three percent less, see the quotation."),
    ("Samples", "When do the samples arrive?", "On Thursday by courier."),
)
MEETINGS = ("Tasting with the kitchen", "Terms for the year", "Visit to the warehouse", "Season contract")
MEETING_DAYS = (-18, -11, -6, -2, 2, 5, 9)
DAYS_OF_MAILS = 40


def create_conversations(story, plan):
    deals = [
        deal for deal in plan if deal.lead and not deal.closed and deal.lead.user_id and deal.lead.partner_id.email
    ]
    story.env["mail.message"].create([values for deal in deals for values in _mails(story, deal)])
    _create_meetings(story, story.rng.sample(deals, k=min(len(deals), len(MEETING_DAYS))))
    _capture_history(story)


def _mails(story, deal):
    rng, lead = story.rng, deal.lead
    subject, question, answer = rng.choice(MAILS)
    day = story.working_day(max(story.day_of(deal.created), story.day_before(rng.randrange(2, DAYS_OF_MAILS))))
    asked = story.moment(day, after=deal.created)
    common = {
        "model": "crm.lead",
        "res_id": lead.id,
        "subject": subject,
        "subtype_id": story.env.ref("mail.mt_comment").id,
        "record_company_id": story.company.id,
    }
    yield {
        **common,
        "message_type": "email",
        "author_id": lead.partner_id.id,
        "email_from": lead.partner_id.email_formatted,
        "reply_to": lead.partner_id.email,
        "date": asked,
        "body": question,
    }
    if rng.random() < 0.7:
        yield {
            **common,
            "subject": f"Re: {subject}",
            "message_type": "comment",
            "author_id": lead.user_id.partner_id.id,
            "email_from": lead.user_id.email_formatted,
            "reply_to": story.company.email,
            "partner_ids": [Command.link(lead.partner_id.id)],
            "date": min(asked + timedelta(hours=rng.randrange(1, 20)), story.now),
            "body": answer,
        }


def _create_meetings(story, deals):
    """Some were held, some are to come."""
    values = []
    for deal, days in zip(deals, MEETING_DAYS, strict=False):
        day = story.working_day(story.today + timedelta(days=days))
        start = story.moment(day) if days < 0 else story.now.replace(hour=3, minute=0) + timedelta(days=days)
        values.append(
            {
                "name": story.rng.choice(MEETINGS),
                "start": start,
                "stop": start + timedelta(minutes=story.rng.choice((45, 60, 90))),
                "user_id": deal.lead.user_id.id,
                "opportunity_id": deal.lead.id,
                "partner_ids": [Command.set((deal.lead.partner_id | deal.lead.user_id.partner_id).ids)],
            }
        )
    story.env["calendar.event"].with_context(no_mail_to_attendees=True, dont_notify=True).create(values)


def _capture_history(story):
    """As an administrator does it after the installation."""
    story.env.cr.flush()
    backfill = story.env["sales.interaction.backfill"].create({"date_from": story.day_before(365)})
    backfill.action_start()
    while backfill.state == "running":
        backfill._run_batch()
