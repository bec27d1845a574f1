import re

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_margin import MarginGuardCommon

# A picture of one pixel.
SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestMarginPortal(MarginGuardCommon, HttpCase):
    """What the customer can do with a quotation that is below the floor, and what he or she learns of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user.partner_id.parent_id = cls.customer
        # Sent at 100, then lowered; the cost and the margin are numbers that occur nowhere else.
        cls.pepper.standard_price = 61.37
        cls.order = cls._quotation(
            100, partner_id=cls.portal_user.partner_id.id, require_signature=True, require_payment=False
        )
        cls.order.write({"state": "sent"})
        cls.order.order_line.price_unit = 70.91
        cls.order.order_line.name = "Black pepper"
        cls.order.message_subscribe(cls.portal_user.partner_id.ids)
        cls.env["sales.margin.approval"].with_user(cls.salesperson).create(
            {"order_id": cls.order.id, "reason": "Confidential reason"}
        )
        cls.env.cr.flush()

    def _secrets(self, text):
        return re.findall(r"61[.,]37|9[.,]54|13[.,]4|(?i:margin\b(?!-)|purchase_price|Confidential)", text)

    def _page(self, **parameters):
        page = self.url_open(self.order.get_portal_url(**parameters))
        page.raise_for_status()
        return page.text

    def _visible(self, html):
        body = html[html.index("<main") : html.index("</main>")]
        return re.sub(r"<style.*?</style>|style=\"[^\"]*\"", "", body, flags=re.DOTALL)

    def test_page_of_a_held_quotation(self):
        for login in (None, "portal"):
            self.authenticate(login, login)
            html = self._page()
            self.assertIn("This quotation is being checked.", html)
            self.assertNotIn("#modalaccept", html)
            self.assertNotIn("print_invoice_report", html)
            self.assertFalse(self._secrets(self._visible(html)))
            paying = self._page(query_string="&payment_amount=10")
            self.assertNotIn("o_sale_portal_paynow", paying)
            printing = self.url_open(self.order.get_portal_url(report_type="pdf", download=True))
            self.assertIn("being checked", printing.text)

    def test_signature_is_refused(self):
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {"access_token": self.order.access_token, "name": "Ibu Melati", "signature": SIGNATURE},
        )
        self.assertIn("error", answer)
        self.assertFalse(self._secrets(str(answer)))
        self.assertEqual((self.order.state, self.order.signature), ("sent", False))

    @mute_logger("odoo.http")
    def test_payment_is_refused(self):
        self.order.require_payment = True
        self.assertFalse(self.order._has_to_be_paid())
        answer = self.opener.post(
            f"{self.base_url()}/my/orders/{self.order.id}/transaction",
            json={"params": {"access_token": self.order.access_token, "amount": 70.91}},
        ).json()
        self.assertIn("being checked", answer["error"]["data"]["message"])
        self.assertFalse(self.order.sudo().transaction_ids)

    def test_money_that_came_in_meanwhile_confirms_with_the_approval(self):
        self.order.write({"require_payment": True, "prepayment_percent": 0.1})
        provider = self.env["payment.provider"].create({"name": "Bank", "code": "none", "company_id": self.company.id})
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": 70.91,
                "currency_id": self.order.currency_id.id,
                "partner_id": self.order.partner_id.id,
                "reference": "Early",
                "state": "done",
                "sale_order_ids": [(6, 0, self.order.ids)],
            }
        )
        self.assertFalse(transaction._check_amount_and_confirm_order())
        self.assertEqual(self.order.state, "sent")
        self.order.margin_approval_ids.with_user(self.lead_user).action_approve()
        self.assertEqual(self.order.state, "sale")

    def test_after_the_approval(self):
        self.order.margin_approval_ids.with_user(self.lead_user).action_approve()
        html = self._page()
        self.assertNotIn("being checked", html)
        self.assertIn("#modalaccept", html)
        self.assertFalse(self._secrets(self._visible(html)))
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {"access_token": self.order.access_token, "name": "Ibu Melati", "signature": SIGNATURE},
        )
        self.assertNotIn("error", answer)
        self.assertEqual(self.order.state, "sale")
        document = self.env["ir.actions.report"]._render_qweb_html("sale.action_report_saleorder", self.order.ids)[0]
        self.assertFalse(self._secrets(self._visible(document.decode())))

    def test_customer_reads_no_margin(self):
        order = self.order.with_user(self.portal_user)
        self.assertEqual(order.read(["amount_untaxed"])[0]["amount_untaxed"], 70.91)
        for record, names in (
            (order, ("margin", "margin_percent", "margin_guard_state", "margin_guard_explanation",
                     "margin_request_reason", "margin_approval_ids")),
            (order.order_line, ("margin", "margin_percent", "purchase_price")),
        ):  # fmt: skip
            self.assertFalse({*names} & record.fields_get().keys())
            for name in names:
                with self.assertRaises(AccessError):
                    record.read([name])
                with self.assertRaises(AccessError):
                    record.search([(name, "!=", False)])
        messages = self.env["mail.message"].with_user(self.portal_user).search([("model", "=", "sale.order")])
        self.assertFalse(self._secrets(" ".join(messages.mapped("body"))))
        for model in ("sales.margin.approval", "sales.margin.rule", "sales.upsell.hint"):
            self.assertFalse(self.env[model].with_user(self.portal_user).has_access("read"))
        with self.assertRaises(AccessError):
            order.action_open_upsell_hints()
