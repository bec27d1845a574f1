from odoo import models
from odoo.tools import SQL

from ...tools.customers import fill_customer
from .phone_holders import phone_digits_index


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.interaction.mixin"]

    # By which the one who calls is found.
    _phone_digits_idx = models.Index(phone_digits_index)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("partner_id"):
            fill_customer(self.env["sales.interaction"], self, vals["partner_id"])
        return result

    def _interaction_link(self):
        return "lead_id"

    def _merge_dependences(self, opportunities):
        # Past the ORM: each keeps the customer, team and source that it had on its own lead.
        interactions = self.env["sales.interaction"]
        interactions._capture_pending()
        interactions.flush_model(["lead_id"])
        self.env.execute_query(
            SQL("UPDATE sales_interaction SET lead_id = %s WHERE lead_id = ANY(%s)", self.id, opportunities.ids)
        )
        interactions.invalidate_model()
        return super()._merge_dependences(opportunities)
