from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    chat_text_kept = fields.Boolean(related="company_id.chat_text_kept", readonly=False)
