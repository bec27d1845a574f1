import html
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_quotation_followup import SENT, QuotationFollowupCommon

ENGINE = "odoo.addons.sales_tracking.models.quotation_followup.sale_order_send"


@tagged("post_install", "-at_install")
class TestQuotationFollowup(QuotationFollowupCommon):
    """What goes out when."""

    def test_step_by_step(self):
        quotation = self._quotation()
        nothing = {"sent": 0, "activities": 0, "failed": 0}
        self.assertEqual(self._run("2026-03-04"), nothing)
        self.assertEqual(self._run("2026-03-05"), {**nothing, "sent": 1})
        self.assertEqual(self._run("2026-03-08"), nothing)
        self.assertEqual(self._run("2026-03-09"), {**nothing, "sent": 1})
        self.assertEqual(self._run("2026-03-12"), {**nothing, "activities": 1})
        self.assertEqual(self._run("2026-03-29"), nothing)
        self.assertEqual(self._run("2026-03-30"), {**nothing, "sent": 1})
        self.assertEqual(self._run("2026-04-01"), nothing)
        self.assertEqual(self._subjects(quotation), ["Any questions?", "Still there?", "Expires soon"])
        self.assertEqual(
            self._log(quotation),
            [
                (1, self.step_3, "mail"),
                (1, self.step_7, "mail"),
                (1, self.step_10, "activity"),
                (1, self.step_expiry, "mail"),
            ],
        )
        activity = quotation.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Call them", self.salesperson))

    def test_mail_is_the_salespersons_to_the_customer(self):
        quotation = self._quotation()
        quotation.message_subscribe(self.peer.partner_id.ids)
        self._run("2026-03-05")
        mail = self._mails(quotation)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.author_id, self.salesperson.partner_id)
        self.assertEqual(mail.email_from, self.salesperson.email_formatted)
        log = quotation.followup_log_ids
        self.assertEqual(log.message_id, mail.mail_message_id)
        self.assertEqual((log.message_id.model, log.message_id.res_id), ("sale.order", quotation.id))
        self.assertEqual(log.recipient, self.contact.email_formatted)
        self.assertIn(quotation.access_token, mail.body_html)

    def test_twice_on_one_day(self):
        quotation = self._quotation()
        self.assertEqual(self._run("2026-03-05")["sent"], 1)
        self.assertEqual(self._run("2026-03-05")["sent"], 0)
        self.assertEqual(len(self._mails(quotation)), 1)
        self.assertEqual(len(self._log(quotation)), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            quotation._log_followup(self.step_3, "mail", "2026-03-05")

    def test_ten_days_without_cron(self):
        quotation = self._quotation()
        self.assertEqual(self._run("2026-03-12"), {"sent": 1, "activities": 1, "failed": 0})
        self.assertEqual(self._subjects(quotation), ["Still there?"])
        self.assertCountEqual(
            self._log(quotation),
            [(1, self.step_3, "skipped"), (1, self.step_7, "mail"), (1, self.step_10, "activity")],
        )

    def test_companies_have_their_own_day_and_cadence(self):
        self.company_2.sales_tz = "America/New_York"
        contact = self.env["res.partner"].create({"name": "Pat", "email": "pat@example.com"})
        template = self._template("From America")
        self._cadence("America", [{"days": 3, "template_id": template.id}], company_id=self.company_2.id)
        # 23:30 UTC on Monday: it is Tuesday in Jakarta and Monday in New York.
        late = datetime(2026, 3, 2, 23, 30)
        in_jakarta = self._quotation(sent=late)
        in_america = (
            self.env["sale.order"]
            .with_company(self.company_2)
            .create({"partner_id": contact.id, "company_id": self.company_2.id, "team_id": False})
        )
        in_america.action_quotation_sent()
        in_america.followup_sent_at = late
        cadences = self.env["sales.quotation.cadence"].with_context(
            allowed_company_ids=(self.company | self.company_2).ids
        )
        with freeze_time("2026-03-05 23:30:00"):
            self.assertEqual(cadences.run()["sent"], 2)
        self.assertEqual(self._subjects(in_jakarta), ["Any questions?"])
        self.assertEqual(self._subjects(in_america), ["From America"])
        log = self.env["sales.quotation.cadence.log"]
        self.assertEqual(log.search([("order_id", "=", in_jakarta.id)]).due_date, fields.Date.to_date("2026-03-06"))
        self.assertEqual(log.search([("order_id", "=", in_america.id)]).due_date, fields.Date.to_date("2026-03-05"))

    def test_day_of_sending_is_the_companys(self):
        quotation = self._quotation(sent=datetime(2026, 3, 2, 23, 30))
        self.assertEqual(self._run("2026-03-05")["sent"], 0, "day 0 is 3 March in Jakarta")
        self.assertEqual(self._run("2026-03-06")["sent"], 1)
        self.assertEqual(self._subjects(quotation), ["Any questions?"])

    def test_only_allowed_companies(self):
        self._quotation()
        elsewhere = self.env["sales.quotation.cadence"].with_context(allowed_company_ids=self.company_2.ids)
        self.assertEqual(elsewhere.run("2026-03-05")["sent"], 0)

    def test_cron_waits_for_the_hour_of_each_company(self):
        self.company.quotation_followup_hour = 9
        self._quotation()
        cron = self.env.ref("sales_tracking.cron_quotation_followup")
        self.env["res.company"].search([("id", "!=", self.company.id)]).quotation_followup_hour = 23
        with self.enter_registry_test_mode():
            # 08:30 and 09:30 in Jakarta
            for moment, sent in (("2026-03-05 01:30:00", 0), ("2026-03-05 02:30:00", 1)):
                with freeze_time(moment):
                    cron.method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(self.env["sales.quotation.cadence.log"].search_count([]), sent, moment)

    def test_one_failing_template_does_not_stop_the_others(self):
        broken = self._template("Broken")
        bad_cadence = self._cadence(
            "Bad", [{"days": 3, "template_id": broken.id}], tag_ids=[Command.create({"name": "Bad"})]
        )
        broken.flush_recordset()
        self.env.cr.execute(
            "UPDATE mail_template SET body_html = jsonb_build_object('en_US', %s) WHERE id = %s",
            ["<p>It costs <t t-out='object.amount_total / 0'/></p>", broken.id],
        )
        self.env.invalidate_all()
        other = self.env["res.partner"].create(
            {"name": "Bad", "email": "bad@example.com", "category_id": [Command.set(bad_cadence.tag_ids.ids)]}
        )
        first, bad, last = self._quotation(), self._quotation(partner_id=other.id), self._quotation()
        with mute_logger("odoo.addons.mail.models.mail_render_mixin", ENGINE):
            self.assertEqual(self._run("2026-03-05"), {"sent": 2, "activities": 0, "failed": 1})
        self.assertEqual(self._subjects(first) + self._subjects(last), ["Any questions?"] * 2)
        self.assertFalse(self._mails(bad))
        self.assertEqual(self._state(bad, "2026-03-05"), "waiting")
        self.assertEqual(self._attention(bad, "2026-03-05"), "failed")
        self.assertEqual(bad.activity_ids.user_id, self.salesperson)
        self.assertIn("ZeroDivisionError", bad.activity_ids.note)
        with mute_logger("odoo.addons.mail.models.mail_render_mixin", ENGINE):
            self.assertEqual(self._run("2026-03-06"), {"sent": 0, "activities": 0, "failed": 1})
        self.assertEqual(len(bad.activity_ids), 1, "a person is told once")
        broken.body_html = "<p>Mended</p>"
        self.assertEqual(self._run("2026-03-06"), {"sent": 1, "activities": 0, "failed": 0})
        self.assertFalse(bad.activity_ids, "what went out is nobody's task any more")
        self.assertEqual([result for _cycle, _step, result in self._log(bad)], ["failed", "mail"])

    def test_without_address(self):
        self.contact.email = False
        quotation = self._quotation()
        self.assertEqual(self._run("2026-03-05"), {"sent": 0, "activities": 0, "failed": 1})
        self.assertIn("Ibu Melati has no valid e-mail address", quotation.followup_log_ids.error)
        self.assertEqual(quotation.activity_ids.user_id, self.salesperson)
        with freeze_time("2026-03-05 06:00:00"):
            quotation.invalidate_recordset()
            self.assertEqual(quotation.followup_state, "waiting")
            self.assertEqual(quotation.followup_step_id, self.step_3)
            self.assertIn("no valid e-mail address", quotation.followup_error)
        self.contact.email = "melati@example.com"
        self.assertEqual(self._run("2026-03-06")["sent"], 1)
        self.assertEqual(self._subjects(quotation), ["Any questions?"])

    def test_somebody_elses_transaction_means_later(self):
        quotation = self._quotation()
        orders = type(self.env["sale.order"])
        with patch.object(orders, "message_post_with_source", side_effect=SerializationFailure):
            self.assertEqual(self._run("2026-03-05"), {"sent": 0, "activities": 0, "failed": 0})
        self.assertFalse(self._log(quotation))
        self.assertEqual(self._run("2026-03-05")["sent"], 1)

    def test_confirmed_between_selection_and_sending(self):
        first, second = self._quotation(), self._quotation()
        take = type(first)._followup_take

        def confirm_the_other(order, today=None):
            if order == first:
                second.action_confirm()
            return take(order, today)

        with patch.object(type(first), "_followup_take", confirm_the_other):
            self.assertEqual(self._run("2026-03-05")["sent"], 1)
        self.assertFalse(self._log(second))
        self.assertEqual(self._state(second, "2026-03-05"), "confirmed")

    def test_without_validity_no_step_before_the_expiry(self):
        quotation = self._quotation(validity=False)
        self._run("2026-03-12")
        self.assertEqual(self._state(quotation, "2026-03-12"), "done")
        self.assertEqual(self._run("2026-06-01")["sent"], 0)

    def test_no_mail_on_the_day_of_sending_nor_after_the_expiry(self):
        quotation = self._quotation(validity="2026-03-04")
        self.assertEqual(self._run("2026-03-02"), {"sent": 0, "activities": 0, "failed": 0})
        self.assertEqual(self._run("2026-03-05"), {"sent": 0, "activities": 0, "failed": 0})
        self.assertEqual(self._state(quotation, "2026-03-04"), "done")
        self.assertEqual(self._state(quotation, "2026-03-05"), "expired")

    def test_step_deleted_in_mid_cycle(self):
        quotation = self._quotation()
        self._run("2026-03-05")
        self.step_3.unlink()
        self.step_7.unlink()
        self.assertEqual(self._run("2026-03-09")["sent"], 0)
        self.assertEqual(self._run("2026-03-12"), {"sent": 0, "activities": 1, "failed": 0})
        log = self.env["sales.quotation.cadence.log"].search([("order_id", "=", quotation.id)], order="id")
        self.assertEqual(log.mapped("step_name"), ["Any questions? (day 3)", "Call them (day 10)"])

    def test_cadence_changed_in_mid_cycle(self):
        quotation = self._quotation()
        self._run("2026-03-05")
        # A step that lies behind is not made up for, a later one is taken.
        self.cadence.step_ids = [Command.create({"days": 2, "template_id": self.template_expiry.id})]
        self.assertEqual(self._run("2026-03-06")["sent"], 0)
        other_team = self._cadence(
            "Surabaya",
            [{"days": days, "template_id": self.template_7.id} for days in (1, 3, 5)],
            team_ids=[Command.set(self.other_team.ids)],
        )
        quotation.team_id = self.other_team
        self.assertEqual(self._run("2026-03-06")["sent"], 0, "day 3 has had its mail")
        self.assertEqual(self._run("2026-03-07")["sent"], 1)
        self.assertEqual(self._log(quotation), [(1, self.step_3, "mail"), (1, other_team.step_ids[2], "mail")])

    @freeze_time("2026-03-04 03:00:00")
    def test_the_most_specific_cadence(self):
        tag = self.env["res.partner.category"].create({"name": "Key Account"})
        everyone = self._cadence("Everyone", company_id=False, sequence=1)
        quotation = self._quotation()
        self.assertEqual(quotation.followup_cadence_id, self.cadence, "the company's own before that of all companies")
        team = self._cadence("Team", team_ids=[Command.set(self.team.ids)], sequence=99)
        self._cadence("Other Team", team_ids=[Command.set(self.other_team.ids)], sequence=1)
        quotation.invalidate_recordset()
        self.assertEqual(quotation.followup_cadence_id, team)
        tagged = self._cadence("Tag", tag_ids=[Command.set(tag.ids)], sequence=100)
        quotation.invalidate_recordset()
        self.assertEqual(quotation.followup_cadence_id, team)
        self.customer.category_id = tag
        quotation.invalidate_recordset()
        self.assertEqual(quotation.followup_cadence_id, tagged, "the tag of the company holds for its contacts")
        (self.cadence | team | tagged).active = False
        quotation.invalidate_recordset()
        self.assertEqual(quotation.followup_cadence_id, everyone)
        everyone.active = False
        quotation.invalidate_recordset()
        self.assertFalse(quotation.followup_cadence_id)
        self.assertFalse(quotation.followup_state)

    def test_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.template_3.with_context(lang="fr_FR").write(
            {"subject": "Des questions ?", "body_html": "<p>Bonjour <t t-out='object.partner_id.name'/></p>"}
        )
        self.contact.lang = "fr_FR"
        quotation = self._quotation()
        self._run("2026-03-05")
        mail = self._mails(quotation)
        self.assertEqual(mail.subject, "Des questions ?")
        self.assertIn("Bonjour Ibu Melati", mail.body_html)

    def test_the_shipped_cadence(self):
        self.cadence.active = False
        shipped = self.env.ref("sales_tracking.sales_quotation_cadence_default")
        shipped.active = True
        quotation = self._quotation()
        quotation._portal_ensure_token()
        for day, count in (("2026-03-05", "sent"), ("2026-03-09", "sent"), ("2026-03-12", "activities")):
            self.assertEqual(self._run(day)[count], 1, day)
        self.assertEqual(self._run("2026-03-30")["sent"], 1)
        for mail in self._mails(quotation):
            self.assertIn(quotation.get_portal_url(), html.unescape(mail.body_html))
            self.assertIn("Hello Ibu Melati", mail.body_html)
            self.assertEqual(mail.email_from, self.salesperson.email_formatted)

    def test_expired_quotations_are_cancelled(self):
        expired, replied = self._quotation(validity="2026-03-20"), self._quotation(validity="2026-03-20")
        self._say(replied, self.contact)
        self._run("2026-04-10")
        self.assertEqual(expired.state, "sent", "off by default")
        self.company.write({"quotation_auto_cancel": True, "quotation_auto_cancel_days": 14})
        self._run("2026-04-02")
        self.assertEqual(expired.state, "sent")
        self.assertEqual(self._run("2026-04-03"), {"sent": 0, "activities": 0, "failed": 0})
        self.assertEqual(expired.state, "cancel")
        self.assertEqual(replied.state, "sent", "who has replied waits for a person")
        self.assertEqual(self._log(expired)[-1][2], "cancelled")
        self.assertTrue(any("03/20/2026" in message.body for message in expired.message_ids))

    def test_selection_does_not_grow(self):
        cadences = self.env["sales.quotation.cadence"]
        self._quotation()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = cadences._due_quotations(self.company, fields.Date.to_date("2026-03-05"))
            return len(found), self.env.cr.sql_log_count - before

        first = self._quotation()
        self.env["sale.order"].create([{**first.copy_data()[0], "state": "sent"} for _index in range(8)]).write(
            {"followup_sent_at": SENT}
        )
        count()
        self.assertEqual(count(), (10, 1))
        self.env["sale.order"].create(
            [{"partner_id": self.contact.id, "user_id": self.salesperson.id, "state": "sent"} for _index in range(990)]
        ).write({"followup_sent_at": SENT})
        self.assertEqual(count(), (1000, 1))


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
        self._receive(quotation, "melati@example.com", "Automatic reply: the quotation", "Auto-Submitted: auto-replied")
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

    def test_signed(self):
        quotation = self._quotation(require_signature=True, require_payment=True)
        quotation.write({"signed_by": "Ibu Melati", "signed_on": SENT + timedelta(days=1)})
        self.assertStops(quotation, "signed")

    def test_paid_by_transaction(self):
        quotation = self._quotation()
        provider = self.env["payment.provider"].sudo().create({"name": "Bank", "company_id": self.company.id})
        self.env["payment.transaction"].sudo().create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": "followup",
                "amount": 100,
                "currency_id": quotation.currency_id.id,
                "partner_id": self.contact.id,
                "sale_order_ids": [Command.set(quotation.ids)],
                "state": "pending",
            }
        ).state = "done"
        self.assertStops(quotation, "paid")

    def test_paid_by_invoice(self):
        quotation = self._quotation()
        invoice = self._invoice()
        invoice.invoice_line_ids.sale_line_ids = quotation.order_line
        self.assertEqual(self._state(quotation, "2026-03-05"), "active")
        self._pay(invoice, 500, "2026-03-10")
        self.assertStops(quotation, "paid")

    def test_meeting_with_the_customer(self):
        quotation, other = self._quotation(), self._quotation()
        earlier = self._meet(other, self.contact)
        self.env.cr.execute("UPDATE calendar_event SET create_date = %s WHERE id = %s", [SENT - timedelta(1), earlier.id])
        self.assertEqual(self._state(quotation, "2026-03-05"), "active", "booked before the sending")
        colleague = self.env["res.partner"].create({"name": "Pak Melati", "parent_id": self.customer.id})
        meeting = self._meet(quotation, colleague)
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
            f"In-Reply-To: {reference}\nReferences: {reference}\nDate: Tue, 03 Mar 2026 04:00:00 +0000\n{header}\n\nHello",
            thread_id=quotation.id,
        )

    def _meet(self, quotation, guest):
        return self.env["calendar.event"].create(
            {
                "name": "Talk",
                "start": SENT + timedelta(days=5),
                "stop": SENT + timedelta(days=5, hours=1),
                "partner_ids": [Command.set((guest | self.salesperson.partner_id).ids)],
            }
        )


