"""The last two weeks on the telephone: a line that tells of its calls, and numbers that nobody knows yet."""

import json
from datetime import timedelta

from odoo.fields import Command

DAYS = 14
CALLS = 60
# How the calls end: direction, whether it was answered, weight.
ENDINGS = ((("in", True), 5), (("out", True), 5), (("in", False), 2), (("out", False), 2))
UNKNOWN = ("+62 812 5550 7001", "+62 813 5550 7002", "+62 21 5550 7003")


def create_calls(story):
    sellers = story.env["res.users"].concat(*story.users.values()).filtered("sale_team_id")
    line = story.env["sales.phone.line"].create(
        {
            "name": "Head Office",
            "company_id": story.company.id,
            "extension_ids": [
                Command.create({"extension": str(number), "user_id": seller.id})
                for number, seller in enumerate(sellers, start=101)
            ],
        }
    )
    customers = story.env["res.partner"].search(
        [("user_id", "in", sellers.ids), ("phone", "!=", False), ("parent_id", "=", False)], order="id", limit=40
    )
    extensions = {each.user_id: each.extension for each in line.extension_ids}
    calls = []
    for number in range(CALLS):
        moment = story.moment(story.working_day(story.day_before(story.rng.randrange(DAYS))))
        if number < 2 * len(UNKNOWN):
            phone, seller = UNKNOWN[number % len(UNKNOWN)], story.rng.choice(sellers)
        else:
            customer = story.rng.choice(customers)
            phone, seller = customer.phone, customer.user_id
        calls.append((moment, phone, extensions[seller]))
    for number, (moment, phone, extension) in enumerate(sorted(calls), start=1):
        story.env["sales.call"].sudo().receive(line, _event(story, number, moment, phone, extension))


def _event(story, number, moment, phone, extension):
    endings, weights = zip(*ENDINGS, strict=True)
    [(direction, is_answered)] = story.rng.choices(endings, weights)
    waited = timedelta(seconds=story.rng.randrange(4, 30))
    talked = timedelta(seconds=story.rng.randrange(40, 900)) if is_answered else timedelta()
    return json.dumps(
        {
            "call_id": f"demo-{number}",
            "event": "ended",
            "direction": direction,
            "extension": extension,
            "number": phone,
            "start": f"{moment.isoformat()}Z",
            "answer": f"{(moment + waited).isoformat()}Z" if is_answered else None,
            "end": f"{(moment + waited + talked).isoformat()}Z",
        }
    ).encode()
