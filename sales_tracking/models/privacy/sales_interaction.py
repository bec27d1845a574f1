import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..interaction.address import PUNCTUATION, phone_spellings


class SalesInteraction(models.Model):
    _name = "sales.interaction"
    _inherit = ["sales.interaction", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        """Notes and numbers of interactions with the person, also of those that know the number or address alone."""
        country = person.country_id or self.env.company.country_id
        written = (person.email_normalized or "", *phone_spellings(person.phone or "", country.phone_code))
        addresses = [re.sub(PUNCTUATION, "", address) for address in written if address]

        def is_addressed(model, alias, _query):
            column = SQL.identifier(alias, "contact_address")
            return SQL("REGEXP_REPLACE(LOWER(%s), %s, '', 'g') = ANY(%s)", column, PUNCTUATION, addresses)

        addressed = Domain("partner_id", "=", False) & Domain.custom(to_sql=is_addressed)
        return [
            *super()._personal_data(person),
            (Domain("partner_id", "=", person.id) | addressed, {"note": None, "contact_address": None}),
        ]
