from odoo import fields, models
from odoo.tools.misc import clean_context


class SalesVisit(models.Model):
    """The visit in the salesperson's calendar: each follows the other where their values differ, hence no loop."""

    _inherit = "sales.visit"

    event_id = fields.Many2one(
        comodel_name="calendar.event", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )

    def _sync_event(self):
        """Let the events show their visits; planned visits without one get one."""
        # As superuser: whoever may plan the visit may place it in its person's calendar, a private one too.
        events = (
            self.env["calendar.event"]
            .sudo()
            .with_context(
                **{
                    **clean_context(self.env.context),
                    "active_test": False,
                    "mail_create_nolog": True,
                    "no_mail_to_attendees": True,
                    "skip_contact_description": True,
                    "sales_visit_transition": False,
                }
            )
        )
        missing = self.browse()
        for visit in self:
            event = events.browse(visit.event_id.id)
            if event:
                visit._update_event(event)
            elif visit.state == "planned":
                missing += visit
        created = events.with_context(dont_notify=True).create([visit._new_event_values() for visit in missing])
        for visit, event in zip(missing, created, strict=True):
            visit._transition({"event_id": event.id})

    def _event_values(self):
        return {
            "name": self.env._("Visit: %(visit)s", visit=self.display_name),
            "location": self.address,
            "user_id": self.user_id.id,
            # Whom somebody visits, and where, is for that person: colleagues see that the time is taken.
            "privacy": "private",
            "show_as": "busy",
            "active": self.state != "cancelled",
            "start": self.date_start,
            "stop": self.date_stop,
        }

    def _new_event_values(self):
        return {
            **self._event_values(),
            "partner_ids": [fields.Command.set(self.user_id.partner_id.ids)],
            "res_model_id": self.env["ir.model"]._get_id("sales.visit"),
            "res_id": self.id,
            "allday": False,
        }

    def _update_event(self, event):
        values = self._event_values()
        shown = {name: event.user_id.id if name == "user_id" else event[name] for name in values}
        changed = {name: value for name, value in values.items() if (shown[name] or False) != (value or False)}
        if "user_id" in changed:
            changed["partner_ids"] = [fields.Command.set(self.user_id.partner_id.ids)]
        if changed:
            event.write(changed)

    def _follow_event(self):
        """Move, cancel or plan visits again as their events were; visits that have begun stay as they are."""
        for visit in self:
            # As superuser: the values are compared before the access is checked.
            mirror = visit.sudo()
            event = mirror.with_context(active_test=False).event_id
            if mirror.state == "missed" and event.active and event.start > fields.Datetime.now():
                visit.check_access("write")
                visit._transition({"state": "planned", "date_start": event.start, "date_stop": event.stop})
            if mirror.state not in ("planned", "cancelled"):
                continue
            if event.active != (mirror.state == "planned"):
                visit.check_access("write")
                visit._transition({"state": "planned" if event.active else "cancelled"})
            if event.active and (event.start, event.stop) != (mirror.date_start, mirror.date_stop):
                visit.check_access("write")
                visit.write({"date_start": event.start, "date_stop": event.stop})

    def _cancel_with_event(self):
        planned = self.browse(self.sudo().filtered(lambda visit: visit.state == "planned").ids)
        planned.action_cancel()
