from odoo import api, models
from odoo.fields import Domain


class SalesPricelistSendingRecipient(models.Model):
    _name = "sales.pricelist.sending.recipient"
    _inherit = ["sales.pricelist.sending.recipient", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        found = Domain("partner_id", "=", person.id)
        if person.email_normalized:
            found |= Domain("partner_id", "=", False) & Domain("email", "=ilike", person.email_normalized)
        return [*super()._personal_data(person), (found, {"email": None, "reason": None})]