@tagged("post_install", "-at_install")
class TestQuotationFollowupByHand(QuotationFollowupCommon):
    """Sending again, the buttons, what is seen of it, and who may."""

    def test_day_and_cycle_of_the_sending(self):
        quotation = self._quotation()
        with freeze_time("2026-03-02 03:00:00"):
            sent = quotation.copy()
            self.assertEqual((sent.followup_sent_at, sent.followup_cycle), (False, 0))
            sent.action_quotation_sent()
        self.assertEqual((sent.followup_sent_at, sent.followup_cycle), (SENT, 1))
        sent.client_order_ref = "A note does not send"
        self.assertEqual(sent.followup_cycle, 1)
        with freeze_time("2026-03-04 03:00:00"):
            sent.action_draft()
            sent.with_context(mark_so_as_sent=True).message_post(body="Here it is")
        self.assertEqual((sent.followup_sent_at, sent.followup_cycle), (datetime(2026, 3, 4, 3, 0), 2))

    def test_sending_again_starts_the_next_cycle(self):
        quotation = self._quotation()
        self._run("2026-03-05")
        self._say(quotation, self.contact, days=4)
        quotation.write({"followup_paused": True})
        self.assertEqual(self._run("2026-03-09")["sent"], 0)
        action = quotation.with_user(self.salesperson).action_quotation_send()
        with freeze_time("2026-03-10 03:00:00"):
            composer = self.env["mail.compose.message"].with_user(self.salesperson).with_context(**action["context"])
            composer.create({}).action_send_mail()
        self.assertEqual(quotation.followup_cycle, 2)
        self.assertFalse(quotation.followup_paused)
        self.assertEqual(self._run("2026-03-12")["sent"], 0)
        self.assertEqual(self._run("2026-03-13")["sent"], 1)
        self.assertEqual(self._log(quotation), [(1, self.step_3, "mail"), (2, self.step_3, "mail")])

    def test_pause_and_resume(self):
        quotation = self._quotation()
        quotation.with_user(self.salesperson).action_followup_pause()
        self.assertEqual(self._state(quotation, "2026-03-10"), "paused")
        self.assertEqual(self._run("2026-03-10"), {"sent": 0, "activities": 0, "failed": 0})
        quotation.with_user(self.salesperson).action_followup_resume()
        self.assertEqual(self._run("2026-03-10")["sent"], 1)
        self.assertEqual(self._subjects(quotation), ["Still there?"])

    def test_paused_until(self):
        quotation = self._quotation()
        quotation.write({"followup_paused": True, "followup_resume_on": "2026-03-07"})
        self.assertEqual(self._run("2026-03-06")["sent"], 0)
        self.assertEqual(self._run("2026-03-07")["sent"], 1)

    def test_skip(self):
        quotation = self._quotation()
        with freeze_time("2026-03-04 03:00:00"):
            quotation.invalidate_recordset()
            own = quotation.with_user(self.salesperson)
            self.assertEqual((own.followup_step_id, own.followup_date), (self.step_3, self._day("2026-03-05")))
            own.action_followup_skip()
            self.assertEqual((own.followup_step_id, own.followup_date), (self.step_7, self._day("2026-03-09")))
        self.assertEqual(self._run("2026-03-05")["sent"], 0)
        self.assertEqual(self._log(quotation), [(1, self.step_3, "skipped")])

    def test_start_again_after_a_reply(self):
        quotation = self._quotation()
        self._say(quotation, self.contact)
        with freeze_time("2026-03-06 03:00:00"):
            quotation.with_user(self.salesperson).action_followup_restart()
        self.assertEqual(self._state(quotation, "2026-03-06"), "active")
        self.assertEqual(self._run("2026-03-09")["sent"], 1)
        self.assertEqual(self._log(quotation), [(2, self.step_3, "mail")])

    @freeze_time("2026-03-10 03:00:00")
    def test_searched_and_grouped(self):
        active, paused, replied, confirmed = (self._quotation() for _index in range(4))
        draft = active.copy()
        paused.followup_paused = True
        self._say(replied, self.contact)
        confirmed.action_confirm()
        mine = [("id", "in", (active | paused | replied | confirmed | draft).ids)]
        orders = self.env["sale.order"].with_user(self.salesperson)

        def found(*domain):
            return orders.search([*mine, *domain])

        self.assertEqual(found(("followup_state", "=", "active")), active)
        self.assertEqual(found(("followup_state", "in", ["paused", "replied"])), paused | replied)
        self.assertEqual(found(("followup_state", "=", False)), draft)
        self.assertEqual(found(("followup_state", "!=", "active")), paused | replied | confirmed | draft)
        self.assertEqual(found(("followup_state", "in", ["confirmed", False])), confirmed | draft)
        self.assertEqual(found(("followup_attention", "!=", False)), replied)
        self.assertEqual(found(("followup_cadence_id", "=", self.cadence.id)), active | paused | replied)
        self.assertEqual(found(("followup_date", "<=", "2026-03-10")), active | paused)
        self.assertFalse(found(("followup_date", "<", "2026-03-09")))
        groups = orders.formatted_read_group(mine, ["followup_state"], ["__count"])
        self.assertEqual(
            {group["followup_state"]: group["__count"] for group in groups},
            {"active": 1, "paused": 1, "replied": 1, "confirmed": 1, False: 1},
        )

    def test_who_needs_a_person(self):
        quotation = self._quotation()
        self.assertFalse(self._attention(quotation, "2026-03-05"))
        self._say(quotation, self.contact, days=1)
        self.assertEqual(self._attention(quotation, "2026-03-05"), "replied")
        self._say(quotation, self.salesperson.partner_id, days=2, subtype_xmlid="mail.mt_note")
        self.assertEqual(self._attention(quotation, "2026-03-05"), "replied", "a note is no answer")
        self._say(quotation, self.salesperson.partner_id, days=2)
        self.assertFalse(self._attention(quotation, "2026-03-05"), "answered")
        silent = self._quotation()
        self._run("2026-03-12")
        self.assertEqual(self._attention(silent, "2026-03-12"), None)
        silent.activity_ids.date_deadline = "2026-03-12"
        self.assertEqual(self._attention(silent, "2026-03-12"), "activity")
        silent.activity_ids.action_feedback()
        self.assertEqual(self._attention(silent, "2026-03-29"), "expiring")
        unlimited = self._quotation(validity=False)
        self._run("2026-03-09")
        notification = unlimited.followup_log_ids.message_id.notification_ids.sudo()
        notification.notification_status = "bounce"
        self.assertEqual(self._attention(unlimited, "2026-03-09"), "failed")
        notification.notification_status = "sent"
        self._run("2026-03-12")
        unlimited.activity_ids.action_feedback()
        self.assertEqual(self._attention(unlimited, "2026-03-12"), "finished")

    def test_history_is_never_changed(self):
        quotation = self._quotation()
        self._run("2026-03-05")
        log = quotation.followup_log_ids
        for change in (lambda: log.write({"error": "None"}), log.unlink):
            with self.assertRaises(UserError):
                change()

    def test_incomplete_steps_are_refused(self):
        for values in (
            {"action": "mail", "days": 3},
            {"action": "mail", "days": 0, "template_id": self.template_3.id},
            {"action": "activity", "days": 3, "activity_type_id": False},
            {"action": "activity", "days": 3, "responsible": "user"},
        ):
            with self.assertRaises(ValidationError):
                self._cadence("Incomplete", [values])

    def test_rights(self):
        quotation = self._quotation()
        self._run("2026-03-05")
        log = quotation.followup_log_ids
        for user, seen in (
            (self.salesperson, True),
            (self.lead_user, True),
            (self.manager, True),
            (self.peer, False),
            (self.foreign_user, False),
        ):
            found = self.env["sales.quotation.cadence.log"].with_user(user).search([("id", "=", log.id)])
            self.assertEqual(bool(found), seen, user.login)
        with self.assertRaises(AccessError):
            quotation.with_user(self.peer).action_followup_skip()
        for user in (self.salesperson, self.lead_user, self.portal_user):
            with self.assertRaises(AccessError):
                self.env["sales.quotation.cadence"].with_user(user).run()
        self.assertEqual(self.env["sales.quotation.cadence"].with_user(self.manager).run("2026-03-05")["sent"], 0)
        quotation.message_subscribe(self.portal_user.partner_id.ids)
        with self.assertRaises(AccessError):
            quotation.with_user(self.portal_user).read(["followup_state"])
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.portal_user).search([("followup_state", "=", "active")])

    def test_confirming_costs_nothing(self):
        """No statement more than without the follow-up."""
        quotation = self._quotation()
        quotation.action_confirm()
        other = self._quotation()
        self.env.flush_all()
        self.env.cr.execute("SELECT 1")
        with patch.object(type(other), "_followup_statement", side_effect=AssertionError("not while confirming")):
            other.action_confirm()
            self.env.flush_all()
