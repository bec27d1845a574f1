from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the client whether the user logs interactions: the button in the menu bar is for these."""
        info = super().session_info()
        info["logs_interactions"] = self.env.user.has_group("sales_team.group_sale_salesman")
        return info
