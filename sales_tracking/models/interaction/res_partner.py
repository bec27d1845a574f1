from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "sales.interaction.mixin"]

    # By which a mail's sender is found.
    _email_normalized_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    def _interaction_link(self):
        return "commercial_partner_id"

    def _interaction_subject(self):
        return self.commercial_partner_id

    def _interaction_context(self):
        return {"default_partner_id": self.id}
