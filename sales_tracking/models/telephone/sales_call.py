from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from ..interaction.phone_holders import normalize
from .call_event import parse_event

# A call that has come to an end is an interaction, once it is known with whom.
ENDED = ("answered", "missed", "no_answer", "rejected")


class SalesCall(models.Model):
    """A call that a telephone system told of, once, whoever it was with.

    The interaction is made of it when the other side is known: a contact, or a lead without one. Until then the
    number waits in `sales.contact.inbox`.
    """

    _name = "sales.call"
    _description = "Telephone Call"
    _inherit = ["sales.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"

    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    line_id = fields.Many2one(
        comodel_name="sales.phone.line", readonly=True, ondelete="set null", groups="sales_team.group_sale_manager"
    )
    call_key = fields.Char(required=True, readonly=True, help="Identifies the call, so that it is recorded once.")
    direction = fields.Selection(selection=[("in", "Incoming"), ("out", "Outgoing")], required=True, readonly=True)
    state = fields.Selection(
        selection=[
            ("ringing", "Ringing"),
            ("ongoing", "In Conversation"),
            ("answered", "Answered"),
            ("missed", "Missed"),
            ("no_answer", "No Answer"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
    )
    number = fields.Char(string="Phone Number", readonly=True, help="Of the other side, with the code of its country.")
    extension = fields.Char(readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True, ondelete="set null")
    date = fields.Datetime(required=True, readonly=True)
    date_answered = fields.Datetime(string="Answered At", readonly=True)
    date_ended = fields.Datetime(string="Ended At", readonly=True)
    duration = fields.Integer(readonly=True, help="Duration of the conversation in seconds.", aggregator="sum")
    recording_url = fields.Char(string="Recording", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", readonly=True, ondelete="set null", index="btree_not_null"
    )
    lead_id = fields.Many2one(comodel_name="crm.lead", readonly=True, ondelete="set null", index="btree_not_null")

    _call_key_unique = models.UniqueIndex("(company_id, call_key)")
    _number_idx = models.Index("(company_id, number)")
    _date_idx = models.Index("(date)")

    @api.model
    @api.private
    def receive(self, line, body):
        """Record what an event tells of a call; the same event again, or an older one, changes nothing.

        :param line: sales.phone.line that signed the event
        :param bytes body: see `call_event.parse_event`
        :raise EventError: says what is wrong with the event
        """
        line = line.with_user(SUPERUSER_ID).with_company(line.company_id)
        event = parse_event(body, line.company_id.sales_tz, fields.Datetime.now())
        number = normalize(line.company_id, event.number)
        party = self.env["sales.contact.inbox"]._find_parties(line.company_id, filter(None, [number]))
        party = party.get(number)
        # Extensions among each other have short numbers; what people chose to ignore is not for the record.
        if (event.number.isdecimal() and not number) or (party and (party.is_own or party.is_ignored)):
            return
        self.with_env(line.env)._merge(line, event, number, party)

    def _merge(self, line, event, number, party):
        key = f"{line.id}/{event.call_id}"
        call = self._locked(line.company_id, key)
        values = self._event_values(call, event)
        is_news = not call or any(call[name] != (value or False) for name, value in values.items())
        if call and is_news:
            call.write(values)
        elif call:
            # Repeated, or of another telephone that rings along.
            call._ring(line, event)
            return
        else:
            values |= {
                "company_id": line.company_id.id,
                "line_id": line.id,
                "call_key": key,
                "direction": event.direction,
                "number": number or event.number or False,
                "partner_id": party and party.partner_id,
                "lead_id": party and party.lead_id,
            }
            try:
                call = self.create(values)
            except UniqueViolation as error:
                # Another event of the call came in meanwhile: the retry finds its row.
                raise ConcurrencyError(str(error)) from error
        call._settle_user(line)
        if number and not party:
            self.env["sales.contact.inbox"]._wait([(number, call.user_id.id, call.date)], line.company_id)
        call._ring(line, event)
        call._record()
        call._update_call_backs()

    def _ring(self, line, event):
        if event.event == "ringing" and self.state == "ringing":
            self._notify_ringing(line._user_of(event.extension))

    def _locked(self, company, key):
        """The call with this key, for this transaction alone; an empty recordset if there is none."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM sales_call WHERE company_id = %s AND call_key = %s FOR UPDATE", company.id, key)
        )
        return self.browse([call_id for (call_id,) in rows])

    def _event_values(self, call, event):
        """The fields as the call has them with this event, in whatever order its events came in."""
        answered = min(filter(None, [call.date_answered, event.answer]), default=False)
        ended = max(filter(None, [call.date_ended, event.end]), default=False)
        # Of those whose telephones rang, the one who answered has the call.
        takes_over = event.event == "answered" or not call.extension
        return {
            "date": min(filter(None, [call.date, event.start])),
            "date_answered": answered,
            "date_ended": ended,
            "duration": int((ended - answered).total_seconds()) if answered and ended and ended > answered else 0,
            "extension": (takes_over and event.extension) or call.extension,
            "recording_url": event.recording_url or call.recording_url,
            "state": self._state(event.direction, answered, ended),
        }

    @staticmethod
    def _state(direction, answered, ended):
        if answered:
            return "answered" if ended else "ongoing"
        if ended:
            return "missed" if direction == "in" else "no_answer"
        return "ringing"

    def _settle_user(self, line):
        """The call is of whoever has its extension; of nobody where the line does not say."""
        user = line._user_of(self.extension)
        if user != self.user_id:
            self.user_id = user

    def _record(self):
        """Record the calls that have ended as interactions, once it is known with whom they were."""
        calls = self.filtered(lambda call: call.state in ENDED and (call.partner_id or call.lead_id))
        if not calls:
            return
        interactions = self.env["sales.interaction"].sudo()
        recorded = {
            interaction.res_id: interaction
            for interaction in interactions.search(
                [
                    ("company_id", "in", calls.company_id.ids),
                    ("source_key", "in", [f"sales.call,{call.id}" for call in calls]),
                ]
            )
        }
        fresh = calls.filtered(lambda call: call.id not in recorded)
        if fresh:
            interactions.capture_later("sales.call", fresh.ids)
        for call in calls - fresh:
            # An event that came in late: that it was answered, for example.
            call._correct(recorded[call.id])

    @api.model
    def _record_linked(self, call_ids):
        """Record calls as interactions of whose number it now is."""
        self.env["sales.interaction"].capture_later("sales.call", call_ids)

    def _correct(self, interaction):
        names = interaction._capture_names()
        values = {"date": self.date, "duration": self.duration}
        if interaction.outcome_id.id in (names.answered, names.no_answer):
            values["outcome_id"] = names.answered if self.state == "answered" else names.no_answer
        interaction.write(values)

    def action_open_party(self):
        """Open whom the call was with: the lead or contact, or else the number where it waits to be known."""
        self.ensure_one()
        party = self.env["sales.contact.inbox"]._party_or_number(self)
        if not party:
            raise UserError(self.env._("The other side hid its number: there is nothing to open."))
        return party.get_formview_action()

    def action_create_lead(self):
        """Create a lead of the number that calls, which waits in the inbox, and open it."""
        self.ensure_one()
        self.check_access("read")
        waiting = self.env["sales.contact.inbox"].search(
            [("company_id", "=", self.company_id.id), ("number", "=", self.number), ("state", "=", "waiting")], limit=1
        )
        return waiting.action_create_lead() if waiting else self.action_open_party()
