from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.interaction.mail_message import AUTOMATIC
from ..common import SalesTrackingCommon

AUTO_REPLY = """\
Return-Path: <melati@example.com>
To: {to}
From: Ibu Melati <melati@example.com>
Subject: Re: pepper
Message-Id: <auto-1@example.com>
In-Reply-To: {message_id}
Auto-Submitted: {automatic}
Content-Type: text/plain; charset=utf-8

{body}
"""
TRACKED = {"tracking_disable": False, "mail_notrack": False}
CAPTURE = "odoo.addons.sales_tracking.models.interaction.sales_interaction_capture"
SMALL_BATCHES = patch(f"{CAPTURE}.BATCH", 3)


class CaptureCommon(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["utm.source"].create({"name": "Trade Fair"})
        cls.contact.email = "melati@example.com"
        cls.salesperson.email = "salesperson@example.com"
        cls.opportunity = cls.env["crm.lead"].create(
            {
                "name": "Pepper for the season",
                "type": "opportunity",
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "partner_id": cls.contact.id,
                "source_id": cls.source.id,
                "company_id": cls.company.id,
            }
        )
        cls.rival = cls.env["res.partner"].create({"name": "Toko Mawar", "email": "mawar@example.com"})
        cls.interactions = cls.env["sales.interaction"]
        # What was just created has no history to be tracked until the transaction is flushed.
        cls.env.cr.flush()

    @classmethod
    def _captured(cls, **values):
        return cls.env["sales.interaction"].search([(name, "=", value) for name, value in values.items()], order="id")

    def _mail(self, document=None, user=None, **values):
        """A mail that a user sends from a document."""
        document = (document or self.opportunity).with_user(user or self.salesperson)
        return document.message_post(
            **{
                "body": "The price list",
                "subject": "Pepper",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                "partner_ids": self.contact.ids,
                **values,
            }
        )

    def _receive(self, document=None, email="Ibu Melati <melati@example.com>", **values):
        """A mail that the gateway posts on a document."""
        return (document or self.opportunity).message_post(
            **{
                "body": "How much?",
                "subject": "Question",
                "message_type": "email",
                "subtype_xmlid": "mail.mt_comment",
                "email_from": email,
                "author_id": False,
                **values,
            }
        )

    def _of(self, message):
        return self._captured(source_key=f"mail.message,{message.id}")


@tagged("post_install", "-at_install")
class TestCaptureMail(CaptureCommon):
    def test_a_mail_to_the_customer(self):
        message = self._mail()
        self.assertRecordValues(
            self._of(message),
            [
                {
                    "kind": "email",
                    "direction": "out",
                    "lead_id": self.opportunity.id,
                    "partner_id": self.contact.id,
                    "commercial_partner_id": self.customer.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "source_id": self.source.id,
                    "date": message.date,
                    "note": "Pepper",
                    "is_touchpoint": False,
                    "res_model": "mail.message",
                    "res_id": message.id,
                }
            ],
        )
        self.assertEqual(self.opportunity.with_user(self.salesperson).interaction_count, 1)

    def test_a_mail_to_a_follower(self):
        self.opportunity.message_subscribe(self.contact.ids)
        self.assertEqual(self._of(self._mail(partner_ids=[])).direction, "out")

    def test_a_mail_from_the_composer(self):
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.salesperson)
            .with_context(default_model="crm.lead", default_res_ids=self.opportunity.ids)
            .create({"body": "The price list", "subject": "Pepper", "partner_ids": self.contact.ids})
        )
        _mails, message = composer._action_send_mail()
        self.assertEqual(self._of(message).kind, "email")

    def test_several_leads_in_the_composer(self):
        other = self.opportunity.copy({"partner_id": self.rival.id})
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.salesperson)
            .with_context(
                default_model="crm.lead",
                default_res_ids=(self.opportunity | other).ids,
                default_composition_mode="mass_mail",
            )
            .create({"body": "The price list", "subject": "Pepper"})
        )
        composer._action_send_mail()
        mails = self._captured(kind="email", direction="out")
        self.assertEqual(mails.lead_id, self.opportunity | other)
        self.assertEqual(mails.partner_id, self.contact | self.rival)

    def test_a_scheduled_mail_counts_when_it_is_sent(self):
        later = fields.Datetime.now() + timedelta(hours=3)
        message = self._mail(scheduled_date=later)
        self.assertFalse(self._of(message))
        with freeze_time(later + timedelta(minutes=1)):
            self.env["mail.message.schedule"].search([("mail_message_id", "=", message.id)]).force_send()
            self.env.cr.execute("UPDATE mail_message_schedule SET scheduled_datetime = now()")
        self.assertTrue(self._of(message))

    def test_what_nobody_outside_receives(self):
        colleague = self.peer.partner_id
        for message in (
            self._mail(partner_ids=[]),
            self._mail(partner_ids=colleague.ids),
            self._mail(partner_ids=self.company.partner_id.ids),
            self._mail(subtype_xmlid="mail.mt_note"),
            self._mail(message_type="notification"),
            self._mail(message_type="auto_comment"),
            self._mail(message_type="out_of_office"),
        ):
            self.assertFalse(self._of(message), message.message_type)

    def test_tracking_is_no_interaction(self):
        stage = self.env["crm.stage"].create({"name": "Tasting"})
        self.opportunity.with_user(self.salesperson).with_context(**TRACKED).stage_id = stage
        self.env.cr.flush()
        self.assertTrue(self.opportunity.message_ids.tracking_value_ids)
        self.assertFalse(self._captured(lead_id=self.opportunity.id))

    def test_a_mail_from_the_customer(self):
        self.assertRecordValues(
            self._of(self._receive()),
            [
                {
                    "kind": "email",
                    "direction": "in",
                    "partner_id": self.contact.id,
                    "user_id": self.salesperson.id,
                    "contact_address": "melati@example.com",
                    "is_touchpoint": True,
                }
            ],
        )

    def test_a_comment_on_the_portal(self):
        order = self._order()
        self.portal_user.partner_id.parent_id = self.customer
        message = order.message_post(
            body="Please deliver on Friday",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.portal_user.partner_id.id,
        )
        self.assertRecordValues(
            self._of(message),
            [{"kind": "email", "direction": "in", "partner_id": self.portal_user.partner_id.id, "order_id": order.id}],
        )

    def test_a_colleague_answers_by_mail(self):
        message = self._receive(email=self.peer.email_formatted, author_id=self.peer.partner_id.id)
        self.assertFalse(self._of(message))
        answer = self._receive(
            email=self.peer.email_formatted, author_id=self.peer.partner_id.id, partner_ids=self.contact.ids
        )
        self.assertRecordValues(self._of(answer), [{"direction": "out", "user_id": self.peer.id}])

    def test_machines_do_not_count(self):
        for values in (
            {"is_auto_reply": AUTOMATIC},
            {"subject": "Automatic reply: Pepper"},
            {"subject": "Out of office"},
            {"email": "Mail Delivery System <MAILER-DAEMON@example.com>"},
        ):
            self.assertFalse(self._of(self._receive(**values)), values)

    def _deliver(self, automatic):
        """A mail that arrives at the gateway in answer to one of ours."""
        sent = self._mail()
        mail = AUTO_REPLY.format(
            to="lead@example.com", message_id=sent.message_id, automatic=automatic, body="I am away until Monday"
        ).replace("auto-1", f"auto-{sent.id}")
        self.env["mail.thread"].message_process("crm.lead", mail)
        return self.opportunity.message_ids.filtered(lambda each: each.message_id == f"<auto-{sent.id}@example.com>")

    def test_an_out_of_office_mail(self):
        by_hand, automatic = self._deliver("no"), self._deliver("auto-replied")
        self.assertTrue(by_hand and automatic)
        self.assertEqual(self._of(by_hand).direction, "in")
        self.assertFalse(self._of(automatic))
        self.interactions.action_backfill()
        self.assertFalse(self._of(automatic))

    def test_our_own_out_of_office_mail(self):
        self.salesperson.write({"out_of_office_message": "Away"})
        with patch.object(type(self.env["res.users"]), "_compute_is_out_of_office", autospec=True) as compute:
            compute.side_effect = lambda users: users.update({"is_out_of_office": True})
            self._receive(partner_ids=self.salesperson.partner_id.ids)
        [automatic] = self.opportunity.message_ids.filtered(lambda each: each.message_type == "out_of_office")
        self.assertFalse(self._of(automatic))

    def test_a_bounce(self):
        sent = self._mail()
        self.env["mail.thread"].message_process(
            "crm.lead",
            f"""\
Return-Path: <>
To: bounce@example.com
From: MAILER-DAEMON@example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@example.com>
In-Reply-To: {sent.message_id}
Content-Type: multipart/report; boundary="B"; report-type=delivery-status

--B
Content-Type: text/plain

I'm sorry.
--B
Content-Type: message/delivery-status

Final-Recipient: rfc822; melati@example.com
Action: failed
Status: 5.1.1
--B--
""",
        )
        self.assertEqual(self._captured(lead_id=self.opportunity.id), self._of(sent))

    def test_two_mails_in_one_create(self):
        values = {
            "model": "crm.lead",
            "res_id": self.opportunity.id,
            "message_type": "email",
            "subtype_id": self.env.ref("mail.mt_comment").id,
            "author_id": self.contact.id,
        }
        messages = self.env["mail.message"].create([{**values, "body": "One"}, {**values, "body": "Two"}])
        self.assertEqual(len(self._of(messages[0]) | self._of(messages[1])), 2)

    def test_several_customers(self):
        """One mail is one interaction, with the document's own customer if there is one."""
        both = (self.rival | self.contact).ids
        self.assertEqual(self._of(self._mail(partner_ids=both)).partner_id, self.contact)
        elsewhere = self._of(self._mail(partner_ids=self.rival.ids))
        self.assertEqual(elsewhere.partner_id, self.contact)
        self.opportunity.partner_id = False
        self.assertEqual(self._of(self._mail(partner_ids=both)).partner_id, min(self.contact, self.rival, key=int))

    def test_the_company_is_that_of_the_document(self):
        """Sent by a user whose current company is another one."""
        lead = self.env["crm.lead"].create(
            {"name": "Elsewhere", "company_id": self.company_2.id, "partner_id": self.contact.id}
        )
        self.assertEqual(self.env.company, self.company)
        self.assertEqual(self._of(self._mail(lead, user=self.env.user)).company_id, self.company_2)

    def test_the_team_is_one_of_the_company(self):
        self.salesperson.company_ids |= self.company_2
        lead = self.env["crm.lead"].create(
            {"name": "Elsewhere", "company_id": self.company_2.id, "user_id": self.salesperson.id, "team_id": False}
        )
        self.assertRecordValues(
            self._of(self._receive(lead)),
            [{"user_id": self.salesperson.id, "company_id": self.company_2.id, "team_id": False}],
        )

    def test_a_lead_without_a_company(self):
        nobody = {"company_id": False, "user_id": False, "team_id": False}
        lead = self.env["crm.lead"].create({"name": "Anywhere", **nobody})
        self.assertFalse(lead.company_id)
        message = self._mail(lead.with_company(self.company), user=self.env.user)
        self.assertEqual(self._of(message).company_id, self.company)

    def test_an_invoice(self):
        invoice = self._invoice()
        message = self._mail(invoice, user=self.env.user)
        self.assertRecordValues(
            self._of(message),
            [{"kind": "email", "partner_id": self.contact.id, "team_id": self.team.id, "is_touchpoint": False}],
        )
        self.assertEqual(self._of(message).action_open_document()["res_model"], "account.move")
        bill = self.env["account.move"].create({"move_type": "in_invoice", "partner_id": self.contact.id})
        self.assertFalse(self._of(self._mail(bill, user=self.env.user)))

    def test_an_order_takes_its_lead_along(self):
        order = self._order(opportunity_id=self.opportunity.id)
        self.assertRecordValues(
            self._of(self._mail(order)), [{"order_id": order.id, "lead_id": self.opportunity.id, "kind": "email"}]
        )

    def test_a_contact(self):
        self.assertEqual(self._of(self._mail(self.contact)).partner_id, self.contact)
        self.assertFalse(self._of(self._mail(self.peer.partner_id, user=self.env.user)))

    def test_deleting_the_message_or_the_lead_keeps_it(self):
        interaction = self._of(message := self._mail())
        message.sudo().unlink()
        self.assertTrue(interaction.exists())
        self.opportunity.unlink()
        interaction.invalidate_recordset()
        self.assertTrue(interaction.exists())
        self.assertFalse(interaction.lead_id)
        self.assertEqual(interaction.partner_id, self.contact)

    def test_a_merge_takes_it_along(self):
        other = self.opportunity.copy({"name": "The same pepper"})
        interactions = self._of(self._mail()) | self._of(self._mail(other))
        merged = (self.opportunity | other).merge_opportunity()
        self.assertEqual(interactions.lead_id, merged)
        self.interactions.action_backfill()
        self.assertEqual(self._captured(lead_id=merged.id), interactions)

    def test_the_transaction_records_it_when_it_is_committed(self):
        message = self._mail()
        self.env.cr.flush()
        [[count]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM sales_interaction WHERE source_key = %s", f"mail.message,{message.id}")
        )
        self.assertEqual(count, 1)

    def test_what_can_not_be_recorded_does_not_stop_the_mail(self):
        with (
            patch(f"{CAPTURE}.record", return_value=SQL("SELECT 1 / 0 WHERE $1 IS NOT NULL")),
            patch(f"{CAPTURE}.hash", return_value=1, create=True),
            mute_logger("odoo.sql_db"),
            self.assertLogs("odoo.addons.sales_tracking", "ERROR"),
        ):
            message = self._mail()
            self.env.cr.flush()
        self.assertTrue(message.exists())

    def test_one_statement_for_many_mails(self):
        def count(mails):
            for _number in range(mails):
                self._receive()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.interactions._capture_pending()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(1), count(20))


