from odoo import models
from odoo.tools import formatLang

RINGING = "sales_tracking.call_ringing"


class SalesCall(models.Model):
    _inherit = "sales.call"

    def _notify_ringing(self, user):
        """Tell whose telephone rings who calls, and what is open with them, as far as that user may see it."""
        self.ensure_one()
        if self.direction == "in" and user:
            user._bus_send(RINGING, self.with_user(user)._ringing(self.company_id))

    def _ringing(self, company):
        """What the notification shows, by the rights of the user of the environment."""
        call = self.with_context(lang=self.env.user.lang, allowed_company_ids=company.ids)
        call_sudo = call.sudo()  # the call rings at the user's; what it is about is read by the user's own rights
        partner = call_sudo.partner_id.sudo(False)._filtered_access("read")
        lead = call_sudo.lead_id.sudo(False)._filtered_access("read")
        return {
            "id": self.id,
            "number": call_sudo.number,
            "partner": {"id": partner.id, "name": partner.display_name} if partner else False,
            "lead": {"id": lead.id, "name": lead.display_name} if lead else False,
            "facts": call._customer_facts(partner.commercial_partner_id, company) if partner else [],
        }

    def _customer_facts(self, customer, company):
        """What to know of the customer before answering, a sentence each."""
        facts = []
        if self.env["sale.order"].has_access("read"):
            [(count, total)] = self.env["sale.order"]._read_group(
                [
                    ("partner_id", "child_of", customer.id),
                    ("state", "in", ("draft", "sent")),
                    ("company_id", "=", company.id),
                    ("currency_id", "=", company.currency_id.id),
                ],
                [],
                ["__count", "amount_total:sum"],
            )
            if count:
                facts.append(
                    self.env._(
                        "Open quotations: %(count)s, %(amount)s",
                        count=count,
                        amount=formatLang(self.env, total, currency_obj=company.currency_id),
                    )
                )
        overdue = customer.with_company(company).receivable_overdue
        if overdue > 0:
            facts.append(
                self.env._(
                    "Overdue: %(amount)s", amount=formatLang(self.env, overdue, currency_obj=company.currency_id)
                )
            )
        return facts
