from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    map_tile_url = fields.Char(
        string="Map Tiles",
        groups="base.group_user",
        help="Address of the tiles below the customers on the map, such as https://tile.example.com/{z}/{x}/{y}.png. "
        "Empty: customers, route and scale are drawn without asking any other server.",
    )
    map_tile_attribution = fields.Char(
        string="Attribution of the Tiles",
        groups="base.group_user",
        help="Text that the supplier of the tiles wants to be shown on the map.",
    )

    @api.constrains("map_tile_url")
    def _check_map_tile_url(self):
        for company in self.filtered("map_tile_url"):
            url = company.map_tile_url
            if not url.startswith("https://") or not all(part in url for part in ("{z}", "{x}", "{y}")):
                raise ValidationError(
                    self.env._("The address of map tiles begins with https:// and contains {z}, {x} and {y}.")
                )
