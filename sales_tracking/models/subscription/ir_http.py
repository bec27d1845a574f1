from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client which screens show a report that can be sent regularly."""
        info = super().session_info()
        if self.env.user._is_internal():
            info["sales_report_models"] = self.env["sales.report.subscription"]._report_names()
        return info
