from odoo import models

from ...tools.people import responsible

CALL_BACK = "sales_tracking.mail_activity_call_back"


class SalesCall(models.Model):
    _inherit = "sales.call"

    def _update_call_backs(self):
        """Plan to call back whom we missed, once; whoever was reached since needs no call back any more."""
        for call in self:
            if call.state in ("ongoing", "answered"):
                # Not marked as done, which would record a second call.
                call._call_backs().unlink()
            elif call.state == "missed" and not call._is_reached_since() and not call._call_backs():
                call._plan_call_back()

    def _party(self):
        return self.lead_id or self.partner_id

    def _call_backs(self):
        """The open activities to call the customer, whichever of its people is to be called."""
        call_back = self.env.ref(CALL_BACK, raise_if_not_found=False)
        parties = self.lead_id or self._people()
        if not call_back or not parties:
            return self.env["mail.activity"]
        return self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", call_back.id),
                ("res_model", "=", parties._name),
                ("res_id", "in", parties.ids),
            ]
        )

    def _people(self):
        """All people of the customer of the call."""
        customer = self.partner_id.commercial_partner_id
        return customer.search([("id", "child_of", customer.ids)]) if customer else customer

    def _is_reached_since(self):
        """Whether the customer was spoken with after this call: events may come in late."""
        parties = [("lead_id", "=", self.lead_id.id)] if self.lead_id else [("partner_id", "in", self._people().ids)]
        return bool(
            self.search_count(
                [
                    *parties,
                    ("company_id", "=", self.company_id.id),
                    ("state", "in", ("ongoing", "answered")),
                    ("date", ">=", self.date),
                ],
                limit=1,
            )
        )

    def _plan_call_back(self):
        party = self._party()
        call_back = self.env.ref(CALL_BACK, raise_if_not_found=False)
        if not party or not call_back:
            return
        owner = responsible(self.company_id, party.user_id, self.user_id)
        party.with_context(lang=owner.lang, mail_activity_quick_update=True).activity_schedule(
            CALL_BACK,
            summary=self.with_context(lang=owner.lang).env._("Missed call from %s", self.number),
            date_deadline=self.company_id._sales_today(),
            user_id=owner.id,
        )
