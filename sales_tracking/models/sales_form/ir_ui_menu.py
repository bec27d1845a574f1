from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Consignment shows where there is Inventory."""
        hidden = super()._load_menus_blacklist()
        if "stock.location" not in self.env:
            hidden.append(self.env.ref("sales_tracking.menu_sales_consignment").id)
        return hidden
