from odoo import models

MIRRORED_FIELDS = {"active", "allday", "duration", "start", "start_date", "stop", "stop_date"}


class CalendarEvent(models.Model):
    """The event of a visit mirrors it: moving or cancelling one moves or cancels the other."""

    _inherit = "calendar.event"

    def write(self, vals):
        is_mirrored = bool(MIRRORED_FIELDS & vals.keys())
        if is_mirrored and vals.keys() <= MIRRORED_FIELDS and self._are_visits_to_move():
            # In sudo mode: the event is private, and whoever may move the visit may move it here too.
            result = super(CalendarEvent, self.sudo()).write(vals)
        else:
            result = super().write(vals)
        if is_mirrored:
            self._visits()._follow_event()
        return result

    def unlink(self):
        # The visits are found before their link goes with the event.
        self._visits()._cancel_with_event()
        return super().unlink()

    def _are_visits_to_move(self):
        visits = self._visits()
        return bool(visits) and visits.sudo().event_id == self.sudo() and visits.has_access("write")

    def _visits(self):
        # As superuser: whoever moves the event may not be allowed to read the visit, and is refused in that case.
        visits = self.env["sales.visit"].sudo().search([("event_id", "in", self.ids)])
        return visits.with_env(self.env)

    def _get_activity_excluded_models(self):
        # The visit itself is what there is to do.
        return [*super()._get_activity_excluded_models(), "sales.visit"]
