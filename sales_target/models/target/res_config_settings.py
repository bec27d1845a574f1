from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_target_alert = fields.Selection(related="company_id.sales_target_alert", readonly=False)
    sales_target_alert_pace = fields.Float(related="company_id.sales_target_alert_pace", readonly=False)
    sales_target_alert_attainment = fields.Float(related="company_id.sales_target_alert_attainment", readonly=False)
