from odoo import api, models
from odoo.fields import Domain

from .sales_personal_data_mixin import Retention

POSITIONS = (
    "check_in_latitude", "check_in_longitude", "check_in_accuracy",
    "check_out_latitude", "check_out_longitude", "check_out_accuracy",
)  # fmt: skip


class SalesVisit(models.Model):
    """Where people were is kept for some time, and what they are told at the customer's as long as it is needed.

    Whether a visit was verified, its distance, its times and its result stay.
    """

    _name = "sales.visit"
    _inherit = ["sales.visit", "sales.personal.data.mixin"]

    @api.model
    def _personal_data(self, person):
        of_customer = ("purpose", "note", "photo_ids", "address_latitude", "address_longitude", *POSITIONS)
        # As superuser: also of users who left.
        users = person.sudo().with_context(active_test=False).user_ids
        return [
            *super()._personal_data(person),
            (Domain("partner_id", "=", person.id), dict.fromkeys(of_customer)),
            (Domain("user_id", "in", users.ids), dict.fromkeys((*POSITIONS, "check_in_reason"))),
        ]

    @api.model
    def _kept_for_a_time(self):
        positions = Retention("visit_position_months", "company_id", "day", dict.fromkeys(POSITIONS))
        return [*super()._kept_for_a_time(), positions]
