"""WhatsApp by hand as a step of both follow-ups: an activity with the text and a link that opens WhatsApp with it."""

from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.tests import tagged

from ..contact_inbox.common_channels import CUSTOMER_NUMBER
from ..payment_followup.common_dunning import DunningCommon
from ..quotation_followup.common_quotation_followup import QuotationFollowupCommon


def read_note(activity):
    """The number and the text that the link opens WhatsApp with, and the label of the link."""
    [link] = html.fromstring(activity.note).xpath("//a")
    address = urlsplit(link.get("href"))
    assert address.netloc == "wa.me", link.get("href")
    return "+" + address.path.lstrip("/"), parse_qs(address.query)["text"][0], link.text


@tagged("post_install", "-at_install")
class TestQuotationByHand(QuotationFollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.id")
        cls.contact.phone = "0813 5550 1234"
        cls.whatsapp = cls.env.ref("sales_tracking.mail_activity_whatsapp")
        cls.step_3.write(
            {
                "action": "activity",
                "activity_type_id": cls.whatsapp.id,
                "chat_template_id": cls.env.ref("sales_tracking.sales_chat_template_quotation").id,
                "summary": "Write to them",
            }
        )

    def test_activity_with_the_text(self):
        quotation = self._quotation()
        counts = self._run("2026-03-05")
        self.assertEqual((counts["activities"], counts["failed"]), (1, 0))
        activity = quotation.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Write to them", self.salesperson))
        number, text, label = read_note(activity)
        self.assertEqual((number, label), (CUSTOMER_NUMBER, "Open WhatsApp"))
        self.assertIn(quotation.name, text)
        self.assertIn(self.salesperson.name, text)
        self.assertIn(f"access_token={quotation.access_token}", text)

    def test_done_is_a_chat_on_record(self):
        quotation = self._quotation()
        self._run("2026-03-05")
        quotation.activity_ids.with_user(self.salesperson).action_done()
        self.env.cr.precommit.run()
        interaction = self.env["sales.interaction"].search([("order_id", "=", quotation.id), ("kind", "=", "chat")])
        self.assertRecordValues(interaction, [{"direction": "out", "is_touchpoint": False}])

    def test_language_of_the_customer_and_of_the_person(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.step_3.chat_template_id.with_context(lang="id_ID").body = "Selamat pagi {customer}"
        self.contact.lang = "id_ID"
        quotation = self._quotation()
        self._run("2026-03-05")
        self.assertEqual(read_note(quotation.activity_ids)[1:], (f"Selamat pagi {self.contact.name}", "Open WhatsApp"))

    def test_without_a_number(self):
        self.contact.phone = False
        quotation = self._quotation()
        counts = self._run("2026-03-05")
        self.assertEqual((counts["activities"], counts["failed"]), (0, 1))
        self.assertIn("no telephone number", str(quotation.activity_ids.note))

    def test_html_in_names(self):
        self.contact.name = "<img src=x onerror=alert(1)>"
        quotation = self._quotation()
        self._run("2026-03-05")
        self.assertFalse(html.fromstring(quotation.activity_ids.note).xpath("//img"))


@tagged("post_install", "-at_install")
class TestPaymentByHand(DunningCommon):
    def test_activity_with_the_statement(self):
        self.company.country_id = self.env.ref("base.id")
        self.customer.phone = "0813 5550 1234"
        self.level_1.write(
            {
                "send_mail": False,
                "activity_type_id": self.env.ref("sales_tracking.mail_activity_whatsapp").id,
                "chat_template_id": self.env.ref("sales_tracking.sales_chat_template_statement").id,
            }
        )
        account = self._account()
        account.user_id = self.accountant
        self._owed(1000)
        self.assertEqual(self._run("2026-03-08")["sent"], 1)
        number, text, _label = read_note(account.activity_ids)
        self.assertEqual(number, CUSTOMER_NUMBER)
        self.assertIn("1,000", text)
        self.assertIn(f"access_token={account.sudo().access_token}", text)
        self.assertIn(self.accountant.name, text)