@tagged("post_install", "-at_install")
class TestCaptureAddress(CaptureCommon):
    def test_a_shared_address_is_no_guess(self):
        """Even where core took one of the two for the author."""
        self.rival.email = "melati@example.com"
        message = self._receive(author_id=self.rival.id)
        self.assertEqual(self._of(message).partner_id, self.contact)
        self.opportunity.partner_id = False
        self.assertFalse(self._of(self._receive(author_id=self.rival.id)).partner_id)

    def test_an_address_of_our_own_never_matches(self):
        self.opportunity.partner_id = False
        self.rival.email = self.company.partner_id.email = "info@company.example.com"
        self.assertFalse(self._of(self._receive(email="info@company.example.com", author_id=self.rival.id)).partner_id)

    def test_a_contact_of_another_company_is_no_competition(self):
        self.rival.write({"email": "melati@example.com", "company_id": self.company_2.id})
        self.opportunity.partner_id = False
        self.assertEqual(self._of(self._receive()).partner_id, self.contact)

    def _call(self, address, **values):
        return self.interactions.create({"kind": "call", "direction": "in", "contact_address": address, **values})

    def test_a_number_finds_its_contact(self):
        self.company.country_id = self.env.ref("base.id")
        self.contact.phone = "+62 813-5550-1234"
        for number in ("+6281355501234", "0062 813 5550 1234", "0813 5550 1234", "6281355501234"):
            self.assertEqual(self._call(number).partner_id, self.contact, number)
        self.assertEqual(self._call("Melati@Example.com").partner_id, self.contact)
        self.assertFalse(self._call("+62 813 5550 9999").partner_id)
        self.assertFalse(self._call("anonymous").partner_id)

    def test_a_shared_number_is_no_guess(self):
        self.contact.phone = self.rival.phone = "+62 813 5550 1234"
        self.assertFalse(self._call("+6281355501234").partner_id)
        self.assertEqual(self._call("+6281355501234", lead_id=self.opportunity.id).partner_id, self.contact)
        self.rival.active = False
        self.assertEqual(self._call("+6281355501234").partner_id, self.contact)

    def test_our_own_numbers_never_match(self):
        for own in (self.company.partner_id, self.peer.partner_id):
            own.phone = "+62 21 555 0100"
            self.assertFalse(self._call("+62215550100").partner_id)
            self.rival.phone = "+62 21 555 0100"
            self.assertFalse(self._call("+62215550100").partner_id)
            own.phone = self.rival.phone = False
        self.peer.partner_id.phone = "+62 21 555 0100"
        self.peer.active = False
        self.assertFalse(self._call("+62215550100").partner_id)

    def test_one_query_for_many_calls(self):
        def count(calls):
            values = [{"kind": "call", "contact_address": f"+62 813 5550 {9000 + number}"} for number in range(calls)]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.interactions._with_contacts(values)
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(1), count(50))


