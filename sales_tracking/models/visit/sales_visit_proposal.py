from odoo import fields, models
from odoo.exceptions import UserError

from .sales_visit_check import SALES


class SalesVisit(models.Model):
    """Where a customer is: the person at the customer's proposes the position of a check-in, a lead accepts it."""

    _inherit = "sales.visit"

    position_proposal = fields.Selection(
        selection=[("proposed", "Proposed"), ("accepted", "Accepted"), ("refused", "Refused")],
        string="As Customer's Position",
        readonly=True,
        copy=False,
        tracking=True,
        groups=SALES,
        help="Visits are verified against the position of the customer's address, which changes only when a lead "
        "accepts that of a check-in.",
    )

    def action_propose_position(self):
        """Propose the position of one's own check-in as that of the customer's address; the lead is asked to decide."""
        self.ensure_one()
        self._check_is_own()
        self._check_has_position()
        if self.verification == "verified" or self.position_proposal:
            raise UserError(
                self.env._("This check-in is verified, or its position was proposed already: there is nothing to do.")
            )
        self._write_decided({"position_proposal": "proposed"})
        lead = self.team_id.user_id
        if lead.active and lead != self.user_id:
            visit = self.with_context(lang=lead.lang)
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=lead.id,
                summary=visit.env._("Is the customer where %(person)s checked in?", person=self.user_id.name),
            )
        return True

    def action_use_position(self):
        """Take the position of the check-in as that of the customer's address."""
        self.ensure_one()
        self._check_places_address()
        self._check_has_position()
        # As superuser: a lead may correct the position of an address without the right to edit contacts.
        self.partner_id._visit_address().sudo().write(
            {"partner_latitude": self.check_in_latitude, "partner_longitude": self.check_in_longitude}
        )
        return self._decide_position("accepted")

    def action_refuse_position(self):
        """Leave the position of the customer's address as it is."""
        self.ensure_one()
        self._check_places_address()
        if self.position_proposal != "proposed":
            raise UserError(self.env._("Nobody has proposed the position of this check-in."))
        return self._decide_position("refused")

    def _decide_position(self, decision):
        self._write_decided({"position_proposal": decision})
        self.activity_feedback(["mail.mail_activity_data_todo"], only_automated=True)
        return True

    def _check_has_position(self):
        if self.check_in_latitude is False or not self.partner_id:
            raise UserError(self.env._("There is no position of a check-in to take over."))
        if self.check_in_is_mock:
            raise UserError(
                self.env._("The device said that an application made this position up. Check in anew where it is real.")
            )
