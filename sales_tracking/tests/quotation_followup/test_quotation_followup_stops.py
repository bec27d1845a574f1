from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_quotation_followup import SENT, QuotationFollowupCommon


@tagged("post_install", "-at_install")
class TestQuotationFollowupStops(QuotationFollowupCommon):
    """What ends the follow-up, and what does not."""

    def assertStops(self, quotation, state):
        self.assertEqual(self._state(quotation, "2026-03-05"), state)
        self.assertEqual(self._run("2026-03-05"), {"sent": 0, "activities": 0, "failed": 0})
        self.assertFalse(self._log(quotation))
        with freeze_time("2026-03-05 06:00:00"):
            quotation.invalidate_recordset()
            self.assertEqual(quotation.followup_state, state)
            self.assertFalse(quotation.followup_date)

    def assertGoesOn(self, quotation):
        self.assertEqual(self._state(quotation, "2026-03-05"), "active")
        self.assertEqual(self._run("2026-03-05")["sent"], 1)

    def test_reply_of_another_contact_of_the_company(self):
        quotation = self._quotation()
        colleague = self.env["res.partner"].create({"name": "Pak Melati", "parent_id": self.customer.id})
        self._say(quotation, colleague)
        self.assertStops(quotation, "replied")

    def test_mail_of_the_customer_through_the_gateway(self):
        quotation = self._quotation()
        self._receive(quotation, "melati@example.com", "Re: the quotation")
        self.assertStops(quotation, "replied")

    def test_mail_of_an_unknown_address(self):
        quotation = self._quotation()
        self._receive(quotation, "purchase@melati.example.com", "Re: the quotation")
        self.assertStops(quotation, "replied")

    def test_reply_on_the_opportunity(self):
        lead = self.env["crm.lead"].create({"name": "Pepper", "type": "opportunity", "partner_id": self.contact.id})
        quotation = self._quotation(opportunity_id=lead.id)
        self._say(lead, self.contact)
        self.assertStops(quotation, "replied")

    def test_reply_before_the_sending(self):
        quotation = self._quotation()
        self._say(quotation, self.contact, days=-1)
        self.assertGoesOn(quotation)

    def test_our_own_words(self):
        quotation = self._quotation()
        self._say(quotation, self.salesperson.partner_id, subtype_xmlid="mail.mt_note")
        self._say(quotation, self.salesperson.partner_id)
        self._say(quotation, self.peer.partner_id, subtype_xmlid="mail.mt_note")
        self.assertGoesOn(quotation)

    def test_system_notes_and_views(self):
        quotation = self._quotation()
        # As the portal does when the customer opens the quotation.
        self._say(
            quotation, self.contact, message_type="notification", subtype_xmlid="sale.mt_order_viewed",
            body="Quotation viewed by customer Ibu Melati",
        )  # fmt: skip
        self.assertGoesOn(quotation)

    def test_out_of_office(self):
        quotation = self._quotation()
        self._receive(quotation, "melati@example.com", "Re: the quotation", "Auto-Submitted: auto-replied")
        self._receive(quotation, "melati@example.com", "Abwesenheit: the quotation")
        self._receive(quotation, "melati@example.com", "Out of office: the quotation")
        self.assertEqual(len(quotation.message_ids.filtered(lambda message: message.message_type == "email")), 3)
        self.assertGoesOn(quotation)

    def test_bounce(self):
        quotation = self._quotation()
        self._receive(quotation, "postmaster@example.com", "Undeliverable: the quotation")
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self._receive(quotation, "MAILER-DAEMON@example.com", "Undelivered Mail Returned to Sender")
        self.assertGoesOn(quotation)

    def test_another_version_was_confirmed(self):
        lead = self.env["crm.lead"].create({"name": "Pepper", "type": "opportunity", "partner_id": self.contact.id})
        first, second = (self._quotation(opportunity_id=lead.id) for _version in range(2))
        other = self._quotation()
        second.action_confirm()
        self.assertEqual(self._state(first, "2026-03-05"), "won")
        self.assertFalse(self._attention(first, "2026-03-05"))
        self.assertEqual(self._state(other, "2026-03-05"), "active", "it is of no opportunity")

    def test_the_opportunity_is_won(self):
        lead = self.env["crm.lead"].create({"name": "Pepper", "type": "opportunity", "partner_id": self.contact.id})
        quotation = self._quotation(opportunity_id=lead.id)
        lead.action_set_won()
        self.assertStops(quotation, "won")

    def test_a_reply_whose_clock_is_slow(self):
        """Its Date header lies before the sending."""
        quotation = self._quotation()
        message = self._say(quotation, self.contact, days=-1, message_type="email", email_from="melati@example.com")
        self.assertLess(message.date, quotation.followup_sent_at)
        self.assertStops(quotation, "replied")

    def test_signed(self):
        quotation = self._quotation(require_signature=True, require_payment=True)
        quotation.write({"signed_by": "Ibu Melati", "signed_on": SENT + timedelta(days=1)})
        self.assertStops(quotation, "signed")

    def test_paid_by_transaction(self):
        quotation = self._quotation()
        self._transaction(quotation).state = "done"
        self.assertStops(quotation, "paid")

    def test_payment_on_its_way(self):
        quotation = self._quotation()
        transaction = self._transaction(quotation)
        self.assertEqual(self._state(quotation, "2026-03-05"), "active")
        transaction.state = "pending"
        self.assertStops(quotation, "paid")

    def _transaction(self, quotation):
        provider = self.env["payment.provider"].sudo().create({"name": "Bank", "company_id": self.company.id})
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                    "reference": "followup",
                    "amount": 100,
                    "currency_id": quotation.currency_id.id,
                    "partner_id": self.contact.id,
                    "sale_order_ids": [Command.set(quotation.ids)],
                }
            )
        )

    def test_paid_by_invoice(self):
        quotation = self._quotation()
        invoice = self._invoice()
        invoice.invoice_line_ids.sale_line_ids = quotation.order_line
        self.assertEqual(self._state(quotation, "2026-03-05"), "active")
        self._pay(invoice, 500, "2026-03-10")
        self.assertStops(quotation, "paid")

    def test_meeting_with_the_customer(self):
        quotation = self._quotation()
        earlier = self._meet(self.contact)
        before = SENT - timedelta(days=1)
        self.env.cr.execute("UPDATE calendar_event SET create_date = %s WHERE id = %s", [before, earlier.id])
        self.assertEqual(self._state(quotation, "2026-03-05"), "active", "booked before the sending")
        colleague = self.env["res.partner"].create({"name": "Pak Melati", "parent_id": self.customer.id})
        meeting = self._meet(colleague)
        self.assertEqual(self._state(quotation, "2026-03-05"), "meeting")
        meeting.active = False
        self.assertEqual(self._state(quotation, "2026-03-05"), "active", "cancelled again")
        meeting.active = True
        self.assertStops(quotation, "meeting")

    def test_lost_opportunity(self):
        lead = self.env["crm.lead"].create({"name": "Pepper", "type": "opportunity", "partner_id": self.contact.id})
        quotation = self._quotation(opportunity_id=lead.id)
        lead.action_set_lost()
        self.assertStops(quotation, "lost")

    def test_confirmed_and_cancelled(self):
        confirmed, cancelled = self._quotation(), self._quotation()
        confirmed.action_confirm()
        cancelled._action_cancel()
        self.assertStops(confirmed, "confirmed")
        self.assertStops(cancelled, "cancelled")

    def test_opt_out(self):
        by_order = self._quotation(no_followup=True)
        self.assertStops(by_order, "opt_out")
        by_customer = self._quotation()
        self.customer.no_quotation_followup = True
        self.assertStops(by_customer, "opt_out")

    def test_blacklisted(self):
        quotation = self._quotation()
        self.env["mail.blacklist"]._add("Melati@Example.com")
        self.assertStops(quotation, "blacklisted")
        self.env["mail.blacklist"]._remove("melati@example.com")
        self.assertGoesOn(quotation)

    def _receive(self, quotation, sender, subject, header="X-Test: none"):
        reference = quotation.message_ids[-1:].message_id
        self.env["mail.thread"].message_process(
            "sale.order",
            f"From: {sender}\nTo: sales@example.com\nSubject: {subject}\nMessage-Id: <{subject}-{sender}>\n"
            f"In-Reply-To: {reference}\nReferences: {reference}\nDate: Tue, 03 Mar 2026 04:00:00 +0000\n{header}\n"
            "\nHello",
            thread_id=quotation.id,
        )

    def _meet(self, guest):
        return self.env["calendar.event"].create(
            {
                "name": "Talk",
                "start": SENT + timedelta(days=5),
                "stop": SENT + timedelta(days=5, hours=1),
                "partner_ids": [Command.set((guest | self.salesperson.partner_id).ids)],
            }
        )
