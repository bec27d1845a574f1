"""Numbers, names, texts and recordings of calls and chats; when they were, how long and how many stays."""

from odoo import api, models
from odoo.fields import Domain


class SalesCall(models.Model):
    _name = "sales.call"
    _inherit = ["sales.call", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [
            *super()._personal_data(person),
            (Domain("partner_id", "=", person.id), {"number": None, "recording_url": None}),
        ]


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
            (Domain("chat_id.partner_id", "=", person.id), {"body": None, "parameters": None}),
        ]


class SalesContactInbox(models.Model):
    _name = "sales.contact.inbox"
    _inherit = ["sales.contact.inbox", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [*super()._personal_data(person), (Domain("partner_id", "=", person.id), {"partner_id": None})]

    def _overwrite(self, _fields):
        """Forget the numbers altogether: there is nothing else in the rows."""
        self.unlink()
