import io
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.pricing import sales_pricelist_sending
from ..common import SalesTrackingCommon

COST = 61.237


@tagged("post_install", "-at_install")
class TestPricelistSend(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user")._apply_group(cls.env.ref("product.group_product_pricelist"))
        for code in ("fr_FR", "id_ID"):
            cls.env["res.lang"]._activate_lang(code)
        cls.category = cls.env["product.category"].create({"name": "Spices"})
        cls.pepper.write({"categ_id": cls.category.id, "default_code": "=LADA", "standard_price": COST})
        cls.pepper.with_context(lang="fr_FR").name = "Poivre"
        cls.pepper.with_context(lang="id_ID").name = "Lada"
        cls.france = cls.env["res.country.group"].create(
            {"name": "France", "country_ids": [Command.set(cls.env.ref("base.fr").ids)]}
        )
        cls.retail = cls._pricelist("Retail", [])
        cls.wholesale = cls._pricelist(
            "Wholesale",
            [
                {"compute_price": "percentage", "percent_price": 10, "min_quantity": quantity}
                | ({"percent_price": 25} if quantity else {})
                for quantity in (0, 100)
            ],
        )
        cls.french_list = cls._pricelist("Tarif", [], country_group_ids=[Command.set(cls.france.ids)])
        cls.marie = cls._partner("Marie", lang="fr_FR", country_id=cls.env.ref("base.fr").id)
        cls.wati = cls._partner("Wati", lang="id_ID", specific_property_product_pricelist=cls.wholesale.id)
        cls.lists = cls.retail | cls.wholesale | cls.french_list

    @classmethod
    def _pricelist(cls, name, rules, **vals):
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "item_ids": [Command.create({"applied_on": "3_global", **rule}) for rule in rules],
                **vals,
            }
        )

    @classmethod
    def _partner(cls, name, **vals):
        return cls.env["res.partner"].create({"name": name, "email": f"{name.lower()}@example.com", **vals})

    def _wizard(self, partners, pricelists=None, user=None, **vals):
        return self.env["sales.pricelist.send"].with_user(user or self.salesperson).create(
            {
                "partner_ids": [Command.set(partners.ids)],
                "pricelist_ids": [Command.set((pricelists or self.lists).ids)],
                "categ_ids": [Command.set(self.category.ids)],
                **vals,
            }
        )  # fmt: skip

    def _send(self, partners, **vals):
        action = self._wizard(partners, **vals).action_send()
        return self.env[action["res_model"]].browse(action["res_id"])

    def _workbook(self, mail):
        content = mail.attachment_ids.filtered(lambda attachment: attachment.name.endswith(".xlsx")).raw
        return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]

    def test_only_their_own_lists(self):
        plan = {each["partner"]: each["pricelists"] for each in self._wizard(self.marie | self.wati)._plan()}
        self.assertEqual(plan[self.wati], self.wholesale)
        self.assertEqual(plan[self.marie], self.french_list)

    def test_list_of_the_quotation(self):
        order = self.env["sale.order"].create({"partner_id": self.marie.id, "user_id": self.salesperson.id})
        order.pricelist_id = self.wholesale
        wizard = self.env["sales.pricelist.send"].with_context(active_model="sale.order", active_id=order.id).create({})
        self.assertEqual((wizard.partner_ids, wizard.pricelist_ids), (self.marie, self.wholesale))
        self.assertEqual(wizard._plan()[0]["pricelists"], self.wholesale)

    def test_from_contacts(self):
        wizard = self.env["sales.pricelist.send"].with_context(
            active_model="res.partner", active_ids=(self.marie | self.wati).ids
        ).create({})  # fmt: skip
        self.assertEqual(wizard.pricelist_ids, self.french_list | self.wholesale)

    def test_languages_and_files(self):
        sending = self._send(self.marie | self.wati)
        self.assertEqual(sending.recipient_ids.mapped("state"), ["sent", "sent"])
        mails = {mail.recipient_ids: mail for mail in sending.sudo().recipient_ids.mail_id}
        self.assertEqual(len(mails[self.wati].attachment_ids), 2)
        rows = list(self._workbook(mails[self.wati]).rows)
        self.assertEqual([cell.value for cell in rows[-1]], ["Spices", "=LADA", "Lada", "Units", 90, 75])
        self.assertEqual([cell.data_type for cell in rows[-1]], ["s", "s", "s", "s", "n", "n"])
        self.assertEqual(list(self._workbook(mails[self.marie]).rows)[-1][2].value, "Poivre")

    def test_problems_do_not_stop_the_rest(self):
        unknown = self._partner("Without Address", email=False)
        wrong = self._partner("Wrong", email="nobody")
        blocked = self._partner("Blocked")
        self.env["mail.blacklist"]._add(blocked.email)
        without = self._partner("Other", specific_property_product_pricelist=self.retail.id)
        sending = self._send(
            unknown | wrong | blocked | without | self.wati, pricelists=self.wholesale | self.french_list
        )
        states = {recipient.partner_id: recipient.state for recipient in sending.recipient_ids}
        self.assertEqual(states.pop(self.wati), "sent")
        self.assertEqual(set(states.values()), {"skipped"})
        reasons = {recipient.partner_id: recipient.reason or "" for recipient in sending.recipient_ids}
        self.assertIn("no e-mail address", reasons[unknown])
        self.assertIn("is not an e-mail address", reasons[wrong])
        self.assertIn("blacklisted", reasons[blocked])
        self.assertIn("None of these lists", reasons[without])
        self.assertEqual((sending.sent_count, sending.problem_count), (1, 4))

    def test_one_mail_per_address(self):
        twin = self._partner("Twin", email="WATI@example.com", specific_property_product_pricelist=self.wholesale.id)
        sending = self._send(self.wati | twin)
        self.assertEqual(sorted(sending.recipient_ids.mapped("state")), ["sent", "skipped"])

    def test_error_stays_with_its_recipient(self):
        files = sales_pricelist_sending.SalesPricelistSending._files

        def failing(sending, pricelist, lang):
            if lang == "fr_FR":
                raise ValueError("Broken template")
            return files(sending, pricelist, lang)

        model = sales_pricelist_sending.SalesPricelistSending
        with patch.object(model, "_files", failing), self.assertLogs(level="WARNING"):
            sending = self._send(self.marie | self.wati)
        states = {recipient.partner_id: recipient.state for recipient in sending.recipient_ids}
        self.assertEqual(states, {self.marie: "failed", self.wati: "sent"})
        [reason] = sending.recipient_ids.filtered("reason").mapped("reason")
        self.assertIn("unexpected error", reason, "not the text of the program")
        with self.assertRaises(AccessError):
            sending.with_user(self.peer).action_retry()
        sending.with_user(self.salesperson).action_retry()
        self.assertEqual(sending.sent_count, 2)
        self.assertEqual(len(self._interactions(sending)), 2)

    def _interactions(self, sending):
        return self.env["sales.interaction"].search(
            [("res_model", "=", "sales.pricelist.sending"), ("res_id", "=", sending.id)]
        )

    def test_logged_as_interactions(self):
        self.marie.specific_property_product_pricelist = self.retail
        lead = self.env["crm.lead"].create(
            {"name": "Pepper", "partner_id": self.marie.id, "user_id": self.salesperson.id}
        )
        sending = self._send(self.marie | self.wati, lead_id=lead.id)
        logged = self._interactions(sending)
        self.assertEqual(len(logged), 3)
        self.assertEqual(set(logged.mapped("kind")), {"pricelist_sent"})
        self.assertEqual(logged.user_id, self.salesperson)
        self.assertEqual(set(logged.filtered("lead_id").mapped("note")), {"Retail", "Tarif"})

    def test_nobody_to_mail(self):
        self.wati.email = False
        with self.assertRaisesRegex(UserError, "Wati: There is no e-mail address"):
            self._wizard(self.wati).action_send()

    def test_preview(self):
        self.wati.email = False
        preview = self._wizard(self.marie | self.wati).preview
        self.assertIn("Tarif", preview)
        self.assertIn("There is no e-mail address", preview)

    def test_many_are_sent_by_the_job(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Buyer {number}", "email": f"buyer{number}@example.com",
                 "specific_property_product_pricelist": self.wholesale.id}
                for number in range(sales_pricelist_sending.AT_ONCE + 5)
            ]
        )  # fmt: skip
        sending = self._send(partners, with_pdf=False)
        self.assertEqual((sending.waiting_count, sending.sent_count), (25, 0))
        with self.enter_registry_test_mode():
            self.env.ref("sales_tracking.cron_sales_pricelist_sending").method_direct_trigger()
        sending.invalidate_recordset()
        sending.recipient_ids.invalidate_recordset()
        self.assertEqual((sending.waiting_count, sending.sent_count), (0, 25))
        with self.assertRaises(AccessError):
            self.env["sales.pricelist.sending"].with_user(self.salesperson).cron_send()

    def test_other_company(self):
        foreign = self.env["product.pricelist"].create({"name": "Foreign", "company_id": self.company_2.id})
        with self.assertRaises(UserError):
            self._wizard(self.wati, pricelists=foreign).action_send()

    def test_costs_stay_inside(self):
        """A rule on the cost gives a price; the cost itself is in no file."""
        self.wholesale.item_ids.unlink()
        self.wholesale.item_ids = [
            Command.create({"compute_price": "formula", "base": "standard_price", "price_markup": 100})
        ]
        sending = self._send(self.wati)
        mail = sending.sudo().recipient_ids.mail_id
        sheet = self._workbook(mail)
        cells = [str(cell.value) for row in sheet.rows for cell in row]
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "sales_tracking.report_pricelist", self.wholesale.ids
        )
        self.assertIn("122.47", html.decode())
        for text in (html.decode(), mail.body_html, *cells):
            self.assertNotIn("61.2", text)
        self.assertAlmostEqual(list(sheet.rows)[-1][4].value, 122.474)

    def test_breaks_of_a_category(self):
        """Only the quantities at which one of its prices changes."""
        other = self.env["product.category"].create({"name": "X"})
        mace = self._create_product(name="Mace", taxes_id=[], categ_id=other.id)
        self.wholesale.item_ids = [
            Command.create({"applied_on": "1_product", "product_tmpl_id": mace.product_tmpl_id.id, "fixed_price": price,
                            "min_quantity": quantity, "compute_price": "fixed"})
            for quantity, price in ((0, 20), (7, 10))
        ]  # fmt: skip
        sheet = self.wholesale._price_sheet(self.company, categories=self.category | mace.categ_id)
        self.assertEqual(
            {each["name"]: each["breaks"] for each in sheet["categories"]}, {"Spices": [1, 100], "X": [1, 7]}
        )

    def test_portal(self):
        with self.assertRaises(AccessError):
            self._wizard(self.wati, user=self.portal_user)
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.portal_user)._render_qweb_html(
                "sales_tracking.report_pricelist", self.wholesale.ids
            )

    def test_whose(self):
        sending = self._send(self.wati)
        readers = [
            user.login
            for user in (self.salesperson, self.peer, self.lead_user, self.manager, self.foreign_user)
            if self.env["sales.pricelist.sending"].with_user(user).search([("id", "=", sending.id)])
        ]
        self.assertEqual(readers, ["salesperson", "lead", "manager"])
