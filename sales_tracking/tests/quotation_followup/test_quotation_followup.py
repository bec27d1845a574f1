import html
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_quotation_followup import SENT, QuotationFollowupCommon

ENGINE = "odoo.addons.sales_tracking.tools.jobs"


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
        in_america._write_decided({"followup_sent_at": late})
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
        self.assertEqual(elsewhere.sudo().run("2026-03-05")["sent"], 0)

    def test_nothing_goes_out_until_it_is_switched_on(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertFalse(company.quotation_followup_automatic)
        self.company.write({"quotation_followup_hour": 0, "quotation_followup_automatic": False})
        self._quotation()
        with self.enter_registry_test_mode():
            self.env.ref("sales_tracking.cron_quotation_followup").method_direct_trigger()
        self.assertFalse(self.env["sales.quotation.cadence.log"].search_count([]))

    @freeze_time("2026-03-02 03:00:00")
    def test_who_sends_is_told_what_happens_by_itself(self):
        quotation = self._quotation().copy({"validity_date": "2026-04-01"}).with_user(self.salesperson)
        self.company.quotation_followup_automatic = False
        composers = self.env["mail.compose.message"].with_user(self.salesperson)

        def told():
            quotation.invalidate_recordset()
            action = quotation.action_quotation_send()
            return composers.with_context(**action["context"]).create({}).followup_plan

        self.assertIn("nothing goes out by itself", told())
        self.company.quotation_followup_automatic = True
        self.assertEqual(
            told(),
            'After sending, until the customer answers, this happens by itself: 03/05/2026: mail "Any questions?"; '
            '03/09/2026: mail "Still there?"; 03/12/2026: activity "Call them"; 03/30/2026: mail "Expires soon".',
        )
        self.assertEqual(told(), quotation.followup_plan)
        self.contact.no_quotation_followup = True
        self.assertIn("No follow-up is wanted", told())
        self.contact.no_quotation_followup = False
        self.cadence.active = False
        self.assertIn("No cadence of follow-up", told())

    def test_an_archived_customer_is_the_cause_that_is_named(self):
        quotation = self._quotation()
        self.contact.active = False
        self.assertEqual(self._run("2026-03-05")["failed"], 1)
        self.assertIn("is archived", self.env["sales.quotation.cadence.log"].search([]).error)
        self.assertFalse(self._mails(quotation))

    def test_the_team_lead_writes_when_the_salesperson_has_left(self):
        quotation = self._quotation()
        self.lead_user.partner_id.email = "lead@example.com"
        self.salesperson.active = False
        self.assertEqual(self._run("2026-03-05")["sent"], 1)
        self.assertEqual(self._mails(quotation).author_id, self.lead_user.partner_id)
        self._run("2026-03-12")
        call = self.env["sales.quotation.cadence.log"].search([("action", "=", "activity")]).activity_id
        self.assertEqual(call.user_id, self.lead_user)

    def test_cron_waits_for_the_hour_of_each_company(self):
        self.company.write({"quotation_followup_hour": 9, "quotation_followup_automatic": True})
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

    def test_one_mail_for_all_quotations_of_a_customer(self):
        buyer = self.env["res.partner"].create(
            {"name": "Pak Budi", "email": "budi@example.com", "parent_id": self.customer.id}
        )
        first = self._quotation()
        second = self._quotation(partner_id=buyer.id, sent=SENT + timedelta(hours=1))
        answered = self._quotation()
        self._say(answered, self.contact)
        self.assertEqual(self._run("2026-03-05"), {"sent": 1, "activities": 0, "failed": 0})
        [message] = self._mails(first).mail_message_id
        self.assertEqual(message.notification_ids.res_partner_id, self.contact | buyer)
        for quotation in (first, second):
            self.assertIn(quotation.name, message.body)
            self.assertEqual(self._log(quotation), [(1, self.step_3, "mail")])
            self.assertEqual(quotation.followup_log_ids.message_id, message)
        self.assertNotIn(answered.name, message.body)
        self.assertFalse(self._mails(second))
        self.assertTrue(any(first.name in note.body for note in second.message_ids))
        self.assertEqual(self._run("2026-03-05")["sent"], 0)

    def test_a_reply_to_one_mail_stops_all_that_it_was_about(self):
        first, second, separate = self._quotation(), self._quotation(), self._quotation(sent=SENT + timedelta(days=1))
        self._run("2026-03-05")
        self._say(first, self.contact, days=3.5)
        for quotation, state in ((first, "replied"), (second, "replied"), (separate, "active")):
            self.assertEqual(self._state(quotation, "2026-03-06"), state)
        first._start_followup()
        self.assertEqual(self._state(second, "2026-03-06"), "replied")

    def test_one_quotation_that_is_held_does_not_hold_the_others(self):
        self.env["sales.margin.rule"].create({"floor": 30, "company_id": self.company.id})
        held, free = self._quotation(), self._quotation()
        held.order_line.price_unit = 80
        self.assertEqual(self._run("2026-03-05"), {"sent": 1, "activities": 0, "failed": 1})
        [mail] = self._mails(free)
        self.assertNotIn(held.name, mail.body)
        self.assertEqual(self._log(held), [(1, self.step_3, "failed")])

    def test_a_failing_template_leaves_the_words_to_the_next(self):
        self.template_7.flush_recordset()
        self.env.cr.execute(
            "UPDATE mail_template SET body_html = jsonb_build_object('en_US', %s) WHERE id = %s",
            ["<t t-out='object.amount_total / 0'/>", self.template_7.id],
        )
        self.env.invalidate_all()
        late, early = self._quotation(sent=SENT - timedelta(days=4)), self._quotation()
        with mute_logger("odoo.addons.mail.models.mail_render_mixin", ENGINE):
            self.assertEqual(self._run("2026-03-05"), {"sent": 1, "activities": 0, "failed": 1})
        self.assertEqual(self._subjects(early), ["Any questions?"])
        self.assertEqual(self._log(late), [(1, self.step_7, "failed")])

    def test_a_caller_lists_no_quotations(self):
        quotation, other = self._quotation(), self._quotation()
        message = quotation.with_context(followup_listed=(quotation | other).ids).message_post(body="Hello")
        self.assertNotIn(other.name, message.body)

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
        third = self.env["res.partner"].create({"name": "Third", "email": "third@example.com"})
        first, bad, last = self._quotation(), self._quotation(partner_id=other.id), self._quotation(partner_id=third.id)
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

    def test_below_the_margin_floor(self):
        """The price was lowered after the sending: no reminder tells the customer of it."""
        self.env["sales.margin.rule"].create({"floor": 30, "company_id": self.company.id})
        quotation = self._quotation()
        quotation.order_line.price_unit = 80
        self.assertEqual(self._run("2026-03-05"), {"sent": 0, "activities": 0, "failed": 1})
        self.assertIn("below the floor", quotation.followup_log_ids.error)
        quotation.order_line.price_unit = 90
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

        def confirm_the_other(orders, today=None):
            second.action_confirm()
            return take(orders, today)

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
        key_account = self._cadence("Tag", tag_ids=[Command.set(tag.ids)], sequence=100)
        quotation.invalidate_recordset()
        self.assertEqual(quotation.followup_cadence_id, team)
        self.customer.category_id = tag
        quotation.invalidate_recordset()
        self.assertEqual(quotation.followup_cadence_id, key_account, "the tag of the company holds for its contacts")
        (self.cadence | team | key_account).active = False
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
        copies = self.env["sale.order"].create([{**first.copy_data()[0], "state": "sent"} for _index in range(8)])
        copies._write_decided({"followup_sent_at": SENT})
        count()
        # One, between the planner's settings.
        self.assertEqual(count(), (10, 3))
        self.env["sale.order"].create(
            [{"partner_id": self.contact.id, "user_id": self.salesperson.id, "state": "sent"} for _index in range(990)]
        )._write_decided({"followup_sent_at": SENT})
        self.assertEqual(count(), (1000, 3))
