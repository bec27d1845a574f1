from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestDocuments(SalesTrackingCommon):
    """What is printed, in English and Indonesian."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("id_ID")
        cls.rupiah = cls.env.ref("base.IDR")
        cls.rupiah.active = True

    def _print(self, report, records, lang="en_US"):
        records.partner_id.lang = lang
        html, _type = self.env["ir.actions.report"]._render_qweb_html(f"sales_tracking.{report}", records.ids)
        return " ".join(html.decode().split())

    def test_amount_in_words(self):
        """The words of core and its library, for what is special about Indonesian."""
        words = {
            0: ("Zero Rupiah", "Nol Rupiah"),
            11: ("Eleven Rupiah", "Sebelas Rupiah"),
            1000: ("One Thousand Rupiah", "Seribu Rupiah"),
            1500: ("One Thousand, Five Hundred Rupiah", "Seribu Lima Ratus Rupiah"),
            1_000_000_000: ("One Billion Rupiah", "Satu Miliar Rupiah"),
            -1500: ("Minus One Thousand, Five Hundred Rupiah", "Min Seribu Lima Ratus Rupiah"),
        }
        for amount, (english, indonesian) in words.items():
            with self.subTest(amount=amount):
                self.assertEqual(self.rupiah.with_context(lang="en_US").amount_to_text(amount), english)
                self.assertEqual(self.rupiah.with_context(lang="id_ID").amount_to_text(amount), indonesian)

    def test_cash_invoice(self):
        invoice = self._invoice(1500, currency_id=self.rupiah.id, sales_type="cash")
        self._pay(invoice, 1500, "2026-03-20")
        english = self._print("report_cash_invoice", invoice)
        self.assertIn("Cash Invoice", english)
        self.assertIn("One Thousand, Five Hundred Rupiah", english)
        self.assertNotIn("Still to Pay", english)
        self.assertIn("Seribu Lima Ratus Rupiah", self._print("report_cash_invoice", invoice, "id_ID"))

    def test_credit_note_is_negative(self):
        credit = self._invoice(1500, currency_id=self.rupiah.id, move_type="out_refund", sales_type="cash")
        self.assertIn("Minus One Thousand", self._print("report_cash_invoice", credit))

    def test_cash_on_delivery(self):
        order = self._order(1000, sales_type="cod")
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice, 400, "2026-03-20")
        for report, record in (("report_cod_invoice", invoice), ("report_delivery_note", order)):
            with self.subTest(report=report):
                printed = self._print(report, record)
                self.assertIn("Amount to collect", printed)
                self.assertIn("600.00", printed)
        on_credit = self._print("report_delivery_note", self._order(1000, sales_type="credit"))
        self.assertNotIn("Amount to collect", on_credit)

    def test_receipt(self):
        invoice = self._invoice(1500, currency_id=self.rupiah.id)
        payment = self._pay(invoice, 1500, "2026-03-20")
        printed = self._print("report_receipt", payment, "id_ID")
        self.assertIn("Seribu Lima Ratus Rupiah", printed)
        self.assertIn(invoice.name, printed)

    def test_shipping_documents(self):
        self.pepper.weight = 0.5
        order = self._order(
            sales_type="export",
            lines=[(self.pepper, 40, 100)],
            port_of_loading="Tanjung Priok",
            port_of_discharge="Rotterdam",
            vessel="MV Lada 12W",
            gross_weight=22,
            package_count=4,
            package_kind="bags",
            bill_of_lading="MEDUJ1234567",
            notify_partner_id=self.contact.id,
        )
        for report in ("report_packing_list", "report_shipping_instruction"):
            printed = self._print(report, order)
            for data in (
                "Tanjung Priok", "Rotterdam", "MV Lada 12W", "22.00", "20.00", "bags", "MEDUJ1234567", "Ibu Melati",
            ):  # fmt: skip
                with self.subTest(report=report, data=data):
                    self.assertIn(data, printed)
