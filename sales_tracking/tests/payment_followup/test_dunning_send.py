from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_dunning import DunningCommon

JOBS = "odoo.addons.sales_tracking.tools.jobs"
NOTHING = {"sent": 0, "proposed": 0, "failed": 0}
SENT = {"sent": 1, "proposed": 0, "failed": 0}


@tagged("post_install", "-at_install")
class TestDunningSend(DunningCommon):
    """One mail to the right address in the right language with its row in the ledger, or neither of both."""

    def _customers(self, count):
        return self.env["res.partner"].create(
            [
                {"name": f"Toko {number}", "is_company": True, "email": f"toko{number}@example.com"}
                for number in range(count)
            ]
        )

    def _recipients(self):
        return self._mails().recipient_ids.mapped("email")

    def test_an_archived_customer_gets_nothing_and_the_level_does_not_advance(self):
        self._owed()
        self.customer.active = False
        self.assertEqual(self._run("2026-03-08")["failed"], 1)
        self.assertFalse(self._reminders())
        self.assertFalse(self._mails())
        self.assertIn("is archived", self._account().error)

    def test_contact_for_followup_before_contact_for_invoices(self):
        self._owed(partner=self.contact)
        self.assertEqual(self._account().contact_id, self.customer)
        invoice_contact, followup_contact = self.env["res.partner"].create(
            [
                {"name": kind, "parent_id": self.customer.id, "type": kind, "email": f"{kind}@example.com"}
                for kind in ("invoice", "followup")
            ]
        )
        followup_contact.active = False
        self._account().invalidate_recordset()
        self.assertEqual(self._account().contact_id, invoice_contact)
        followup_contact.active = True
        self._account().invalidate_recordset()
        self.assertEqual(self._account().contact_id, followup_contact)
        self._run("2026-03-08")
        self.assertEqual(self._recipients(), ["followup@example.com"])
        self.assertIn("followup@example.com", self._reminders().recipient)

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.level_1.with_context(lang="fr_FR").name = "Rappel"
        self.level_1.text = "Please pay."
        self.level_1.with_context(lang="fr_FR").text = "Merci de payer."
        self._owed(1234.5)
        self._run("2026-03-08")
        mail = self._mails()
        self.assertIn("Rappel", mail.subject)
        self.assertIn("Merci de payer.", mail.body_html)
        self.assertNotIn("Please pay.", mail.body_html)
        self.assertIn("01/03/2026", mail.body_html)

    def test_missing_address_does_not_advance(self):
        invoice = self._owed()
        self.customer.email = False
        for _attempt in range(2):
            self.assertEqual(self._run("2026-03-08"), {**NOTHING, "failed": 1})
        account = self._account()
        self.assertFalse(self._levels(invoice))
        self.assertIn("no valid e-mail address", account.error)
        self.assertEqual(account.activity_ids.mapped("summary"), ["The payment reminder could not be sent"])
        self.assertEqual(self._on("2026-03-08").state, "failed")
        self.customer.email = "melati@example.com"
        self.assertEqual(self._run("2026-03-09"), SENT)
        self.assertFalse(account.error or account.activity_ids)

    def test_blacklisted_address_does_not_advance(self):
        invoice = self._owed()
        self.env["mail.blacklist"]._add("melati@example.com")
        self.assertEqual(self._run("2026-03-08")["failed"], 1)
        self.assertFalse(self._levels(invoice))
        self.assertIn("blacklist", self._account().error)
        self.assertFalse(self._mails())

    def test_invoices_are_attached(self):
        self.level_1.attach_invoices = True
        first, second = self._owed(100), self._owed(200)
        credit_note = self._invoice(30, day="2026-02-10", partner_id=self.customer.id, move_type="out_refund")
        second.invoice_pdf_report_file = b"JVBERi0="
        second.invalidate_recordset(["invoice_pdf_report_id"])
        self._run("2026-03-08")
        attachments = self._mails().attachment_ids
        self.assertIn(second.invoice_pdf_report_id, attachments, "as it was sent")
        names = attachments.mapped("name")
        for move in (first, credit_note):
            self.assertEqual(names.count(move._get_invoice_report_filename(extension="html")), 1)

    def test_an_invoice_with_two_instalments_is_attached_once(self):
        self.policy.level_ids.attach_invoices = True
        invoice = self._owed_in_halves()
        self._run("2026-04-12")
        self.assertEqual(len(self._levels(invoice)), 2)
        names = self._mails().attachment_ids.mapped("name")
        self.assertEqual(names.count(invoice._get_invoice_report_filename(extension="html")), 1)

    def test_what_is_not_due_is_not_claimed(self):
        """After a notice before the due date an instalment is claimed again when it is overdue, not meanwhile."""
        self.policy.level_ids = [Command.create({"name": "Soon", "delay": -3, "attach_invoices": False})]
        self._owed(1000, due="2026-03-10")
        self._run("2026-03-07")
        self._owed(200, due="2026-03-02")
        self._run("2026-03-09")
        self.assertEqual(self._reminders().mapped("claimed"), [1000, 200])

    def test_ten_customers_and_the_fourth_broken(self):
        partners = self._customers(10)
        for partner in partners:
            self._owed(partner=partner)
        render = type(self.env["sales.dunning.account"])._send_mail

        def broken(account, *args):
            if account.partner_id == partners[3]:
                raise ValueError("Broken")
            return render(account, *args)

        with patch.object(type(self.env["sales.dunning.account"]), "_send_mail", broken), mute_logger(JOBS):
            self.assertEqual(self._run("2026-03-08"), {"sent": 9, "proposed": 0, "failed": 1})
        account = self._account(partners[3])
        self.assertIn("unexpected error", account.error, "not the text of the program")
        self.assertEqual(len(account.activity_ids), 1)
        self.assertEqual(self._run("2026-03-08"), SENT)

    def test_those_that_failed_come_last(self):
        """They don't keep the others waiting where the job is given little time, and are no work that is left."""
        broken = self._owed(1000).partner_id
        broken.email = False
        other = self.env["res.partner"].create({"name": "Toko Anggrek", "email": "anggrek@example.com"})
        accounts = self.env["sales.dunning.account"].with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(accounts.sudo().run("2026-03-08"), {"sent": 0, "proposed": 0, "failed": 1})
        self._owed(70, partner=other)
        steps = []

        def no_time_left(processed=0, remaining=None):
            steps.append((processed, remaining))
            return 0

        counts = accounts._run(self.company, self.company, self._day("2026-03-08"), no_time_left)
        self.assertEqual((counts["sent"], self._reminders(other).claimed), (1, 70))
        self.assertEqual(steps, [(0, 1), (1, None)])

    def test_failure_after_the_ledger(self):
        invoice = self._owed()
        reminders = type(self.env["sales.dunning.reminder"])
        create = reminders.create

        def failing(records, vals_list):
            create(records, vals_list)
            raise ValueError("Broken")

        with patch.object(reminders, "create", failing), mute_logger(JOBS):
            self.assertEqual(self._run("2026-03-08")["failed"], 1)
        self.assertFalse(self._reminders())
        self.assertFalse(self._mails(), "no mail without its row")
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual((len(self._levels(invoice)), len(self._mails())), (1, 1))

    def test_paid_between_selection_and_sending(self):
        paid = self._customers(1)
        invoice, _other = self._owed(partner=paid), self._owed()
        accounts = type(self.env["sales.dunning.account"])
        selected = accounts._selected

        def and_then_paid(records, *args):
            found = selected(records, *args)
            self._pay(invoice, 1000, "2026-03-08")
            return found

        with patch.object(accounts, "_selected", and_then_paid):
            self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertFalse(self._reminders(paid))

    def test_proposals_wait_for_approval(self):
        self.level_1.mode = "proposal"
        invoice = self._owed()
        for _attempt in range(2):
            self.assertEqual(self._run("2026-03-08"), {**NOTHING, "proposed": 1})
        account = self._on("2026-03-08")
        self.assertEqual(account.state, "proposed")
        self.assertFalse(self._levels(invoice))
        reminder = account.with_user(self.accountant).sudo().action_send("2026-03-08")
        self.assertEqual(reminder.user_id, self.accountant)
        self.assertEqual((len(self._levels(invoice)), len(self._mails())), (1, 1))
        self.assertEqual(self._run("2026-03-08"), NOTHING)

    def test_sending_by_hand(self):
        self._owed()
        account = self._account()
        with self.assertRaisesRegex(UserError, "Waiting"):
            account.sudo().action_send("2026-03-07")
        reminder = account.sudo().action_send("2026-03-08")
        self.assertEqual((reminder.level_id, reminder.claimed), (self.level_1, 1000))
        with self.assertRaises(UserError):
            account.sudo().action_send("2026-03-08")
        self.assertEqual(len(self._mails()), 1)

    def test_who_may_send(self):
        self.customer.user_id = self.salesperson
        self._owed(user=self.peer)
        account = self._account()
        for user in (self.peer, self.portal_user):
            with self.assertRaises(AccessError):
                account.with_user(user).action_send("2026-03-08")
        for user in (self.peer, self.salesperson, self.portal_user):
            with self.assertRaises(AccessError):
                self.env["sales.dunning.account"].with_user(user).run("2026-03-08")
        with freeze_time("2026-03-08 12:00"):
            account.with_user(self.salesperson).action_send("2026-03-08")
        self.assertEqual(self._reminders().user_id, self.salesperson)

    def test_skipped_level(self):
        invoice = self._owed()
        self._on("2026-03-08").action_skip()
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        self.assertEqual(self._reminders().mapped("result"), ["skipped"])
        self.assertEqual(self._run("2026-03-22"), SENT)
        self.assertEqual(self._levels(invoice)[-1][1], "Second Reminder")
        self.assertEqual(len(self._mails()), 1)

    def test_ledger_is_never_changed(self):
        self._owed()
        self._run("2026-03-08")
        reminder = self._reminders().sudo()
        for change in (
            lambda: reminder.write({"claimed": 1}),
            reminder.unlink,
            lambda: reminder.line_ids.write({"residual": 1}),
            reminder.line_ids.unlink,
        ):
            with self.assertRaises(UserError):
                change()
        reminder.printed_on = fields.Datetime.now()

    def test_activity_and_letter(self):
        call = self.env.ref("mail.mail_activity_data_call")
        self.level_1.write(
            {"activity_type_id": call.id, "activity_summary": "Call them", "print_letter": True, "send_mail": False}
        )
        account = self._account()
        account.user_id = self.accountant
        self.customer.email = False
        self._owed()
        self.assertEqual(self._run("2026-03-08"), SENT)
        activity = account.activity_ids
        self.assertEqual((activity.summary, activity.user_id), ("Call them", self.accountant))
        self.assertEqual(activity.date_deadline, self._day("2026-03-08"))
        reminder = self._reminders()
        self.assertEqual((reminder.activity_id, reminder.is_letter), (activity, True))
        self.assertFalse(reminder.message_id)

    def test_today_in_the_time_zone_of_the_company(self):
        self.company.sales_tz = "Pacific/Auckland"
        invoice = self._owed(due="2026-03-01")
        accounts = self.env["sales.dunning.account"].with_context(allowed_company_ids=self.company.ids)
        with freeze_time("2026-03-07 10:59:00"):
            self.assertEqual(accounts.run(), NOTHING)
        with freeze_time("2026-03-07 23:30:00"):
            self.assertEqual(accounts.run(), SENT, "8 March in Auckland")
        self.assertEqual(self._levels(invoice), [("2026-03-08", "Reminder", 1000)])

    def test_thirtieth_day(self):
        self._owed(due="2026-03-01")
        self._run("2026-03-31")
        self.assertEqual(self._reminders().line_ids.days_late, 30)

    def test_cron_of_companies_that_send_by_themselves(self):
        self._owed()
        accounts = self.env["sales.dunning.account"]
        self.env["res.company"].search([]).dunning_automatic = False
        cron = self.env.ref("sales_tracking.cron_dunning")
        with freeze_time("2026-03-08 00:30:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertFalse(accounts.search([("partner_id", "=", self.customer.id)]), "half past seven in Jakarta")
        with freeze_time("2026-03-08 01:30:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        account = accounts.search([("partner_id", "=", self.customer.id)])
        self.assertTrue(account, "collectors see it")
        self.assertFalse(self._reminders())
        self.company.dunning_automatic = True
        with freeze_time("2026-03-08 02:30:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(len(self._reminders()), 1)
