from odoo import api, models


class SalesInteraction(models.Model):
    _inherit = "sales.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        """The first interaction with a lead tells how it came in when its medium does not."""
        interactions = super().create(vals_list)
        # Who may log on a lead need not be allowed to change it.
        leads = interactions.sudo().lead_id.filtered(lambda lead: not lead.entry_point)
        leads._take_entry_point_of_first_interaction()
        return interactions

    @api.model
    def _cron_capture_meetings(self):
        result = super()._cron_capture_meetings()
        # Now, since nobody's mail is to wait for a lead that somebody else is changing.
        self.env["crm.lead"]._fill_entry_points_of_first_interactions()
        return result
