import json
from urllib.parse import parse_qs, urlsplit

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from ..contact_inbox.common_channels import CUSTOMER_NUMBER, UNKNOWN_NUMBER, ChannelsCommon


@tagged("post_install", "-at_install")
class TestClickToChat(ChannelsCommon):
    """WhatsApp opened from a document with its text, and the tap on record."""

    def _open(self, document, user=None):
        """What the address opens: the number and the text."""
        action = document.with_user(user or self.salesperson).action_chat()
        self.assertEqual(action["type"], "ir.actions.act_url")
        address = urlsplit(action["url"])
        self.assertEqual(address.netloc, "wa.me")
        return address.path, parse_qs(address.query).get("text", [""])[0]

    def _taps(self):
        return self.env["sales.interaction"].search([("kind", "=", "chat"), ("user_id", "=", self.salesperson.id)])

    def test_contact(self):
        number, text = self._open(self.contact)
        self.assertEqual(number, f"/{CUSTOMER_NUMBER[1:]}")
        self.assertIn(self.contact.name, text)
        self.assertIn(self.salesperson.name, text)
        self.assertRecordValues(
            self._taps(),
            [{"direction": "out", "partner_id": self.contact.id, "is_touchpoint": False, "note": text}],
        )
        self.assertEqual(self._taps().outcome_id.name, "Attempted")
        self._open(self.contact)
        self.assertEqual(len(self._taps()), 2, "each tap once")

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("id_ID")
        template = self.env.ref("sales_tracking.sales_chat_template_greeting")
        template.with_context(lang="id_ID").body = "Selamat pagi {customer}"
        self.contact.lang = "id_ID"
        self.assertEqual(self._open(self.contact)[1], "Selamat pagi Ibu Melati")

    def test_quotation(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "order_line": [fields.Command.create({"product_id": self.pepper.id, "price_unit": 250, "tax_ids": []})],
            }
        )
        _number, text = self._open(order)
        self.assertIn(order.name, text)
        self.assertIn("250", text)
        self.assertIn(f"access_token={order.sudo().access_token}", text)
        self.assertEqual(self._taps().order_id, order)
        with self.assertRaises(AccessError):
            self._open(order, self.peer)

    def test_invoice_and_lead(self):
        invoice = self._invoice(amount=700)
        _number, text = self._open(invoice)
        self.assertIn("700", text)
        self.assertIn("access_token=", text)
        lead = self.env["crm.lead"].create(
            {"name": "Pepper", "phone": UNKNOWN_NUMBER, "user_id": self.salesperson.id, "company_id": self.company.id}
        )
        self.assertEqual(self._open(lead)[0], f"/{UNKNOWN_NUMBER[1:]}")
        self.assertEqual(self._taps()[0].lead_id, lead)

    def test_without_number(self):
        self.contact.phone = False
        with self.assertRaisesRegex(UserError, "no telephone number"):
            self._open(self.contact)
        self.assertFalse(self._taps())

    def test_placeholders(self):
        with self.assertRaisesRegex(ValidationError, "{password}"):
            self.env["sales.chat.template"].create({"name": "Wrong", "body": "Hello {password}"})

    def test_tapped_call(self):
        interactions = self.env["sales.interaction"].with_user(self.salesperson)
        call = interactions.browse(interactions.log_tapped_call("0813-5550-1234", 245))
        self.assertRecordValues(
            call,
            [{"kind": "call", "direction": "out", "duration": 245, "partner_id": self.contact.id}],
        )
        self.assertEqual(interactions.browse(interactions.log_tapped_call("12", 1e9)).duration, 0)


@tagged("post_install", "-at_install")
class TestShareTarget(ChannelsCommon, HttpCase):
    """A telephone shares an exported chat with the installed app."""

    def test_manifest(self):
        manifest = json.loads(self.url_open("/web/manifest.webmanifest").text)
        self.assertTrue(manifest["share_target"]["action"].startswith(manifest["scope"]))

    def test_shared_chat_is_a_draft(self):
        self.salesperson.password = "salesperson"
        self.authenticate("salesperson", "salesperson")
        response = self.opener.post(
            f"{self.base_url()}/odoo/share-chat",
            files={"chat": ("Chat WhatsApp dengan Ibu Melati.txt", b"13/02/26 09.15 - Ibu Melati: Pagi")},
            allow_redirects=False,
            timeout=30,
        )
        draft = self.env["sales.chat.import"].sudo().search([], order="id desc", limit=1)
        self.assertIn(f"/odoo/sales-chat-import/{draft.id}", response.headers["Location"])
        self.assertEqual((draft.create_uid, draft.state), (self.salesperson, "new"))
        self.assertFalse(self.env["sales.chat"].search([("company_id", "=", self.company.id)]))
