import re

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_pricing import PricingCommon


@tagged("post_install", "-at_install")
class TestPriceOptionPortal(PricingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Figures that stand out: cost 61.37, margins 3 × (80 − 61.37) = 55.89, 3 × (90 − 61.37) = 85.89, 115.89.
        cls.pepper.standard_price = 61.37
        cls.order = cls._quotation((cls.pepper, 3), require_signature=True, require_payment=False)
        cls.order.state = "sent"
        cls.wholesale_option, cls.export_option = cls.order.action_create_price_options(
            [cls.wholesale.id, cls.export.id]
        )

    def setUp(self):
        super().setUp()
        asset = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
        self.env["ir.asset"].create(
            {"name": "Not in every package", "bundle": "web.assets_backend", "directive": "remove", "path": asset}
        )

    def _choose(self, option, url=None, token=None):
        url = url or f"/my/orders/{self.order.id}/price_options/{option.id}"
        return self.url_open(
            url,
            data={"csrf_token": http.Request.csrf_token(self), "access_token": token or self.order.access_token},
        )

    def _message(self, name):
        return self.order.sudo().message_ids.filtered(lambda message: f"Price option {name} chosen" in message.body)

    def test_the_customer_chooses_and_signs(self):
        self.start_tour(self.order.get_portal_url(), "sales_price_options", login=None)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.amount_total, 240)
        self.assertEqual(self.order.signed_by, "Ibu Melati")
        self.assertEqual((self.export_option.state, self.wholesale_option.state), ("applied", "declined"))
        self.assertEqual(self._message("Export").author_id, self.contact)

    def test_the_salesperson_compares_and_offers(self):
        self.order.price_option_ids.sudo().unlink()
        self.order.user_id.sudo().password = "salesperson"
        self.start_tour(f"/odoo/sales/{self.order.id}", "sales_price_comparison", login="salesperson")
        self.assertEqual(self.order.price_option_ids.mapped("name"), ["Export", "Wholesale"])
        self.assertEqual(self.order.pricelist_id, self.wholesale)
        self.assertEqual(self.order.amount_total, 270)

    def test_by_token_or_login_of_that_quotation_only(self):
        self.authenticate(None, None)
        self.order._portal_ensure_token()
        other = self._quotation(state="sent")
        [stranger] = other.action_create_price_options(self.export.ids)
        self._choose(self.export_option, token="guessed")
        self._choose(self.export_option, token=other._portal_ensure_token())
        self._choose(stranger)  # the option of another quotation, with the token of this one
        self.env.invalidate_all()
        self.assertEqual((self.export_option.state, stranger.state), ("offered", "offered"))
        self.portal_user.password = "portal_user"
        self.authenticate("portal", "portal_user")
        self._choose(self.export_option, token="guessed")
        self.env.invalidate_all()
        self.assertEqual(self.export_option.state, "offered")
        self.order.sudo().partner_id = self.portal_user.partner_id
        self.order.sudo().message_subscribe(self.portal_user.partner_id.ids)
        [option] = self.order.action_create_price_options(self.wholesale.ids)
        self._choose(option, token="guessed")
        self.env.invalidate_all()
        self.assertEqual(option.state, "applied")
        self.assertEqual(self._message("Wholesale").author_id, self.portal_user.partner_id)

    def test_a_choice_is_an_answer(self):
        self.authenticate(None, None)
        self.order._portal_ensure_token()
        self._choose(self.export_option)
        self.env.invalidate_all()
        self.assertEqual(self.export_option.state, "applied")
        self.assertEqual((self.order.followup_state, self.order.followup_attention), ("replied", "replied"))

    def test_too_late(self):
        self.authenticate(None, None)
        self.order._portal_ensure_token()
        self.order.order_line.product_uom_qty = 4
        page = self._choose(self.export_option)
        self.assertIn("This option can't be chosen any more", page.text.replace("&#39;", "'"))
        self.assertNotIn("Choose these prices", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.order.amount_total, 400)

    def test_neither_costs_nor_margins_reach_the_customer(self):
        self.authenticate(None, None)
        secrets = re.compile(r"61[.,]37|55[.,]89|85[.,]89|115[.,]89|purchase_price|[Mm]argin_percent")
        html = self.url_open(self.order.get_portal_url()).text
        self.assertIn("Choose these prices", html)
        self.assertIn("240.00", html)
        report = self.url_open(self.order.get_portal_url(report_type="html")).text
        pdf = self.url_open(self.order.get_portal_url(report_type="pdf")).text  # in tests, what it is made of
        self.assertIn("300.00", pdf)
        for content in (html, report, pdf):
            self.assertFalse(secrets.findall(content))
        self.assertNotIn("discount on sales price", html)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_what_the_customer_may_not_call(self):
        self.order.sudo().partner_id = self.portal_user.partner_id
        self.order.sudo().message_subscribe(self.portal_user.partner_id.ids)
        order = self.order.with_user(self.portal_user)
        self.env.invalidate_all()
        self.assertEqual(order.read(["amount_total"])[0]["amount_total"], 300)
        options = self.env["sale.order.price.option"].with_user(self.portal_user)
        for call in (
            lambda: order.get_price_comparison(),
            lambda: order.get_price_comparison_screen(),
            lambda: order.action_use_pricelist(self.export.id),
            lambda: order.action_create_price_options(self.export.ids),
            lambda: order.action_update_prices(),
            lambda: order.read(["price_option_ids"]),
            lambda: order.order_line.read(["purchase_price"]),
            lambda: order.order_line.read(["price_source", "pricelist_id", "price_rule_id"]),
            lambda: options.search([]),
            lambda: options.browse(self.export_option.id).action_apply(),
        ):
            with self.assertRaises(AccessError):
                call()
