import json
import time
from json import dumps
from unittest.mock import patch

import requests

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...models.chat import whatsapp
from ...models.telephone.call_event import sign
from ..contact_inbox.common_channels import CUSTOMER_NUMBER, UNKNOWN_NUMBER, ChannelsCommon

SECRET = "the secret of the application"
TOKEN = "EAAG-the-token-of-the-account"


class FakeProvider:
    """Answers as the provider documents it, and keeps what it was sent."""

    def __init__(self):
        self.sent = []
        self.answer = None

    def post(self, url, **request):
        self.sent.append((url, request["json"], request["headers"]))
        if isinstance(self.answer, Exception):
            raise self.answer
        response = requests.Response()
        response.status_code, content = self.answer or (
            200,
            {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.out{len(self.sent)}"}]},
        )
        response._content = dumps(content).encode()
        return response


class ChatAccountCommon(ChannelsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["sales.chat.account"].create(
            {
                "name": "Sales WhatsApp",
                "company_id": cls.company.id,
                "phone_number_id": "106540352242922",
                "token": TOKEN,
                "app_secret": SECRET,
                "verify_token": "verify-me",
                "user_id": cls.salesperson.id,
            }
        )
        cls.now = int(time.time())

    def _payload(self, messages=(), statuses=(), phone_number_id=None):
        value = {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": "622155501800",
                "phone_number_id": phone_number_id or self.account.phone_number_id,
            },
            "contacts": [{"profile": {"name": "Bu Melati"}, "wa_id": CUSTOMER_NUMBER[1:]}],
            "messages": list(messages),
            "statuses": list(statuses),
        }
        return json.dumps(
            {
                "object": "whatsapp_business_account",
                "entry": [{"id": "102290129340398", "changes": [{"value": value, "field": "messages"}]}],
            }
        ).encode()

    def _text(self, key="wamid.1", body="Pagi, ada lada?\nYang hitam.", number=CUSTOMER_NUMBER, ago=60):
        return {
            "from": number[1:], "id": key, "timestamp": str(self.now - ago), "type": "text", "text": {"body": body},
        }  # fmt: skip

    def _status(self, key, status, ago=30, **values):
        return {
            "id": key, "status": status, "timestamp": str(self.now - ago), "recipient_id": CUSTOMER_NUMBER[1:],
            **values,
        }  # fmt: skip

    def _tell(self, *args, **values):
        self.env["sales.chat.event"].receive(self.account, self._payload(*args, **values))

    def _process(self):
        self.env["sales.chat.event"].sudo()._cron_process()

    def _chats(self):
        return self.env["sales.chat"].search([("account_id", "=", self.account.id)])

    def _days(self):
        return self.env["sales.interaction"].search([("res_model", "=", "sales.chat")], order="date, direction")


@tagged("post_install", "-at_install")
class TestChatAccount(ChatAccountCommon):
    """Chats by an account of the WhatsApp Cloud API, in and out."""

    def setUp(self):
        super().setUp()
        self.provider = FakeProvider()
        self.patch(whatsapp.requests, "post", self.provider.post)
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_values: 60.0)

    def test_message(self):
        self._tell([self._text()])
        self.assertFalse(self._chats(), "the job makes a chat of it")
        self._process()
        chat = self._chats()
        self.assertRecordValues(
            chat,
            [
                {
                    "number": CUSTOMER_NUMBER, "partner_id": self.contact.id, "user_id": self.salesperson.id,
                    "profile_name": "Bu Melati", "needs_answer": True, "is_open": True,
                }
            ],
        )  # fmt: skip
        self.assertRecordValues(chat.message_ids, [{"body": "Pagi, ada lada?", "state": "received"}])
        self.assertRecordValues(self._days(), [{"direction": "in", "message_count": 1, "note": "Pagi, ada lada?"}])
        self.assertFalse(self.env["sales.chat.event"].search([]))

    def test_the_same_event_three_times(self):
        for _time in range(3):
            self._tell([self._text()])
        self._process()
        self._tell([self._text()])
        self._process()
        self.assertEqual(len(self._chats().message_ids), 1)
        self.assertEqual(self._days().message_count, 1)

    def test_one_interaction_per_day_and_direction(self):
        for number in range(5):
            self._tell([self._text(f"wamid.{number}", f"Nomor {number}", ago=100 - number)])
        self._process()
        self.assertEqual(self._days().mapped("message_count"), [5])
        self.assertEqual((self._days().date_last - self._days().date).total_seconds(), 4)

    def test_unknown_number_waits(self):
        self._tell([self._text(number=UNKNOWN_NUMBER)])
        self._process()
        waiting = self.env["sales.contact.inbox"].search([("number", "=", UNKNOWN_NUMBER)])
        self.assertEqual((waiting.chat_count, waiting.user_id), (1, self.salesperson))
        self.assertFalse(self._days())
        waiting.partner_id = self.env["res.partner"].create({"name": "Rival"})
        waiting.action_link()
        self.assertEqual(self._chats().partner_id, waiting.partner_id)
        self.assertEqual(self._days().partner_id, waiting.partner_id)

    def test_ignored_number(self):
        self._tell([self._text(number=UNKNOWN_NUMBER)])
        self._process()
        self.env["sales.contact.inbox"].search([("number", "=", UNKNOWN_NUMBER)]).action_ignore()
        self._tell([self._text("wamid.2", number=UNKNOWN_NUMBER)])
        self._process()
        self.assertEqual(len(self._chats().message_ids), 1)

    def test_other_number_of_the_provider(self):
        self._tell([self._text()], phone_number_id="1")
        self._process()
        self.assertFalse(self._chats())

    @mute_logger("odoo.addons.sales_tracking.tools.jobs")
    def test_one_bad_event_never_stops_the_rest(self):
        self.env["sales.chat.event"].receive(self.account, b"no JSON")
        self._tell([self._text()])
        self._process()
        self.assertEqual(len(self._chats().message_ids), 1)
        event = self.env["sales.chat.event"].search([])
        self.assertEqual((event.state, event.attempts), ("new", 1))
        for _time in range(5):
            self._process()
        self.assertEqual(event.state, "failed")
        self.assertTrue(event.error)

    def test_kinds(self):
        image = {"id": "1", "mime_type": "image/jpeg", "caption": "Lada"}
        kinds = [
            {**self._text("wamid.i"), "type": "image", "image": image},
            {**self._text("wamid.r"), "type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "👍"}},
            {**self._text("wamid.u"), "type": "unsupported", "errors": [{"code": 131051}]},
            {"id": "wamid.x", "type": "text"},
        ]
        self._tell(kinds)
        self._process()
        self.assertRecordValues(
            self._chats().message_ids.sorted("id"),
            [{"kind": "media", "body": "Lada"}, {"kind": "other", "body": False}, {"kind": "other", "body": False}],
        )

    def test_what_is_malformed_never_takes_the_rest_along(self):
        """Parts of other shapes than documented, and halves of characters, beside a good message in one event."""
        odd = [
            {**self._text(f"wamid.{number}"), **values}
            for number, values in enumerate(
                [{"id": "\ud800"}, {"from": {"a": 1}}, {"type": {}}, {"text": ["x"]}, {"timestamp": "9" * 400}]
            )
        ]
        event = json.loads(self._payload([*odd, self._text("wamid.good", "Pagi \ud83d\x00")]))
        [change] = event["entry"][0]["changes"]
        change["value"]["contacts"].append({"wa_id": "1", "profile": ["x"]})
        event["entry"] += [{"changes": [{"value": {"metadata": ["x"]}}]}, "x", {"changes": {"value": 1}}]
        self.env["sales.chat.event"].receive(self.account, json.dumps(event).encode())
        self._process()
        self.assertFalse(self.env["sales.chat.event"].search([]))
        good = self._chats().message_ids.filtered(lambda message: message.message_key == "wamid.good")
        self.assertEqual(good.body, "Pagi")

    def test_clock_that_runs_ahead(self):
        """A message of days to come keeps no chat open for free text."""
        self._tell([self._text(ago=-30 * 24 * 3600)])
        self._process()
        self.assertLessEqual(self._chats().last_in_date, fields.Datetime.now())

    # ---- Sending

    def _open_chat(self, ago=60):
        self._tell([self._text(ago=ago)])
        self._process()
        return self._chats().with_user(self.salesperson)

    def _send(self, chat, **values):
        wizard = self.env["sales.chat.send"].with_user(self.salesperson).create({"chat_id": chat.id, **values})
        wizard.action_send()
        message = chat.sudo().message_ids.filtered(lambda each: each.direction == "out")[-1]
        self.assertEqual(message.state, "queued")
        self.env["sales.chat.message"].sudo()._cron_send()
        return message

    def test_answer(self):
        chat = self._open_chat()
        message = self._send(chat, body="Ada, Bu.\nBerapa kilo?")
        url, content, headers = self.provider.sent[0]
        self.assertEqual(len(self.provider.sent), 1)
        self.assertTrue(url.endswith("/106540352242922/messages"))
        self.assertEqual(headers, {"Authorization": f"Bearer {TOKEN}"})
        self.assertEqual(
            content,
            {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": CUSTOMER_NUMBER[1:],
                "type": "text",
                "text": {"preview_url": True, "body": "Ada, Bu.\nBerapa kilo?"},
            },
        )
        self.assertRecordValues(
            message,
            [{"state": "sent", "message_key": "wamid.out1", "body": "Ada, Bu.", "user_id": self.salesperson.id}],
        )
        self.assertFalse(chat.needs_answer)
        self.assertEqual(self._days().mapped("direction"), ["in", "out"])
        self.env["sales.chat.message"].sudo()._cron_send()
        self.assertEqual(len(self.provider.sent), 1)

    def test_statuses_in_any_order(self):
        chat = self._open_chat()
        # The provider is faster than our own transaction.
        self._tell(statuses=[self._status("wamid.out1", "delivered")])
        self._process()
        message = self._send(chat, body="Ada")
        self.assertEqual(message.state, "delivered")
        self._tell(statuses=[self._status("wamid.out1", "read"), self._status("wamid.out1", "sent")])
        self._tell(statuses=[self._status("wamid.out1", "delivered")])
        self._process()
        self.assertEqual(message.state, "read")
        self.assertEqual(len(chat.sudo().message_ids), 2)

    def test_failure_is_shown(self):
        chat = self._open_chat()
        self.provider.answer = (
            400,
            {"error": {"message": "(#131026) Message undeliverable", "code": 131026,
                       "error_data": {"details": "The recipient can't receive messages."}}},
        )  # fmt: skip
        message = self._send(chat, body="Ada")
        self.assertEqual((message.state, message.error), ("failed", "131026: The recipient can't receive messages."))
        self.provider.answer = requests.ConnectionError(f"Bearer {TOKEN}")
        message = self._send(chat, body="Ada")
        self.assertEqual(message.state, "failed")
        self.assertIn("not known whether it was sent", message.error)
        self.assertNotIn(TOKEN, message.error)
        self.assertEqual(self._days().mapped("direction"), ["in"], "what failed is no touch")
        self.provider.answer = None
        message = self._send(chat, body="Ada")
        error = [{"code": 131047, "title": "Re-engagement message"}]
        self._tell(statuses=[self._status(message.message_key, "failed", errors=error)])
        self._process()
        self.assertEqual((message.state, message.error), ("failed", "131047: Re-engagement message"))

    def test_closed_window(self):
        chat = self._open_chat(ago=25 * 3600)
        self.assertFalse(chat.is_open)
        with self.assertRaisesRegex(UserError, "within the last 24 hours"):
            self._send(chat, body="Ada")
        template = self.env["sales.chat.template"].create(
            {"name": "Offer", "body": "Halo {customer}, ini {salesperson}."}
        )
        with self.assertRaisesRegex(UserError, "not approved"):
            self._send(chat, template_id=template.id)
        template.write({"provider_name": "offer_v1", "provider_language": "id"})
        self._send(chat, template_id=template.id)
        _url, content, _headers = self.provider.sent[0]
        self.assertEqual(len(self.provider.sent), 1)
        self.assertEqual(content["template"]["name"], "offer_v1")
        self.assertEqual(content["template"]["language"], {"code": "id"})
        self.assertEqual(
            [parameter["text"] for parameter in content["template"]["components"][0]["parameters"]],
            [self.contact.name, self.salesperson.name],
        )

    def test_interrupted_message_is_not_sent_again(self):
        chat = self._open_chat()
        message = chat._queue("Ada")
        message.state = "sending"
        message.flush_recordset()
        self.env.cr.execute("UPDATE sales_chat_message SET write_date = now() - interval '1 hour'")
        message.invalidate_recordset()
        self.env["sales.chat.message"].sudo()._cron_send()
        self.assertEqual(message.state, "failed")
        self.assertFalse(self.provider.sent)

    def test_rights(self):
        chat = self._open_chat().sudo()
        self.assertFalse(chat.with_user(self.peer).has_access("read"))
        with self.assertRaises(AccessError):
            chat.with_user(self.peer)._queue("Ada")
        for name in ("token", "app_secret", "verify_token"):
            with self.assertRaises(AccessError):
                self.account.with_user(self.manager).read([name])
        self.assertTrue(self.account.with_user(self.salesperson).has_access("read"))
        self.assertFalse(self.account.with_user(self.manager).has_access("write"))


@tagged("post_install", "-at_install")
class TestChatWebhook(ChatAccountCommon, HttpCase):
    """The door of the WhatsApp Cloud API."""

    def _post(self, body, signature=None, key=None):
        return self.opener.post(
            f"{self.base_url()}/sales_tracking/chat/{key or self.account.key}",
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Hub-Signature-256": (signature or sign(body, SECRET)).encode(),
            },
            timeout=30,
        )

    def _events(self):
        return self.env["sales.chat.event"].search_count([])

    def test_challenge(self):
        def ask(token, mode="subscribe", key=None):
            query = f"hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444"
            return self.url_open(f"/sales_tracking/chat/{key or self.account.key}?{query}")

        right = ask("verify-me")
        self.assertEqual((right.status_code, right.text), (200, "1158201444"))
        self.assertTrue(right.headers["Content-Type"].startswith("text/plain"))
        for refused in (ask("wrong"), ask(""), ask("verify-me", mode="unsubscribe"), ask("verify-me", key="unknown")):
            self.assertEqual(refused.status_code, 403)
        self.account.verify_token = False
        self.assertEqual(ask("").status_code, 403)

    @mute_logger("odoo.http")
    def test_signature(self):
        body = self._payload([self._text()])
        self.assertEqual(self._post(body).status_code, 200)
        self.assertEqual(self._events(), 1)
        for refused in (
            self._post(body, "sha256=" + "0" * 64),
            self._post(body, "séance"),
            self._post(body, sign(body, "another secret")),
            self._post(body + b" ", sign(body, SECRET)),
            self._post(body, key="unknown"),
        ):
            self.assertEqual(refused.status_code, 403)
            self.assertNotIn(SECRET, refused.text)
        self.account.app_secret = False
        self.assertEqual(self._post(body, sign(body, "")).status_code, 403)
        self.account.write({"app_secret": SECRET, "active": False})
        self.assertEqual(self._post(body).status_code, 403)
        self.assertEqual(self._events(), 1)

    def test_answers_before_anything_is_done(self):
        body = self._payload([self._text()])
        with patch.object(type(self.env["sales.chat.event"]), "_process", side_effect=AssertionError):
            self.assertEqual(self._post(body).status_code, 200)
        self.assertFalse(self._chats())
