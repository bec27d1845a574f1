from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    chat_text_kept = fields.Boolean(
        string="Keep the Text of Chats",
        groups="base.group_user",
        help="Keep what was written and sent in chats with customers. Without it, counts, times and the first line of "
        "each message are kept.",
    )

    def _kept_text(self, text):
        """What of a message of a chat the company keeps: all of it, or its first line."""
        self.ensure_one()
        text = (text or "").strip()
        return text if self.sudo().chat_text_kept else text.split("\n", 1)[0][:200]
