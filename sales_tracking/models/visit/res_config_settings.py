from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    visit_policy = fields.Selection(related="company_id.visit_policy", readonly=False)
    visit_radius = fields.Integer(related="company_id.visit_radius", readonly=False)
    visit_open_hours = fields.Float(related="company_id.visit_open_hours", readonly=False)
    visit_report_frequency = fields.Selection(related="company_id.visit_report_frequency", readonly=False)
    visit_report_hour = fields.Float(related="company_id.visit_report_hour", readonly=False)
