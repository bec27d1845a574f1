from contextlib import contextmanager

from odoo import api, fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        begun = events.filtered(lambda event: event.start <= fields.Datetime.now())
        if begun:
            # The further occurrences of a recurrence begin later, or are in their own call.
            self.env["sales.interaction"].capture_later("calendar.event", begun.ids)
        return events

    def _rewrite_recurrence(self, values, time_values, recurrence_values):
        recurrence = self.recurrence_id
        base_event = recurrence.base_event_id or recurrence._get_first_event(include_outliers=False)
        with base_event._keeping_recorded_occurrences():
            return super()._rewrite_recurrence(values, time_values, recurrence_values)

    def _update_future_events(self, values, time_values, recurrence_values):
        with self._keeping_recorded_occurrences():
            return super()._update_future_events(values, time_values, recurrence_values)

    @contextmanager
    def _keeping_recorded_occurrences(self):
        """A series that changes gets new occurrences, in the past as well: what was recorded is of these then."""
        interactions = self.env["sales.interaction"]
        interactions._capture_pending()
        before = self._begun_occurrences()
        yield
        replaced = before - before.exists().filtered("active")
        interactions._replace_meetings(replaced.ids, (self._begun_occurrences() - before).ids)

    def _begun_occurrences(self):
        now = fields.Datetime.now()
        return self.recurrence_id.calendar_event_ids.filtered(lambda event: event.start <= now).sorted("start")
