"""Every page and report of the addons, asked for by everybody: nothing of others, and never an error of the server."""

import re
from datetime import timedelta
from html import unescape
from itertools import product

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.sales_tracking.tests.receivable.common_receivable import ReceivableCommon

from ..common import CommissionPlans

KINDS = ("html", "pdf", "text")
# What stands in each document and in no other.
SECRETS = ("Gudang Rahasia", "4,321.09", "Plan of the Agent", "Lada Putih Rahasia")
# Reports of what a sales manager does not read.
NOT_THE_MANAGERS = (
    "sales_tracking.report_visits", "sales_tracking.report_receipt", "sales_tracking.report_subscription",
)  # fmt: skip
# What logs out or posts a form.
NOT_FOLLOWED = re.compile(r"logout|^/web/assets|/(accept|decline|promise|dispute|message_post)")
BAD_IDS = ("0", "-1", "x", "9²", "٣", "99999999999999999999", "1,x", "999999999")
BAD_QUERIES = ("context=x", "context=[]", "options=x", "options=[]", "as_of=2026-99-99", "date=x", "valid_until=0000")


@tagged("post_install", "-at_install")
class TestDoors(CommissionPlans, ReceivableCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._prepare_plans(cls.company, cls.salesperson)
        today = cls.company._sales_today()
        cls.customer.name = "Gudang Rahasia"
        cls.customer.user_id = cls.peer
        invoice = cls._claim(4321.09, today - timedelta(days=10), partner_id=cls.customer.id, user=cls.peer)
        cls.account = cls.env["sales.dunning.account"]._of(cls.customer, cls.company)
        cls.old_token = cls.account._portal_ensure_token()
        cls.account.sudo().access_token = False
        cls.token = cls.account._portal_ensure_token()
        reminder = cls.env["sales.dunning.reminder"].sudo().create(
            {
                "account_id": cls.account.id, "partner_id": cls.customer.id, "company_id": cls.company.id,
                "level_name": "First", "day": today, "claimed": 4321.09, "is_letter": True,
            }
        )  # fmt: skip
        cls.order = cls._order(lines=[(cls._create_product(name="Lada Putih Rahasia"), 1, 4321.09)], user=cls.peer)
        cls.order.partner_id = cls.customer
        cls.order_token = cls.order._portal_ensure_token()
        cls.agent = cls._portal("agent-of-doors")
        plan = cls._plan([cls._percent(0.05)], name="Plan of the Agent")
        statement = cls.env["sales.commission.statement"]._open(plan, cls.agent.partner_id, cls._day("2026-03-01"))
        cls.env["sales.commission.adjustment"].create(
            {"statement_id": statement.id, "amount": 4321.09, "reason": "A deal"}
        ).action_post()
        cls.statement = statement
        pricelist = cls.env["product.pricelist"].create({"name": "Lada Putih Rahasia", "company_id": cls.company.id})
        visits = cls.env["sales.visit.report"].with_user(cls.peer).create({})
        regular = (
            cls.env["sales.report.subscription"]
            .with_user(cls.peer)
            .create(
                {
                    "name": "Gudang Rahasia",
                    "report_model": "sales.achievement",
                    "view_type": "pivot",
                    "measures": "amount",
                }
            )
        )
        cls.documents = {
            "sales_commission.report_statement": statement,
            "sales_tracking.report_customer_statement": cls.customer,
            "sales_tracking.report_dunning_letters": reminder,
            "sales_tracking.report_pricelist": pricelist,
            "sales_tracking.report_visits": visits,
            "sales_tracking.report_subscription": regular,
            "sales_tracking.report_cash_invoice": invoice,
            "sales_tracking.report_cod_invoice": invoice,
            "sales_tracking.report_receipt": cls._unmatched_payment(4321.09, today),
            "sales_tracking.report_delivery_note": cls.order,
            "sales_tracking.report_packing_list": cls.order,
            "sales_tracking.report_shipping_instruction": cls.order,
        }
        cls.portal_user.partner_id.parent_id = cls.customer
        cls.stranger = cls._portal("stranger-of-doors")
        for user in (cls.portal_user, cls.foreign_user, cls.foreign_accountant, cls.salesperson, cls.manager):
            user.password = user.login

    @classmethod
    def _portal(cls, login):
        return new_test_user(
            cls.env, login=login, password=login, groups="base.group_portal", company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )  # fmt: skip

    def _get(self, path, **arguments):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            answer = self.url_open(path, timeout=60, **arguments)
        self.assertLess(answer.status_code, 500, path)
        return answer

    def _log_in(self, user):
        self.authenticate(user and user.login, user and user.login)

    def _assert_nothing_of_others(self, answer):
        for secret in SECRETS:
            self.assertNotIn(secret, answer.text)

    def test_every_report_is_here(self):
        reports = self.env["ir.actions.report"].search(
            [("report_name", "=like", "sales\\_%.%"), ("model", "!=", False)]
        )
        ours = {name for name in reports.mapped("report_name") if name.split(".")[0] in (
            "sales_tracking", "sales_target", "sales_commission")}  # fmt: skip
        self.assertEqual(ours, set(self.documents))

    def test_reports_are_for_those_who_read_the_document(self):
        outsiders = (None, self.stranger, self.foreign_user, self.foreign_accountant)
        for user in outsiders:
            self._log_in(user)
            for (report, document), kind in product(self.documents.items(), KINDS):
                with self.subTest(user=user and user.login, report=report, kind=kind):
                    if user in (self.foreign_user, self.foreign_accountant) and document == self.customer:
                        # The contact is shared by the companies; what it owes the other one is not.
                        document.company_id = self.company
                    self._assert_nothing_of_others(self._get(f"/report/{kind}/{report}/{document.id}"))

    def test_reports_of_those_who_read_the_document(self):
        self._log_in(self.manager)
        for (report, document), kind in product(self.documents.items(), KINDS):
            if report not in NOT_THE_MANAGERS:
                with self.subTest(report=report, kind=kind):
                    self.assertEqual(self._get(f"/report/{kind}/{report}/{document.id}").status_code, 200)

    def test_what_cannot_be_read_is_refused_with_a_sentence(self):
        for user, kind in ((None, "html"), (self.stranger, "html"), (self.manager, "pdf")):
            self._log_in(user)
            for report, document in self.documents.items():
                is_read = user == self.manager and report not in NOT_THE_MANAGERS
                for path in (*BAD_IDS, *(f"{document.id}?{query}" for query in BAD_QUERIES)):
                    with self.subTest(user=user and user.login, report=report, path=path):
                        answer = self._get(f"/report/{kind}/{report}/{path}")
                        if is_read:
                            self.assertEqual(answer.status_code // 100, 4)
                            self.assertRegex(answer.text, r"\w{3,} \w{2,} \w{2,}")
                        if is_read and path not in BAD_IDS:
                            self.assertEqual(answer.status_code, 400)
                            self.assertIn("of the report", answer.text)

    def test_a_token_that_is_wrong_or_no_longer_holds(self):
        for user in (None, self.stranger, self.agent):
            self._log_in(user)
            for token in ("", self.old_token, self.order_token, "é"):
                for path in (
                    f"/my/statement/{self.account.id}?",
                    *(f"/my/statement/{self.account.id}/{kind}?" for kind in ("pdf", "xlsx")),
                    f"/my/orders/{self.order.id}?" if token != self.order_token else "/my?",
                    f"/my/orders/{self.order.id}?report_type=html&" if token != self.order_token else "/my?",
                    f"/my/commissions/{self.statement.id}?" if user != self.agent else "/my?",
                    f"/my/commissions/{self.statement.id}?report_type=html&" if user != self.agent else "/my?",
                ):
                    with self.subTest(user=user and user.login, path=path, token=token[:9]):
                        self._assert_nothing_of_others(self._get(f"{path}access_token={token}"))

    def test_every_link_of_every_page_is_followed(self):
        statement, order = f"/my/statement/{self.account.id}", f"/my/orders/{self.order.id}"
        pages = {
            None: (f"{statement}?access_token={self.token}", f"{order}?access_token={self.order_token}"),
            self.portal_user: ("/my", "/my/statement", statement, f"{order}?access_token={self.order_token}"),
            self.agent: ("/my", "/my/commissions", f"/my/commissions/{self.statement.id}"),
        }
        for user, paths in pages.items():
            self._log_in(user)
            links = {}
            for path in paths:
                answer = self._get(path)
                self.assertEqual(answer.status_code, 200, path)
                for link in re.findall(r'(?:href|src|action)="(/[^"#]*)"', answer.text):
                    links[unescape(link)] = path
            followed = [link for link in links if not NOT_FOLLOWED.search(link)]
            self.assertTrue(followed)
            for link in followed:
                with self.subTest(user=user and user.login, page=links[link], link=link):
                    self.assertLess(self._get(link).status_code, 400)
