import io
import unittest

from PyPDF2 import PdfFileReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MARCH, SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestCommissionStatement(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan([cls._percent(0.05)], cls.salesperson | cls.peer | cls.manager)
        cls.invoice = cls._invoice(1000, "2026-03-02")
        cls._invoice(200, "2026-03-03", move_type="out_refund")
        cls._invoice(3000, "2026-03-04", user=cls.peer)
        cls._invoice(5000, "2026-03-05", user=cls.manager)
        cls.plan.action_compute(MARCH)
        cls.statement, cls.own_statement = (
            cls.env["sales.commission.statement"].search([("user_id", "=", user.id), ("plan_id", "=", cls.plan.id)])
            for user in (cls.salesperson, cls.manager)
        )

    def test_statement(self):
        self.assertRecordValues(
            self.statement,
            [
                {
                    "plan_id": self.plan.id,
                    "partner_id": self.salesperson.partner_id.id,
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "period_start": self._day("2026-03-01"),
                    "period_end": self._day("2026-03-31"),
                    "state": "draft",
                    "amount": 40,
                    "entry_count": 2,
                    "display_name": f"Commission: {self.salesperson.name}, March 2026",
                }
            ],
        )

    def test_confirm(self):
        self.assertTrue(self.statement.with_user(self.manager).action_confirm())
        self.assertEqual((self.statement.state, self.statement.confirmed_by_id), ("confirmed", self.manager))
        with self.assertRaisesRegex(UserError, "confirmed already"):
            self.statement.with_user(self.manager).action_confirm()

    def test_nobody_confirms_the_own_statement(self):
        with self.assertRaisesRegex(UserError, "somebody else must confirm"):
            self.own_statement.with_user(self.manager).action_confirm()
        with self.assertRaisesRegex(UserError, "somebody else must confirm"):
            (self.statement | self.own_statement).with_user(self.manager).sudo().action_confirm()
        with self.assertRaises(AccessError):
            self.statement.with_user(self.peer).action_confirm()
        self.assertEqual((self.statement | self.own_statement).mapped("state"), ["draft", "draft"])

    def test_the_state_is_not_written_past_the_button(self):
        for statement in (self.own_statement.with_user(self.manager), self.own_statement.sudo()):
            for values in (
                {"state": "confirmed"},
                {"user_id": self.peer.id},
                {"confirmed_by_id": self.peer.id},
                {"period_start": "2026-04-01"},
            ):
                with self.assertRaisesRegex(UserError, "stays as the commission run opened it"):
                    statement.write(values)

    def test_statement_with_entries_stays(self):
        with self.assertRaisesRegex(UserError, "it stays"):
            self.statement.with_user(self.manager).unlink()

    def test_compute_from_the_statement(self):
        self._invoice(100, "2026-03-06")
        self.statement.with_user(self.manager).action_compute()
        self.assertEqual(self.statement.amount, 45)

    def test_documents(self):
        documents = self.statement._get_documents()
        self.assertEqual([document["amount"] for document in documents], [50, -10])
        self.assertEqual(documents[0]["entries"].res_id, self.invoice.id)

    def test_page(self):
        """What the PDF is made of."""
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "sales_commission.report_statement", self.statement.ids
        )
        text = " ".join(html.decode().split())
        for expected in (self.invoice.name, "1,000.00 × 5", "= 50.00.", "March 2026", self.salesperson.name):
            self.assertIn(expected, text)

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_pdf(self):
        report = self.env["ir.actions.report"]
        if report.get_wkhtmltopdf_state() not in ("ok", "upgrade"):
            raise unittest.SkipTest("wkhtmltopdf is not installed")
        # Without a stylesheet: its web font would turn the text into drawings, in which nothing can be found.
        self.env["ir.config_parameter"].set_param("report.url", "http://127.0.0.1:1")
        pdf, _type = report.with_context(force_report_rendering=True)._render_qweb_pdf(
            "sales_commission.report_statement", self.statement.ids
        )
        text = "".join(page.extractText() for page in PdfFileReader(io.BytesIO(pdf)).pages)
        text = "".join(text.split())
        for expected in (self.invoice.name, "=50.00.", "March2026", "40.00", "ToPay"):
            self.assertIn(expected, text)
