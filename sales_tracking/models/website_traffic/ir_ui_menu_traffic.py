from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Website traffic shows where there is, or was, a website."""
        hidden = super()._load_menus_blacklist()
        if "website.track" not in self.env and not self.env["sales.website.traffic"].sudo().search_count([], limit=1):
            menu = self.env.ref("sales_tracking.menu_sales_website_traffic", raise_if_not_found=False)
            hidden += menu.ids if menu else []
        return hidden
