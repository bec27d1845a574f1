from urllib.parse import quote

from odoo import models
from odoo.exceptions import UserError

from ...tools.phone import find_numbers

CLICK_TO_CHAT = "https://wa.me/"


class SalesChatMixin(models.AbstractModel):
    """A document from which WhatsApp is opened with a prepared text, in one tap."""

    _name = "sales.chat.mixin"
    _description = "Click to Chat"

    def _chat_partner(self):
        """Who is written to."""
        return self.partner_id

    def _chat_number(self):
        """The number that is written to, in E.164, or None."""
        partner = self._chat_partner()
        country = partner.country_id or self.env.company.country_id
        return next(iter(find_numbers(partner.phone, country.phone_code)), None)

    def _chat_link(self):
        """An address for the customer that shows the document; empty where there is none to show."""
        return ""

    def _chat_documents(self):
        """What the interaction is about, as values of sales.interaction."""
        return {"partner_id": self._chat_partner().id}

    def action_chat(self):
        """Open WhatsApp with the text for the document in the customer's language; the tap is on record.

        :raise UserError: where there is no number to write to, or the document must not be shown yet
        """
        self.ensure_one()
        self.check_access("read")
        number = self._chat_number()
        if not number or not number.startswith("+"):
            raise UserError(
                self.env._(
                    "There is no telephone number with its country to write to. Enter it in %s.",
                    self._chat_partner().display_name or self.display_name,
                )
            )
        template = self.env["sales.chat.template"]._offered(self)[:1]
        text = template._render(self, self._chat_partner()) if template else ""
        self._log_chat(number, text)
        return {
            "type": "ir.actions.act_url",
            "url": f"{CLICK_TO_CHAT}{number.removeprefix('+')}" + (f"?text={quote(text)}" if text else ""),
            "target": "new",
        }

    def _log_chat(self, number, text):
        interactions = self.env["sales.interaction"]
        if not interactions.has_access("create"):
            # Who collects payments has no right to interactions, and writes to customers all the same.
            interactions = interactions.sudo()
        attempted = self.env.ref("sales_tracking.sales_interaction_outcome_attempted", raise_if_not_found=False)
        interactions.create(
            {
                **self._chat_documents(),
                "kind": "chat",
                "direction": "out",
                "outcome_id": attempted and attempted.id,
                "user_id": self.env.uid,
                "contact_address": number,
                "note": text.split("\n", 1)[0][:200],
            }
        )
