import base64
import io

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools.xlsx import Column, Sheet, workbook
from ..contact_inbox.common_channels import CUSTOMER_NUMBER, UNKNOWN_NUMBER, ChannelsCommon

ANDROID = """Name,Number,Type,Date,Duration
Ibu Melati,0813 5550 1234,Incoming,13/02/2026 09:15:00,4:05
Ibu Melati,+62 813-5550-1234,Panggilan keluar,14/02/2026 10:00:00,0
,0812 9999 0001,Tak terjawab,14/02/2026 11:00:00,0
,0812 9999 0001,Ditolak,14/02/2026 11:01:00,0
"""
MASTER = (
    '"","081355501234","12","from-trunk","""Melati"" <081355501234>","PJSIP/trunk-0001","PJSIP/12-0002","Dial","",'
    '"2026-02-13 09:15:00","2026-02-13 09:15:10","2026-02-13 09:19:15",255,245,"ANSWERED","DOCUMENTATION","17.1",""\n'
    '"","081355501234","13","from-trunk","""Melati"" <081355501234>","PJSIP/trunk-0001","PJSIP/13-0003","Dial","",'
    '"2026-02-13 09:15:00","","2026-02-13 09:15:10",10,0,"NO ANSWER","DOCUMENTATION","17.1",""\n'
    '"","12","081299990001","internal","""Budi"" <12>","PJSIP/12-0004","PJSIP/trunk-0005","Dial","",'
    '"2026-02-13 10:00:00","","2026-02-13 10:00:30",30,0,"BUSY","DOCUMENTATION","17.2",""\n'
    '"","12","13","internal","""Budi"" <12>","PJSIP/12-0006","PJSIP/13-0007","Dial","",'
    '"2026-02-13 11:00:00","","2026-02-13 11:00:30",30,0,"ANSWERED","DOCUMENTATION","17.3",""\n'
)


