"""Events of a new chat account that wait: messages of one customer, each told of in two events."""

import json

PHONE_NUMBER_ID = "5550"


def main(env, count):
    account = env["sales.chat.account"].create({"name": "Concurrent", "phone_number_id": PHONE_NUMBER_ID})
    env["res.partner"].create({"name": "Chatty Customer", "phone": "+62 813 5550 7777"})
    events = [_event(number) for number in range(count)] * 2
    env["sales.chat.event"].create([{"account_id": account.id, "payload": event} for event in events])
    return account.id


def _event(number):
    message = {
        "from": "6281355507777",
        "id": f"wamid.{number}",
        "timestamp": str(1772416500 + number),
        "type": "text",
        "text": {"body": f"Message {number}"},
    }
    value = {"metadata": {"phone_number_id": PHONE_NUMBER_ID}, "messages": [message]}
    return json.dumps({"entry": [{"changes": [{"value": value}]}]})
