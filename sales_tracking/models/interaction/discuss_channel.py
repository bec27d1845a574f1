from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def write(self, vals):
        result = super().write(vals)
        # im_livechat ends its sessions by this field, from several places.
        if vals.get("livechat_end_dt"):
            self.env["sales.interaction"].capture_later("discuss.channel", self.ids)
        return result
