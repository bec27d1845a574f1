from odoo import api, models
from odoo.fields import Domain


class CalendarEvent(models.Model):
    _name = "calendar.event"
    _inherit = ["calendar.event", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        """Name and address in the events of visits, which mirror them."""
        # As superuser: an erasure reaches the visits of every company.
        visits = self.env["sales.visit"].sudo().search([("partner_id", "=", person.id), ("event_id", "!=", False)])
        return [
            *super()._personal_data(person),
            (Domain("id", "in", visits.event_id.ids), {"name": self.env._("Visit"), "location": None}),
        ]
