from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    attribution_lookback = fields.Integer(related="company_id.attribution_lookback", readonly=False)
    attribution_half_life = fields.Float(related="company_id.attribution_half_life", readonly=False)
