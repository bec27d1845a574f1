from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

POSITIONS = (
    "check_in_latitude", "check_in_longitude", "check_in_accuracy",
    "check_out_latitude", "check_out_longitude", "check_out_accuracy",
)  # fmt: skip
BATCH = 10_000


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
    def _erase_old_positions(self):
        """Erase the positions of check-ins that a company keeps no longer, in batches; a later run goes on.

        :return: the number of visits
        """
        erased = 0
        commit_progress = self.env["ir.cron"]._commit_progress
        # As superuser: the job of all companies.
        for company in self.env["res.company"].sudo().search([("visit_position_months", ">", 0)]):
            first_kept = company._sales_today() - relativedelta(months=company.visit_position_months)
            domain = Domain("company_id", "=", company.id) & Domain("day", "<", first_kept)
            fields = dict.fromkeys(POSITIONS)
            old = self._holding(domain, fields)
            for start in range(0, len(old), BATCH):
                batch = old[start : start + BATCH]
                batch._overwrite(fields)
                erased += len(batch)
                if not commit_progress(len(batch), remaining=len(old) - start - len(batch)):
                    return erased
        return erased