@tagged("post_install", "-at_install")
class TestCaptureActivity(CaptureCommon):
    def _activity(self, xmlid="mail.mail_activity_data_call", document=None, **values):
        return (document or self.opportunity).activity_schedule(
            xmlid, summary="About the price", user_id=self.salesperson.id, **values
        )

    def test_done_activities(self):
        for xmlid, kind, is_touchpoint in (
            ("mail.mail_activity_data_call", "call", True),
            ("mail.mail_activity_data_meeting", "meeting", True),
            ("mail.mail_activity_data_email", "email", False),
            ("mail.mail_activity_data_todo", "other", False),
        ):
            activity = self._activity(xmlid)
            activity.with_user(self.salesperson).action_feedback(feedback="Wants 10 kg")
            self.assertRecordValues(
                self._captured(source_key=f"mail.activity,{activity.id}"),
                [
                    {
                        "kind": kind,
                        "direction": "out",
                        "lead_id": self.opportunity.id,
                        "user_id": self.salesperson.id,
                        "note": "About the price\nWants 10 kg",
                        "is_touchpoint": is_touchpoint,
                    }
                ],
            )
        self.assertEqual(len(self._captured(lead_id=self.opportunity.id)), 4)

    def test_on_orders_and_contacts(self):
        order = self._order()
        for document, field in ((order, "order_id"), (self.contact, "partner_id")):
            self._activity(document=document).action_done()
            self.assertEqual(len(self._captured(kind="call", **{field: document.id})), 1)
            self._captured(kind="call").unlink()

    def test_done_twice_is_one(self):
        activity = self._activity()
        activity.action_feedback()
        activity.action_feedback()
        self.assertEqual(len(self._captured(lead_id=self.opportunity.id)), 1)
        self.interactions.action_backfill()
        self.assertEqual(len(self._captured(lead_id=self.opportunity.id)), 1)

    def test_with_a_meeting_is_one(self):
        event = self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": fields.Datetime.now() - timedelta(hours=2),
                "stop": fields.Datetime.now() - timedelta(hours=1),
                "opportunity_id": self.opportunity.id,
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": self.opportunity.id,
                "user_id": self.salesperson.id,
            }
        )
        self.assertTrue(event.activity_ids)
        self.assertEqual(self._captured(lead_id=self.opportunity.id).kind, "meeting")
        event.activity_ids.action_done()
        self.interactions.action_backfill()
        recorded = self._captured(lead_id=self.opportunity.id)
        self.assertEqual(recorded.mapped("source_key"), [f"calendar.event,{event.id}"])

    def test_a_meeting_that_is_done_before_it_begins(self):
        event = self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": fields.Datetime.now() + timedelta(hours=2),
                "stop": fields.Datetime.now() + timedelta(hours=3),
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": self.opportunity.id,
            }
        )
        event.activity_ids.action_done()
        [interaction] = self._captured(lead_id=self.opportunity.id)
        self.assertLessEqual(interaction.date, fields.Datetime.now() + timedelta(minutes=1))
        self.assertEqual(interaction.kind, "meeting")


