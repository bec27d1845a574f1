from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_tz = fields.Selection(related="company_id.sales_tz", readonly=False)
    money_account_ids = fields.Many2many(related="company_id.money_account_ids", readonly=False)
    sales_commission_write_off_is_cash = fields.Boolean(
        related="company_id.sales_commission_write_off_is_cash", readonly=False
    )
