from odoo import fields, models

from ...tools.sales_types import SALES_TYPES


class SaleReport(models.Model):
    _inherit = "sale.report"

    sales_type = fields.Selection(selection=SALES_TYPES, readonly=True)

    def _select_additional_fields(self):
        return {**super()._select_additional_fields(), "sales_type": "s.sales_type"}

    def _group_by_sale(self):
        return f"{super()._group_by_sale()}, s.sales_type"
