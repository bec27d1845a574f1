from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_receivable import ReceivableCommon


@tagged("post_install", "-at_install")
class TestReceivableReport(ReceivableCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-04-15 05:00:00"))

    def _rows(self, user=None, **context):
        report = self.env["sales.receivable.report"].with_user(user or self.accountant).with_context(**context)
        report.invalidate_model()
        return report.search([("commercial_partner_id", "=", self.customer.id)])

    def test_as_of_a_day_before_the_exchange_entry(self):
        """Paid on 10 March, while the exchange difference of 75.00 can only be entered in April."""
        eur = self.env.ref("base.EUR")
        eur.active = True
        eur.rate_ids.unlink()
        for day, rate in (("2026-01-01", 0.5), ("2026-03-05", 0.4)):
            self.env["res.currency.rate"].create(
                {"currency_id": eur.id, "name": day, "rate": rate, "company_id": self.company.id}
            )
        invoice = self._claim(150, "2026-03-01", day="2026-02-01", partner_id=self.customer.id, currency_id=eur.id)
        payment = self._unmatched_payment(150, "2026-03-10", currency=eur)
        self.company.fiscalyear_lock_date = "2026-03-31"
        items = (invoice.line_ids + payment.move_id.line_ids).filtered(lambda line: line.account_id == self.receivable)
        items.reconcile()
        exchange = items.matched_debit_ids.exchange_move_id | items.matched_credit_ids.exchange_move_id
        self.assertGreater(exchange.date, self._day("2026-03-31"))
        rows = (
            self.env["sales.receivable.report"]
            .with_context(receivable_as_of="2026-03-20")
            .search([("commercial_partner_id", "=", self.customer.id)])
        )
        self.assertFalse(rows, "nothing is open in either currency")

    def test_a_payment_in_process_without_an_entry(self):
        """It settles nothing until the bank confirms it, and the invoice is paid all the same."""
        # As with the accounting app, where a payment needs no outstanding account.
        self.patch(type(self.env["account.move"]), "_get_invoice_in_payment_state", lambda move: "in_payment")
        self.env["account.payment.method.line"].search([]).payment_account_id = False
        invoice = self._claim(1000, "2026-03-01", partner_id=self.customer.id)
        other = self._claim(500, "2026-03-01", partner_id=self.customer.id)
        for paid, amount in ((invoice, 1000), (other, 200)):
            payment = self._pay(paid, amount, "2026-03-10")
            self.assertFalse(payment.move_id)
        self.assertEqual(invoice.amount_residual, 1000)
        self.env.flush_all()
        [row] = self._aging()
        self.assertEqual(row[-1], 500, "of the other one 300 are not paid")
        self.env.invalidate_all()
        self.assertEqual(self.customer.receivable_overdue, 500)

    def test_day_30_is_in_the_first_bucket(self):
        for amount, due in (
            (1, "2026-04-16"), (2, "2026-04-15"), (4, "2026-04-14"), (8, "2026-03-16"), (16, "2026-03-15"),
            (32, "2026-02-14"), (64, "2026-02-13"), (128, "2026-01-15"), (256, "2026-01-14"), (512, "2025-12-16"),
            (1024, "2025-12-15"),
        ):  # fmt: skip
            self._claim(amount, due)
        self.assertEqual(self._aging(), [("USD", 1 + 2, 4 + 8, 16 + 32, 64 + 128, 256 + 512, 1024, 2047)])
        by_bucket = {row.bucket: row.days_overdue for row in self._rows().sorted("days_overdue")}
        self.assertEqual(
            by_bucket,
            {"0": 0, "1": 30, "2": 60, "3": 90, "4": 120, "5": 121},
        )

    def test_today_is_a_day_in_the_time_zone_of_the_company(self):
        self._claim(100, "2026-04-15")
        with freeze_time("2026-04-15 16:59:00"):  # 23:59 in Jakarta
            self.assertEqual(self._aging(), [("USD", 100, 0, 0, 0, 0, 0, 100)])
        with freeze_time("2026-04-15 17:00:00"):
            self.assertEqual(self._aging(), [("USD", 0, 100, 0, 0, 0, 0, 100)])

    def test_each_instalment_by_itself(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half in 30 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 30)
                ],
            }
        )
        self._invoice(1000, "2026-04-01", invoice_payment_term_id=term.id)
        self.assertEqual(self._aging(), [("USD", 500, 500, 0, 0, 0, 0, 1000)])

    def test_credits_are_negative_and_contacts_are_their_customer(self):
        self._claim(1000, "2026-04-01")
        self._claim(300, "2026-04-10", move_type="out_refund")
        self._unmatched_payment(150, "2026-03-01")
        self._entry(40, "2026-02-20", partner=self.contact)  # without a due date: by its own date
        self.assertEqual(self._aging(), [("USD", 0, 700, -150 + 40, 0, 0, 0, 590)])
        self.assertEqual(self._aging(partner=self.contact), self._aging())

    def test_what_is_no_claim_is_left_out(self):
        self._claim(100, "2026-04-01", post=False)
        paid = self._claim(200, "2026-04-01")
        self._pay(paid, 200, "2026-04-02")
        self._claim(300, "2026-04-01")
        self._claim(400, "2026-04-01").button_draft()
        self.assertEqual(self._aging(), [("USD", 0, 300, 0, 0, 0, 0, 300)])

    def test_as_of_a_day_rewinds_what_was_matched_later(self):
        invoice = self._claim(1000, "2026-02-10", day="2026-01-11")
        self._pay(invoice, 400, "2026-02-20")
        self._pay(invoice, 600, "2026-04-05")
        self.assertEqual(self._aging(), [])
        self.assertEqual(self._aging("2026-01-10"), [])
        self.assertEqual(self._aging("2026-01-11"), [("USD", 1000, 0, 0, 0, 0, 0, 1000)])
        self.assertEqual(self._aging("2026-02-19"), [("USD", 0, 1000, 0, 0, 0, 0, 1000)])
        self.assertEqual(self._aging("2026-02-20"), [("USD", 0, 600, 0, 0, 0, 0, 600)])
        self.assertEqual(self._aging("2026-04-04"), [("USD", 0, 0, 600, 0, 0, 0, 600)])
        self.assertEqual(self._aging("2026-04-05"), [])

    def test_a_payment_in_advance_is_a_credit_until_the_invoice(self):
        payment = self._unmatched_payment(500, "2026-02-01")
        invoice = self._claim(500, "2026-03-31", day="2026-03-01")
        lines = (payment.move_id | invoice).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(self._aging("2026-02-28"), [("USD", 0, -500, 0, 0, 0, 0, -500)])
        self.assertEqual(self._aging("2026-03-01"), [])

    def test_currencies_stay_apart_also_as_of_a_day(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5), ("2026-03-01", 0.4)])
        self._claim(1000, "2026-03-10")
        invoice = self._claim(300, "2026-03-10", currency_id=euro.id, day="2026-02-10")
        self._pay(invoice, 100, "2026-04-01")
        self.assertEqual(self._aging(), [("EUR", 0, 0, 200, 0, 0, 0, 200), ("USD", 0, 0, 1000, 0, 0, 0, 1000)])
        self.assertIn(("EUR", 0, 300, 0, 0, 0, 0, 300), self._aging("2026-03-31"))
        [row] = self._rows(receivable_as_of="2026-03-31").filtered(lambda row: row.currency_id == euro)
        self.assertEqual((row.amount_residual_currency, row.amount_residual), (300, 600))

    def test_companies_stay_apart(self):
        self._claim(1000, "2026-04-01")
        self.env["account.move"].with_company(self.company_2).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-03-01",
                "company_id": self.company_2.id,
                "invoice_line_ids": [Command.create({"name": "Pepper", "quantity": 1, "price_unit": 70})],
            }
        ).action_post()
        self.assertEqual(self._aging(), [("USD", 0, 1000, 0, 0, 0, 0, 1000)])
        self.assertEqual([row[-1] for row in self._aging(user=self.foreign_accountant)], [70])

    def test_rows_are_those_that_the_user_may_see(self):
        self._claim(100, "2026-04-01", user=self.salesperson)
        self._claim(20, "2026-04-01", user=self.peer)
        self._claim(3, "2026-04-01", user=self.manager, team_id=self.other_team.id)
        totals = {
            user.login: [row[-1] for row in self._aging(user=user)]
            for user in (self.accountant, self.salesperson, self.peer, self.lead_user, self.all_documents, self.manager)
        }
        self.assertEqual(
            totals,
            {
                "receivables": [123], "salesperson": [100], "peer": [20], "lead": [120], "alldocs": [123],
                "manager": [123],
            },
        )  # fmt: skip
        self.assertEqual(self._aging(user=self.foreign_accountant), [])
        with self.assertRaises(AccessError):
            self._aging(user=self.portal_user)

    def test_statements_do_not_grow_with_the_items(self):
        report = self.env["sales.receivable.report"].with_user(self.accountant)

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report.get_aging()
            report.get_aging("2026-03-31")
            return self.env.cr.sql_log_count - before

        self._claim(100, "2026-04-01")
        queries()
        few = queries()
        for index in range(12):
            self._claim(100, f"2026-03-{index + 1:02}")
        self.assertEqual(queries(), few)

    def test_an_item_opens_its_entry(self):
        invoice = self._claim(100, "2026-04-01")
        action = self._rows().action_open_entry()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", invoice.id))


