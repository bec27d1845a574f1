from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.phone import find_numbers, tail
from .sales_personal_data_mixin import Retention


class SalesInteraction(models.Model):
    _name = "sales.interaction"
    _inherit = ["sales.interaction", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        """Notes and numbers of interactions with the person, also of those that know the number or address alone."""
        addressed = Domain("id", "in", self._addressed_to(person))
        return [
            *super()._personal_data(person),
            (Domain("partner_id", "=", person.id) | addressed, {"note": None, "contact_address": None}),
        ]

    @api.model
    def _kept_for_a_time(self):
        """The first lines of chats, which the days of chats have as their notes; what people noted themselves stays."""
        first_lines = Retention(
            "chat_text_months", "company_id", "date", {"note": None}, Domain("res_model", "=", "sales.chat")
        )
        return [*super()._kept_for_a_time(), first_lines]

    @api.model
    def _addressed_to(self, person):
        """The ids of the interactions of nobody's that have a number or address of the person, however written."""
        code = (person.country_id or self.env.company.country_id).phone_code
        numbers = set(find_numbers(person.phone, code))
        rows = self.env.execute_query(
            SQL(
                "SELECT id, contact_address FROM sales_interaction WHERE partner_id IS NULL AND "
                "(LOWER(TRIM(contact_address)) = %s OR regexp_replace(contact_address, '\\D', '', 'g') LIKE ANY(%s))",
                person.email_normalized or "",
                [f"%{tail(number)}%" for number in numbers],
            )
        )
        return [row_id for row_id, address in rows if "@" in address or numbers & set(find_numbers(address, code))]