@tagged("post_install", "-at_install")
class TestCaptureMeeting(CaptureCommon):
    def _meeting(self, hours=-1, **values):
        start = fields.Datetime.now() + timedelta(hours=hours)
        return self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": start,
                "stop": start + timedelta(hours=1.5),
                "user_id": self.salesperson.id,
                "partner_ids": [Command.set((self.contact | self.salesperson.partner_id).ids)],
                **values,
            }
        )

    def _of_event(self, event):
        return self._captured(source_key=f"calendar.event,{event.id}")

    def _pass_the_hour(self):
        with self.enter_registry_test_mode():
            self.env.ref("sales_tracking.cron_sales_interaction_meetings").method_direct_trigger()

    def _declined_meeting(self, *partners, **values):
        """A meeting that has begun, with the answers of those who declined it before."""
        event = self._meeting(hours=1, **values)
        event.attendee_ids.filtered(lambda attendee: attendee.partner_id in partners).state = "declined"
        self.env.flush_all()
        event.start -= timedelta(hours=3)
        self.env.flush_all()
        self.interactions.capture_later("calendar.event", event.ids)
        self.interactions._capture_pending()
        return event

    def test_declined_by_everybody(self):
        both = self.contact | self.salesperson.partner_id
        self.assertFalse(self._of_event(self._declined_meeting(*both)))
        self.assertFalse(self._of_event(self._declined_meeting(*both, opportunity_id=self.opportunity.id)))

    def test_declined_by_the_customer(self):
        self.assertFalse(self._of_event(self._declined_meeting(self.contact, opportunity_id=self.opportunity.id)))

    def test_declined_by_a_colleague(self):
        interaction = self._of_event(self._declined_meeting(self.salesperson.partner_id))
        self.assertEqual(interaction.partner_id, self.contact)
        self.assertTrue(interaction.is_touchpoint)

    def test_declined_by_one_of_two_customers(self):
        everybody = self.contact | self.rival | self.salesperson.partner_id
        event = self._declined_meeting(self.rival, partner_ids=[Command.set(everybody.ids)])
        self.assertEqual(self._of_event(event).partner_id, self.contact)

    def test_colleagues_alone_about_a_lead(self):
        ours = (self.salesperson | self.manager).partner_id
        event = self._meeting(opportunity_id=self.opportunity.id, partner_ids=[Command.set(ours.ids)])
        interaction = self._of_event(event)
        self.assertEqual((interaction.kind, interaction.is_touchpoint), ("meeting", False))
        with_customer = self._meeting(
            opportunity_id=self.opportunity.id, partner_ids=[Command.set((ours | self.contact).ids)]
        )
        self.assertTrue(self._of_event(with_customer).is_touchpoint)

    def test_created_in_the_past(self):
        event = self._meeting()
        self.assertRecordValues(
            self._of_event(event),
            [
                {
                    "kind": "meeting",
                    "date": event.start,
                    "duration": 5400,
                    "partner_id": self.contact.id,
                    "commercial_partner_id": self.customer.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "note": "Tasting",
                    "is_touchpoint": True,
                }
            ],
        )

    def test_recorded_once_it_has_begun(self):
        event = self._meeting(hours=2)
        cancelled = self._meeting(hours=2)
        deleted = self._meeting(hours=2)
        self._pass_the_hour()
        self.assertFalse(self._of_event(event))
        cancelled.active = False
        deleted.unlink()
        self._shift((event | cancelled).ids, hours=-3)
        self._pass_the_hour()
        self._pass_the_hour()
        self.assertEqual(len(self._of_event(event)), 1)
        self.assertFalse(self._of_event(cancelled))
        self.assertEqual(len(self._captured(kind="meeting")), 1)

    def _shift(self, ids, hours):
        """Let time pass: the meetings begin earlier."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE calendar_event SET start = start + %s * interval '1 hour' WHERE id = ANY(%s)", [hours, ids]
        )
        self.env.invalidate_all()

    def test_about_a_lead_without_a_customer(self):
        self.opportunity.partner_id = False
        event = self._meeting(partner_ids=[], opportunity_id=self.opportunity.id)
        self.assertRecordValues(self._of_event(event), [{"lead_id": self.opportunity.id, "partner_id": False}])

    def test_among_colleagues(self):
        event = self._meeting(partner_ids=[Command.set((self.peer | self.salesperson).partner_id.ids)])
        self.assertFalse(self._of_event(event))

    def test_a_private_one_keeps_its_name(self):
        self.assertFalse(self._of_event(self._meeting(privacy="private", user_id=self.env.uid)).note)

    def test_a_private_calendar_keeps_its_names(self):
        settings = self.env["res.users.settings"]._find_or_create_for_user(self.env.user)
        settings.calendar_default_privacy = "private"
        self.assertFalse(self._of_event(self._meeting(user_id=self.env.uid)).note)
        self.assertEqual(self._of_event(self._meeting(user_id=self.env.uid, privacy="public")).note, "Tasting")

    def _series(self):
        """Four days in a row, of which all have passed."""
        # Daily: core counts a weekly series from the first day of its week.
        return self._meeting(hours=-8 * 24, recurrency=True, rrule_type="daily", interval=1, end_type="count", count=4)

    def test_a_changed_series_is_recorded_once(self):
        self._series()
        recorded = self._captured(kind="meeting")
        for update in ("all_events", "future_events"):
            second = self.env["calendar.event"].search([("name", "=", "Tasting")], order="start")[1]
            start = second.start + timedelta(hours=1)
            second.write({"recurrence_update": update, "start": start, "stop": start + timedelta(hours=1)})
            occurrences = self.env["calendar.event"].search([("name", "=", "Tasting")])
            self.assertEqual(len(occurrences), 4)
            self.assertEqual(self._captured(kind="meeting"), recorded)
            self.assertEqual(set(recorded.mapped("res_id")), set(occurrences.ids))

    def test_each_occurrence_once(self):
        event = self._series()
        occurrences = event.recurrence_id.calendar_event_ids
        self.assertEqual(len(occurrences), 4)
        begun = occurrences.filtered(lambda each: each.start <= fields.Datetime.now())
        keys = {f"calendar.event,{each.id}" for each in begun}
        self.assertEqual(set(self._captured(kind="meeting").mapped("source_key")), keys)
        self.assertEqual(len(self._captured(kind="meeting")), len(begun))

    def test_over_the_zone(self):
        """At half past eleven at night, UTC, it is the next morning in Jakarta."""
        start = (fields.Datetime.now() - timedelta(days=2)).replace(hour=23, minute=30, second=0, microsecond=0)
        event = self._meeting(start=start, stop=start + timedelta(hours=1))
        self.assertEqual(self._of_event(event).date, start)
        [fact] = self._facts("interaction")
        self.assertEqual(fact.day, (start + timedelta(hours=7)).date())


@tagged("post_install", "-at_install")
class TestCaptureQuotation(CaptureCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quotation = cls.env["sale.order"].create(
            {
                "partner_id": cls.contact.id,
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "order_line": [Command.create({"product_id": cls.pepper.id})],
            }
        )
        cls.env.cr.flush()

    def _send(self):
        action = self.quotation.with_user(self.salesperson).action_quotation_send()
        composer = self.env["mail.compose.message"].with_user(self.salesperson).with_context(**action["context"])
        _mails, message = composer.create({})._action_send_mail()
        return message

    def test_sent_and_sent_again(self):
        first, second = self._send(), self._send()
        sent = self._captured(order_id=self.quotation.id)
        self.assertEqual(sent, self._of(first) | self._of(second))
        self.assertEqual(sent.mapped("kind"), ["quote_sent"] * 2)
        self.assertEqual(sent.user_id, self.salesperson)
        self.assertEqual(self.quotation.state, "sent")

    def test_another_mail_on_it_is_a_mail(self):
        self.assertEqual(self._of(self._mail(self.quotation)).kind, "email")

    def test_a_confirmed_order_is_no_quotation(self):
        self.quotation.action_confirm()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            self.assertEqual(self._of(self._send()).kind, "email")

    def test_marked_as_sent(self):
        self.quotation.with_user(self.salesperson).with_context(**TRACKED).action_quotation_sent()
        self.env.cr.flush()
        self.assertRecordValues(
            self._captured(order_id=self.quotation.id),
            [{"kind": "quote_sent", "direction": "out", "user_id": self.salesperson.id, "is_touchpoint": False}],
        )

    def test_marked_as_sent_after_a_mail(self):
        """The note "Quotation sent" is written by a hook that comes after ours."""
        self._mail(self.quotation)
        self.quotation.with_user(self.salesperson).with_context(**TRACKED).action_quotation_sent()
        self.env.cr.flush()
        self.assertEqual(self._captured(order_id=self.quotation.id).mapped("kind"), ["email", "quote_sent"])

    def test_viewed(self):
        self._view()
        self.assertRecordValues(
            self._captured(order_id=self.quotation.id),
            [{"kind": "quote_viewed", "direction": "in", "partner_id": self.contact.id, "is_touchpoint": False}],
        )

    def _view(self):
        """What sale's portal page posts, once a day."""
        self.quotation.sudo().message_post(
            body="Quotation viewed by customer", message_type="notification", subtype_xmlid="sale.mt_order_viewed"
        )

    def test_history_is_the_same(self):
        self._send()
        self._view()
        live = self._captured(order_id=self.quotation.id)
        expected = live.mapped(lambda each: (each.kind, each.source_key, each.partner_id, each.company_id))
        live.unlink()
        self.interactions.action_backfill()
        again = self._captured(order_id=self.quotation.id)
        self.assertEqual(
            again.mapped(lambda each: (each.kind, each.source_key, each.partner_id, each.company_id)), expected
        )


