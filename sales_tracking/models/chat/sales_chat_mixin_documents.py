"""The documents from which WhatsApp is opened."""

from odoo import models

from ...tools.customer_documents import DOCUMENT_TYPES
from ...tools.phone import find_numbers


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "sales.chat.mixin"]

    def _chat_partner(self):
        return self


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.chat.mixin"]

    def _chat_number(self):
        country = self.country_id or self.company_id.country_id or self.env.company.country_id
        return next(iter(find_numbers(self.phone, country.phone_code)), None) or super()._chat_number()

    def _chat_documents(self):
        return {"lead_id": self.id}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "sales.chat.mixin"]

    def _chat_link(self):
        # The link shows the quotation, as a mail would.
        self._check_sendable()
        return self.get_base_url() + self._get_share_url(redirect=False)

    def _chat_documents(self):
        return {"order_id": self.id}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "sales.chat.mixin"]

    def _chat_link(self):
        is_shown = self.state == "posted" and self.move_type in DOCUMENT_TYPES
        return self.get_base_url() + self._get_share_url(redirect=False) if is_shown else ""


class SalesVisit(models.Model):
    _name = "sales.visit"
    _inherit = ["sales.visit", "sales.chat.mixin"]

    def _chat_documents(self):
        return {"partner_id": self.partner_id.id, "lead_id": self.lead_id.id, "company_id": self.company_id.id}


class SalesDunningAccount(models.Model):
    _name = "sales.dunning.account"
    _inherit = ["sales.dunning.account", "sales.chat.mixin"]

    def _chat_partner(self):
        return self.contact_id or self.partner_id

    def _chat_link(self):
        # As with the mail of a reminder: it is sent by those who may send one.
        self.check_access("write")
        return self.get_base_url() + self.sudo()._get_share_url(redirect=False)

    def _chat_documents(self):
        return {"partner_id": self._chat_partner().id, "company_id": self.company_id.id}
