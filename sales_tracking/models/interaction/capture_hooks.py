"""Where Odoo's own models tell that something was done that is to be recorded."""

import itertools
from contextlib import contextmanager

from odoo import api, fields, models

from .capture.parts import DOCUMENTS, SELLING_DOCUMENTS

# What the parser of incoming mail says of an automatic one: no caller over RPC can pass it.
AUTOMATIC = object()


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "sales.guarded.mixin"]

    is_auto_reply = fields.Boolean(
        string="Automatic Reply",
        readonly=True,
        groups="base.group_user",
        help="The mail said that no person wrote it: an out-of-office message, for example.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        automatic = [vals.get("is_auto_reply") is AUTOMATIC for vals in vals_list]
        if any(automatic):
            vals_list = [
                {name: value for name, value in vals.items() if value is not AUTOMATIC} for vals in vals_list
            ]
        messages = super().create(vals_list)
        for message in itertools.compress(messages, automatic):
            # As superuser: the user whom the mail gateway acts for may not change the message.
            message.sudo().is_auto_reply = True
        self.env["sales.interaction"]._capture_messages(messages)
        return messages


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        values = super().message_parse(message, save_original=save_original)
        if message.get("Auto-Submitted", "no").strip().lower() != "no" or message.get("X-Autoreply"):
            values["is_auto_reply"] = AUTOMATIC
        return values

    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {"is_auto_reply"}

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        # A mail that was scheduled is sent in another transaction than that which created it.
        if self._name in DOCUMENTS:
            self.env["sales.interaction"]._capture_messages(message)
        return recipients


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        activity_ids = self.filtered(lambda activity: activity.res_model in SELLING_DOCUMENTS).ids
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if activity_ids:
            self.env["sales.interaction"].capture_later("mail.activity", activity_ids)
        return result


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


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def write(self, vals):
        result = super().write(vals)
        # im_livechat ends its sessions by this field, from several places.
        if vals.get("livechat_end_dt"):
            self.env["sales.interaction"].capture_later("discuss.channel", self.ids)
        return result
