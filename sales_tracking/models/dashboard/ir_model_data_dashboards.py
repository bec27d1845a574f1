import base64

from odoo import api, models
from odoo.fields import Command
from odoo.tools.misc import file_open

# Name, group of dashboards and groups of users by file.
DASHBOARDS = {
    "sales": ("Sales Tracking", "sales", ["sales_team.group_sale_salesman"]),
    "field_work": ("Field Work", "sales", ["sales_team.group_sale_salesman"]),
    "receivables": (
        "Receivables and Collection",
        "finance",
        ["account.group_account_invoice", "account.group_account_readonly", "sales_team.group_sale_manager"],
    ),
}


class IrModelData(models.Model):
    """The dashboards of the addon, where the application of dashboards is installed, whichever comes first.

    They belong to the addon, and go with it, and with that application.
    """

    _inherit = "ir.model.data"

    @api.model
    def _process_end(self, modules):
        result = super()._process_end(modules)
        if {"sales_tracking", "spreadsheet_dashboard"}.intersection(modules):
            self._load_sales_dashboards()
        return result

    @api.model
    def _load_sales_dashboards(self):
        """Make the missing dashboards, and the content of the others what the files of the addon say."""
        if "spreadsheet.dashboard" not in self.env:
            return
        for sequence, (name, (label, group, readers)) in enumerate(DASHBOARDS.items(), start=10):
            with file_open(f"sales_tracking/data/files/{name}_dashboard.json", "rb") as file:
                content = base64.b64encode(file.read())
            if known := self.env.ref(f"sales_tracking.dashboard_{name}", raise_if_not_found=False):
                known.spreadsheet_binary_data = content
                continue
            values = {
                "name": label,
                "dashboard_group_id": self.env.ref(f"spreadsheet_dashboard.spreadsheet_dashboard_group_{group}").id,
                "group_ids": [Command.set([self.env.ref(reader).id for reader in readers])],
                "sequence": sequence,
                "spreadsheet_binary_data": content,
            }
            # Else the end of the addon's next update would delete what no data file names.
            record = {"xml_id": f"sales_tracking.dashboard_{name}", "values": values, "noupdate": True}
            self.env["spreadsheet.dashboard"]._load_records([record])
