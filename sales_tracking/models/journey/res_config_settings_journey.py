from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    map_tile_url = fields.Char(related="company_id.map_tile_url", readonly=False)
    map_tile_attribution = fields.Char(related="company_id.map_tile_attribution", readonly=False)
