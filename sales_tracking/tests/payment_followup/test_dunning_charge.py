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

    def _left(self):
        """What is left to be invoiced: (day, fee, interest), oldest first."""
        self.env.invalidate_all()
        rows = self.env["sales.dunning.charge.report"].search([("partner_id", "=", self.customer.id)], order="day")
        return [(str(row.day), row.fee, row.interest) for row in rows]

    def test_list_of_what_is_not_invoiced(self):
        """1,000 at 9 %: 7.40 by 31 March, 14.79 by 30 April; the second reminder adds 7.39."""
        self.policy.level_ids.fee = 15
        self._owed(1000, due="2026-03-01")
        for day in ("2026-03-31", "2026-04-30"):
            self._run(day)
        first, second = self._reminders().sorted("id")
        self.assertEqual((first.interest, second.interest), (7.4, 14.79))
        self.assertEqual(self._left(), [("2026-03-31", 15, 7.4), ("2026-04-30", 15, 7.39)])
        rows = self.env["sales.dunning.charge.report"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(rows[0].action_open_reminder()["res_id"], second.id)
        action = rows.action_invoice()
        invoice = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(sorted(invoice.invoice_line_ids.mapped("price_unit")), [7.39, 7.4, 15, 15])
        self.assertEqual((first | second).charge_move_id, invoice)
        self.assertEqual(self._left(), [])
        invoice.button_cancel()
        self.assertEqual(self._left(), [("2026-03-31", 15, 7.4), ("2026-04-30", 15, 7.39)])
        second.action_invoice_charges()
        self.assertEqual(self._left(), [("2026-03-31", 15, 0)], "the interest up to the later holds the earlier")

    def test_interest_of_several_instalments_is_invoiced(self):
        for amount in (1000, 500):
            self._owed(amount, due="2026-03-01")
        self._run("2026-03-31")
        invoice = self.env["account.move"].browse(self._reminders().action_invoice_charges()["res_id"])
        self.assertEqual(sorted(invoice.invoice_line_ids.mapped("price_unit")), [3.7, 7.4])

    def test_one_invoice_for_each_customer(self):
        self.level_1.fee = 15
        other = self.env["res.partner"].create({"name": "Other", "email": "other@example.com"})
        self._owed(1000, due="2026-03-01")
        self._owed(1000, due="2026-03-01", partner=other)
        self._run("2026-03-31")
        rows = self.env["sales.dunning.charge.report"].search([("partner_id", "in", (self.customer | other).ids)])
        self.assertEqual(sum(rows.mapped("total")), 2 * (15 + 7.4))
        action = rows.with_user(self.accountant).action_invoice()
        invoices = self.env["account.move"].search(action["domain"])
        self.assertEqual(invoices.partner_id, self.customer | other)
        self.assertEqual(invoices.mapped("amount_untaxed"), [22.4, 22.4])

    def test_who_reads_what_is_not_invoiced(self):
        self.level_1.fee = 15
        self.customer.user_id = self.salesperson
        self._owed(1000, due="2026-03-01")
        self._run("2026-03-31")
        rows = self.env["sales.dunning.charge.report"].search([("partner_id", "=", self.customer.id)])
        for user in (self.salesperson, self.lead_user, self.manager, self.accountant):
            self.assertEqual(rows.with_user(user).search([("id", "in", rows.ids)]), rows, user.login)
        for user in (self.peer, self.foreign_user):
            self.assertFalse(rows.with_user(user).search([("id", "in", rows.ids)]), user.login)
        with self.assertRaises(AccessError):
            rows.with_user(self.salesperson).action_invoice()
