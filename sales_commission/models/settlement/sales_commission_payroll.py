import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.sales_tracking.tools.xlsx import Column, Sheet


class SalesCommissionPayroll(models.Model):
    """The employees' statements that were paid together: a file for the payroll program."""

    _name = "sales.commission.payroll"
    _description = "Commission Payroll File"
    _inherit = ["sales.xlsx.mixin", "sales.guarded.mixin"]
    _order = "date desc, id desc"

    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True, index=True)
    date = fields.Date(required=True, readonly=True)
    statement_ids = fields.One2many(
        comodel_name="sales.commission.statement", inverse_name="payroll_id", string="Statements", readonly=True
    )
    statement_count = fields.Integer(string="Number of Statements", compute="_compute_statement_count")

    @api.depends("statement_ids")
    def _compute_statement_count(self):
        for payroll in self:
            payroll.statement_count = len(payroll.statement_ids)

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for payroll in self:
            payroll.display_name = self.env._(
                "Commission %(number)s, %(date)s", number=payroll.id, date=format_date(self.env, payroll.date)
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_reopen_payment(self):
        self.statement_ids.reopen_payment(
            self.env._("The payroll file was cancelled: the statement can be paid again.")
        )

    def action_cancel(self):
        """Take the file back: its statements can be paid again, and what they hold stays.

        :return: the action that lists the files
        """
        self.statement_ids.check_access("write")
        # Nobody deletes a file past this button; the right to pay was checked above.
        self.sudo().unlink()
        return self.env["ir.actions.actions"]._for_xml_id("sales_commission.sales_commission_payroll_action")

    def action_download_csv(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/sales_commission/payroll/{self.id}.csv", "target": "download"}

    def _csv_content(self) -> bytes:
        """UTF-8 with a byte order mark, which spreadsheets need; dates and numbers as ISO and with a point."""
        lines = self._lines()
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, fieldnames=list(lines[0]), extrasaction="raise")
        writer.writeheader()
        for line in lines:
            writer.writerow({key: _plain(value) for key, value in line.items()})
        return buffer.getvalue().encode("utf-8-sig")

    def _xlsx_sheets(self):
        lines = self._lines()
        columns = [Column(key, _kind(value)) for key, value in lines[0].items()]
        return [Sheet(self.display_name, columns, [list(line.values()) for line in lines])]

    def _lines(self):
        self.ensure_one()
        if not self.statement_ids:
            raise UserError(self.env._("This payroll file has no statements."))
        return self.statement_ids.sorted("id")._get_payroll_lines()


def _kind(value):
    if isinstance(value, float):
        return "number"
    return "date" if hasattr(value, "isoformat") else "text"


def _plain(value):
    """Text that a spreadsheet does not take for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value in (None, False) else value
