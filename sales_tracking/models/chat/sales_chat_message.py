from odoo import fields, models

# What a message goes through at the provider; it never goes back.
RANKS = {"queued": 0, "sending": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 5}


class SalesChatMessage(models.Model):
    """A message of a chat: when, by whom, and of its text what the company keeps."""

    _name = "sales.chat.message"
    _description = "Chat Message"
    _inherit = ["sales.guarded.mixin"]
    _order = "date, id"
    _rec_name = "body"

    chat_id = fields.Many2one(comodel_name="sales.chat", required=True, readonly=True, ondelete="cascade", index=True)
    account_id = fields.Many2one(comodel_name="sales.chat.account", readonly=True, ondelete="set null")
    message_key = fields.Char(readonly=True, help="The id of the message at the provider.")
    direction = fields.Selection(selection=[("in", "Incoming"), ("out", "Outgoing")], required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Sent By", readonly=True, ondelete="set null")
    kind = fields.Selection(
        selection=[("text", "Text"), ("media", "Media"), ("deleted", "Deleted"), ("other", "Other")],
        required=True,
        readonly=True,
        default="text",
    )
    body = fields.Text(string="Message", readonly=True)
    state = fields.Selection(
        selection=[
            ("received", "Received"),
            ("queued", "Waiting to Be Sent"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
    )
    error = fields.Char(readonly=True)
    template_id = fields.Many2one(comodel_name="sales.chat.template", readonly=True, ondelete="set null")
    parameters = fields.Json(readonly=True)

    _message_key_unique = models.UniqueIndex("(account_id, message_key) WHERE message_key IS NOT NULL")
    _chat_date_idx = models.Index("(chat_id, date)")
    _queue_idx = models.Index("(id) WHERE state IN ('queued', 'sending')")

    def _advance(self, state, error=None):
        """Note what became of a message; what comes late or again changes nothing."""
        self.ensure_one()
        if RANKS.get(state, -1) > RANKS.get(self.state, 9):
            self.write({"state": state, "error": error or False})
