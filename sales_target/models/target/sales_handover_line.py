from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.sales_tracking.models.handover.sales_handover_line import Work


class SalesHandoverLine(models.Model):
    """Targets change hands before their period begins; one that runs stays with who has worked for it."""

    _inherit = "sales.handover.line"

    kind = fields.Selection(selection_add=[("target", "Targets of Periods to Come")], ondelete={"target": "cascade"})

    def _kinds(self):
        today = (self.company_id[:1] or self.env.company)._sales_today()
        is_ahead = Domain("state", "!=", "closed") & Domain("date_from", ">", today)
        return {**super()._kinds(), "target": Work("sales.target", domain=is_ahead)}
