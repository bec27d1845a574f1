from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.chat.sales_chat_template import MODELS
from ...models.contact_inbox.sales_contact_inbox import Party


class SalesChatSend(models.TransientModel):
    """A message by an account of the company: free text while the chat is open, an approved text otherwise.

    It goes on with a chat, or begins one from a document.
    """

    _name = "sales.chat.send"
    _description = "Send a Chat Message"
    _inherit = ["sales.onchange.mixin"]

    chat_id = fields.Many2one(comodel_name="sales.chat", readonly=True)
    document = fields.Reference(selection=MODELS, readonly=True)
    account_id = fields.Many2one(
        comodel_name="sales.chat.account",
        compute="_compute_account_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        domain="[('company_id', '=', company_id)]",
    )
    company_id = fields.Many2one(comodel_name="res.company", compute="_compute_company_id")
    number = fields.Char(string="Phone Number", compute="_compute_number")
    is_open = fields.Boolean(compute="_compute_is_open")
    template_ids = fields.Many2many(comodel_name="sales.chat.template", compute="_compute_template_ids")
    template_id = fields.Many2one(
        comodel_name="sales.chat.template",
        string="Text",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', template_ids)]",
    )
    body = fields.Text(string="Message", compute="_compute_body", store=True, readonly=False)

    @api.depends("chat_id", "document")
    def _compute_company_id(self):
        for send in self:
            send.company_id = send.chat_id.company_id or (send.document and send.document._chat_company())

    @api.depends("chat_id", "company_id")
    def _compute_account_id(self):
        for send in self:
            send.account_id = send.chat_id.account_id or send.account_id._of_company(send.company_id)

    @api.depends("chat_id", "document")
    def _compute_number(self):
        for send in self:
            send.number = send.chat_id.number or (send.document and send.document._chat_number())

    @api.depends("chat_id", "account_id", "number")
    def _compute_is_open(self):
        for send in self:
            send.is_open = (send.chat_id.sudo() or send._known_chat()).is_open

    @api.depends("chat_id", "document", "is_open")
    def _compute_template_ids(self):
        for send in self:
            offered = send.env["sales.chat.template"]._offered(send._about())
            send.template_ids = offered if send.is_open else offered.filtered("provider_name")

    @api.depends("template_ids")
    def _compute_template_id(self):
        """Answers are written; what begins a chat is the most fitting text."""
        for send in self:
            send.template_id = False if send.chat_id and send.is_open else send.template_ids._origin[:1]

    @api.depends("template_id")
    def _compute_body(self):
        for send in self:
            if send.template_id:
                send.body = send.template_id._render(send._about(), send._partner())

    def _known_chat(self):
        """The chat of the account with the number, whoever has it: whether it is open is all that is told of it."""
        chats = self.env["sales.chat"].sudo()
        return chats.search([("account_id", "=", self.account_id.id), ("number", "=", self.number)], limit=1)

    def _about(self):
        """The document that the texts are filled in from."""
        return self.document or self.chat_id.lead_id or self.chat_id.partner_id

    def _partner(self):
        if self.document:
            return self.document._chat_partner()
        return self.chat_id.partner_id or self.chat_id.lead_id.partner_id

    def action_send(self):
        """Let the message wait to be sent; the job sends it at once.

        :raise UserError: where the provider would not let it through
        """
        self.ensure_one()
        if not self.body:
            raise UserError(self.env._("Write a message, or choose a text."))
        template = self.template_id if not self.is_open else self.template_id.browse()
        parameters = template._parameters(self._about(), self._partner()) if template else None
        text = template._render(self._about(), self._partner()) if template else self.body
        self._chat()._queue(text, template, parameters)
        return {"type": "ir.actions.act_window_close"}

    def action_open_whatsapp(self):
        """Write on the phone instead, as without an account."""
        self.ensure_one()
        if not self.document:
            raise UserError(self.env._("This chat is that of the account: answer it here."))
        self.document.check_access("read")
        return self.document._open_whatsapp(self.body or "")

    def _chat(self):
        """The chat that goes on, or that of the document, made now."""
        if self.chat_id:
            return self.chat_id
        document = self.document
        if not document:
            raise UserError(self.env._("It is not known with whom this chat is."))
        document.check_access("read")
        if self.account_id.company_id != self.company_id:
            raise UserError(self.env._("Choose an account of %s.", self.company_id.name))
        number = document._checked_chat_number()
        party = self.env["sales.contact.inbox"]._find_parties(self.company_id, [number]).get(number)
        if party and (party.is_own or party.is_ignored):
            raise UserError(self.env._("%s is ignored, or a number of our own: no chats are kept with it.", number))
        partner, lead = document._chat_partner(), document if document._name == "crm.lead" else None
        known = party or Party(partner.id or None, None if partner or not lead else lead.id)
        # As superuser: who may read the document may write about it, and the chat is made by that alone.
        return self.env["sales.chat"].sudo()._of_account(self.account_id, number, known, user=self.env.user)
