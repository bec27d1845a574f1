from odoo import models

from ...tools.customers import fill_customer


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.visit.mixin"]

    def write(self, vals):
        result = super().write(vals)
        if vals.get("partner_id"):
            visits = fill_customer(self.env["sales.visit"], self, vals["partner_id"])
            if visits:
                visits._sync_event()
        return result

    def unlink(self):
        # As superuser: what was planned for the lead alone is for nobody without it, whoever planned it.
        self.env["sales.visit"].sudo().search(
            [
                ("lead_id", "in", self.ids),
                ("partner_id", "=", False),
                ("state", "not in", ("in_progress", "done")),
            ]
        ).unlink()
        return super().unlink()

    def _visit_link(self):
        return "lead_id"

    def _merge_dependences(self, opportunities):
        # After the interactions, which then tell already what their visits tell.
        result = super()._merge_dependences(opportunities)
        # The visits follow the opportunity even where the one who merges may not read all of them.
        self.env["sales.visit"].sudo().search([("lead_id", "in", opportunities.ids)]).lead_id = self
        return result
