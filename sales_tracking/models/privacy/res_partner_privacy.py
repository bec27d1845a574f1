from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What sales know of a person besides the contact itself, which Odoo archives or deletes."""

    _name = "res.partner"
    _inherit = ["res.partner", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        facts = ("birth_date", "gender", "audience_tag_ids", "partner_latitude", "partner_longitude")
        return [*super()._personal_data(person), (Domain("id", "=", person.id), dict.fromkeys(facts))]

    def action_erase_personal_data(self):
        """Open the preview of what an erasure would overwrite."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_erase_action")
        return {**action, "context": {"default_partner_id": self.id}}
