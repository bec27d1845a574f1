from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ...tools.clock import JobDay
from ...wizard.payment_followup import sales_dunning_send
from .common_dunning import DunningCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-08 03:00:00")
class TestDunningByHand(DunningCommon, CronMixinCase):
    """The collector's work list: preview and approval, promises and disputes from there, letters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level_1.mode = "proposal"
        cls.level_1.text = "Please pay."
        cls.other = cls.env["res.partner"].create({"name": "Toko Anggrek", "is_company": True})
        cls.invoice = cls._owed(1000)
        cls.other_invoice = cls._owed(70, partner=cls.other)

    def _wizard(self, accounts, user=None):
        user = user or self.accountant
        action = accounts.with_user(user).action_preview()
        return self.env[action["res_model"]].with_user(user).with_context(**action["context"]).create({})

    def test_preview(self):
        self._run("2026-03-08")
        wizard = self._wizard(self._account())
        self.assertEqual(wizard.subject, f"Reminder from {self.company.name}")
        for text in ("Please pay.", self.invoice.name, "1,000.00"):
            self.assertIn(text, wizard.body)
        self.assertEqual(wizard.contact_id, self.customer)
        self.assertFalse(wizard.reason or self._mails() or self._reminders())

    def test_preview_as_it_opens(self):
        accounts = self._account() | self._account(self.other)
        action = accounts.with_user(self.accountant).action_preview()
        with Form(self.env[action["res_model"]].with_user(self.accountant).with_context(**action["context"])) as form:
            self.assertIn(self.invoice.name, form.body)
            form.account_id = self._account(self.other)
            self.assertIn(self.other_invoice.name, form.body)

    def test_approved_in_bulk(self):
        self.assertEqual(self._run("2026-03-08")["proposed"], 2)
        accounts = self._account() | self._account(self.other)
        result = self._wizard(accounts).action_send()
        self.assertEqual(result["params"]["message"], "1 sent, 1 failed.")
        self.assertEqual(self._reminders().user_id, self.accountant)
        self.assertEqual(len(self._mails()), 1)
        self.assertIn("no valid e-mail address", self._account(self.other).error)
        self.assertEqual(self._wizard(accounts).action_send()["params"]["message"], "0 sent, 1 failed.")

    def test_many_are_sent_in_the_background(self):
        """More than ten: each is a transaction of the job, at whatever hour, and signed by who approved them."""
        self._run("2026-03-08")
        accounts = self._account() | self._account(self.other)
        wizard = self._wizard(accounts)
        job = self.env.ref("sales_tracking.cron_dunning")
        with patch.object(sales_dunning_send, "SENT_AT_ONCE", 1), self.capture_triggers(job.id) as triggers:
            message = wizard.action_send()["params"]["message"]
        self.assertIn("2 reminders go out now", message)
        self.assertEqual(len(triggers.records), 1)
        self.assertFalse(self._reminders())
        self.company.dunning_hour = 23
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._reminders().user_id, self.accountant)
        self.assertIn("no valid e-mail address", self._account(self.other).error)
        self.assertFalse(accounts.approved_by_id)

    def test_approved_but_not_due_any_more(self):
        account = self._account()
        account._write_decided({"approved_by_id": self.accountant.id})
        self._pay(self.invoice, 1000, "2026-03-08")
        self._run("2026-03-08")
        self.assertFalse(account.approved_by_id or self._reminders())

    def test_work_of_who_has_left(self):
        """The next in line gets it, and the mail is not signed in the name of who has left."""
        account = self._account(self.other)
        account.user_id = self.salesperson
        self.company.dunning_user_id = self.accountant
        self.accountant.email = "maya@example.com"
        self.salesperson.active = False
        self._wizard(account).action_send()
        self.assertEqual(account.error_activity_id.user_id, self.accountant)
        self.other.email = "anggrek@example.com"
        self._wizard(account).action_send()
        self.assertEqual(self._reminders(self.other).message_id.author_id, self.accountant.partner_id)

    def test_a_failure_that_was_seen_to(self):
        """One activity, no second one the same day, another the next day; gone with what was due."""
        account = self._account(self.other)
        self._wizard(account).action_send()
        account.error_activity_id.action_done()
        self._wizard(account).action_send()
        self.assertFalse(account.activity_ids)
        with freeze_time("2026-03-09 03:00:00"):
            self._wizard(account).action_send()
            self.assertEqual(len(account.activity_ids), 1)
        self._pay(self.other_invoice, 70, "2026-03-09")
        self._run("2026-03-09")
        self.assertFalse(account.error or account.activity_ids)

    def test_search_by_the_name_of_the_level(self):
        accounts = self._account() | self._account(self.other)
        found = self.env["sales.dunning.account"].with_context(dunning_today=JobDay.of(self._day("2026-03-08")))
        found = found.search([("level_id", "ilike", "Remin"), ("id", "in", accounts.ids)])
        self.assertEqual(found, accounts)
        self.assertFalse(found.search([("level_id", "ilike", "Nothing like it")]))

    def test_why_nothing_goes_out(self):
        account = self._account()
        account.action_pause()
        self.assertEqual(account.paused_until, self._day("2026-03-15"))
        self.assertIn("Paused", self._wizard(account).reason)
        account.action_resume()
        self.assertFalse(self._wizard(account).reason)

    def test_nobody_previews_or_sends_to_the_customers_of_others(self):
        with self.assertRaises(AccessError):
            self._wizard(self._account(), self.peer)
        wizard = self._wizard(self.env["sales.dunning.account"], self.peer)
        wizard.sudo().account_ids = self._account()
        self.env.invalidate_all()
        self.assertEqual(wizard.action_send()["params"]["message"], "0 sent, 0 failed.")
        self.assertFalse(self._reminders())

    def test_promise_from_the_work_list(self):
        self._owed(500, due="2026-03-20")
        action = self._account().with_user(self.accountant).action_promise()
        with Form(self.env["sales.promise"].with_user(self.accountant).with_context(**action["context"])) as form:
            form.date = "2026-03-12"
        promise = form.record
        self.assertEqual(promise.move_line_ids, self._lines(self.invoice), "what is overdue")
        self.assertEqual((promise.amount, promise.user_id), (1000, self.accountant))
        self.assertEqual(self._on("2026-03-08").state, "promised")

    def test_dispute_from_the_work_list(self):
        account = self._account()
        self.customer.user_id = self.salesperson
        action = account.with_user(self.salesperson).action_dispute()
        with Form(self.env["sales.dispute"].with_user(self.salesperson).with_context(**action["context"])) as form:
            form.reason = "quality"
            form.amount = 100
        self.assertEqual(form.record.user_id, self.salesperson)
        self.assertEqual(self._on("2026-03-08").state, "disputed")

    def test_letter_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.level_1.write({"print_letter": True, "fee": 15})
        self.level_1.with_context(lang="fr_FR").name = "Rappel"
        self._account().with_user(self.accountant).action_send()
        reminder = self._reminders()
        action = reminder.with_user(self.accountant).action_print_letter()
        self.assertEqual(action["report_name"], "sales_tracking.report_dunning_letters")
        self.assertTrue(reminder.printed_on)
        html = self.env["ir.actions.report"]._render_qweb_html(action["report_name"], reminder.ids)[0].decode()
        for text in ("Rappel", self.invoice.name, "Toko Melati", "08/03/2026"):
            self.assertIn(text, html)
        with self.assertRaises(UserError):
            self.env["sales.dunning.reminder"].action_print_letter()

    def test_account_of_a_contact(self):
        self.customer.user_id = self.salesperson
        action = self.contact.with_user(self.salesperson).action_view_dunning()
        self.assertEqual(action["res_id"], self._account().id)
        with self.assertRaises(AccessError):
            self.contact.with_user(self.peer).action_view_dunning()
        with self.assertRaisesRegex(UserError, "Ibu Melati"):
            self.env["sales.dunning.account"].create({"partner_id": self.contact.id})

    def test_calls_are_interactions_of_the_customer(self):
        account = self._account()
        self.customer.user_id = self.salesperson
        action = account.with_user(self.salesperson).action_log_interaction()
        log = self.env["sales.interaction.log"].with_user(self.salesperson).with_context(**action["context"]).create({})
        log.action_log()
        account.invalidate_recordset()
        self.assertEqual(account.interaction_count, 1)
        self.assertEqual(self.env["sales.interaction"].search([], limit=1, order="id desc").kind, "call")
