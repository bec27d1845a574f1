"""A chat that is begun from a document by an account of the company, and the account's default team."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.chat import whatsapp
from ..contact_inbox.common_channels import CUSTOMER_NUMBER, UNKNOWN_NUMBER
from .test_chat_account import ChatAccountCommon, FakeProvider


@tagged("post_install", "-at_install")
class TestChatBegin(ChatAccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.env["sale.order"].create(
            {"partner_id": cls.contact.id, "user_id": cls.salesperson.id, "company_id": cls.company.id}
        )
        cls.approved = cls.env["sales.chat.template"].create(
            {
                "name": "Offer",
                "model": "sale.order",
                "sequence": 1,
                "body": "Halo {customer},\nini {document}: {link}",
                "provider_name": "offer_v1",
                "provider_language": "id",
            }
        )

    def setUp(self):
        super().setUp()
        self.provider = FakeProvider()
        self.patch(whatsapp.requests, "post", self.provider.post)
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_values: 60.0)

    def _dialog(self, document=None, user=None):
        """The dialog that a tap on WhatsApp opens."""
        user = user or self.salesperson
        action = (document or self.order).with_user(user).action_chat()
        self.assertEqual(action["res_model"], "sales.chat.send")
        return self.env["sales.chat.send"].with_user(user).with_context(**action["context"]).create({})

    def test_begins_with_an_approved_text(self):
        dialog = self._dialog()
        self.assertEqual((dialog.is_open, dialog.number, dialog.template_id), (False, CUSTOMER_NUMBER, self.approved))
        dialog.action_send()
        self.env["sales.chat.message"].sudo()._cron_send()
        self.assertEqual(len(self.provider.sent), 1)
        _url, content, _headers = self.provider.sent[0]
        self.assertEqual((content["to"], content["template"]["name"]), (CUSTOMER_NUMBER[1:], "offer_v1"))
        [customer, document, link] = [each["text"] for each in content["template"]["components"][0]["parameters"]]
        self.assertEqual((customer, document), (self.contact.name, self.order.display_name))
        self.assertIn(f"access_token={self.order.sudo().access_token}", link)
        chat = self._chats()
        self.assertRecordValues(chat, [{"partner_id": self.contact.id, "user_id": self.salesperson.id}])
        self.assertEqual(self._days().mapped("direction"), ["out"], "one touch, when it was sent")
        # The answer comes into the same chat, and lets free text through.
        self._tell([self._text(ago=1)])
        self._process()
        self.assertEqual(self._chats(), chat)
        answer = self._dialog()
        answer.write({"template_id": False, "body": "Terima kasih"})
        answer.action_send()
        self.env["sales.chat.message"].sudo()._cron_send()
        self.assertEqual(self.provider.sent[1][1]["text"]["body"], "Terima kasih")
        self.assertEqual(len(chat.message_ids), 3)

    def test_free_text_is_refused_with_the_reason(self):
        dialog = self._dialog()
        dialog.write({"template_id": False, "body": "Halo"})
        with self.assertRaisesRegex(UserError, "has not written within the last 24 hours"):
            dialog.action_send()
        self.assertFalse(self.provider.sent)

    def test_only_approved_texts_are_offered(self):
        self.approved.provider_name = False
        self.assertFalse(self._dialog().template_id)

    def test_the_approved_text_is_sent_whatever_was_typed(self):
        dialog = self._dialog()
        dialog.body = "Something else"
        dialog.action_send()
        message = self._chats().message_ids
        self.assertEqual((message.template_id, message.body[:4]), (self.approved, "Halo"))

    def test_on_the_phone_instead(self):
        action = self._dialog().action_open_whatsapp()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertFalse(self._chats())

    def test_without_an_account_that_sends(self):
        self.account.token = False
        self.assertEqual(self.order.with_user(self.salesperson).action_chat()["type"], "ir.actions.act_url")
        self._tell([self._text()])
        self._process()
        with self.assertRaisesRegex(UserError, "no access token"):
            self._chats()._queue("Halo")

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.peer).action_chat()
        dialog = self.env["sales.chat.send"].with_user(self.peer)
        with self.assertRaises(AccessError):
            dialog.create({"document": f"sale.order,{self.order.id}", "account_id": self.account.id}).action_send()
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.account.copy({"company_id": other.id, "user_id": False, "token": "T", "phone_number_id": "2"})
        sending = self._dialog()
        sending.sudo().account_id = foreign
        with self.assertRaisesRegex(UserError, "Choose an account of"):
            sending.action_send()

    def test_ignored_number(self):
        self.env["sales.contact.inbox"].sudo().create(
            {"company_id": self.company.id, "number": CUSTOMER_NUMBER, "state": "ignored"}
        )
        with self.assertRaisesRegex(UserError, "ignored"):
            self._dialog().action_send()

    def test_lead_without_a_contact(self):
        lead = self.env["crm.lead"].create(
            {"name": "Pepper", "phone": UNKNOWN_NUMBER, "user_id": self.salesperson.id, "company_id": self.company.id}
        )
        self.approved.model = False
        self._dialog(lead).action_send()
        self.assertRecordValues(self._chats(), [{"lead_id": lead.id, "partner_id": False, "number": UNKNOWN_NUMBER}])

    def test_default_team(self):
        """Chats of nobody's are the team's of the account: on record, and for its lead to see."""
        self.account.write({"user_id": False, "team_id": self.team.id})
        self.contact.user_id = self.contact.commercial_partner_id.user_id = False
        self._tell([self._text()])
        self._process()
        self.assertFalse(self._chats().user_id)
        self.assertEqual(self._days().team_id, self.team)
        self.assertTrue(self._chats().with_user(self.team.user_id).has_access("read"))
        self.assertTrue(self._chats().message_ids.with_user(self.team.user_id).has_access("read"))
        self.assertFalse(self._chats().with_user(self.peer).has_access("read"))
