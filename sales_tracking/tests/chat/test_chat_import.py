import base64
import io
import zipfile

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..contact_inbox.common_channels import ChannelsCommon

ANDROID = """13/02/26 09.15 - Pesan dan panggilan dienkripsi secara end-to-end.
13/02/26 09.15 - Ibu Melati: Pagi, ada lada?
Yang hitam, 10 kg.
13/02/26 09.15 - Ibu Melati: <Media tidak disertakan>
13/02/26 09.17 - salesperson: Ada, Bu
14/02/26 10.00 - Ibu Melati: \u200ePesan ini telah dihapus
14/02/26 10.01 - Ibu Melati mengubah kode keamanan.
"""
IOS = """\u200e[2/13/26, 9:15:01\u202fAM] Ibu Melati: \u200eMessages and calls are end-to-end encrypted.
[2/13/26, 9:15:02\u202fAM] Ibu Melati: Pagi, ada lada?
[2/13/26, 9:17:40\u202fPM] salesperson: Ada: yang hitam
"""


@tagged("post_install", "-at_install")
class TestChatImport(ChannelsCommon):
    """Chats that WhatsApp exported: what was written when, once, and of the text what the company keeps."""

    def _wizard(self, content, user=None, filename="Chat WhatsApp dengan Ibu Melati.txt", **values):
        content = content.encode() if isinstance(content, str) else content
        wizards = self.env["sales.chat.import"].with_user(user or self.salesperson)
        return wizards.create(
            {
                "file": base64.b64encode(content),
                "filename": filename,
                "partner_id": self.contact.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def _chats(self):
        return self.env["sales.chat"].search([("company_id", "=", self.company.id)])

    def _days(self):
        return self.env["sales.interaction"].search(
            [("res_model", "=", "sales.chat"), ("company_id", "=", self.company.id)], order="date, direction"
        )

    def test_android(self):
        wizard = self._wizard(ANDROID)
        self.assertEqual(
            wizard.action_preview(),
            {"2026-02-13": {"in": 2, "out": 1, "new": 3}, "2026-02-14": {"in": 1, "out": 0, "new": 1}},
        )
        self.assertEqual(wizard.sender_ids.filtered("is_us").mapped("name"), ["salesperson"])
        self.assertFalse(self._chats())
        self.assertEqual(wizard.action_import(), {"created": 4, "skipped": 0})
        chat = self._chats()
        self.assertRecordValues(
            chat, [{"partner_id": self.contact.id, "user_id": self.salesperson.id, "needs_answer": True}]
        )
        self.assertRecordValues(
            chat.message_ids,
            [
                {"direction": "in", "kind": "text", "body": "Pagi, ada lada?", "state": "received"},
                {"direction": "in", "kind": "media", "body": False, "state": "received"},
                {"direction": "out", "kind": "text", "body": "Ada, Bu", "state": "sent"},
                {"direction": "in", "kind": "deleted", "body": False, "state": "received"},
            ],
        )
        self.assertRecordValues(
            self._days(),
            [
                {
                    "kind": "chat", "direction": "in", "message_count": 2, "note": "Pagi, ada lada?",
                    "partner_id": self.contact.id, "commercial_partner_id": self.customer.id,
                    "user_id": self.salesperson.id, "is_touchpoint": True,
                },
                {
                    "kind": "chat", "direction": "out", "message_count": 1, "note": "Ada, Bu",
                    "partner_id": self.contact.id, "commercial_partner_id": self.customer.id,
                    "user_id": self.salesperson.id, "is_touchpoint": False,
                },
                {
                    "kind": "chat", "direction": "in", "message_count": 1, "note": False,
                    "partner_id": self.contact.id, "commercial_partner_id": self.customer.id,
                    "user_id": self.salesperson.id, "is_touchpoint": True,
                },
            ],
        )  # fmt: skip
        # 9.15 in Jakarta.
        self.assertEqual(self._days()[0].date, fields.Datetime.to_datetime("2026-02-13 02:15:00"))

    def test_ios(self):
        self.assertEqual(self._wizard(IOS).action_import(), {"created": 2, "skipped": 0})
        self.assertEqual(self._chats().message_ids.mapped("body"), ["Pagi, ada lada?", "Ada: yang hitam"])
        self.assertEqual(self._chats().message_ids[1].date, fields.Datetime.to_datetime("2026-02-13 14:17:40"))

    def test_again_and_later(self):
        self._wizard(ANDROID).action_import()
        self.assertEqual(self._wizard(ANDROID).action_import(), {"created": 0, "skipped": 4})
        longer = ANDROID + "14/02/26 10.05 - Ibu Melati: Jadi 20 kg\n14/02/26 10.05 - Ibu Melati: Kirim besok\n"
        self.assertEqual(self._wizard(longer).action_import(), {"created": 2, "skipped": 4})
        self.assertEqual(self._days().mapped("message_count"), [2, 1, 3])
        self.assertEqual(self._wizard(longer, user=self.peer).action_preview()["2026-02-14"]["new"], 0)

    def test_all_of_the_text(self):
        self.company.chat_text_kept = True
        self._wizard(ANDROID).action_import()
        self.assertEqual(self._chats().message_ids[0].body, "Pagi, ada lada?\nYang hitam, 10 kg.")
        self.assertEqual(self._days()[0].note, "Pagi, ada lada?")

    def test_archive(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("IMG-0001.jpg", b"no image")
            archive.writestr("_chat.txt", IOS)
        self.assertEqual(self._wizard(stream.getvalue(), filename="chat.zip").action_import()["created"], 2)

    def test_two_meanings_are_asked_for(self):
        content = "03/04/26 09.15 - Ibu Melati: Pagi\n03/04/26 09.16 - salesperson: Pagi\n"
        wizard = self._wizard(content)
        self.assertEqual(wizard.action_preview(), {})
        self.assertTrue(wizard.is_order_asked)
        with self.assertRaisesRegex(UserError, "two meanings"):
            wizard.action_import()
        wizard.date_order = "mdy"
        wizard.action_import()
        self.assertEqual(self._chats().message_ids[0].date, fields.Datetime.to_datetime("2026-03-04 02:15:00"))

    def test_order_of_the_messages_tells(self):
        """The fourth of March after the third of April would go back in time."""
        wizard = self._wizard("03/04/26 09.15 - Ibu Melati: Pagi\n04/03/26 09.16 - salesperson: Pagi\n")
        self.assertEqual(list(wizard.action_preview()), ["2026-03-04", "2026-04-03"])

    def test_group(self):
        content = ANDROID + "14/02/26 10.06 - +62 811-1111-1111: Setuju\n14/02/26 10.07 - peer: Baik\n"
        wizard = self._wizard(content)
        wizard.action_preview()
        wizard.sender_ids.filtered(lambda sender: sender.name == "peer").is_us = True
        wizard.action_import()
        self.assertEqual(self._chats().message_ids.mapped("direction"), ["in", "in", "out", "in", "in", "out"])

    def test_who_is_us_is_asked_for(self):
        wizard = self._wizard(ANDROID, user=self.peer, filename="chat.txt", partner_id=self.customer.id)
        self.contact.name = "Somebody"
        wizard.action_preview()
        self.assertFalse(wizard.sender_ids.filtered("is_us"))
        with self.assertRaisesRegex(UserError, "who of those who wrote is us"):
            wizard.action_import()

    def test_hostile_files(self):
        def archive(name, content):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as parts:
                parts.writestr(name, content)
            return stream.getvalue()

        for content, words in (
            (b"Dear all, this is a letter.", "no chat that WhatsApp exported"),
            (b"\x00\x01\x02", "no chat that WhatsApp exported"),
            (b"PK\x03\x04 damaged", "no chat that WhatsApp exported"),
            (archive("photo.jpg", b"x"), "no chat that WhatsApp exported"),
            (archive("_chat.txt", b"0" * (40 * 1024 * 1024)), "too large"),
            (b"x" * (33 * 1024 * 1024), "too large"),
            (b"13/02/26 09.15 - Ibu: " + b"x" * 100_000, "longer than any message"),
            ("13/02/26 09.15 - Pesan dienkripsi.\n", "Nobody wrote anything"),
            ("45/45/26 09.15 - Ibu: x\n", "contradict each other"),
            ("13/02/99 09.15 - Ibu: x\n", "contradict each other"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self._wizard(content).action_preview()
        self.assertFalse(self._chats())

    def test_markup_stays_text(self):
        content = '13/02/26 09.15 - <script>alert(1)</script>: =HYPERLINK("x")\n13/02/26 09.16 - salesperson: x\n'
        wizard = self._wizard(content)
        wizard.action_import()
        self.assertEqual(self._chats().message_ids[0].body, '=HYPERLINK("x")')

    def test_constant_number_of_statements(self):
        def statements(count):
            names = ("Ibu Melati", "salesperson")
            lines = [
                f"13/02/26 {9 + number // 60:02}.{number % 60:02} - {names[number % 2]}: x\n" for number in range(count)
            ]
            wizard = self._wizard("".join(lines))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            wizard.action_import()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        statements(10)
        self.assertEqual(statements(100), statements(600))

    def test_rights(self):
        self._wizard(ANDROID).action_import()
        chat = self._chats()
        for user, may in ((self.salesperson, True), (self.peer, False), (self.portal_user, False),
                          (self.foreign_user, False), (self.manager, True)):  # fmt: skip
            self.assertEqual(chat.with_user(user).has_access("read"), may, user.login)
            self.assertEqual(chat.message_ids.with_user(user).has_access("read"), may, user.login)
        self.contact.user_id = self.peer
        self.assertTrue(chat.with_user(self.peer).has_access("read"))
        with self.assertRaises(AccessError):
            chat.message_ids.with_user(self.manager).write({"body": "Something else"})
        with self.assertRaises(AccessError):
            self._wizard(ANDROID, company_id=self.company_2.id).action_import()

    def test_reply_in_a_chat_stops_quotation_follow_up(self):
        quotation = self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "order_line": [fields.Command.create({"product_id": self.pepper.id, "price_unit": 250})],
            }
        )
        quotation.action_quotation_sent()
        quotation.sudo().followup_sent_at = "2026-02-12 02:00:00"
        self.assertNotEqual(quotation.followup_state, "replied")
        self._wizard(ANDROID).action_import()
        quotation.invalidate_recordset()
        self.assertEqual((quotation.followup_state, quotation.followup_attention), ("replied", "replied"))
        quotation.sudo().followup_sent_at = "2026-02-15 02:00:00"
        quotation.invalidate_recordset()
        self.assertNotEqual(quotation.followup_state, "replied", "what was written before it was sent is no reply")
