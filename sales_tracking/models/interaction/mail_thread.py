from odoo import api, models

from .capture.parts import DOCUMENTS
from .mail_message import AUTOMATIC


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        values = super().message_parse(message, save_original=save_original)
        if message.get("Auto-Submitted", "no").strip().lower() != "no" or message.get("X-Autoreply"):
            values["is_auto_reply"] = AUTOMATIC
        return values

    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {"is_auto_reply"}

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        # A mail that was scheduled is sent in another transaction than that which created it.
        if self._name in DOCUMENTS:
            self.env["sales.interaction"]._capture_messages(message)
        return recipients
