import base64
import io
import time
import zipfile
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ...models.target.planning_sheet import COLUMNS
from ..common import SalesTargetCommon


def sheet(*rows, headings=COLUMNS):
    """An XLSX file of rows given as dicts by column."""
    book = openpyxl.Workbook()
    book.active.append(headings)
    for row in rows:
        book.active.append([row.get(name) for name in headings])
    buffer = io.BytesIO()
    book.save(buffer)
    return base64.b64encode(buffer.getvalue())


def repacked(content, name, part):
    """The workbook with one of its parts replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for each in archive.namelist():
            packed.writestr(each, part if each == name else archive.read(each))
    return buffer.getvalue()


@tagged("post_install", "-at_install")
class TestImport(SalesTargetCommon):
    def _wizard(self, *rows, file=None):
        return self.env["sales.target.import"].create({"file": file or sheet(*rows)})

    def _row(self, target=1000, **values):
        return {
            "metric": "invoiced", "start_date": date(2026, 2, 1), "end_date": "2026-02-28",
            "salesperson": "salesperson", "target": target, **values,
        }  # fmt: skip

    def _counts(self, wizard):
        return wizard.state, wizard.created, wizard.updated, wizard.unchanged

    def _targets(self):
        return self.env["sales.target"].search([("company_id", "=", self.company.id)])

    def test_dry_run_writes_nothing(self):
        wizard = self._wizard(self._row())
        wizard.action_check()
        self.assertEqual(self._counts(wizard), ("checked", 1, 0, 0))
        self.assertFalse(self._targets())
        wizard.action_import()
        self.assertEqual(self._counts(wizard), ("done", 1, 0, 0))
        target = self._targets()
        self.assertEqual(
            (target.scope, target.user_id, target.team_id, target.period_kind, target.amount, target.state),
            ("person", self.salesperson, self.team, "month", 1000, "draft"),
        )

    def test_the_same_file_again_changes_nothing(self):
        rows = [self._row(), self._row(team="Jakarta", salesperson=None), self._row(salesperson=None, locked="yes")]
        self._wizard(*rows).action_import()
        before = {target.id: target.write_date for target in self._targets()}
        wizard = self._wizard(*rows)
        wizard.action_import()
        self.assertEqual(self._counts(wizard), ("done", 0, 0, 3))
        self.assertEqual({target.id: target.write_date for target in self._targets()}, before)
        rows[0]["target"] = 1200.5
        wizard = self._wizard(*rows)
        wizard.action_import()
        self.assertEqual(self._counts(wizard), ("done", 0, 1, 2))
        self.assertEqual(sorted(self._targets().mapped("amount")), [1000, 1000, 1200.5])

    def test_rows_become_a_tree(self):
        self._wizard(
            self._row(), self._row(salesperson="peer"), self._row(salesperson=None, team="Jakarta"),
            self._row(salesperson=None, start_date=date(2026, 1, 1), end_date=date(2026, 12, 31)),
        ).action_import()  # fmt: skip
        company = self._targets().filtered(lambda target: target.scope == "company")
        self.assertEqual(company.child_ids.team_id, self.team)
        self.assertEqual(company.child_ids.child_ids.user_id, self.salesperson | self.peer)

    def test_one_bad_row_of_500(self):
        months = [f"{2026 + number // 12}-{number % 12 + 1:02}" for number in range(500)]
        rows = [self._row(start_date=f"{month}-01", end_date=f"{month}-28") for month in months]
        rows[136]["target"] = "much"
        wizard = self._wizard(*rows)
        wizard.action_import()
        self.assertEqual(wizard.state, "refused")
        self.assertEqual(wizard.line_ids.mapped("row"), [138], "the row's number in the spreadsheet")
        self.assertRegex(wizard.line_ids.problem, 'target: "much" is not a number of zero or more')
        self.assertFalse(self._targets())

    def test_who_left_has_targets_all_the_same(self):
        self._wizard(self._row()).action_import()
        self.salesperson.active = False
        wizard = self._wizard(self._row())
        wizard.action_import()
        self.assertEqual(self._counts(wizard), ("done", 0, 0, 1))

    def test_every_bad_row_is_named(self):
        self._target(5, metric="calls", date_from="2026-02-15", date_to="2026-02-20").action_approve()
        bad = [
            (self._row(metric="profit"), 'metric "profit": there is none'),
            (self._row(salesperson="nobody"), 'salesperson "nobody": there is none'),
            (self._row(team="Jakart%"), 'team "Jakart%": there is none'),
            (self._row(end_date="28/02/2026"), "is not a date such as 2026-01-31"),
            (self._row(end_date="2026-01-31"), "end_date precedes start_date"),
            (self._row(end_date="9999-12-31"), "is not a date such as 2026-01-31"),
            (self._row(target=-1), "is not a number of zero or more"),
            (self._row(target=None), "Nothing is filled in for: target"),
            (self._row(metric="retention"), "retention compares two periods"),
            (self._row(metric="calls"), "overlaps"),
            (self._row(user=1, salesperson="foreigner"), "."),
        ]
        wizard = self._wizard(*(row for row, __ in bad), self._row(), self._row(target=2))
        wizard.action_check()
        problems = dict(zip(wizard.line_ids.mapped("row"), wizard.line_ids.mapped("problem"), strict=True))
        for number, (__, problem) in enumerate(bad, start=2):
            self.assertRegex(problems.get(number, ""), problem)
        self.assertEqual(problems[14], "Row 13 is about the same target.")
        self.assertEqual(len(problems), 12)

    def test_an_agreed_target_is_not_changed(self):
        target = self._target(1000)
        target.action_approve()
        wizard = self._wizard(self._row(1000))
        wizard.action_check()
        self.assertEqual(self._counts(wizard), ("checked", 0, 0, 1))
        wizard = self._wizard(self._row(2000))
        wizard.action_check()
        self.assertRegex(wizard.line_ids.problem, "is approved with .*1,000.00.*Revise it in Odoo")

    def test_files_that_cannot_be_read(self):
        for content, problem in (
            (b"metric;target", "not an XLSX workbook"),
            (b"PK\x03\x04 broken", "not an XLSX workbook"),
            (b"0" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        ):
            with self._refused(UserError, problem):
                self._wizard(file=base64.b64encode(content)).action_check()
        with self._refused(UserError, "lacks these headings: end_date, target"):
            self._wizard(file=sheet(headings=("metric", "start_date"))).action_check()
        with self._refused(UserError, "Choose the XLSX file"):
            self.env["sales.target.import"].create({}).action_check()

    def test_numbers_in_text_are_not_guessed(self):
        for text in ("250.000", "1_000", "nan", "inf", "1e400", "1e3", "1.25.000", "٣"):
            wizard = self._wizard(self._row("100", salesperson="peer"), self._row(text))
            wizard.action_import()
            self.assertEqual((wizard.state, wizard.line_ids.row), ("refused", 3), text)
            self.assertIn(f'target: "{text}"', wizard.line_ids.problem)
            self.assertFalse(self._targets())
        self.assertIn("is not a number", wizard.line_ids.problem)
        wizard = self._wizard(self._row("250.000"))
        wizard.action_check()
        self.assertRegex(wizard.line_ids.problem, "can be 250.00 or 250,000.00")

    def test_text_is_read_as_the_rest_of_the_file(self):
        wizard = self._wizard(self._row("250.000"), self._row("1.250.000", salesperson="peer"))
        wizard.action_check()
        self.assertEqual(self._counts(wizard), ("checked", 2, 0, 0))
        self.assertEqual(wizard.reading, 'Row 2, target: "250.000" is read as 250,000.00.')
        wizard.action_import()
        self.assertEqual(sorted(self._targets().mapped("amount")), [250_000, 1_250_000])
        wizard = self._wizard(
            self._row("250.000"), self._row("1.250.000", salesperson="peer"),
            self._row("1.5", salesperson=None, team="Jakarta"),
        )  # fmt: skip
        wizard.action_check()
        self.assertEqual(wizard.line_ids.row, 2, "the file contradicts itself")

    def test_hostile_files(self):
        content = base64.b64decode(sheet(self._row()))
        page = "xl/worksheets/sheet1.xml"
        doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            xml = archive.read(page)
        declaration, root = b"", xml
        if xml.startswith(b"<?xml"):
            declaration, root = xml.split(b"?>", 1)
            declaration += b"?>"
        utf_16 = (doctype + root).decode().encode("utf-16")
        row = b'<row r="2"><c r="A2"><v>1_000</v></c><c t="n"><v>nan</v></c></row></sheetData>'
        for name, part, problem in (
            ("document type", declaration + doctype + root, "not an XLSX workbook"),
            ("document type in another encoding", utf_16, "not an XLSX workbook"),
            ("expands to 300 MB", xml + b" " * 300 * 1024 * 1024, "too large once it is unpacked"),
            ("cut off", xml[:-40], "not an XLSX workbook"),
            ("no number", xml.replace(b"</sheetData>", row), "not an XLSX workbook"),
            ("rows", xml.replace(b"</sheetData>", b'<row r="1048576"/></sheetData>'), "more than 20,000 rows"),
            ("width", xml.replace(b"</row>", b'<c r="CW1"><v>1</v></c></row>', 1), "more than 100 columns"),
        ):
            started = time.process_time()
            with self.subTest(name), self._refused(UserError, problem):
                self._wizard(file=base64.b64encode(repacked(content, page, part))).action_check()
            if name != "expands to 300 MB":  # the test packs it
                self.assertLess(time.process_time() - started, 5)
        with self._refused(UserError, "Row 2 has a text of more than 1,000 characters"):
            self._wizard(self._row(metric="m" * 1001)).action_check()
        with self._refused(UserError, "not an XLSX workbook"):
            self._wizard(file=b"abc").action_check()

    def test_limits_and_weights(self):
        category = self.env["product.category"].create({"name": "Spices"})
        source = self.env["utm.source"].create({"name": "Fair"})
        segment = self.env["res.partner.category"].create({"name": "Cafés"})
        self._wizard(
            self._row(category="Spices", country="id", source="Fair", segment="Cafés", weight="2.5", locked="Ya")
        ).action_import()
        target = self._targets()
        self.assertEqual(
            (target.categ_id, target.source_id, target.segment_id, target.country_id.code, target.weight),
            (category, source, segment, "ID", 2.5),
        )
        self.assertTrue(target.is_locked)

    def test_export_is_imported_without_a_change(self):
        self._target(1000.25, categ_id=self.pepper.categ_id.id)
        self._target(30, metric="calls", scope="team", is_locked=True, weight=3)
        self._target(20, metric="calls", scope="company").action_approve()
        content = self._targets()._xlsx_content()
        wizard = self._wizard(file=base64.b64encode(content))
        wizard.action_check()
        self.assertFalse(wizard.line_ids.mapped("problem"))
        self.assertEqual(self._counts(wizard), ("checked", 0, 0, 3))

    def test_text_in_the_export_is_never_a_formula(self):
        self.pepper.categ_id.name = "=1+1"
        self._target(categ_id=self.pepper.categ_id.id)
        page = openpyxl.load_workbook(io.BytesIO(self._targets()._xlsx_content())).worksheets[0]
        cell = page.cell(2, COLUMNS.index("category") + 1)
        self.assertEqual((cell.data_type, cell.value), ("s", "=1+1"))
        self.assertEqual(page.cell(2, COLUMNS.index("target") + 1).data_type, "n")

    def test_only_administrators_import(self):
        for user in (self.salesperson, self.lead_user):
            with self.assertRaises(AccessError):
                self.env["sales.target.import"].with_user(user).create({"file": sheet(self._row())})


@tagged("post_install", "-at_install")
class TestDownload(SalesTargetCommon, HttpCase):
    def test_download(self):
        own = self._target(1000)
        peers = self._target(2000, user_id=self.peer.id)
        url = own.action_download_xlsx()["url"]
        for login, status in ((self.salesperson.login, 200), (self.peer.login, 404), (self.portal_user.login, 404)):
            self.authenticate(login, login)
            self.assertEqual(self.url_open(url).status_code, status, login)
        self.authenticate(self.salesperson.login, self.salesperson.login)
        content = self.url_open(url).content
        page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        self.assertEqual(page.cell(2, COLUMNS.index("target") + 1).value, 1000)
        for path in (
            f"/sales_tracking/xlsx/sales.target/{own.id},{peers.id}", "/sales_tracking/xlsx/res.users/1",
            "/sales_tracking/xlsx/sales.target/1;2", "/sales_tracking/xlsx/no.model/1",
            "/sales_tracking/xlsx/sales.target/999999999",
        ):  # fmt: skip
            self.assertEqual(self.url_open(path).status_code, 404, path)
        template = self.env["sales.target.import"].create({})
        self.authenticate(self.manager.login, self.manager.login)
        mine = self.env["sales.target.import"].with_user(self.manager).create({})
        self.assertEqual(self.url_open(mine.action_download_xlsx()["url"]).status_code, 200)
        self.assertEqual(self.url_open(template.action_download_xlsx()["url"]).status_code, 404)
