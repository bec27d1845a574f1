from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.visit.mixin"]

    def _visit_link(self):
        return "lead_id"

    def _merge_dependences(self, opportunities):
        # The visits follow the opportunity even where the one who merges may not read all of them.
        self.env["sales.visit"].sudo().search([("lead_id", "in", opportunities.ids)]).lead_id = self
        return super()._merge_dependences(opportunities)
