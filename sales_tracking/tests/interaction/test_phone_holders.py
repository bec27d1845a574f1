from odoo.tests import tagged

from ...models.interaction.phone_holders import MOST_LOOKUPS, find_holders, normalize
from ..common import SalesTrackingCommon

NUMBER = "+6281355501234"


@tagged("post_install", "-at_install")
class TestPhoneHolders(SalesTrackingCommon):
    """Whose a telephone number is: in whatever way it is written, and nobody's where it would be a guess."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.id")
        cls.rival = cls.env["res.partner"].create({"name": "Rival"})

    def _holders(self, number=NUMBER):
        return find_holders(self.company, [number])[number]

    def test_ways_of_writing(self):
        for written in (
            "+62 813-5550-1234", "0813 5550 1234", "(0813) 5550 1234", "6281355501234", "81355501234",
            "+62 (0) 813 5550 1234", "+62\N{NO-BREAK SPACE}813\N{NO-BREAK SPACE}5550\N{NO-BREAK SPACE}1234",
            "\u202a+62 813-5550-1234\u202c", "021 555 0100 / 0813 5550 1234", "0813 5550 1234 ext. 12",
            "0813 5550 1234; +62 21 555 0100",
        ):  # fmt: skip
            with self.subTest(written=written):
                self.contact.phone = written
                self.assertEqual(self._holders().partner_id, self.contact.id)
        for written in ("0813 5550 12345", "0713 5550 1234", "+63 813 5550 1234", "5550 1234"):
            with self.subTest(written=written):
                self.contact.phone = written
                self.assertIsNone(self._holders().partner_id)

    def test_country_of_the_contact(self):
        self.contact.write({"phone": "030 1234567", "country_id": self.env.ref("base.de").id})
        self.assertEqual(self._holders("+49301234567").partner_id, self.contact.id)
        self.assertFalse(self._holders("+62301234567").partner_ids)
        self.assertEqual(normalize(self.company, "030 1234567"), "+62301234567")

    def test_shared_and_own_numbers_are_nobody(self):
        self.contact.phone = self.rival.phone = NUMBER
        holders = self._holders()
        self.assertEqual(set(holders.partner_ids), {self.contact.id, self.rival.id})
        self.assertIsNone(holders.partner_id)
        self.rival.active = False
        self.assertEqual(self._holders().partner_id, self.contact.id)
        self.peer.partner_id.phone = NUMBER
        self.assertTrue(self._holders().is_own)
        self.assertIsNone(self._holders().partner_id)

    def test_contact_of_another_company(self):
        self.contact.write({"phone": NUMBER, "company_id": False})
        self.rival.write({"phone": NUMBER, "company_id": self.company_2.id})
        self.assertEqual(self._holders().partner_id, self.contact.id)

    def test_open_lead_without_contact(self):
        lead = self.env["crm.lead"].create({"name": "Pepper", "phone": "0813 5550 1234", "company_id": self.company.id})
        self.assertEqual(self._holders().lead_id, lead.id)
        self.contact.phone = NUMBER
        self.assertEqual((self._holders().partner_id, self._holders().lead_id), (self.contact.id, None))
        self.contact.phone = False
        lead.action_set_lost()
        self.assertIsNone(self._holders().lead_id)

    def test_many_numbers_in_one_statement(self):
        self.contact.phone = NUMBER
        self.env.flush_all()
        for count in (1, MOST_LOOKUPS + 50):
            numbers = [NUMBER, *(f"+62812{number:08}" for number in range(count - 1))]
            with self.assertQueryCount(1):
                holders = find_holders(self.company, numbers)
            self.assertEqual(holders[NUMBER].partner_id, self.contact.id)
            self.assertEqual(len(holders), count)
