from odoo import api, models
from odoo.fields import Domain

# Of a private event, what Odoo shows besides its public fields: who takes part.
SHOWN_FIELDS = {"partner_ids", "attendee_ids", "attendees_count"}
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

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Leave visits of others out where the search would tell whom they are to, or where.

        Odoo hides what a private event says when it is read. Whether a filter finds it, or where an order puts it,
        would tell the same.
        """
        if not self.env.su and not kwargs.get("bypass_access") and self._asks_for_secrets(domain, order):
            # As superuser: visits of others are left out without being read.
            others = (
                self.env["sales.visit"].sudo()._search([("event_id", "!=", False), ("user_id", "!=", self.env.uid)])
            )
            shown = Domain("id", "not in", others.subselect("event_id")) | Domain("user_id", "=", self.env.uid)
            domain = Domain(domain) & (shown | Domain("partner_ids", "in", self.env.user.partner_id.ids))
        return super()._search(domain, offset=offset, limit=limit, order=order, **kwargs)

    @api.model
    def _asks_for_secrets(self, domain, order):
        """Tell whether a search depends on more of the events than whose they are, and when."""
        asked = {condition.field_expr.partition(".")[0] for condition in Domain(domain).iter_conditions()}
        asked.update(term.split()[0].partition(".")[0].strip('"') for term in (order or "").split(",") if term.strip())
        return bool(asked - self._get_public_fields() - SHOWN_FIELDS)

    def _get_activity_excluded_models(self):
        # The visit itself is what there is to do.
        return [*super()._get_activity_excluded_models(), "sales.visit"]
