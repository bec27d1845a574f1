import re
from html import unescape

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestCommissionPortal(SalesCommissionCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan([cls._percent(0.05)], name="Agents 2026")
        cls.agent, cls.other_agent = (
            new_test_user(
                cls.env, login=login, password=login, groups="base.group_portal", company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login in ("agent-one", "agent-two")
        )  # fmt: skip
        statements = cls.env["sales.commission.statement"]
        cls.statement, cls.other_statement = (
            statements._open(cls.plan, user.partner_id, cls._day("2026-03-01")) for user in (cls.agent, cls.other_agent)
        )
        for statement, amount in ((cls.statement, 111.11), (cls.other_statement, 222.22)):
            cls.env["sales.commission.adjustment"].create(
                {"statement_id": statement.id, "amount": amount, "reason": "A deal"}
            ).action_post()

    def setUp(self):
        super().setUp()
        self.authenticate("agent-one", "agent-one")

    def test_list_has_the_own_statements_only(self):
        page = self.url_open("/my/commissions").text
        self.assertIn("111.11", page)
        self.assertNotIn("222.22", page)
        self.assertEqual(self.env["sales.commission.statement"].with_user(self.agent).search([]), self.statement)

    def test_own_page(self):
        page = self.url_open(f"/my/commissions/{self.statement.id}").text
        for text in ("Agents 2026", "March 2026", "A deal", "111.11"):
            self.assertIn(text, page)

    def test_pages_of_others(self):
        statement = self.other_statement
        for url in (
            f"/my/commissions/{statement.id}",
            f"/my/commissions/{statement.id}?report_type=html",
            f"/my/commissions/{statement.id}?report_type=pdf&download=true",
            f"/sales_tracking/xlsx/sales.commission.statement/{statement.id}",
        ):
            with self.subTest(url=url):
                self.assertNotIn("222.22", self.url_open(url).text)
        answer = self.url_open(f"/my/commissions/{statement.id}", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)

    def test_report(self):
        page = self.url_open(f"/my/commissions/{self.statement.id}?report_type=html").text
        self.assertIn("111.11", page)

    def test_every_link_of_the_pages_works(self):
        for page in ("/my/commissions", f"/my/commissions/{self.statement.id}"):
            for link in set(re.findall(r'(?:href|src)="(/[^"#]*)"', self.url_open(page).text)):
                with self.subTest(link=link):
                    self.assertEqual(self.url_open(unescape(link)).status_code, 200)

    def test_statement_as_pdf_and_text(self):
        for report_type in ("pdf", "html"):
            for download in ("", "&download=true"):
                url = f"/my/commissions/{self.statement.id}?report_type={report_type}{download}"
                self.assertEqual(self.url_open(url).status_code, 200, url)

    def test_malformed_requests(self):
        for url in (
            "/my/commissions/99999999999999999999", "/my/commissions/x", "/my/commissions/-1",
            "/my/commissions/page/99999999999999999999", f"/my/commissions/{self.statement.id}?report_type=exe",
            "/sales_commission/payroll/99999999999.csv", "/sales_commission/payroll/-1.csv",
            "/sales_tracking/xlsx/sales.commission.statement/99999999999999",
            "/sales_tracking/xlsx/sales.commission.statement/٣",
            f"/my/commissions/{self.statement.id}?access_token=é",
        ):  # fmt: skip
            with self.subTest(url=url):
                self.assertLess(self.url_open(url).status_code, 500)
        for data in ({}, {"entry_id": "x"}, {"entry_id": self.statement.entry_ids.id, "reason": "r" * 20_000}):
            answer = self.url_open(
                f"/my/commissions/{self.statement.id}/dispute", data={**data, "csrf_token": self.csrf_token()}
            )
            self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.env["sales.commission.dispute"].search([("plan_id", "=", self.plan.id)]))

    def test_reason_is_no_html_for_the_approver(self):
        reason = '<a href="https://evil.example">Sign in</a><img src="https://evil.example/x.png"/>'
        self.url_open(
            f"/my/commissions/{self.statement.id}/dispute",
            data={"entry_id": self.statement.entry_ids.id, "reason": reason, "csrf_token": self.csrf_token()},
        )
        dispute = self.env["sales.commission.dispute"].search([("plan_id", "=", self.plan.id)])
        self.assertEqual(dispute.reason, reason)
        for text in (*dispute.activity_ids.mapped("note"), *dispute.message_ids.mapped("body")):
            self.assertNotIn("<a href", text or "")
            self.assertNotIn("<img", text or "")

    def test_dispute(self):
        """Of an entry of the own statement, once."""
        entry, other_entry = self.statement.entry_ids, self.other_statement.entry_ids
        for statement, each, reason, disputes in (
            (self.other_statement, other_entry, "Not mine", 0),
            (self.statement, other_entry, "Not mine", 0),
            (self.statement, entry, " ", 0),
            (self.statement, entry, "It was 222", 1),
            (self.statement, entry, "Again", 1),
        ):
            self.url_open(
                f"/my/commissions/{statement.id}/dispute",
                data={"entry_id": each.id, "reason": reason, "csrf_token": self.csrf_token()},
            )
            found = self.env["sales.commission.dispute"].search([("plan_id", "=", self.plan.id)])
            self.assertEqual(len(found), disputes, reason)
        self.assertEqual((found.reason, found.create_uid), ("It was 222", self.agent))
        self.assertIn("It was 222", self.url_open(f"/my/commissions/{self.statement.id}").text)

    def test_internal_user_without_commissions(self):
        new_test_user(self.env, login="clerk", password="clerk", groups="base.group_user")
        self.authenticate("clerk", "clerk")
        self.assertEqual(self.url_open("/my/commissions", allow_redirects=False).status_code, 303)

    def csrf_token(self):
        page = self.url_open(f"/my/commissions/{self.statement.id}").text
        return page.partition('csrf_token: "')[2].partition('"')[0]
