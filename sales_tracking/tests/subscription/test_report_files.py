import io
import zipfile
from datetime import date

import openpyxl
from lxml import html

from odoo.tests import tagged

from ...models.subscription import report_files, report_table
from ...tools.xlsx import workbook
from .common_subscription import SubscriptionCommon


@tagged("post_install", "-at_install")
class TestReportFiles(SubscriptionCommon):
    def _table(self, subscription, user):
        reader = subscription._reader_env(user)
        return reader, report_table.read_table(subscription._screen(date(2026, 4, 1), reader))

    def _book(self, subscription, user):
        reader, table = self._table(subscription, user)
        sheet = report_files.sheet(reader, "Ordered", [], table, subscription.chart_mode)
        return workbook([sheet])

    def _screen_total(self, user, measure="amount:sum"):
        domain = [
            ("basis", "=", "ordered"),
            ("day", ">=", "2026-03-01"),
            ("day", "<=", "2026-03-31"),
            ("company_id", "=", self.company.id),
        ]
        [group] = self.env["sales.achievement"].with_user(user).formatted_read_group(domain, [], [measure])
        return group[measure]

    def test_screen_workbook_and_pdf_tell_the_same_total(self):
        subscription = self._subscription(people=self.manager)
        sheet = openpyxl.load_workbook(io.BytesIO(self._book(subscription, self.manager))).worksheets[0]
        rows = list(sheet.values)
        self.assertEqual(rows[0], ("Source", "Salesperson", "Untaxed Amount", "Count"))
        self.assertEqual(rows[-1][:2], ("Total", None))
        self.assertEqual(rows[-1][2], self._screen_total(self.manager))
        self.assertEqual(round(rows[-1][2], 2), 3333.36)
        self.assertEqual(round(sum(row[2] for row in rows[1:-1]), 2), 3333.36)

        reader, table = self._table(subscription, self.manager)
        parts = {"title": "Ordered", "day": "", "span": "", "companies": "", "company": self.company}
        values = {**parts, "table": report_files.printed(reader, table, 100)}
        page, _type = reader["ir.actions.report"]._render_qweb_html("sales_tracking.report_subscription", [], values)
        cells = html.fromstring(page).xpath("//table[contains(@class, 'o_main_table')]//tr[last()]/td")
        self.assertEqual([cell.text_content().strip() for cell in cells], ["Total", "3,333.36", "3"])

    def test_nobody_gets_a_figure_that_they_cannot_see(self):
        subscription = self._subscription(people=self.salesperson)
        _reader, table = self._table(subscription, self.salesperson)
        self.assertEqual(
            [line.labels for line in table.lines], [("Trade Fair",), ("Trade Fair", self.salesperson.name)]
        )
        self.assertEqual(round(table.total[0], 2), 3000.03)
        self.assertEqual(table.total[0], self._screen_total(self.salesperson))

    def test_halves_are_rounded_up_as_on_the_screen(self):
        rupiah = report_table.Heading("Amount", "number", 0)
        shown = [report_table.shown(self.env, rupiah, value) for value in (358_913_062.5, -2.5, 0.0, None)]
        self.assertEqual(shown, ["358,913,063", "-3", "0", ""])

    def test_groups_without_a_value_are_kept(self):
        subscription = self._subscription(people=self.manager)
        reader, table = self._table(subscription, self.manager)
        printed = report_files.printed(reader, table, 100)
        self.assertEqual(
            [(level, cells[0], cells[1]) for level, _is_group, cells in printed.rows],
            [
                (0, "Trade Fair", "3,000.03"), (1, self.salesperson.name, "3,000.03"),
                (0, "(none)", "333.33"), (1, self.peer.name, "333.33"),
            ],
        )  # fmt: skip

    def test_what_is_undefined_is_blank(self):
        """No deal was won: their average days are no 0."""
        subscription = self._subscription(measures="amount,days_to_close", people=self.manager)
        _reader, table = self._table(subscription, self.manager)
        book = openpyxl.load_workbook(io.BytesIO(self._book(subscription, self.manager)))
        self.assertIsNone(table.total[1])
        self.assertIsNone(book.worksheets[0].cell(2, 4).value)

    def test_columns_end_with_their_total_and_undefined_cells_are_blank(self):
        subscription = self._subscription(
            people=self.manager, row_groupbys="day:month", column_groupbys="user_id", measures="amount",
            domain="[('basis', '=', 'ordered')]", period="filter",
        )  # fmt: skip
        _reader, table = self._table(subscription, self.manager)
        self.assertEqual(
            {heading.label for heading in table.headings}, {self.salesperson.name, self.peer.name, "Total"}
        )
        march, april = table.lines
        self.assertEqual((str(march.labels[0]), str(april.labels[0])), ("2026-03-01", "2026-04-01"))
        self.assertEqual(april.values[-1], 4000)
        self.assertIn(None, april.values)

    def test_a_workbook_has_numbers_dates_a_filter_a_frozen_header_and_a_chart(self):
        subscription = self._subscription(
            people=self.manager, view_type="graph", chart_mode="line", row_groupbys="day:month", measures="amount"
        )
        content = self._book(subscription, self.manager)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        self.assertTrue(sheet["A2"].is_date)
        self.assertEqual((sheet["A2"].number_format, str(sheet["A2"].value.date())), ("mmm yyyy", "2026-03-01"))
        self.assertEqual(sheet["B2"].data_type, "n")
        self.assertEqual((sheet.freeze_panes, sheet.auto_filter.ref), ("A2", "A1:B2"))
        chart = zipfile.ZipFile(io.BytesIO(content)).read("xl/charts/chart1.xml").decode()
        self.assertIn("<c:lineChart>", chart)
        self.assertIn("Ordered!$B$2", chart)

    def test_a_list_has_the_columns_of_the_screen(self):
        subscription = self._subscription(people=self.manager, view_type="list", row_groupbys="", measures="")
        _reader, table = self._table(subscription, self.manager)
        labels = [heading.label for heading in table.headings]
        self.assertEqual(len(table.lines), 3)
        amount = labels.index("Untaxed Amount")
        self.assertEqual(table.total[amount], self._screen_total(self.manager))
        self.assertEqual({line.values[labels.index("Customer")] for line in table.lines}, {"Toko Melati"})

    def test_a_recipient_reads_their_own_language(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.manager.lang = "id_ID"
        subscription = self._subscription(people=self.manager)
        reader, table = self._table(subscription, self.manager)
        printed = report_files.printed(reader, table, 100)
        self.assertIn("3.333,36", printed.total)
