from odoo import fields, models

from odoo.addons.sales_tracking.models.handover.sales_handover_line import Work


class SalesHandoverLine(models.Model):
    """Who answers disputes changes with a handover; what people earn does not."""

    _inherit = "sales.handover.line"

    kind = fields.Selection(
        selection_add=[("commission_plan", "Commission Plans Whose Disputes Are Answered")],
        ondelete={"commission_plan": "cascade"},
    )

    def _kinds(self):
        return {**super()._kinds(), "commission_plan": Work("sales.commission.plan", "approver_id", is_setting=True)}
