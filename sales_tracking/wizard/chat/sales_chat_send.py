from odoo import api, fields, models
from odoo.exceptions import UserError


class SalesChatSend(models.TransientModel):
    """A message by an account of the company: free text while the chat is open, an approved text otherwise."""

    _name = "sales.chat.send"
    _description = "Send a Chat Message"

    chat_id = fields.Many2one(comodel_name="sales.chat", required=True, readonly=True)
    is_open = fields.Boolean(related="chat_id.is_open")
    template_id = fields.Many2one(
        comodel_name="sales.chat.template",
        string="Text",
        domain="[('provider_name', '!=', False)] if not is_open else []",
    )
    body = fields.Text(string="Message", compute="_compute_body", store=True, readonly=False)

    @api.depends("template_id")
    def _compute_body(self):
        for send in self:
            if send.template_id:
                send.body = send.template_id._render(send._document(), send._partner())

    def _document(self):
        return self.chat_id.lead_id or self.chat_id.partner_id

    def _partner(self):
        return self.chat_id.partner_id or self.chat_id.lead_id.partner_id

    def action_send(self):
        """Let the message wait to be sent; the job sends it at once."""
        self.ensure_one()
        if not self.body:
            raise UserError(self.env._("Write a message, or choose a text."))
        is_template = self.template_id and not self.chat_id.is_open
        parameters = self.template_id._parameters(self._document(), self._partner()) if is_template else None
        self.chat_id._queue(
            self.template_id._render(self._document(), self._partner()) if is_template else self.body,
            self.template_id if is_template else None,
            parameters,
        )
        return {"type": "ir.actions.act_window_close"}
