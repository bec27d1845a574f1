import itertools

from odoo import api, fields, models

# What the parser of incoming mail says of an automatic one: no caller over RPC can pass it.
AUTOMATIC = object()


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "sales.guarded.mixin"]

    is_auto_reply = fields.Boolean(
        string="Automatic Reply",
        readonly=True,
        groups="base.group_user",
        help="The mail said that no person wrote it: an out-of-office message, for example.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        automatic = [vals.get("is_auto_reply") is AUTOMATIC for vals in vals_list]
        if any(automatic):
            vals_list = [{name: value for name, value in vals.items() if value is not AUTOMATIC} for vals in vals_list]
        messages = super().create(vals_list)
        for message in itertools.compress(messages, automatic):
            # As superuser: the user whom the mail gateway acts for may not change the message.
            message.sudo().is_auto_reply = True
        self.env["sales.interaction"]._capture_messages(messages)
        return messages