@tagged("post_install", "-at_install")
class TestReceivableStatement(ReceivableCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-04-15 05:00:00"))
        cls.euro = cls.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        cls.late = cls._claim(1000, "2026-03-01", ref="PO 7")
        cls.in_euro = cls._claim(300, "2026-05-10", currency_id=cls.euro.id)
        cls._claim(200, "2026-04-10", move_type="out_refund")

    def test_items_subtotals_and_aging_per_currency(self):
        statement = self.contact.with_user(self.accountant)._get_receivable_statement(self.company)
        self.assertEqual((statement["partner"], statement["date"]), (self.customer, self._day("2026-04-15")))
        dollars, euros = statement["currencies"]  # the company's own first
        self.assertEqual((dollars["currency"].name, euros["currency"].name), ("USD", "EUR"))
        self.assertEqual((dollars["total"], dollars["overdue"]), (800, 800))
        self.assertEqual((euros["total"], euros["overdue"]), (300, 0))
        self.assertEqual(list(dollars["aging"].values()), [0, -200, 1000, 0, 0, 0])
        self.assertEqual(
            [(item["name"], item["reference"], item["days_overdue"], item["residual"]) for item in dollars["items"]],
            [(self.late.name, "PO 7", 45, 1000), (dollars["items"][1]["name"], "", 5, -200)],
        )

    def test_as_of_another_day_in_the_same_transaction(self):
        customer = self.customer.with_user(self.accountant)
        self._pay(self.late, 1000, "2026-04-12")
        self.assertEqual(customer._get_receivable_statement(self.company)["currencies"][0]["total"], -200)
        past = customer._get_receivable_statement(self.company, self._day("2026-04-01"))
        self.assertEqual([part["total"] for part in past["currencies"]], [800])

    def _html(self, user, **data):
        report = self.env["ir.actions.report"].with_user(user)
        html, _kind = report._render_qweb_html("sales_tracking.report_customer_statement", self.customer.ids, data)
        return html.decode()

    def test_paper(self):
        html = self._html(self.accountant)
        for text in ("Statement of Account", self.late.name, "PO 7", "1,000.00", "Over 120 Days", "EUR"):
            self.assertIn(text, html)
        self.assertNotIn(self.late.name, self._html(self.accountant, as_of="2026-01-20"))
        self.assertIn("Nothing is open", self._html(self.foreign_accountant))

    def test_paper_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        view = self.env.ref("sales_tracking.report_customer_statement_document")
        view.update_field_translations("arch_db", {"fr_FR": {"Statement of Account": "Relevé de compte"}})
        html = self._html(self.accountant)
        self.assertIn("Relevé de compte", html)
        self.assertIn("01/03/2026", html)

    def test_not_for_those_who_see_a_part(self):
        with self.assertRaisesRegex(AccessError, "all that a customer owes"):
            self._html(self.salesperson)
        self.assertIn(self.late.name, self._html(self.all_documents))

    def test_dialog(self):
        dialog = Form(self.env["sales.receivable.statement"].with_user(self.accountant)).save()
        self.assertEqual(dialog.as_of, self._day("2026-04-15"))
        with self.assertRaisesRegex(UserError, "Choose the customers"):
            dialog.action_print()
        self.assertEqual(dialog.action_open_aging()["context"], {"receivable_as_of": "2026-04-15"})
        dialog.partner_ids = self.contact
        self.assertEqual(dialog.action_open_aging()["domain"], [("commercial_partner_id", "in", self.customer.ids)])
        self.assertEqual(dialog.action_print()["data"]["as_of"], "2026-04-15")
        dollars, euros = dialog._xlsx_sheets()
        self.assertEqual(dollars.total[-1], 800)
        self.assertEqual([row[0] for row in euros.rows], [self.in_euro.name])
        self.assertTrue(dialog._xlsx_content().startswith(b"PK"))
        from_contacts = self.env["sales.receivable.statement"].with_context(
            active_model="res.partner", active_ids=self.contact.ids
        )
        self.assertEqual(Form(from_contacts).save().partner_ids, self.contact)
        refused = (
            self.env["sales.receivable.statement"]
            .with_user(self.salesperson)
            .create({"partner_ids": self.customer.ids})
        )
        with self.assertRaises(AccessError):
            refused._xlsx_sheets()
