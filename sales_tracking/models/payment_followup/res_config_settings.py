from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_automatic = fields.Boolean(related="company_id.dunning_automatic", readonly=False)
    dunning_hour = fields.Integer(related="company_id.dunning_hour", readonly=False)
    dunning_user_id = fields.Many2one(related="company_id.dunning_user_id", readonly=False)
    portal_promise_share = fields.Float(related="company_id.portal_promise_share", readonly=False)
    portal_promise_days = fields.Integer(related="company_id.portal_promise_days", readonly=False)
