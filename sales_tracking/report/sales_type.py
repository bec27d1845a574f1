from odoo import fields, models
from odoo.tools import SQL

from ..models.pricing.sale_order import SALES_TYPES


class SaleReport(models.Model):
    _inherit = "sale.report"

    sales_type = fields.Selection(selection=SALES_TYPES, readonly=True)

    def _select_additional_fields(self):
        return {**super()._select_additional_fields(), "sales_type": "s.sales_type"}

    def _group_by_sale(self):
        return f"{super()._group_by_sale()}, s.sales_type"


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"

    sales_type = fields.Selection(selection=SALES_TYPES, readonly=True)

    def _select(self):
        return SQL("%s, move.sales_type AS sales_type", super()._select())
