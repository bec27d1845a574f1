from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_dunning import DunningCommon

NOTHING = {"sent": 0, "proposed": 0, "failed": 0}
SENT = {"sent": 1, "proposed": 0, "failed": 0}


@tagged("post_install", "-at_install")
class TestDunningHolds(DunningCommon):
    """Promises, disputes and pauses: what keeps an instalment from being chased, and what becomes of it."""

    def _promise(self, invoice, amount=600, date="2026-04-10", **vals):
        return self.env["sales.promise"].create(
            {
                "account_id": self._account().id,
                "move_line_ids": [Command.set(self._lines(invoice).ids)],
                "amount": amount,
                "date": date,
                **vals,
            }
        )

    def _dispute(self, line, **vals):
        return self.env["sales.dispute"].create(
            {
                "account_id": self._account().id,
                "move_line_ids": [Command.set(line.ids)],
                "reason": "quality",
                "amount": 100,
                **vals,
            }
        )

    def test_silent_until_the_grace_is_over(self):
        invoice = self._owed(1000, due="2026-03-20")
        self._run("2026-03-27")
        promise = self._promise(invoice)
        for day in ("2026-04-10", "2026-04-12"):
            self.assertEqual(self._run(day), NOTHING)
            self.assertEqual(promise.state, "open")
            self.assertEqual(self._on(day).state, "promised")
        self.assertEqual(self._run("2026-04-13"), SENT)
        self.assertEqual((promise.state, promise.received), ("broken", 0))
        self.assertEqual(promise.closed_on, self._day("2026-04-13"))
        self.assertEqual([name for _day, name, _amount in self._levels(invoice)], ["Reminder", "Second Reminder"])
        self.assertEqual(self._account().activity_ids.mapped("summary"), ["Promise broken: $\xa0600.00 by 04/10/2026"])

    def test_kept(self):
        invoice = self._owed(1000, due="2026-03-20")
        promise = self._promise(invoice)
        self._pay(invoice, 600, "2026-04-12")
        self._run("2026-04-13")
        self.assertEqual((promise.state, promise.received), ("kept", 600))

    def test_accepted_dispute_waits_for_its_credit(self):
        """Half of 1,000 is accepted: silent until a credit note of 500 is matched, then the rest is chased."""
        invoice = self._owed(1000, due="2026-03-20")
        dispute = self._dispute(self._lines(invoice), amount=500)
        with freeze_time("2026-03-26"):
            dispute.action_accept()
        self.assertEqual(self._run("2026-03-27"), NOTHING)
        self.assertEqual((dispute.state, self._on("2026-03-27").state), ("accepted", "disputed"))
        credit = self._invoice(500, day="2026-03-28", move_type="out_refund", partner_id=self.customer.id)
        self._lines(invoice, credit).reconcile()
        self.assertEqual(self._run("2026-03-28"), SENT)
        self.assertEqual((dispute.state, self._reminders().claimed), ("settled", 500))

    def test_kept_in_part(self):
        invoice = self._owed(1000, due="2026-03-20")
        self._pay(invoice, 50, "2026-03-21")
        promise = self._promise(invoice)
        self._pay(invoice, 200, "2026-04-01")
        self.assertEqual(self._run("2026-04-12"), NOTHING)
        self.assertEqual(self._run("2026-04-13"), SENT)
        self.assertEqual((promise.state, promise.received), ("partial", 200))

    def test_paid_too_late_is_broken(self):
        invoice = self._owed(1000, due="2026-03-20")
        promise = self._promise(invoice)
        self._pay(invoice, 600, "2026-04-13")
        self._run("2026-04-20")
        self.assertEqual(promise.state, "broken", "the job stood still, but the payment came after the grace")

    def test_kept_early(self):
        invoice = self._owed(1000, due="2026-03-20")
        self._run("2026-03-27")
        promise = self._promise(invoice)
        self._pay(invoice, 600, "2026-04-01")
        self.assertEqual(self._run("2026-04-02"), NOTHING)
        self.assertEqual((promise.state, promise.closed_on), ("kept", self._day("2026-04-02")))
        self.assertEqual(self._run("2026-04-10"), SENT, "the rest is followed up in its turn")
        self.assertEqual(self._reminders()[-1].claimed, 400)

    def test_credited_instead_of_paid(self):
        invoice = self._owed(1000, due="2026-03-20")
        promise = self._promise(invoice, amount=1000)
        credit_note = invoice._reverse_moves([{"date": "2026-04-01", "invoice_date": "2026-04-01"}], cancel=True)
        self.assertEqual(credit_note.state, "posted")
        self._run("2026-04-02")
        self.assertEqual((promise.state, promise.received, promise.credited), ("void", 0, 1000))
        self.assertFalse(self._account().activity_ids, "nobody broke a promise")

    def _credit(self, invoice, amount, day):
        credit = self._invoice(amount, day=day, move_type="out_refund", partner_id=self.customer.id)
        self._lines(invoice, credit).reconcile()

    def test_a_credit_note_lowers_what_was_promised(self):
        invoice = self._owed(1000, due="2026-03-20")
        promise = self._promise(invoice, amount=600)
        self._credit(invoice, 200, "2026-04-01")
        self._run("2026-04-02")
        self.assertEqual(promise.state, "open", "200 were credited, not paid")
        self._pay(invoice, 400, "2026-04-03")
        self._run("2026-04-03")
        self.assertEqual((promise.state, promise.received, promise.credited), ("kept", 400, 200))

    def test_credited_and_not_paid_is_broken(self):
        invoice = self._owed(1000, due="2026-03-20")
        promise = self._promise(invoice, amount=600)
        self._credit(invoice, 200, "2026-04-01")
        self._run("2026-04-13")
        self.assertEqual((promise.state, promise.received), ("broken", 0))
        self.assertEqual(self._account().activity_ids.mapped("summary"), ["Promise broken: $\xa0400.00 by 04/10/2026"])

    def test_a_credit_before_the_promise(self):
        invoice = self._owed(1000, due="2026-03-20")
        self._credit(invoice, 300, "2026-03-21")
        promise = self._promise(invoice, amount=600)
        self._pay(invoice, 600, "2026-04-01")
        self._run("2026-04-02")
        self.assertEqual((promise.state, promise.received, promise.credited), ("kept", 600, 0))

    def test_a_promise_of_the_customer_holds_back_what_it_promises(self):
        invoice = self._owed(1000, due="2026-03-20")
        self.env["sales.promise"]._register_from_portal(
            self.contact, self._lines(invoice), amount=1, date=self._day("2026-04-10")
        )
        self.assertEqual(self._on("2026-03-27").claimed, 999)
        self.assertEqual(self._run("2026-03-27"), SENT)
        reminder = self._reminders()
        self.assertEqual((reminder.claimed, reminder.line_ids.residual, reminder.line_ids.promised), (999, 1000, 1))
        self.assertIn("999.00", self._mails().body_html)

    def test_a_promise_of_several_instalments_holds_back_the_oldest(self):
        """300 of 500 and 500: 200 are left of the first, and the second is claimed as a whole."""
        invoice = self._owed_in_halves()
        promise = self._promise(invoice, amount=300, date="2026-04-30")
        self.assertFalse(promise.is_rest_held, "it is less than half")
        self.assertEqual(self._on("2026-04-10").claimed, 700)
        self._pay(invoice, 100, "2026-04-01")
        self.env.invalidate_all()
        self.assertEqual(self._on("2026-04-10").claimed, 700, "200 of the promise are left, of 900")
        promise.is_rest_held = True
        self.env.invalidate_all()
        self.assertEqual(self._on("2026-04-10").state, "promised")

    def test_a_dispute_accepted_on_the_day_of_a_payment(self):
        invoice = self._owed(1000, due="2026-03-20")
        self._pay(invoice, 300, "2026-03-26")
        self._credit(invoice, 300, "2026-03-26")
        dispute = self._dispute(self._lines(invoice), amount=300)
        dispute.action_accept()
        self.assertEqual(self._run("2026-03-27"), NOTHING)
        self.assertEqual(dispute.state, "accepted", "what was matched before it was accepted is not its credit")
        self._pay(invoice, 50, "2026-03-28")
        self._run("2026-03-28")
        self.assertEqual(dispute.state, "accepted")
        self._credit(invoice, 300, "2026-03-29")
        self._run("2026-03-29")
        self.assertEqual(dispute.state, "settled")

    def test_the_day_of_a_decision_is_the_company_s(self):
        dispute = self._dispute(self._lines(self._owed()))
        with freeze_time("2026-03-26 20:00:00"):  # 03:00 of the 27th in Jakarta
            dispute.with_context(tz="America/New_York").action_accept()
        self.assertEqual(dispute.closed_on, self._day("2026-03-27"))

    def test_money_keeps_a_promise(self):
        """900 arrive, 100 are written off: nothing is left, but 900 were paid."""
        invoice = self._owed(1000, due="2026-03-20")
        promise = self._promise(invoice, amount=1000)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {
                "amount": 900,
                "payment_date": "2026-04-01",
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.company_data["default_account_expense"].id,
            }
        )._create_payments()
        self._run("2026-04-02")
        self.assertEqual((promise.state, promise.received), ("kept", 900))

    def test_grace_of_the_policy(self):
        self.policy.grace_days = 5
        invoice = self._owed(1000, due="2026-03-20")
        promise = self._promise(invoice)
        self.assertEqual(promise.grace_days, 5)
        self.assertEqual(self._run("2026-04-15"), NOTHING)
        self.assertEqual(self._run("2026-04-16"), SENT)

    def test_other_instalments_go_on(self):
        promised, other = self._owed(1000, due="2026-03-20"), self._owed(70, due="2026-03-20")
        self._promise(promised)
        self.assertEqual(self._run("2026-03-27"), SENT)
        self.assertEqual(self._reminders().claimed, 70)
        self.assertEqual(len(self._levels(other)), 1)
        self.assertFalse(self._levels(promised))

    def test_cancelled_promise(self):
        invoice = self._owed(1000, due="2026-03-20")
        promise = self._promise(invoice)
        promise.action_cancel()
        self.assertEqual(self._run("2026-03-27"), SENT)
        self.assertEqual(promise.state, "cancelled")

    def test_dispute_of_one_instalment(self):
        invoice = self._owed_in_halves()
        first, second = self._lines(invoice)
        dispute = self._dispute(first, amount=80)
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        self.assertEqual(self._on("2026-03-08").state, "disputed")
        self.assertEqual(self._on("2026-03-08").total_overdue, 500, "it is owed all the same")
        self.assertEqual(self._run("2026-04-07"), SENT)
        self.assertEqual(self._reminders().line_ids.move_line_id, second)
        with freeze_time("2026-04-08"):
            dispute.action_reject()
        self.assertEqual((dispute.state, dispute.closed_on), ("rejected", self._day("2026-04-08")))
        self.assertEqual(self._run("2026-04-08"), SENT)
        self.assertEqual(self._levels(invoice)[-1], ("2026-04-08", "Reminder", 500))

    def test_settled_dispute(self):
        invoice = self._owed()
        dispute = self._dispute(self._lines(invoice))
        self._run("2026-03-08")
        self.assertEqual(dispute.state, "open")
        self._pay(invoice, 1000, "2026-03-10")
        self._run("2026-03-11")
        self.assertEqual(dispute.state, "settled")

    def test_only_instalments_of_the_customer(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        theirs = self._owed(partner=stranger)
        with self.assertRaises(ValidationError):
            self._promise(theirs)
        with self.assertRaises(ValidationError):
            self._dispute(self._lines(theirs))
        with self.assertRaises(ValidationError):
            self._promise(self._owed(currency_id=self.usd.id) + self._owed(currency_id=self.eur.id))

    def test_registered_by_the_customer(self):
        invoice, paid = self._owed(), self._owed(5)
        self._pay(paid, 5, "2026-03-02")
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        theirs = self._owed(partner=stranger)
        promises = self.env["sales.promise"].with_user(self.portal_user)
        for lines in (self._lines(theirs), self._lines(invoice, theirs), self._lines(paid), self._lines()):
            with self.assertRaises(AccessError):
                promises._register_from_portal(self.contact, lines, amount=1, date="2026-04-10")
        promise = promises._register_from_portal(self.contact, self._lines(invoice), amount=600, date="2026-04-10")
        self.assertEqual(promise.account_id, self._account())
        self.assertTrue(promise.is_from_portal)
        dispute = (
            self.env["sales.dispute"]
            .with_user(self.portal_user)
            ._register_from_portal(self.contact, self._lines(invoice), amount=100, reason="quality", note="Wet bags")
        )
        self.assertEqual(dispute.company_id, self.company)

    def test_paused(self):
        self._owed()
        account = self._account()
        account.write({"paused_until": "2026-03-15", "pause_reason": "On holiday"})
        self.assertEqual(self._run("2026-03-14"), NOTHING)
        self.assertEqual(self._on("2026-03-14").state, "paused")
        self.assertEqual(self._on("2026-03-14").next_day, self._day("2026-03-15"))
        self.assertEqual(self._run("2026-03-15"), SENT)
        account.no_followup = True
        self.assertEqual(self._run("2026-03-22"), NOTHING)
        self.assertEqual(self._on("2026-03-22").state, "stopped")
