from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..receivable.common_receivable import ReceivableCommon


@tagged("post_install", "-at_install")
class TestPaymentBehaviour(ReceivableCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-04-15 05:00:00"))

    def _customer(self, user=None):
        self.customer.invalidate_recordset()
        return self.customer.with_user(user or self.salesperson).with_company(self.company)

    def test_weighted_by_amount_from_the_days_of_the_payments(self):
        self._pay(self._claim(1000, "2026-02-01"), 1000, "2026-02-11")  # 10 days late
        self._pay(self._claim(3000, "2026-03-01"), 3000, "2026-02-19")  # 10 days early
        half = self._claim(1000, "2026-03-10")
        self._pay(half, 500, "2026-03-30")  # 20 days late, the rest is overdue
        customer = self._customer()
        # (1,000 × 10 − 3,000 × 10 + 500 × 20) ÷ 4,500
        self.assertEqual(customer.payment_delay, -2.2)
        # (1,000 × 10 + 500 × 20 + 500 × 36) ÷ 5,000 = 7.6 days
        self.assertEqual(customer.payment_score, "B")
        self.assertEqual((customer.receivable_overdue, customer.receivable_overdue_days), (500, 36))

    def test_without_history_it_is_blank(self):
        self._claim(1000, "2026-05-01")
        customer = self._customer()
        self.assertIs(customer.payment_delay, False)
        self.assertFalse(customer.payment_score)
        self.assertEqual((customer.receivable_open, customer.receivable_overdue), (1000, 0))

    def test_who_never_pays_has_a_score_without_a_delay(self):
        self._claim(1000, "2026-01-01")
        customer = self._customer()
        self.assertIs(customer.payment_delay, False)
        self.assertEqual(customer.payment_score, "E")

    def test_older_payments_and_credit_notes_do_not_count(self):
        self._pay(self._claim(1000, "2025-01-01"), 1000, "2025-04-15")
        invoice = self._claim(500, "2026-02-01")
        refund = self._claim(500, "2026-04-01", move_type="out_refund", day="2026-04-01")
        lines = (invoice | refund).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        customer = self._customer()
        self.assertIs(customer.payment_delay, False)
        self.assertFalse(customer.payment_score)
        self._pay(self._claim(10, "2025-04-15"), 10, "2025-04-16")  # on the first day that counts
        self.assertEqual(self._customer().payment_delay, 1)

    def test_contacts_companies_and_credits(self):
        self._claim(1000, "2026-04-01")
        self._entry(100, "2026-04-01", partner=self.contact)
        self._unmatched_payment(300, "2026-04-02")
        self.assertEqual(self._customer().receivable_open, 800)
        contact = self.contact.with_user(self.salesperson).with_company(self.company)
        self.assertEqual(contact.receivable_open, 800)
        self.assertEqual(self.customer.with_user(self.foreign_accountant).receivable_open, 0)

    def test_totals_for_salespeople_none_for_others(self):
        self._claim(1000, "2026-04-01", user=self.peer)
        customer = self._customer(self.salesperson)
        self.assertEqual((customer.receivable_open, customer.payment_score), (0, False), "a customer of others")
        for user in (self.peer, self.manager, self.accountant):
            self.assertEqual(self._customer(user).receivable_open, 1000)
        self.env["sale.order"].create({"partner_id": self.contact.id, "user_id": self.salesperson.id})
        self.assertEqual(self._customer(self.salesperson).receivable_open, 1000, "a quotation of one's own")
        self.assertFalse(
            self.env["sales.receivable.report"]
            .with_user(self.salesperson)
            .search([("commercial_partner_id", "=", self.customer.id)])
        )
        with self.assertRaises(AccessError):
            self.portal_user.partner_id.with_user(self.portal_user).read(["receivable_open"])

    def test_many_customers_in_two_statements(self):
        customers = self.env["res.partner"].create([{"name": f"Customer {index}"} for index in range(30)])

        def queries(partners):
            self.env.invalidate_all()
            partners.mapped("commercial_partner_id.name")
            before = self.env.cr.sql_log_count
            partners.with_company(self.company).mapped("payment_score")
            return self.env.cr.sql_log_count - before

        queries(customers)
        self.assertEqual(queries(customers), queries(customers[:2]))


@tagged("post_install", "-at_install")
class TestOverdueOrder(ReceivableCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-04-15 05:00:00"))
        cls._claim(1000, "2026-03-01")
        cls._unmatched_payment(300, "2026-04-02")
        cls.company.overdue_order_policy = "block"

    def _quotation(self, user=None, **vals):
        order = self.env["sale.order"].with_user(user or self.salesperson)
        return order.create(
            {
                "partner_id": self.contact.id,
                "order_line": [(0, 0, {"product_id": self.pepper.id})],
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                **vals,
            }
        )

    def test_a_new_quotation_says_what_is_owed(self):
        self.company.overdue_order_policy = "off"
        form = Form(self.env["sale.order"].with_user(self.salesperson))
        self.assertFalse(form.overdue_notice)
        form.partner_id = self.contact
        self.assertEqual(form.overdue_level, "warn")
        self.assertEqual(
            form.overdue_notice.replace("\xa0", " "),
            "Toko Melati owes $ 700.00, of which $ 700.00 is overdue, the oldest for 45 days. Payment score D.",
        )

    def test_a_new_quotation_says_how_the_customer_pays(self):
        self._pay(self._claim(1000, "2026-04-01"), 1000, "2026-03-27")
        self.assertIn("pays on average 5.0 days before the due date", self._quotation().overdue_notice)
        self._pay(self._claim(3000, "2026-04-01"), 3000, "2026-04-08")
        self.env.invalidate_all()
        # (1,000 × −5 + 3,000 × 7) ÷ 4,000
        self.assertIn("pays on average 4.0 days after the due date", self._quotation().overdue_notice)

    def test_nothing_open_nothing_said(self):
        other = self.env["res.partner"].create({"name": "Warung Baru"})
        self.assertFalse(self._quotation(partner_id=other.id).overdue_level)
        self._claim(50, "2026-05-01", partner_id=other.id)
        quotation = self._quotation(partner_id=other.id)
        self.assertEqual(quotation.overdue_level, "info")
        quotation.action_confirm()

    def test_refused_until_a_manager_releases_it_with_a_reason(self):
        quotation = self._quotation()
        self.assertEqual(quotation.overdue_level, "block")
        with self.assertRaises(UserError) as refused:
            quotation.action_confirm()
        self.assertRegex(str(refused.exception), r"(?s)customer is overdue.*for 45 days.*administrator to release")
        release = {"order_id": quotation.id, "reason": "Paid by cheque, not booked yet"}
        for user in (self.salesperson, self.lead_user, self.accountant):
            with self.assertRaises(AccessError):
                self.env["sales.overdue.release"].with_user(user).create(release)
        with self.assertRaises(AccessError):
            quotation.overdue_release_reason = "I say so"
        self.env["sales.overdue.release"].with_user(self.manager).create(release).action_release()
        self.assertEqual(quotation.overdue_level, "warn")
        self.assertIn("Released by", quotation.overdue_notice)
        quotation.action_confirm()
        self.assertEqual(quotation.state, "sale")
        bodies = " ".join(quotation.message_ids.mapped("body"))
        self.assertIn("Paid by cheque, not booked yet", bodies)
        self.assertIn("Confirmed though the customer is overdue", bodies)
        self.assertEqual(quotation.sudo().overdue_release_user_id, self.manager)

    def test_a_release_is_for_one_customer(self):
        quotation = self._quotation()
        release = self.env["sales.overdue.release"].with_user(self.manager)
        release.create({"order_id": quotation.id, "reason": "Fine"}).action_release()
        other = self.env["res.partner"].create({"name": "Warung Baru"})
        self._claim(50, "2026-03-01", partner_id=other.id)
        quotation.partner_id = other
        with self.assertRaises(UserError):
            quotation.action_confirm()
        self.assertFalse(quotation.copy().sudo().overdue_release_reason)

    def test_no_way_around(self):
        with self.assertRaises(UserError):
            self._quotation().write({"state": "sale"})
        with self.assertRaises(UserError):
            self._quotation(state="sale")
        other = self.env["res.partner"].create({"name": "Warung Baru"})
        with self.assertRaises(UserError):
            self._quotation(partner_id=other.id).write({"state": "sale", "partner_invoice_id": self.contact.id})
        pretended = {
            "default_overdue_release_partner_id": self.customer.id,
            "default_overdue_release_reason": "Trust me",
        }
        quotation = self.env["sale.order"].with_user(self.salesperson).with_context(**pretended)
        with self.assertRaises(AccessError):
            quotation.create({"partner_id": self.contact.id})

    def test_customer_and_invoice_address_are_both_asked(self):
        other = self.env["res.partner"].create({"name": "Warung Baru"})
        for vals in ({"partner_invoice_id": other.id}, {"partner_id": other.id, "partner_invoice_id": self.contact.id}):
            quotation = self._quotation(**vals)
            self.assertEqual(quotation.overdue_level, "block")
            with self.assertRaisesRegex(UserError, "Toko Melati owes"):
                quotation.action_confirm()
        with self.assertRaises(UserError):
            self._quotation().write({"state": "sale", "partner_invoice_id": other.id})
        for name in ("partner_id", "partner_invoice_id"):
            order = self._quotation(partner_id=other.id)
            order.action_confirm()
            with self.subTest(name), self.assertRaisesRegex(UserError, "Toko Melati owes"):
                order.write({name: self.contact.id})
        order = self._quotation(partner_id=other.id)
        order.action_confirm()
        order.partner_invoice_id = other.copy({"parent_id": other.id})

    def test_a_release_holds_for_both_addresses(self):
        other = self.env["res.partner"].create({"name": "Warung Baru"})
        quotation = self._quotation(partner_invoice_id=other.id)
        release = self.env["sales.overdue.release"].with_user(self.manager)
        release.create({"order_id": quotation.id, "reason": "Fine"}).action_release()
        quotation.action_confirm()
        with self.assertRaises(UserError):
            quotation.partner_invoice_id = self.contact

    def test_warned(self):
        self.company.overdue_order_policy = "warn"
        quotation = self._quotation()
        quotation.action_confirm()
        [note] = quotation.message_ids.filtered(lambda message: "though the customer is overdue" in message.body)
        self.assertTrue(note.is_internal)

    def test_limits(self):
        self.company.overdue_order_days = 46
        self._quotation().action_confirm()
        self.company.overdue_order_days = 45
        self.company.overdue_order_amount = 700
        self._quotation().action_confirm()
        self.company.overdue_order_amount = 699.99
        with self.assertRaises(UserError):
            self._quotation().action_confirm()

    def test_a_customer_with_a_policy_of_its_own(self):
        self.customer.with_company(self.company).overdue_order_policy = "off"
        self._quotation().action_confirm()
        self.company.overdue_order_policy = "warn"
        self.customer.with_company(self.company).overdue_order_policy = "block"
        with self.assertRaises(UserError):
            self._quotation().action_confirm()
        self.company.overdue_order_policy = "off"
        self._quotation().action_confirm()

    def test_the_customer_neither_signs_nor_pays_a_refused_quotation(self):
        quotation = self._quotation(require_signature=True, require_payment=True).sudo()
        quotation.state = "sent"
        self.assertFalse(quotation._has_to_be_signed())
        self.assertFalse(quotation._has_to_be_paid())
        self.company.overdue_order_policy = "warn"
        self.assertTrue(quotation._has_to_be_signed())

    def test_several_companies_and_orders_at_once(self):
        good = self.env["res.partner"].create({"name": "Warung Baru"})
        (self._quotation(partner_id=good.id) | self._quotation(partner_id=good.id)).action_confirm()
        with self.assertRaises(UserError):
            (self._quotation(partner_id=good.id) | self._quotation()).action_confirm()

    def test_confirming_costs_no_statement_when_off_and_one_when_on(self):
        good = self.env["res.partner"].create({"name": "Warung Baru"})

        def statements(policy):
            self.company.overdue_order_policy = policy
            order = self._quotation(partner_id=good.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.action_confirm()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        statements("off")
        off = statements("off")
        self.assertEqual(statements("block") - off, 1)
