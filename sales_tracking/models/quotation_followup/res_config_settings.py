from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    quotation_followup_automatic = fields.Boolean(related="company_id.quotation_followup_automatic", readonly=False)
    quotation_followup_hour = fields.Integer(related="company_id.quotation_followup_hour", readonly=False)
    quotation_auto_cancel = fields.Boolean(related="company_id.quotation_auto_cancel", readonly=False)
    quotation_auto_cancel_days = fields.Integer(related="company_id.quotation_auto_cancel_days", readonly=False)
