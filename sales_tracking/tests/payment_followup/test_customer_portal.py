import re
from datetime import timedelta
from html import unescape

from odoo import http
from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..receivable.common_receivable import ReceivableCommon


@tagged("post_install", "-at_install")
class TestCustomerPortal(ReceivableCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._sales_today()
        cls.invoice = cls._claim(1000, cls.today - timedelta(days=10), user=cls.salesperson)
        cls.customer.user_id = cls.salesperson
        cls.stranger = cls.env["res.partner"].create({"name": "Warung Sebelah"})
        cls.other_invoice = cls._claim(77.77, cls.today, partner_id=cls.stranger.id)
        cls.portal_user.partner_id.parent_id = cls.customer
        cls.portal_user.password = "portal_user"
        cls.account = cls.env["sales.dunning.account"]._of(cls.customer, cls.company)
        cls.token = cls.account._portal_ensure_token()
        cls.other_account = cls.env["sales.dunning.account"]._of(cls.stranger, cls.company)
        cls.other_account._portal_ensure_token()
        cls.line = cls._instalment(cls.invoice)

    @staticmethod
    def _instalment(invoice):
        return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _post(self, what, token=None, account=None, csrf=True, **form):
        form = {"line_id": self.line.id, "access_token": token or "", **form}
        if csrf:
            form["csrf_token"] = http.Request.csrf_token(self)
        answer = self.url_open(f"/my/statement/{(account or self.account).id}/{what}", data=form)
        self.env.invalidate_all()
        return answer

    def _promise(self, token=None, **form):
        day = (self.today + timedelta(days=5)).isoformat()
        return self._post("promise", token, **{"date": day, "amount": "600", **form})

    def _dispute(self, token=None, **form):
        return self._post("dispute", token, **{"reason": "quality", "note": "Mould in two bags", **form})

    def test_the_page_of_a_login(self):
        self.authenticate("portal", "portal_user")
        counters = self.url_open("/my/counters", json={"params": {"counters": ["statement_count"]}}).json()["result"]
        self.assertEqual(counters, {"statement_count": 1})
        self.assertIn("/my/statement", self.url_open("/my").text)
        page = self.url_open("/my/statement").text
        self.assertIn(self.invoice.name, page)
        self.assertIn("10 days overdue", " ".join(page.split()))
        self.assertNotIn(self.other_invoice.name, page)
        self.assertNotIn("77.77", page)

    def test_the_page_of_a_token(self):
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/my/statement").url)
        self.assertIn(self.invoice.name, self.url_open(self.account.get_portal_url()).text)

    @mute_logger("odoo.http")
    def test_one_customers_data_alone(self):
        url = f"/my/statement/{self.other_account.id}"
        for login, password in ((None, None), ("portal", "portal_user")):
            self.authenticate(login, password)
            for suffix in ("", "/pdf", "/xlsx"):
                for token in ("", "?access_token=guessed", f"?access_token={self.token}"):
                    self.assertEqual(self.url_open(f"{url}{suffix}{token}").status_code, 404)
            self.assertEqual(self._promise(self.token, account=self.other_account).status_code, 404)
        self.assertEqual(self.url_open("/my/statement/999999999").status_code, 404)
        # The line of another customer, with the token of this one.
        answer = self._promise(self.token, line_id=self._instalment(self.other_invoice).id, amount="1")
        self.assertIn("not open any more", answer.text)
        self.assertFalse(self.env["sales.promise"].search([("partner_id", "in", (self.customer | self.stranger).ids)]))

    def test_downloads(self):
        self.authenticate(None, None)
        suffix = f"?access_token={self.token}"
        answer = self.url_open(f"/my/statement/{self.account.id}/xlsx{suffix}")
        self.assertTrue(answer.content.startswith(b"PK"))
        self.assertIn(".xlsx", answer.headers["Content-Disposition"])
        answer = self.url_open(f"/my/statement/{self.account.id}/pdf{suffix}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    def test_a_promise(self):
        self.authenticate(None, None)
        page = self._promise(self.token).text
        self.assertIn("noted the day of your payment", page)
        self.assertIn("You promised", page)
        promise = self.account.promise_ids
        self.assertEqual((promise.amount, promise.date), (600, self.today + timedelta(days=5)))
        self.assertEqual((promise.move_line_ids, promise.state, promise.is_from_portal), (self.line, "open", True))
        self.assertIn("promised a payment of this invoice already", self._promise(self.token).text)
        self.assertEqual(len(self.account.promise_ids), 1)

    def test_a_dispute_that_the_collector_hears_of(self):
        self.authenticate("portal", "portal_user")
        self.assertIn("look into it", self._dispute().text)
        dispute = self.account.dispute_ids
        self.assertEqual((dispute.reason, dispute.note, dispute.amount), ("quality", "Mould in two bags", 1000))
        self.assertEqual(dispute.activity_ids.user_id, self.salesperson)
        dispute._write_decided({"state": "rejected"})
        self.assertIn("Please contact us", self._dispute().text)
        self.assertEqual(len(self.account.dispute_ids), 1)

    def test_a_dispute_without_a_collector(self):
        """It goes to a colleague, never to the customer who is logged in nor to the robot behind the link."""
        self.customer.user_id = False
        self.account.user_id = False
        self.authenticate("portal", "portal_user")
        self.assertIn("look into it", self._dispute().text)
        dispute = self.account.dispute_ids
        self.assertEqual((dispute.user_id, dispute.activity_ids.user_id), 2 * (self.env.ref("base.user_admin"),))
        self.assertNotIn(self.portal_user.partner_id, dispute.message_partner_ids)

    def test_a_colleague_needs_the_right_to_all_of_it(self):
        """Who may see the own invoices alone does not see those of others on the customer's page."""
        self.salesperson.password = "salesperson"
        self.authenticate(self.salesperson.login, "salesperson")
        for page in ("", "/xlsx", "/pdf"):
            with self.subTest(page=page), mute_logger("odoo.http"):
                self.assertEqual(self.url_open(f"/my/statement/{self.account.id}{page}").status_code, 404)
        link = f"/my/statement/{self.account.id}?access_token={self.token}"
        self.assertIn(self.invoice.name, self.url_open(link).text)

    def test_the_company_s_limits_of_promises(self):
        self.authenticate(None, None)
        self.account.company_id.write({"portal_promise_share": 25, "portal_promise_days": 4})
        self.assertIn("Enter at least", self._promise(self.token, amount="249.99", date=self.today.isoformat()).text)
        self.assertIn("within the next 4 days", self._promise(self.token, amount="250").text)
        self.assertFalse(self.account.promise_ids)

    def test_what_is_wrong_is_said_and_what_was_entered_stays(self):
        self.authenticate(None, None)
        late = (self.today + timedelta(days=31)).isoformat()
        for form, error in (
            ({"date": (self.today - timedelta(days=1)).isoformat()}, "Choose a day"),
            ({"date": late}, "within the next 30 days"),
            ({"date": "soon"}, "Choose a day"),
            ({"amount": "1000.01"}, "at most what is open"),
            ({"amount": "0"}, "above zero"),
            ({"amount": "0.001"}, "above zero"),
            ({"amount": "nan"}, "above zero"),
            ({"amount": "lots"}, "above zero"),
            ({"line_id": "7; DROP"}, "not open any more"),
        ):
            page = self._promise(self.token, **form).text
            self.assertIn(error, page)
        self.assertIn(f'value="{late}"', self._promise(self.token, date=late).text)
        self.assertIn("Choose a reason", self._dispute(self.token, reason="revenge").text)
        self.assertIn("Describe what is wrong", self._dispute(self.token, note="  ").text)
        self.assertFalse(self.account.promise_ids)
        self.assertFalse(self.account.dispute_ids)

    def test_not_again_and_again(self):
        self.authenticate(None, None)
        for _index in range(2):
            self._promise(self.token)
            self.account.promise_ids._write_decided({"state": "broken"})
        self.assertIn("2 times. Please contact us", self._promise(self.token).text)
        lines = [self._instalment(self._claim(10, self.today)) for _index in range(9)]
        pages = [self._promise(self.token, line_id=line.id, amount="10").text for line in lines]
        self.assertEqual(["entered a lot today" in page for page in pages], [False] * 8 + [True])

    @mute_logger("odoo.http")
    def test_not_without_the_token_of_the_form(self):
        self.authenticate("portal", "portal_user")
        self.assertEqual(self._post("promise", csrf=False, date="2030-01-01", amount="1").status_code, 400)
        self.assertFalse(self.account.promise_ids)

    def test_a_reminder_has_the_link_and_the_statement(self):
        self.customer.email = "melati@example.com"
        reminder = self.account.with_user(self.accountant).action_send()
        message = reminder.sudo().message_id
        self.assertIn(f"/my/statement/{self.account.id}?access_token={self.token}", message.body)
        self.assertIn("Statement - Toko Melati", " ".join(message.attachment_ids.mapped("name")))

    def test_what_cannot_be_read_is_refused(self):
        for login, token in (("portal", ""), (None, self.token)):
            self.authenticate(login, login and "portal_user")
            for path in (
                "/my/statement/99999999999999999999", "/my/statement/x", "/my/statement/-1",
                f"/my/statement/{self.account.id}?access_token=é", f"/my/statement/{self.account.id}/exe",
                f"/my/statement/{self.account.id}?access_token={token}&message=<script>",
                "/my/orders/99999999999999?access_token=é",
                "/sales_tracking/xlsx/sales.visit.report/99999999999999999999",
                "/sales_tracking/xlsx/sales.visit.report/9²",
            ):  # fmt: skip
                with self.subTest(path=path, login=login):
                    answer = self.url_open(path)
                    self.assertLess(answer.status_code, 500)
                    self.assertNotIn('<script>"', answer.text)
            for form in (
                {"amount": "nan"}, {"amount": "1e400"}, {"amount": "1_000"}, {"amount": ""}, {"line_id": "٣"},
                {"line_id": "9" * 30}, {"date": "2026-99-99"}, {"date": "x" * 5000}, {"date": "0000-00-00"},
            ):  # fmt: skip
                with self.subTest(form=form, login=login):
                    self.assertEqual(self._promise(token, **form).status_code, 200)
        self.assertFalse(self.account.promise_ids)
        self.assertIn("has two meanings", self._promise(self.token, amount="0600.000".lstrip("0")).text)
        self.assertFalse(self.account.promise_ids)

    def test_reports_that_cannot_be_read_are_refused(self):
        report = self.env["sales.visit.report"].with_user(self.salesperson).create({})
        self.salesperson.password = "salesperson"
        self.authenticate(self.salesperson.login, "salesperson")
        for path, status in (
            (f"sales_tracking.report_visits/{report.id}", None),
            ("sales_tracking.report_visits/x", 400), ("sales_tracking.report_visits/99999999999", 400),
            ("sales_tracking.report_visits/999999999", None), ("sales_tracking.report_visits", None),
            (f"sales_tracking.report_visits/{report.id}?context=x", 400),
            (f"sales_tracking.report_visits/{report.id}?options=[]", 400),
            (f'sales_tracking.report_customer_statement/{self.customer.id}?options={{"as_of":"x"}}', 400),
            (f"sales_tracking.report_customer_statement/{self.customer.id}?as_of=2026-99-99", 400),
            (f"sales_tracking.report_customer_statement/{self.customer.id}", None),
            ("sales_tracking.report_dunning_letters/1", None), ("sales_tracking.report_pricelist", None),
        ):  # fmt: skip
            for kind in ("html", "pdf"):
                with self.subTest(path=path, kind=kind):
                    answer = self.url_open(f"/report/{kind}/{path}")
                    self.assertLess(answer.status_code, 500)
                    if status:
                        self.assertEqual(answer.status_code, status)

    def test_every_link_of_the_pages_works(self):
        for login, token in (("portal", ""), (None, self.token)):
            self.authenticate(login, login and "portal_user")
            page = self.url_open(f"/my/statement/{self.account.id}?access_token={token}").text
            links = set(re.findall(r'(?:href|src)="(/[^"#]*)"', page))
            self.assertTrue([link for link in links if "/pdf" in link])
            # After the link that logs out the others lead to the login page.
            for link in sorted(links, key=lambda link: ("logout" in link, link)):
                with self.subTest(link=link, login=login):
                    self.assertLess(self.url_open(unescape(link)).status_code, 400)

    def test_rows_have_a_name_without_accounting(self):
        report = self.env["sales.receivable.report"].with_user(self.manager)
        rows = report.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(rows.mapped("display_name"), [self.invoice.display_name])

    def test_long_texts_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "200000 characters. Shorten it to 10000"):
            self.env["sales.interaction"].create(
                {"kind": "call", "partner_id": self.customer.id, "note": "n" * 200_000}
            )
        visit = self.env["sales.visit"].create({"partner_id": self.customer.id})
        with self.assertRaises(ValidationError):
            visit.note = "n" * 10_001
        series = self.env["sales.visit.recurrence"]
        for values, problem in (({"count": 5000}, "at most 104 visits"), ({"interval": 10**6}, "after at most 104")):
            with self.assertRaisesRegex(ValidationError, problem):
                series.create({"visit_id": visit.id, **values})

    def test_paid_meanwhile(self):
        self.authenticate(None, None)
        self._pay(self.invoice, 1000, self.today)
        self.assertIn("not open any more", self._promise(self.token).text)
        self.assertIn("Nothing is open", self.url_open(self.account.get_portal_url()).text)
