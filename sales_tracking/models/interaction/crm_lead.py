from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.interaction.mixin"]

    def _interaction_link(self):
        return "lead_id"

    def _merge_dependences(self, opportunities):
        # The history follows the opportunity even where the one who merges may not read all of it.
        self.env["sales.interaction"].sudo().search([("lead_id", "in", opportunities.ids)]).lead_id = self
        return super()._merge_dependences(opportunities)
