from datetime import timedelta

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from . import whatsapp

# A message that is being sent longer than this was interrupted.
LONGEST_SENDING = timedelta(minutes=15)


class SalesChatMessage(models.Model):
    _inherit = "sales.chat.message"

    @api.model
    def _cron_send(self):
        """Send the messages that wait, each once: what was interrupted is never sent again by itself."""
        self._give_up_interrupted()
        while message := self._claim():
            # Committed first: whatever happens from here on, nobody sends it a second time.
            if not self.env["ir.cron"]._commit_progress(0):
                message.state = "queued"
                break
            message._send()
            remaining = self.search_count([("state", "=", "queued")])
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    @api.model
    def _give_up_interrupted(self):
        interrupted = self.search(
            [("state", "=", "sending"), ("write_date", "<", fields.Datetime.now() - LONGEST_SENDING)]
        )
        interrupted.write(
            {"state": "failed", "error": self.env._("It is not known whether it was sent: look at the phone.")}
        )

    @api.model
    def _claim(self):
        self.flush_model()
        rows = self.env.execute_query(
            SQL("SELECT id FROM sales_chat_message WHERE state = 'queued' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED")
        )
        message = self.browse([message_id for (message_id,) in rows])
        message.write({"state": "sending"})
        message.flush_recordset()
        return message

    def _send(self):
        """Send the message, and note its id at the provider or why it was refused."""
        self.ensure_one()
        account = self.account_id.sudo()
        number = self.chat_id.number
        if self.template_id:
            template = self.template_id
            language = template.provider_language or "id"
            content = whatsapp.template_message(number, template.provider_name, language, self.parameters or [])
        else:
            content = whatsapp.text_message(number, self.body)
        try:
            key = whatsapp.send(account.token, account.phone_number_id, content)
        except whatsapp.SendingError as error:
            self.write({"state": "failed", "error": str(error)})
        except requests.RequestException as error:
            # Its text alone may hold the request, with the token.
            problem = self.env._(
                "The provider did not answer (%s): it is not known whether it was sent.", type(error).__name__
            )
            self.write({"state": "failed", "error": problem})
        else:
            self._sent_as(key)
        self.chat_id._update_last()

    def _sent_as(self, key):
        """Note the id at the provider; a status may have come in before it."""
        told = self.search([("account_id", "=", self.account_id.id), ("message_key", "=", key)])
        state, error = told.state or "sent", told.error
        told.unlink()
        told.flush_model()
        body = self.chat_id.company_id._kept_text(self.body)
        self.write({"message_key": key, "state": state, "error": error, "body": body, "date": fields.Datetime.now()})
        self.env["sales.interaction"].sudo().record_chat_days(self.ids)


class SalesChat(models.Model):
    _inherit = "sales.chat"

    def _queue(self, body, template=None, parameters=None):
        """Let a message wait to be sent, in the name of the user.

        :raise UserError: where the provider would not let it through
        """
        self.ensure_one()
        self.check_access("read")
        if not self.account_id.active:
            raise UserError(self.env._("The account of this chat is archived: nothing can be sent with it."))
        if not self.account_id.sudo().token:
            raise UserError(
                self.env._("The account %s has no access token: an administrator enters it.", self.account_id.name)
            )
        if template and not template.provider_name:
            raise UserError(
                self.env._('"%s" is not approved at WhatsApp: enter the name under which it is.', template.name)
            )
        if not template and not self.is_open:
            raise UserError(
                self.env._(
                    "%s has not written within the last 24 hours: WhatsApp lets only approved texts through. "
                    "Choose one.",
                    self.display_name,
                )
            )
        if not (body or "").strip() or len(body) > whatsapp.LONGEST_TEXT:
            raise UserError(self.env._("Write a text of at most %s characters.", whatsapp.LONGEST_TEXT))
        message = (
            self.env["sales.chat.message"]
            .sudo()
            .create(
                {
                    "chat_id": self.id,
                    "account_id": self.account_id.id,
                    "direction": "out",
                    "date": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    "body": body,
                    "state": "queued",
                    "template_id": template and template.id,
                    "parameters": parameters,
                }
            )
        )
        self.env.ref("sales_tracking.cron_sales_chat_send").sudo()._trigger()
        return message
