from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_quotation_followup import SENT, QuotationFollowupCommon


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
        quotation.with_user(self.salesperson).action_followup_pause()
        self.assertEqual(self._state(quotation, "2026-03-09"), "paused", "paused again")

    def test_invoicing_users_send(self):
        invoicing = self._user("invoicing", "account.group_account_invoice")
        quotation = self._quotation().copy()
        sending = quotation.with_user(invoicing).with_context(mark_so_as_sent=True)
        quotation.with_user(invoicing).action_quotation_sent()
        self.assertEqual((quotation.state, quotation.followup_cycle), ("sent", 1))
        quotation.followup_paused = True
        sending.message_post(body="Here it is again")
        self.assertEqual((quotation.followup_cycle, quotation.followup_paused), (2, False))

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
        self.assertEqual(self._attention(silent, "2026-03-11"), None)
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
        self.assertEqual(self.env["sales.quotation.cadence"].with_user(self.manager).run()["sent"], 0)
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
