"""The last two weeks on WhatsApp: an account of the company, with its customers and one number that nobody knows."""

import json
from datetime import timedelta, timezone

from ..tools.phone import find_numbers

PHONE_NUMBER_ID = "106540352242922"
UNKNOWN_NUMBER = "+6281255507004"
UNKNOWN_NAME = "Warung Bu Tini"
SPACING = timedelta(minutes=7)

# Who writes ("in" is the customer, "file" a file of theirs, "failed" what did not reach them), and what.
CHATS = {
    "retail": (
        (("in", "Good afternoon, do you still have black pepper? I need 50 kg before the weekend."),),
        (
            ("in", "What is nutmeg this month?"),
            ("out", "Good morning. From 100 kg there is a special price, the quotation comes today."),
            ("in", "Fine, I am waiting for it."),
        ),
        (
            ("in", "This is what we need for the new shop."),
            ("file", "order-list.txt"),
            ("out", "Thank you, all of it is in stock. I send the quotation in an hour."),
        ),
    ),
    "wholesale": (
        (
            ("out", "Good morning, the quotation is in your mailbox. Do you have any questions?"),
            ("in", "I have it. Can the cinnamon come in two deliveries?"),
            ("out", "It can. I change the quotation."),
            ("in", "Good, thank you."),
        ),
        (
            ("out", "Good afternoon, last month's invoice is still open. Is anything wrong with it?"),
            ("in", "No, we transfer next week."),
        ),
        (("failed", "Good morning, may I visit you on Thursday?"),),
    ),
    "export": (
        (
            ("in", "Good morning, when will the container leave?"),
            ("out", "Good morning. It is booked for next Thursday, the bill of lading follows."),
            ("in", "Thank you."),
        ),
    ),
}
UNKNOWN = (("in", "Hello, I have this number from a friend. Do you sell cloves by the kilogram?"),)
ORDER_LIST = b"Black pepper 20 kg\nCinnamon sticks 10 kg\nNutmeg 5 kg\n"
UNDELIVERED = {"code": 131026, "title": "Message undeliverable"}


def create_chats(story):
    story.company.chat_text_kept = True
    account = story.env["sales.chat.account"].create(
        {
            "name": "Sales WhatsApp",
            "company_id": story.company.id,
            "phone_number_id": PHONE_NUMBER_ID,
            "user_id": story.users["demo_user_agus"].id,
            "team_id": story.teams["demo_team_jakarta"].id,
        }
    )
    _tell(story, account, UNKNOWN_NUMBER, UNKNOWN_NAME, UNKNOWN, story.moment(story.working_day(story.day_before(1))))
    for segment, chats in CHATS.items():
        people = [customer.contact for customer in story.customers if customer.segment == segment][: len(chats)]
        for days, (person, lines) in enumerate(zip(people, chats, strict=True)):
            [number, *_others] = find_numbers(person.phone, person.country_id.phone_code)
            _tell(story, account, number, person.name, lines, _start(story, days, lines))
    with_files = [("account_id", "=", account.id), ("file_name", "!=", False)]
    for message in story.env["sales.chat.message"].search(with_files):
        message.write({"file_key": False, "attachment_ids": message._attach(ORDER_LIST, "text/plain").ids})


def _start(story, days, lines):
    """A moment early enough for all lines: the first chat of each kind is today's."""
    return min(story.moment(story.working_day(story.day_before(3 * days))), story.now - SPACING * len(lines))


def _tell(story, account, number, name, lines, start):
    """Let the provider tell of a chat, in one event."""
    wa_id = number.removeprefix("+")
    value = {
        "metadata": {"phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"wa_id": wa_id, "profile": {"name": name}}],
        "messages": [],
        "message_echoes": [],
        "statuses": [],
    }
    for place, (kind, text) in enumerate(lines):
        moment = str(int((start + SPACING * place).replace(tzinfo=timezone.utc).timestamp()))
        message = {"id": f"demo.{wa_id}.{place}", "timestamp": moment, "type": "text", "text": {"body": text}}
        if kind == "in":
            value["messages"].append({**message, "from": wa_id})
        elif kind == "file":
            file = {"id": "demo", "filename": text}
            value["messages"].append({**message, "from": wa_id, "type": "document", "document": file})
        else:
            value["message_echoes"].append({**message, "to": wa_id})
            became = {"status": "read"} if kind == "out" else {"status": "failed", "errors": [UNDELIVERED]}
            value["statuses"].append({"id": message["id"], "recipient_id": wa_id, "timestamp": moment, **became})
    payload = json.dumps({"entry": [{"changes": [{"value": value}]}]})
    story.env["sales.chat.event"].sudo().create({"account_id": account.id, "payload": payload})._process()
