from odoo import models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def _check(self):
        """Let go of Odoo's tables as soon as they have the columns, indexes and references of an addon of the suite.

        An installation is one transaction, which would go on to load views and data while nobody else can read
        partners, orders and invoices. What stands by now has no effect by itself; an installation that fails later
        finds it and goes on.
        """
        result = super()._check()
        if any(module.state == "to install" and module._is_of_sales_suite() for module in self):
            cursor = self.env.cr
            cursor.commit()
        return result

    def write(self, vals):
        """Give the demo company a warehouse as soon as Inventory is installed.

        Inventory makes one for the first company alone, and the next module of the same installation, sale_stock,
        refuses confirmed orders of goods in a company without.
        """
        result = super().write(vals)
        if vals.get("state") == "installed" and "stock" in self.mapped("name"):
            self.env["sales.demo"]._create_warehouse()
        return result

    def _is_of_sales_suite(self):
        return "sales_tracking" in (self | self.upstream_dependencies(exclude_states=("uninstallable",))).mapped("name")
