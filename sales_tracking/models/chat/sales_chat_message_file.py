import mimetypes
import re

import requests

from odoo import api, fields, models

from ...tools.jobs import attempt
from . import whatsapp

MOST_ATTEMPTS = 5
LONGEST_NAME = 120
# What a name of a file has no use for: control and direction marks, and what separates folders.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


class SalesChatMessage(models.Model):
    """Pictures, voice messages and documents: fetched from the provider where the company keeps what was sent."""

    _inherit = "sales.chat.message"

    attachment_ids = fields.Many2many(comodel_name="ir.attachment", string="Files", readonly=True, copy=False)
    file_key = fields.Char(readonly=True, groups="base.group_system", help="The file at the provider, to be fetched.")
    file_name = fields.Char(readonly=True)
    file_attempts = fields.Integer(readonly=True)
    file_error = fields.Char(string="File Not Kept", readonly=True, help="Why the file of the message is not here.")

    _file_queue_idx = models.Index("(id) WHERE file_key IS NOT NULL")

    @api.model
    def _file_values(self, company, media):
        """What a new message notes of its file: nothing where the company doesn't keep what is sent."""
        if not media or not company.sudo().chat_text_kept:
            return {}
        self.env.ref("sales_tracking.cron_sales_chat_file").sudo()._trigger()
        return {"file_key": media.id, "file_name": media.name}

    @api.model
    def _cron_fetch_files(self):
        """Fetch the files that wait, each in a transaction of its own; what failed is tried again by the next run."""
        waiting = self.search([("file_key", "!=", False)], order="file_attempts, id")
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(waiting))
        for number, message in enumerate(waiting, start=1):
            if message.try_lock_for_update(allow_referencing=True):
                message.invalidate_recordset()
                if message.file_key:
                    attempt(message, message._fetch_file, message._note_file_failure)
            if not commit_progress(1, remaining=len(waiting) - number):
                break

    def _fetch_file(self):
        self.ensure_one()
        account = self.account_id.sudo()
        if not self.chat_id.company_id.sudo().chat_text_kept:
            # Decided otherwise meanwhile.
            self.file_key = False
            return
        try:
            content, file_type = whatsapp.fetch(account.token, self.file_key)
        except whatsapp.FileError as error:
            self.write({"file_key": False, "file_error": self._why_not_kept(*error.args)})
        except requests.RequestException as error:
            # Its text may hold the request, with the token.
            self._note_file_failure(self.env._("The provider did not answer (%s).", type(error).__name__))
        else:
            self.write({"file_key": False, "file_error": False, "attachment_ids": self._attach(content, file_type).ids})

    def _attach(self, content, file_type):
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self._safe_file_name(file_type),
                    "raw": content,
                    "mimetype": file_type,
                    # Read by those who may read the message.
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )

    def _safe_file_name(self, file_type):
        """The sender's name of the file, with the extension of what it is."""
        extension = mimetypes.guess_extension(file_type) or ""
        name = _UNSAFE.sub("_", self.file_name or "").strip(" ._")[:LONGEST_NAME]
        if not name:
            name = f"{fields.Datetime.to_string(self.date).replace(':', '.')} {file_type.split('/')[0]}"
        return name if mimetypes.guess_type(name)[0] == file_type else f"{name}{extension}"

    def _note_file_failure(self, error):
        attempts = self.file_attempts + 1
        self.write(
            {
                "file_attempts": attempts,
                "file_error": str(error)[:500],
                "file_key": self.file_key if attempts < MOST_ATTEMPTS else False,
            }
        )

    def _why_not_kept(self, reason, file_type=""):
        return {
            "gone": self.env._("The provider has it no longer."),
            "type": self.env._("Files of the type %s are not kept.", file_type or "?"),
            "size": self.env._("It is larger than %s MB.", whatsapp.LARGEST_FILE // 1024**2),
            "address": self.env._("It is not kept at the provider's own address."),
        }[reason]
