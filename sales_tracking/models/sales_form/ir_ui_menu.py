from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Consignment shows where there is Inventory."""
        hidden = super()._load_menus_blacklist()
        if "stock.location" not in self.env:
            menu = self.env.ref("sales_tracking.menu_sales_consignment", raise_if_not_found=False)
            hidden += menu.ids if menu else []
        return hidden
