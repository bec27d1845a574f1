"""Numbers, names, texts and recordings of calls and chats; when they were, how long and how many stays."""

from odoo import api, models
from odoo.fields import Domain

from .sales_personal_data_mixin import Retention

# What was said in a message; that it was sent, when and how it went stays.
CONTENT = ("body", "parameters", "file_key", "file_name", "attachment_ids")


class SalesCall(models.Model):
    _name = "sales.call"
    _inherit = ["sales.call", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [
            *super()._personal_data(person),
            (Domain("partner_id", "=", person.id), {"number": None, "recording_url": None}),
        ]

    @api.model
    def _kept_for_a_time(self):
        recordings = Retention("call_recording_months", "company_id", "date", {"recording_url": None})
        return [*super()._kept_for_a_time(), recordings]


class SalesChat(models.Model):
    _name = "sales.chat"
    _inherit = ["sales.chat", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [
            *super()._personal_data(person),
            (Domain("partner_id", "=", person.id), {"number": None, "profile_name": None}),
        ]


class SalesChatMessage(models.Model):
    _name = "sales.chat.message"
    _inherit = ["sales.chat.message", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [
            *super()._personal_data(person),
            (Domain("chat_id.partner_id", "=", person.id), dict.fromkeys(CONTENT)),
        ]

    @api.model
    def _kept_for_a_time(self):
        content = Retention("chat_text_months", "chat_id.company_id", "date", dict.fromkeys(CONTENT))
        return [*super()._kept_for_a_time(), content]


class SalesContactInbox(models.Model):
    _name = "sales.contact.inbox"
    _inherit = ["sales.contact.inbox", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [*super()._personal_data(person), (Domain("partner_id", "=", person.id), {"partner_id": None})]

    def _overwrite(self, _fields):
        """Forget the numbers altogether: there is nothing else in the rows."""
        self.unlink()
