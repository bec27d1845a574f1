from odoo import api, models
from odoo.exceptions import UserError

from ...models.subscription.report_files import Printed


class ReportSubscription(models.AbstractModel):
    """A report as its recipient reads it, on paper: made when it is mailed, and at no caller's wish."""

    _name = "report.sales_tracking.report_subscription"
    _description = "Report Sent Regularly on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        values = data or {}
        if not isinstance(values.get("table"), Printed):
            raise UserError(self.env._("This report goes out by mail alone. Open the screen that it is of."))
        return {**values, "doc_ids": docids}
