from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    visit_position_months = fields.Integer(related="company_id.visit_position_months", readonly=False)
    chat_text_months = fields.Integer(related="company_id.chat_text_months", readonly=False)
    call_recording_months = fields.Integer(related="company_id.call_recording_months", readonly=False)
