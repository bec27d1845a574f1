from odoo import fields, models
from odoo.tools import SQL

from ...tools.sales_types import SALES_TYPES


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"

    sales_type = fields.Selection(selection=SALES_TYPES, readonly=True)

    def _select(self):
        return SQL("%s, move.sales_type AS sales_type", super()._select())
