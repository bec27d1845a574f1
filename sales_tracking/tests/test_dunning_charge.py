from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_dunning import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningCharge(DunningCommon):
    """Interest and fees: claimed where the level says so, invoiced only when somebody asks for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.interest_rate = 9
        cls.policy.level_ids.charge_interest = True
        cls.env.user.group_ids |= cls.env.ref("account.group_account_invoice")

    @classmethod
    def _policy(cls, levels=None, **vals):
        return super()._policy(
            levels or [{"name": "First", "delay": 30}, {"name": "Second", "delay": 60}, {"name": "Third", "delay": 90}],
            **vals,
        )

    def test_interest_on_the_balance_of_each_day(self):
        invoice = self._owed(1000, due="2026-03-01")
        self._pay(invoice, 400, "2026-03-16")
        self._run("2026-03-31")
        reminder = self._reminders()
        self.assertEqual(reminder.claimed, 600)
        self.assertEqual(reminder.line_ids.interest, 5.92)
        self.assertEqual(reminder.interest, 5.92)
        self.assertIn("5.92", self._mails().body_html)
        self.assertEqual(self._invoices(), invoice, "nothing is invoiced by itself")

    def _invoices(self):
        return self.env["account.move"].search(
            [("partner_id", "=", self.customer.id), ("move_type", "=", "out_invoice")]
        )

    def test_no_interest_unless_the_level_says_so(self):
        self.policy.level_ids.charge_interest = False
        self._owed(1000, due="2026-03-01")
        self._run("2026-03-31")
        self.assertEqual(self._reminders().interest, 0)
        self.assertNotIn("Interest", self._mails().body_html)

    def test_an_earlier_reminder_charged_after_a_later_one(self):
        """The interest of the later one holds that of the earlier: nothing is left, and nothing is given back."""
        self._owed(1000, due="2026-03-01")
        for day in ("2026-03-31", "2026-04-30"):
            self._run(day)
        first, second = self._reminders()
        second.action_invoice_charges()
        with self.assertRaisesRegex(UserError, "neither a fee nor interest left"):
            first.action_invoice_charges()

    def test_invoiced_when_asked_for(self):
        self.level_1.fee = 15
        self._owed(1000, due="2026-03-01")
        self._run("2026-03-31")
        first = self._reminders()
        action = first.action_invoice_charges()
        charges = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((charges.state, charges.partner_id), ("draft", self.customer))
        self.assertEqual(charges.invoice_line_ids.mapped("price_unit"), [15, 7.4])
        self.assertFalse(charges.invoice_line_ids.tax_ids)
        with self.assertRaises(UserError):
            first.action_invoice_charges()
        self._run("2026-04-30")
        second = self._reminders()[-1]
        self.assertEqual(second.interest, 14.79)
        charges = self.env["account.move"].browse(second.action_invoice_charges()["res_id"])
        self.assertEqual(charges.invoice_line_ids.mapped("price_unit"), [7.39], "the rest alone")

    def test_what_was_charged_is_not_claimed_again(self):
        """1,000 at 9 %, 400 paid on the 16th: 5.92 invoiced, and 4.44 of the 10.36 of the next reminder left."""
        self.policy.level_ids[2].delay = 120
        invoice = self._owed(1000, due="2026-03-01")
        self._pay(invoice, 400, "2026-03-16")
        self._run("2026-03-31")
        charges = self.env["account.move"].browse(self._reminders().action_invoice_charges()["res_id"])
        charges.write({"invoice_date": "2026-03-31", "invoice_date_due": "2026-03-31"})
        charges.action_post()
        self.assertEqual(charges.amount_total, 5.92)
        self._run("2026-04-30")
        second = self._reminders()[-1]
        self.assertEqual(second.claimed, 605.92)
        self.assertEqual(second.interest, 4.44)
        self.assertEqual(second.claimed + second.interest, 600 + 10.36)
        by_move = {line.move_id: (line.interest, line.interest_charged) for line in second.line_ids}
        self.assertEqual(by_move, {invoice: (4.44, 5.92), charges: (0, 0)}, "no interest on interest")
        rest = self.env["account.move"].browse(second.action_invoice_charges()["res_id"])
        self.assertEqual(rest.amount_total, 4.44)
        rest.write({"invoice_date": "2026-04-30", "invoice_date_due": "2026-04-30"})
        rest.action_post()
        self._run("2026-06-29")
        third = self._reminders()[-1]
        by_move = {line.move_id: (line.interest, line.interest_charged) for line in third.line_ids}
        self.assertEqual(by_move[invoice], (8.87, 10.36), "19.23 have accrued")

    def test_charges_that_were_cancelled_are_claimed_again(self):
        self._owed(1000, due="2026-03-01")
        self._run("2026-03-31")
        charges = self.env["account.move"].browse(self._reminders().action_invoice_charges()["res_id"])
        charges.action_post()
        charges.button_draft()
        charges.button_cancel()
        self._run("2026-04-30")
        self.assertEqual(self._reminders()[-1].interest, 14.79)

    def test_a_payment_of_a_day_to_come(self):
        invoice = self._owed(1000, due="2026-03-01")
        self._pay(invoice, 400, "2026-05-30")
        self._run("2026-03-31")
        self.assertEqual(self._reminders().interest, 7.4)

    def test_product_for_charges(self):
        self.level_1.fee = 15
        product = self.env["product.product"].create(
            {"name": "Charges", "type": "service", "taxes_id": [(6, 0, self.tax_15.ids)]}
        )
        self.policy.charge_product_id = product
        self._owed(1000, due="2026-03-01")
        self._run("2026-03-31")
        charges = self.env["account.move"].browse(self._reminders().action_invoice_charges()["res_id"])
        self.assertEqual(charges.invoice_line_ids.product_id, product)
        self.assertEqual(charges.invoice_line_ids.tax_ids, self.tax_15)

    def test_who_may_invoice_charges(self):
        self.customer.user_id = self.salesperson
        self._owed(1000, due="2026-03-01")
        self._run("2026-03-31")
        with self.assertRaises(AccessError):
            self._reminders().with_user(self.salesperson).action_invoice_charges()
