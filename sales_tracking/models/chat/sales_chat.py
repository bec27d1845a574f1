from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# How long after the customer's last message the provider lets free text through.
WINDOW = timedelta(hours=24)


class SalesChat(models.Model):
    """What was written with one number: by an account of the company, or on a salesperson's own phone."""

    _name = "sales.chat"
    _description = "Chat"
    _inherit = ["sales.guarded.mixin"]
    _order = "last_date desc, id desc"

    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    account_id = fields.Many2one(
        comodel_name="sales.chat.account", readonly=True, ondelete="set null", index="btree_not_null"
    )
    number = fields.Char(string="Phone Number", readonly=True)
    profile_name = fields.Char(string="Name at WhatsApp", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", ondelete="set null", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", readonly=True, ondelete="set null", index="btree_not_null"
    )
    lead_id = fields.Many2one(comodel_name="crm.lead", readonly=True, ondelete="set null", index="btree_not_null")
    message_ids = fields.One2many(comodel_name="sales.chat.message", inverse_name="chat_id", string="Messages")
    last_date = fields.Datetime(string="Last Message", readonly=True)
    last_in_date = fields.Datetime(string="Last from Customer", readonly=True)
    needs_answer = fields.Boolean(readonly=True, help="The customer wrote last.")
    is_open = fields.Boolean(
        string="Free Text Allowed",
        compute="_compute_is_open",
        help="The customer wrote within the last 24 hours: WhatsApp lets any text through, otherwise approved ones.",
    )

    _account_number_unique = models.UniqueIndex("(account_id, number) WHERE account_id IS NOT NULL")
    _own_phone_unique = models.UniqueIndex("(company_id, user_id, partner_id) WHERE account_id IS NULL")
    _number_idx = models.Index("(company_id, number)")

    @api.depends("last_in_date", "account_id")
    def _compute_is_open(self):
        now = fields.Datetime.now()
        for chat in self:
            chat.is_open = bool(chat.account_id and chat.last_in_date and chat.last_in_date > now - WINDOW)

    @api.depends("partner_id", "lead_id", "number", "profile_name")
    def _compute_display_name(self):
        for chat in self:
            chat.display_name = (
                chat.partner_id.display_name or chat.lead_id.display_name or chat.profile_name or chat.number
            )

    @api.model
    def _of_account(self, account, number, party, profile_name=None, user=None):
        """The chat of an account with a number, made if there is none yet.

        :param user: who begins it, for a chat with somebody who has no salesperson
        """
        chat = self.search([("account_id", "=", account.id), ("number", "=", number)], limit=1)
        if not chat:
            known = self.env["res.partner"].browse((party and party.partner_id) or [])
            lead = self.env["crm.lead"].browse((party and party.lead_id) or [])
            chat = self.create(
                {
                    "company_id": account.company_id.id,
                    "account_id": account.id,
                    "number": number,
                    "partner_id": known.id,
                    "lead_id": lead.id,
                    "user_id": (lead.user_id or known.user_id or user or account.user_id).id,
                }
            )
        if profile_name and chat.profile_name != profile_name:
            chat.profile_name = profile_name
        return chat

    @api.model
    def _record_linked(self, chat_ids):
        """Record the days of chats as interactions of whose number it now is."""
        messages = self.env["sales.chat.message"]._search([("chat_id", "in", chat_ids)])
        self.env["sales.interaction"].record_chat_days(list(messages))

    def _update_last(self):
        """Bring when the chats' last messages were up to date, in one statement."""
        if not self:
            return
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_chat chat
                SET last_date = latest.last_date, last_in_date = latest.last_in_date,
                    needs_answer = COALESCE(latest.last_in_date > COALESCE(latest.last_out_date, '-infinity'), FALSE)
                FROM (
                    SELECT chat_id, MAX(date) AS last_date, MAX(date) FILTER (WHERE direction = 'in') AS last_in_date,
                        MAX(date) FILTER (WHERE direction = 'out' AND state <> 'failed') AS last_out_date
                    FROM sales_chat_message WHERE chat_id = ANY(%s) GROUP BY chat_id
                ) latest
                WHERE chat.id = latest.chat_id RETURNING chat.id
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["last_date", "last_in_date", "needs_answer"])

    def action_send_message(self):
        """Open the form in which an answer is written."""
        self.ensure_one()
        if not self.account_id:
            raise UserError(self.env._("This chat is on a salesperson's own phone: answer it there."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a Message"),
            "res_model": "sales.chat.send",
            "view_mode": "form",
            "target": "new",
            "context": {"default_chat_id": self.id},
        }

    def action_open_party(self):
        self.ensure_one()
        party = self.env["sales.contact.inbox"]._party_or_number(self)
        if not party:
            raise UserError(self.env._("It is not known with whom this chat is."))
        return party.get_formview_action()
