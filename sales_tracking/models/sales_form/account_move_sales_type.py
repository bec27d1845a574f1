from odoo import fields, models

from ...tools.sales_types import SALES_TYPES


class AccountMove(models.Model):
    _inherit = "account.move"

    sales_type = fields.Selection(
        selection=SALES_TYPES,
        groups="base.group_user",
        help="The form of the sale, taken over from the sales order.",
    )
