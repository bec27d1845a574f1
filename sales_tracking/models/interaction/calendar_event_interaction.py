from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def action_log_interaction(self):
        """Open the short form for this meeting, or for a call about it while it has not begun."""
        self.ensure_one()
        has_begun = self.start <= fields.Datetime.now()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_interaction_log_action")
        context = {"default_event_id": self.id, "default_kind": "meeting" if has_begun else "call"}
        if self.opportunity_id:
            context["default_lead_id"] = self.opportunity_id.id
        elif self.res_model == "sale.order":
            context["default_order_id"] = self.res_id
        elif self.res_model == "res.partner":
            context["default_partner_id"] = self.res_id
        return {**action, "context": context}
