from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_down_payment = fields.Selection(related="company_id.sales_commission_down_payment", readonly=False)