@tagged("post_install", "-at_install")
class TestCallImport(ChannelsCommon):
    """Lists of calls of telephones and exchanges."""

    def _wizard(self, content, user=None, **values):
        content = content.encode() if isinstance(content, str) else content
        return (
            self.env["sales.call.import"]
            .with_user(user or self.manager)
            .create({"file": base64.b64encode(content), "filename": "calls.csv", **values})
        )

    def test_android(self):
        wizard = self._wizard(ANDROID, user=self.salesperson)
        self.assertEqual(wizard.action_preview(), {"created": 4, "skipped": 0, "failed": 0})
        self.assertEqual((wizard.unknown, wizard.state), (1, "checked"))
        self.assertFalse(self._calls())
        self.assertEqual(wizard.action_import(), {"created": 4, "skipped": 0, "failed": 0})
        self.assertRecordValues(
            self._calls().sorted("date"),
            [
                {"direction": "in", "state": "answered", "duration": 245, "number": CUSTOMER_NUMBER},
                {"direction": "out", "state": "no_answer", "duration": 0, "number": CUSTOMER_NUMBER},
                {"direction": "in", "state": "missed", "duration": 0, "number": UNKNOWN_NUMBER},
                {"direction": "in", "state": "rejected", "duration": 0, "number": UNKNOWN_NUMBER},
            ],
        )
        self.assertEqual(self._calls().user_id, self.salesperson)
        touches = self._touches(self._calls())
        self.assertEqual(len(touches), 2)
        self.assertEqual(touches.partner_id, self.contact)
        # 9:15 in Jakarta.
        self.assertEqual(min(touches.mapped("date")), fields.Datetime.to_datetime("2026-02-13 02:15:00"))
        waiting = self.env["sales.contact.inbox"].search([("company_id", "=", self.company.id)])
        self.assertEqual((waiting.number, waiting.call_count), (UNKNOWN_NUMBER, 2))
        again = self._wizard(ANDROID, user=self.salesperson)
        self.assertEqual(again.action_import(), {"created": 0, "skipped": 4, "failed": 0})
        self.assertEqual(len(self._touches(self._calls())), 2)

    def test_asterisk(self):
        self.assertEqual(
            self._wizard(MASTER, line_id=self.line.id).action_import(), {"created": 2, "skipped": 1, "failed": 0}
        )
        self.assertRecordValues(
            self._calls().sorted("date"),
            [
                {"direction": "in", "state": "answered", "duration": 245, "extension": "12", "number": CUSTOMER_NUMBER},
                {"direction": "out", "state": "no_answer", "duration": 0, "extension": "12", "number": UNKNOWN_NUMBER},
            ],
        )
        self.assertEqual(self._calls().user_id, self.salesperson)

    def test_call_that_the_line_told_of(self):
        self._receive(
            "ended", call_id="17.1", start="2026-02-13T09:15:00+07:00", answer="2026-02-13T09:15:10+07:00",
            end="2026-02-13T09:19:15+07:00",
        )  # fmt: skip
        self._wizard(MASTER, line_id=self.line.id).action_import()
        self.assertEqual(len(self._calls()), 2)
        self.assertEqual(len(self._touches(self._calls())), 1)

    def test_workbook(self):
        sheet = Sheet(
            "Calls",
            [Column("Start"), Column("Phone Number"), Column("Direction"), Column("Duration")],
            [
                ["13/02/2026 9.15", "0813 5550 1234", "masuk", 65],
                ["14/02/2026 1:15 PM", 81355501234.0, "Outbound", "0:30"],
            ],
        )
        self.assertEqual(self._wizard(workbook([sheet])).action_import()["created"], 2)
        self.assertEqual(self._calls().sorted("date").mapped("duration"), [65, 30])
        self.assertEqual(self._calls().partner_id, self.contact)

    def test_two_meanings_are_asked_for(self):
        content = ANDROID.replace("13/02", "03/02").replace("14/02", "04/02")
        wizard = self._wizard(content)
        wizard.action_preview()
        self.assertTrue(wizard.is_order_asked)
        self.assertEqual((wizard.created, wizard.failed), (0, 4))
        with self.assertRaisesRegex(UserError, "two meanings"):
            wizard.action_import()
        wizard.date_order = "mdy"
        self.assertEqual(wizard.action_import()["created"], 4)
        self.assertEqual(min(self._calls().mapped("date")), fields.Datetime.to_datetime("2026-03-02 02:15:00"))
        remembered = self._wizard(content)
        remembered.action_preview()
        self.assertEqual(remembered.date_order, "mdy")

    def test_bad_rows_are_named(self):
        wizard = self._wizard(
            "Number;Type;Date;Duration\n"
            "0813 5550 1234;Incoming;13/02/2026 09:15;10\n"
            "0813 5550 1234;Forwarded;13/02/2026 09:16;10\n"
            "0813 5550 1234;Incoming;yesterday;10\n"
            ";Incoming;13/02/2026 09:17;10\n"
            "0813 5550 1234;Incoming;13/02/2026 09:18;long\n"
            "0813 5550 1234;Incoming;13/02/1926 09:18;1\n"
        )
        self.assertEqual(wizard.action_import(), {"created": 1, "skipped": 0, "failed": 5})
        self.assertEqual(wizard.problem_ids.mapped("row"), [3, 4, 5, 6, 7])
        expected = ("Forwarded", "yesterday", "no telephone number", "long", "before the year 2000")
        for problem, words in zip(wizard.problem_ids, expected, strict=True):
            self.assertIn(words, problem.problem)

    def test_mapping_is_remembered(self):
        content = "A,B,C,D\n0813 5550 1234,Incoming,13/02/2026 09:15,10\n"
        wizard = self._wizard(content)
        self.assertEqual(wizard.action_preview()["failed"], 1)
        for column, role in zip(wizard.column_ids, ("number", "type", "start", "duration"), strict=True):
            column.role = role
        self.assertEqual(wizard.action_import()["created"], 1)
        self.assertEqual(self._wizard(content).action_preview(), {"created": 0, "skipped": 1, "failed": 0})

    def test_ignored_and_own_numbers_stay_out(self):
        self.env["sales.contact.inbox"]._wait([(UNKNOWN_NUMBER, None, fields.Datetime.now())], self.company)
        self.env["sales.contact.inbox"].search([("number", "=", UNKNOWN_NUMBER)]).action_ignore()
        self.assertEqual(self._wizard(ANDROID).action_import(), {"created": 2, "skipped": 2, "failed": 0})

    def test_hostile_files(self):
        for content, words in (
            (b"\x00\x01\x02", "neither CSV nor"),
            (b"PK\x03\x04 no archive", "neither CSV nor"),
            (b"a," * 200, "more than 100 columns"),
            (b"Number\n" + b"1" * 5000, "more than 1,000 characters"),
            (b"Number,Date\n", "holds no calls"),
            (b"", "Choose the file"),
            (b"x" * (33 * 1024 * 1024), "too large"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self._wizard(content).action_preview()

    def test_names_with_markup_and_formulas(self):
        content = ANDROID.replace("Ibu Melati", '"=HYPERLINK(""x"")<script>"')
        self.assertEqual(self._wizard(content).action_import()["created"], 4)

    def test_rights(self):
        with self.assertRaisesRegex(AccessError, "of your own phone"):
            self._wizard(ANDROID, user=self.salesperson, user_id=self.peer.id).action_import()
        with self.assertRaises(AccessError):
            self._wizard(ANDROID, user=self.salesperson, line_id=self.line.id)
        with self.assertRaises(AccessError):
            self._wizard(ANDROID, company_id=self.company_2.id).action_import()
        with self.assertRaises(AccessError):
            self._wizard(ANDROID, user=self.portal_user)

    def test_constant_number_of_statements(self):
        def statements(count):
            rows = io.StringIO()
            rows.write("Number,Type,Date,Duration\n")
            for number in range(count):
                rows.write(f"0813{number % 5000:08},Incoming,2026-02-{1 + number % 27:02} 09:15:{number % 60:02},10\n")
            wizard = self._wizard(rows.getvalue())
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(wizard.action_import()["failed"])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        statements(10)
        self.assertEqual(statements(2000), statements(100))