@tagged("post_install", "-at_install")
class TestBackfill(CaptureCommon):
    def _history(self, mails):
        """Mails of which nothing is recorded."""
        self.env.flush_all()
        self._mail()
        self.env.cr.flush()
        message = self.opportunity.message_ids[:1]
        self.env.cr.execute(
            SQL(
                """
                WITH old AS (
                    INSERT INTO mail_message (model, res_id, message_type, subtype_id, email_from, date, subject)
                    SELECT 'crm.lead', %s, 'email', subtype_id, 'melati@example.com', '2025-06-01'::date + n, 'Old'
                    FROM mail_message, generate_series(1, %s) n WHERE id = %s
                    RETURNING id
                )
                SELECT COUNT(*) FROM old
                """,
                self.opportunity.id,
                mails,
                message.id,
            )
        )

    def _counts(self, **values):
        return self.interactions.action_backfill(**values)

    def test_twice_adds_nothing(self):
        self._history(5)
        self.assertEqual(self._counts(), {"created": 5, "skipped": 1})
        self.assertEqual(self._counts(), {"created": 0, "skipped": 6})
        self.assertEqual(len(self._captured(lead_id=self.opportunity.id)), 6)

    def test_since_a_day(self):
        self._history(5)
        self.assertEqual(self._counts(date_from="2025-06-05")["created"], 2)

    def test_activities_that_are_gone(self):
        """Before Odoo 18 a done activity was deleted; its message stayed."""
        activity = self.opportunity.activity_schedule("mail.mail_activity_data_call", user_id=self.salesperson.id)
        activity.action_done()
        self._captured(lead_id=self.opportunity.id).unlink()
        activity.unlink()
        self.assertEqual(self._counts()["created"], 1)
        self.assertEqual(self._captured(lead_id=self.opportunity.id).kind, "call")

    def test_activities_and_meetings(self):
        self.opportunity.activity_schedule("mail.mail_activity_data_call").action_done()
        self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": "2026-01-05 08:00:00",
                "stop": "2026-01-05 09:00:00",
                "partner_ids": [Command.set(self.contact.ids)],
            }
        )
        live = self._captured(commercial_partner_id=self.customer.id)
        keys = set(live.mapped("source_key"))
        self.assertEqual(len(keys), 2)
        live.unlink()
        self.assertEqual(self._counts()["created"], 2)
        again = self._captured(commercial_partner_id=self.customer.id)
        self.assertEqual(set(again.mapped("source_key")), keys)

    def test_only_for_the_company(self):
        self._history(2)
        elsewhere = self.interactions.with_context(allowed_company_ids=self.company_2.ids)
        self.assertEqual(elsewhere.action_backfill()["created"], 0)
        # Once recorded in the company it then belonged to, it is not recorded in another one.
        self._counts()
        self.opportunity.write({"user_id": False, "team_id": False, "company_id": self.company_2.id})
        self.assertEqual(elsewhere.action_backfill()["created"], 0)

    def test_only_managers(self):
        for user in (self.salesperson, self.lead_user, self.portal_user):
            with self.assertRaises(AccessError):
                self.interactions.with_user(user).action_backfill()
            with self.assertRaises(AccessError):
                self.env["sales.interaction.backfill"].with_user(user).create({})
        self.assertEqual(self.interactions.with_user(self.manager).action_backfill()["created"], 0)

    def test_statements_do_not_grow(self):
        def count(mails):
            self._history(mails)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._counts()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(10), count(1000))

    def _start(self):
        backfill = self.env["sales.interaction.backfill"].with_user(self.manager).create({"date_from": "2025-06-01"})
        backfill.action_preview()
        backfill.action_start()
        return backfill

    def _run(self):
        with mute_logger("odoo.addons.base.models.ir_cron"):
            self.env.ref("sales_tracking.cron_sales_interaction_backfill").method_direct_trigger()

    def test_the_job(self):
        self._history(7)
        with self.enter_registry_test_mode(), SMALL_BATCHES:
            backfill = self._start()
            self.assertEqual(backfill.preview_count, 7)
            self._run()
        self.assertRecordValues(
            backfill, [{"state": "done", "progress": 100, "created_count": 7, "skipped_count": 1, "error": False}]
        )
        self.assertEqual(backfill.done, backfill.total)
        self.assertEqual(len(self._captured(lead_id=self.opportunity.id)), 8)

    @mute_logger("odoo.addons.sales_tracking.models.interaction.sales_interaction_backfill")
    def test_the_job_goes_on_after_an_error(self):
        self._history(7)
        with self.enter_registry_test_mode(), SMALL_BATCHES:
            backfill = self._start()
            capture, calls = type(self.interactions)._capture, []

            def breaks_once(interactions, source, *arguments, **options):
                if source == "mail.message":
                    calls.append(source)
                    if len(calls) == 2:
                        raise ValueError("The disk is full")
                return capture(interactions, source, *arguments, **options)

            with patch.object(type(self.interactions), "_capture", breaks_once):
                self._run()
            self.assertEqual(backfill.state, "failed")
            self.assertIn("unexpected error", backfill.error, "not the text of the program")
            self.assertTrue(0 < backfill.progress < 100)
            last_id = backfill.last_id
            backfill.action_start()
            self.assertEqual(backfill.last_id, last_id)
            self._run()
        self.assertRecordValues(backfill, [{"state": "done", "created_count": 7, "error": False}])
        self.assertEqual(len(self._captured(lead_id=self.opportunity.id)), 8)
