from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    visit_position_months = fields.Integer(related="company_id.visit_position_months", readonly=False)
