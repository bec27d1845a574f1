from odoo.fields import Command
from odoo.tests import tagged

from .common_dunning import DunningCommon

NOTHING = {"sent": 0, "proposed": 0, "failed": 0}
SENT = {"sent": 1, "proposed": 0, "failed": 0}


@tagged("post_install", "-at_install")
class TestDunning(DunningCommon):
    """Which instalment is chased when, and what is claimed."""

    def test_each_instalment_by_its_own_due_date(self):
        invoice = self._owed_in_halves()
        self.assertEqual([str(line.date_maturity) for line in self._lines(invoice)], ["2026-03-01", "2026-03-31"])
        self.assertEqual(self._run("2026-03-07"), NOTHING)
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual(self._reminders().claimed, 500)
        self.assertEqual(self._levels(invoice), [("2026-03-08", "Reminder", 500)])

    def test_one_level_after_the_other(self):
        invoice = self._owed_in_halves()
        self._run("2026-03-08")
        self.assertEqual(self._run("2026-04-05"), SENT)
        for day in ("2026-04-06", "2026-04-11", "2026-04-12", "2026-04-13"):
            self._run(day)
        self.assertEqual(
            self._levels(invoice),
            [
                ("2026-03-08", "Reminder", 500),
                ("2026-04-05", "Second Reminder", 500),
                # The second instalment, which has been due for its first level since 7 April.
                ("2026-04-11", "Reminder", 500),
                ("2026-04-12", "Final Notice", 500),
            ],
        )

    def test_highest_level_at_once(self):
        self.policy.catch_up = "jump"
        invoice = self._owed_in_halves()
        self._run("2026-03-08")
        self._run("2026-04-05")
        self.assertEqual(self._levels(invoice), [("2026-03-08", "Reminder", 500), ("2026-04-05", "Final Notice", 500)])

    def test_twice_on_one_day(self):
        invoice = self._owed()
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        self.assertEqual(len(self._levels(invoice)), 1)
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(self._mails().state, "outgoing")
        self.assertEqual(self._mails().email_to or self._mails().recipient_ids.email, "melati@example.com")

    def test_due_today_is_not_overdue(self):
        self.policy.level_ids.unlink()
        self.policy.level_ids = [Command.create({"name": "At Once", "delay": 0, "attach_invoices": False})]
        invoice = self._owed(due="2026-03-01")
        self.assertEqual(self._run("2026-03-01"), NOTHING)
        self.assertEqual(self._on("2026-03-01").total_overdue, 0)
        self.assertEqual(self._run("2026-03-02"), SENT)
        self.assertEqual(self._levels(invoice), [("2026-03-02", "At Once", 1000)])
        self.assertEqual(self._on("2026-03-02").total_overdue, 1000)

    def test_before_the_due_date(self):
        self.policy.level_ids = [Command.create({"name": "Due Soon", "delay": -3, "attach_invoices": False})]
        early, late = self._owed(due="2026-03-01"), self._owed(due="2026-03-01", partner=self._other_customer())
        late.no_followup = True
        self.assertEqual(self._run("2026-02-25"), NOTHING)
        self.assertEqual(self._run("2026-02-26"), SENT)
        late.no_followup = False
        self.assertEqual(self._run("2026-03-02"), NOTHING, "it has passed with the due date")
        self.assertEqual(self._run("2026-03-08")["sent"], 2)
        self.assertEqual([level for _day, level, _amount in self._levels(early)], ["Due Soon", "Reminder"])
        self.assertEqual([level for _day, level, _amount in self._levels(late)], ["Reminder"])

    def _other_customer(self, **vals):
        return self.env["res.partner"].create(
            {"name": "Toko Anggrek", "is_company": True, "email": "anggrek@example.com", **vals}
        )

    def test_credit_note_is_deducted(self):
        invoice = self._owed(1000)
        credit_note = self._invoice(300, day="2026-02-10", partner_id=self.customer.id, move_type="out_refund")
        self.assertEqual(self._run("2026-03-08"), SENT)
        reminder = self._reminders()
        self.assertEqual(reminder.claimed, 700)
        self.assertEqual(
            [(line.move_id, line.residual, line.is_level) for line in reminder.line_ids.sorted("residual")],
            [(credit_note, -300, False), (invoice, 1000, True)],
        )
        body = self._mails().body_html
        for text in (invoice.name, credit_note.name, "700.00"):
            self.assertIn(text, body)
        # The credit is listed each time, whatever the level.
        self._run("2026-03-22")
        self.assertEqual(self._reminders().mapped("claimed"), [700, 700])

    def test_unmatched_payment_covers_the_claim(self):
        self._owed(1000)
        self._invoice(300, day="2026-02-10", partner_id=self.customer.id, move_type="out_refund")
        payment = self._unmatched_payment(700)
        for day in ("2026-03-08", "2026-03-09"):
            self.assertEqual(self._run(day), NOTHING)
        account = self._account()
        self.assertFalse(self._mails() | self._reminders().message_id.mail_ids)
        self.assertEqual(
            account.activity_ids.mapped("summary"), ["Reconcile the credits of Toko Melati with the open invoices"]
        )
        self.assertEqual(self._on("2026-03-09").state, "covered")
        payment.action_draft()
        self.assertEqual(self._run("2026-03-10"), SENT)
        self.assertFalse(account.activity_ids, "nothing to reconcile any more")

    def test_credit_larger_than_the_invoice(self):
        self._owed(200)
        self._invoice(300, day="2026-02-10", partner_id=self.customer.id, move_type="out_refund")
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        self.assertEqual(len(self._account().activity_ids), 1)
        self.assertFalse(self._reminders())

    def _unmatched_payment(self, amount, day="2026-03-05", **vals):
        payment = self.env["account.payment"].create(
            {
                "date": day,
                "amount": amount,
                "partner_id": self.customer.id,
                "partner_type": "customer",
                "payment_type": "inbound",
                "journal_id": self.company_data["default_journal_bank"].id,
                **vals,
            }
        )
        payment.action_post()
        return payment

    def test_currencies_are_not_netted(self):
        self._owed(1000, currency_id=self.usd.id)
        self._owed(500, currency_id=self.eur.id)
        self._invoice(
            600, day="2026-02-10", partner_id=self.customer.id, move_type="out_refund", currency_id=self.eur.id
        )
        self._run("2026-03-08")
        reminder = self._reminders()
        self.assertEqual(reminder.line_ids.mapped("currency_id"), self.usd)
        self.assertEqual(reminder.line_ids.mapped("residual"), [1000])
        self.assertEqual(self._account().activity_ids.mapped("summary"), [
            "Reconcile the credits of Toko Melati with the open invoices"
        ])  # fmt: skip

    def test_subtotal_of_each_currency(self):
        self._owed(1000, currency_id=self.usd.id)
        self._owed(500, currency_id=self.eur.id)
        self._owed(250, currency_id=self.eur.id)
        self._run("2026-03-08")
        groups = self._on("2026-03-08")._claim_groups(self._on("2026-03-08")._claimed_items())
        self.assertEqual(
            {group["currency"]: float(group["subtotal"]) for group in groups}, {self.usd: 1000, self.eur: 750}
        )
        self.assertEqual(len(self._mails()), 1)
        for text in ("1,000.00", "750.00", "To be paid in USD", "To be paid in EUR"):
            self.assertIn(text, self._mails().body_html)

    def test_companies_are_apart(self):
        self._policy(company_id=self.company_2.id)
        mine = self._owed(1000)
        data = self.company_2_data
        theirs = (
            self.env["account.move"]
            .with_company(self.company_2)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": self.company_2.id,
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-02-01",
                    "invoice_date_due": "2026-03-01",
                    "journal_id": data["default_journal_sale"].id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Pepper",
                                "price_unit": 400,
                                "tax_ids": [],
                                "account_id": data["default_account_revenue"].id,
                            }
                        )
                    ],
                }
            )
        )
        theirs.action_post()
        self.assertEqual(self._run("2026-03-08"), SENT, "the allowed company alone")
        self.assertFalse(self._levels(theirs))
        both = self.env["sales.dunning.account"].with_context(allowed_company_ids=(self.company | self.company_2).ids)
        self.assertEqual(both.sudo().run("2026-03-08"), SENT)
        self.assertEqual(self._reminders().mapped("claimed"), [1000, 400])
        self.assertEqual(self._reminders().company_id, self.company | self.company_2)
        self.assertEqual(len(self._levels(mine)), 1)

    def test_contacts_of_a_customer_get_one_reminder(self):
        other_contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        moves = [self._owed(100, partner=partner) for partner in (self.customer, self.contact, other_contact)]
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual(self._reminders().claimed, 300)
        self.assertEqual(len(self._levels(*moves)), 3)

    def test_what_is_left_alone(self):
        blocked, excluded, draft = self._owed(1), self._owed(2), self._owed(4, post=False)
        blocked.action_toggle_block_payment()
        excluded.no_followup = True
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        paid = self._owed(8)
        self._pay(paid, 8, "2026-03-02")
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        excluded.no_followup = False
        self._run("2026-03-08")
        self.assertEqual(self._reminders().claimed, 2)
        self.assertFalse(self._levels(blocked, draft, paid))

    def test_entry_without_due_date(self):
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-03-01",
                "line_ids": [
                    Command.create({"account_id": receivable.id, "partner_id": self.customer.id, "debit": 50}),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 50}),
                ],
            }
        )
        entry.action_post()
        line = self._lines(entry)
        self.assertFalse(line.date_maturity)
        self.assertEqual(self._run("2026-03-08"), NOTHING, "entries of general journals are not followed up")
        line.no_followup = False
        self.assertEqual(self._run("2026-03-07"), NOTHING)
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual(self._reminders().line_ids.date_maturity, self._day("2026-03-01"), "the day of the entry")

    def test_policy_of_customer_and_invoice(self):
        strict = self._policy([{"name": "Strict", "delay": 1}], name="Strict", sequence=20)
        patient = self._policy([{"name": "Patient", "delay": 60}], name="Patient", sequence=30)
        usual, special = self._owed(100), self._owed(200)
        self._account().policy_id = patient
        special.dunning_policy_id = strict
        self._run("2026-03-02")
        self.assertEqual(self._levels(special), [("2026-03-02", "Strict", 200)])
        self._run("2026-03-08")
        self.assertFalse(self._levels(usual))
        self._account().policy_id = False
        self._run("2026-03-08")
        self.assertEqual(self._levels(usual), [("2026-03-08", "Reminder", 100)])

    def test_policy_for_all_companies_is_the_last_resort(self):
        self._policy([{"name": "Shared", "delay": 1}], name="Shared", company_id=False, sequence=1)
        invoice = self._owed()
        self.assertEqual(self._run("2026-03-02"), NOTHING)
        self.policy.active = False
        self._run("2026-03-02")
        self.assertEqual(self._levels(invoice), [("2026-03-02", "Shared", 1000)])

    def test_minimum_amount(self):
        self.level_1.minimum_amount = 100
        self._owed(60)
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        self.assertEqual(self._on("2026-03-08").state, "small")
        self._owed(60)
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual(self._reminders().claimed, 120)

    def test_amounts_of_a_policy_in_another_currency(self):
        """100 EUR at 0.5 EUR for 1 of the company's: nothing below 200, and a fee of 30 for 15 EUR."""
        self.eur.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": self.eur.id, "name": "2026-01-01", "rate": 0.5, "company_id": self.company.id}
        )
        self.policy.currency_id = self.eur
        self.level_1.write({"minimum_amount": 100, "fee": 15})
        self._owed(199)
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        self.assertEqual(self._on("2026-03-08").state, "small")
        self._owed(1)
        self.assertIn("30.00", self._on("2026-03-08").claim_table)
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual(self._reminders().fee, 30)

    def test_a_policy_has_the_currency_of_its_company(self):
        self.company_2.currency_id = self.eur
        policies = self.env["sales.dunning.policy"]
        self.assertEqual(policies.create({"name": "A", "company_id": self.company_2.id}).currency_id, self.eur)
        shared = policies.create({"name": "B", "company_id": False})
        self.assertEqual(shared.currency_id, self.company.currency_id)
        shared.company_id = self.company_2
        self.assertEqual(shared.currency_id, self.eur)

    def test_level_deleted_in_mid_cycle(self):
        invoice = self._owed()
        self._run("2026-03-08")
        self._run("2026-03-22")
        self.level_2.unlink()
        self.level_1.unlink()
        self.assertEqual(self._run("2026-03-29"), NOTHING)
        self.assertEqual(self._run("2026-04-05"), SENT)
        self.assertEqual(
            [name for _day, name, _amount in self._levels(invoice)], ["Reminder", "Second Reminder", "Final Notice"]
        )

    def test_level_postponed_after_it_was_taken(self):
        invoice = self._owed()
        self._run("2026-03-08")
        self.level_1.delay = 10
        for day in ("2026-03-11", "2026-03-20"):
            self.assertEqual(self._run(day), NOTHING, "not the same level again")
        self._run("2026-03-22")
        self.assertEqual([name for _day, name, _amount in self._levels(invoice)], ["Reminder", "Second Reminder"])

    def test_days_between_reminders(self):
        self.policy.quiet_days = 5
        self._owed(100, due="2026-03-01")
        self._owed(200, due="2026-03-02")
        self._run("2026-03-08")
        for day in ("2026-03-09", "2026-03-12"):
            self.assertEqual(self._run(day), NOTHING)
        self.assertEqual(self._on("2026-03-12").next_day, self._day("2026-03-13"))
        self.assertEqual(self._run("2026-03-13"), SENT)
        self.assertEqual(self._reminders().mapped("claimed"), [100, 300])

    def test_payment_unreconciled_after_the_second_level(self):
        invoice = self._owed()
        self._run("2026-03-08")
        self._run("2026-03-22")
        payment = self._pay(invoice, 1000, "2026-03-25")
        self.assertEqual(self._run("2026-04-05"), NOTHING)
        self.assertFalse(self._on("2026-04-05").state)
        self._lines(invoice).remove_move_reconcile()
        self.assertEqual(self._run("2026-04-05"), NOTHING, "the payment is there still")
        self.assertEqual(self._on("2026-04-05").state, "covered")
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self._run("2026-04-05"), SENT, "it goes on where it stood")
        self.assertEqual(
            [name for _day, name, _amount in self._levels(invoice)], ["Reminder", "Second Reminder", "Final Notice"]
        )
        self.assertEqual(self._run("2026-05-05"), NOTHING)
        self.assertEqual(self._on("2026-05-05").state, "exhausted")

    def test_started_again(self):
        invoice = self._owed()
        self._run("2026-03-08")
        self._account().action_restart()
        self.assertEqual(self._run("2026-03-09"), SENT)
        self.assertEqual([name for _day, name, _amount in self._levels(invoice)], ["Reminder", "Reminder"])
