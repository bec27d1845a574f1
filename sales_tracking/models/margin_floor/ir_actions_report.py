from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """What may not be sent isn't printed either, be it as PDF, as page or as attachment of a mail."""
        if report.model == "sale.order" and docids:
            orders = self.env["sale.order"].browse(docids)
            orders._check_sendable()
        return super()._get_rendering_context(report, docids, data)
