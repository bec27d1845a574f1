from urllib.parse import quote

from markupsafe import Markup

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

        Where the company sends by an account, the text is shown first, to be sent by that or on the phone.

        :raise UserError: where there is no number to write to, or the document must not be shown yet
        """
        self.ensure_one()
        self.check_access("read")
        self._checked_chat_number()
        accounts = self.env["sales.chat.account"]
        if self.env["sales.chat.send"].has_access("create") and accounts._of_company(self._chat_company()):
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("WhatsApp"),
                "res_model": "sales.chat.send",
                "view_mode": "form",
                "target": "new",
                "context": {"default_document": f"{self._name},{self.id}"},
            }
        template = self.env["sales.chat.template"]._offered(self)[:1]
        return self._open_whatsapp(template._render(self, self._chat_partner()) if template else "")

    def _chat_company(self):
        return ("company_id" in self and self.company_id) or self.env.company

    def _checked_chat_number(self):
        """The number that is written to, in E.164; refused where there is none."""
        number = self._chat_number()
        if not number or not number.startswith("+"):
            raise UserError(
                self.env._(
                    "There is no telephone number with its country to write to. Enter it in %s.",
                    self._chat_partner().display_name or self.display_name,
                )
            )
        return number

    def _open_whatsapp(self, text):
        """Put the tap on record and open WhatsApp, on the phone or in the browser, with the text."""
        address = self._chat_address(text)
        self._log_chat(self._chat_number(), text)
        return {"type": "ir.actions.act_url", "url": address, "target": "new"}

    def _chat_address(self, text):
        number = self._checked_chat_number()
        return f"{CLICK_TO_CHAT}{number.removeprefix('+')}" + (f"?text={quote(text)}" if text else "")

    def _chat_note(self, template, user):
        """The note of an activity to write by hand: the text for the customer, and a link that opens WhatsApp with it.

        :param template: sales.chat.template
        :param user: whose activity it is: the text is in their name, the link in their language
        :raise UserError: as `action_chat`
        """
        # As superuser: the follow-up writes about documents of all salespeople.
        document = self.with_user(user).sudo()
        text = template.with_user(user).sudo()._render(document, document._chat_partner())
        return Markup('<p style="white-space: pre-wrap">%s</p><p><a href="%s" target="_blank">%s</a></p>') % (
            text,
            document._chat_address(text),
            document.with_context(lang=user.lang).env._("Open WhatsApp"),
        )

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
