from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..interaction.phone_holders import NOBODY, find_holders

# Models whose rows are with a number until it is known whose it is; `_record_linked` then makes interactions of them.
WITH_NUMBERS = ("sales.call", "sales.chat")


class Party(NamedTuple):
    """Who is on the other side of a number."""

    partner_id: int | None = None
    lead_id: int | None = None
    is_own: bool = False
    is_ignored: bool = False


class SalesContactInbox(models.Model):
    """A number that called or wrote, and that is nobody's yet: it waits until somebody says whose it is.

    What was decided of a number stays: a number that two contacts share is the one's to whom it was linked.
    """

    _name = "sales.contact.inbox"
    _description = "Unknown Number"
    _inherit = ["sales.guarded.mixin"]
    _order = "last_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    number = fields.Char(string="Phone Number", required=True, readonly=True)
    state = fields.Selection(
        selection=[("waiting", "Waiting"), ("linked", "Linked"), ("ignored", "Ignored")],
        required=True,
        readonly=True,
        default="waiting",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        ondelete="set null",
        help="Who spoke or wrote with the number last.",
    )
    last_date = fields.Datetime(string="Last Contact", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", ondelete="set null", index="btree_not_null", check_company=True
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead", readonly=True, ondelete="set null", index="btree_not_null", check_company=True
    )
    candidate_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Shared By",
        compute="_compute_candidate_ids",
        help="Several contacts share the number: choose whose it is.",
    )
    call_count = fields.Integer(string="Calls", compute="_compute_counts")
    chat_count = fields.Integer(string="Chats", compute="_compute_counts")

    _number_unique = models.UniqueIndex("(company_id, number)")

    def _compute_counts(self):
        self._count("call_count", "sales.call")
        self._count("chat_count", "sales.chat")

    def _count(self, field_name, model):
        counts = {
            (company.id, number): count
            for company, number, count in self.env[model]
            .sudo()  # whoever may see the number may know how often it called
            ._read_group(
                [("company_id", "in", self.company_id.ids), ("number", "in", self.mapped("number"))],
                ["company_id", "number"],
                ["__count"],
            )
        }
        for number in self:
            number[field_name] = counts.get((number.company_id.id, number.number), 0)

    def _compute_candidate_ids(self):
        for company, numbers in self.grouped("company_id").items():
            holders = find_holders(company, numbers.mapped("number"))
            for number in numbers:
                partners = self.env["res.partner"].browse(holders[number.number].partner_ids)
                number.candidate_ids = partners._filtered_access("read")

    # ---- Who a number is

    @api.model
    def _find_parties(self, company, numbers):
        """Find who is on the other side of numbers in E.164, in two statements.

        What was decided here goes before what the contacts and leads say. A number that became known by itself, since
        somebody entered it in a contact, takes along what waited for it.

        :return: dict of `Party` by number; numbers that nobody knows are missing
        """
        numbers = set(numbers)
        if not numbers:
            return {}
        decided = {
            row.number: row
            for row in self.sudo().search([("company_id", "=", company.id), ("number", "in", list(numbers))])
        }
        holders = find_holders(company, numbers)
        parties = {}
        for number in numbers:
            if party := self._party(decided.get(number, self.browse()).sudo(), holders.get(number, NOBODY)):
                parties[number] = party
        known = self.sudo().concat(
            *(row for number, row in decided.items() if row.state == "waiting" and number in parties)
        )
        for row in known:
            row._link(parties[row.number].partner_id, parties[row.number].lead_id)
        return parties

    @api.model
    def _party(self, row, holders):
        if row.state == "ignored":
            return Party(is_ignored=True)
        if holders.is_own:
            return Party(is_own=True)
        if row.state == "linked" and (row.partner_id or row.lead_id):
            partner = row.partner_id or row.lead_id.partner_id
            return Party(partner.id, None) if partner else Party(None, row.lead_id.id)
        if holders.partner_id or holders.lead_id:
            return Party(holders.partner_id, holders.lead_id)
        return None

    @api.model
    def _wait(self, contacts, company):
        """Let numbers wait that nobody knows, each once.

        :param list contacts: (number, user id or None, moment) of each call or chat
        """
        if not contacts:
            return
        latest = {}
        for number, user_id, moment in contacts:
            if number not in latest or moment >= latest[number][1]:
                latest[number] = (user_id or None, moment)
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_contact_inbox (
                    company_id, number, state, user_id, last_date, create_uid, write_uid, create_date, write_date
                )
                SELECT %(company_id)s, number, 'waiting', user_id, last_date, %(uid)s, %(uid)s,
                    now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                FROM unnest(%(numbers)s::varchar[], %(users)s::int[], %(moments)s::timestamp[])
                    AS contact(number, user_id, last_date)
                ON CONFLICT (company_id, number) DO UPDATE SET
                    user_id = COALESCE(EXCLUDED.user_id, sales_contact_inbox.user_id),
                    last_date = EXCLUDED.last_date
                WHERE sales_contact_inbox.state = 'waiting' AND sales_contact_inbox.last_date < EXCLUDED.last_date
                """,
                company_id=company.id,
                uid=self.env.uid,
                numbers=list(latest),
                users=[user_id for user_id, _moment in latest.values()],
                moments=[moment for _user_id, moment in latest.values()],
            )
        )
        self.invalidate_model()

    @api.model
    def _party_or_number(self, contact):
        """Return whom a call or chat was with: the lead or contact, or else the number where it waits to be known."""
        return (
            contact.lead_id
            or contact.partner_id
            or self.search([("company_id", "=", contact.company_id.id), ("number", "=", contact.number)], limit=1)
        )

    # ---- What people decide

    def action_link(self):
        """The numbers are those of the contacts chosen; their past calls and chats go along."""
        for number in self._checked():
            if not number.partner_id:
                raise UserError(self.env._("Choose the contact whose number %s is.", number.number))
            number.partner_id.check_access("read")
            if not number.partner_id.phone and number.partner_id.has_access("write"):
                number.partner_id.phone = number.number
            number.sudo()._link(number.partner_id.id, None)

    def action_create_lead(self):
        """Create a lead of the number and open it; its past calls and chats go along."""
        self.ensure_one()
        self._checked()
        lead = self.env["crm.lead"].create(
            {
                "name": self.env._("Contact from %s", self.number),
                "phone": self.number,
                "user_id": self.env.uid,
                "company_id": self.company_id.id,
            }
        )
        self.sudo()._link(None, lead.id)
        return lead.get_formview_action()

    def action_ignore(self):
        """Record nothing of these numbers from now on: they are private, or somebody's who sells to us."""
        self._checked()._write_decided({"state": "ignored", "partner_id": False})

    def action_restore(self):
        """Let the numbers wait again that were ignored."""
        self.check_access("write")
        self.filtered(lambda number: number.state == "ignored")._write_decided({"state": "waiting"})

    def _checked(self):
        self.check_access("write")
        settled = self.filtered(lambda number: number.state != "waiting")
        if settled:
            raise UserError(
                self.env._("%s does not wait any more: it was linked or ignored.", ", ".join(settled.mapped("number")))
            )
        return self

    def action_view_calls(self):
        return self._open_with_number("sales_tracking.sales_call_action")

    def action_view_chats(self):
        return self._open_with_number("sales_tracking.sales_chat_action")

    def _open_with_number(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        return {**action, "domain": [("company_id", "=", self.company_id.id), ("number", "=", self.number)]}

    def _link(self, partner_id, lead_id):
        """Settle whose the number is, and let all that is on record with it be that party's."""
        self.ensure_one()
        self._write_decided({"state": "linked", "partner_id": partner_id, "lead_id": lead_id})
        self.env.flush_all()
        for model in WITH_NUMBERS:
            rows = self.env.execute_query(
                SQL(
                    "UPDATE %s SET partner_id = %s, lead_id = %s WHERE company_id = %s AND number = %s "
                    "AND partner_id IS NULL AND lead_id IS NULL RETURNING id",
                    SQL.identifier(self.env[model]._table),
                    partner_id,
                    lead_id,
                    self.company_id.id,
                    self.number,
                )
            )
            self.env[model].invalidate_model(["partner_id", "lead_id"])
            if rows:
                self.env[model].sudo()._record_linked([row_id for (row_id,) in rows])
