from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "sales.visit.mixin"]

    def _visit_link(self):
        return "commercial_partner_id"

    def _visit_subject(self):
        return self.commercial_partner_id

    def _visit_context(self):
        return {"default_partner_id": self.id}

    def _visit_address(self):
        """The partner whose position counts for a visit: a contact without one is met at its company's address."""
        self.ensure_one()
        if not self._has_position() and self.type == "contact" and self.parent_id:
            return self.parent_id
        return self

    def _has_position(self):
        """(0, 0), where nobody lives, is how an address without a position looks."""
        self.ensure_one()
        return bool(self.partner_latitude or self.partner_longitude)
