"""Addresses and notes in the ledgers of both follow-ups: rows of theirs are never changed otherwise."""

from odoo import api, models
from odoo.fields import Domain


class SalesDunningReminder(models.Model):
    _name = "sales.dunning.reminder"
    _inherit = ["sales.dunning.reminder", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [
            *super()._personal_data(person),
            (_sent_to(person) | Domain("message_id.partner_ids", "in", person.ids), {"recipient": None}),
        ]


class SalesPromise(models.Model):
    _name = "sales.promise"
    _inherit = ["sales.promise", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [*super()._personal_data(person), (Domain("partner_id", "=", person.id), {"note": None})]


class SalesDispute(models.Model):
    _name = "sales.dispute"
    _inherit = ["sales.dispute", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [*super()._personal_data(person), (Domain("partner_id", "=", person.id), {"note": None})]


class SalesDunningAccount(models.Model):
    _name = "sales.dunning.account"
    _inherit = ["sales.dunning.account", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        return [*super()._personal_data(person), (Domain("partner_id", "=", person.id), {"pause_reason": None})]


class SalesQuotationCadenceLog(models.Model):
    _name = "sales.quotation.cadence.log"
    _inherit = ["sales.quotation.cadence.log", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        # A failure may name the address that failed.
        return [
            *super()._personal_data(person),
            (Domain("order_id.partner_id", "=", person.id) | _named(person), {"recipient": None, "error": None}),
        ]


def _sent_to(person):
    return Domain("partner_id", "=", person.id) | _named(person)


def _named(person):
    """Rows whose recipients have the person's address among them."""
    return Domain("recipient", "ilike", person.email_normalized) if person.email_normalized else Domain.FALSE
