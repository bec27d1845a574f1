from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ...tools.jobs import attempt
from ...tools.phone import to_e164
from . import whatsapp

BATCH = 100
MOST_ATTEMPTS = 5


class SalesChatEvent(models.Model):
    """What a provider told, as it came in: the door stores it and answers at once, the job makes chats of it."""

    _name = "sales.chat.event"
    _description = "Chat Event"
    _inherit = ["sales.guarded.mixin"]
    _order = "id"
    _rec_name = "account_id"

    account_id = fields.Many2one(
        comodel_name="sales.chat.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    payload = fields.Text(required=True, readonly=True, groups="base.group_system")
    state = fields.Selection(
        selection=[("new", "Waiting"), ("failed", "Failed")], required=True, readonly=True, default="new"
    )
    attempts = fields.Integer(readonly=True)
    error = fields.Char(readonly=True)

    _queue_idx = models.Index("(id) WHERE state = 'new'")

    @api.model
    @api.private
    def receive(self, account, body):
        """Keep an event for the job, which runs at once."""
        payload = body.decode("utf-8", "replace").replace("\x00", "")
        self.with_user(SUPERUSER_ID).create({"account_id": account.id, "payload": payload})
        self.env.ref("sales_tracking.cron_sales_chat_event").with_user(SUPERUSER_ID)._trigger()

    @api.model
    def _cron_process(self):
        """Make chats of the events, a batch at a time; two jobs never take the same."""
        while events := self._take():
            for event in events:
                attempt(event, event._process, event._note_failure)
            remaining = self.search_count([("state", "=", "new")])
            if not self.env["ir.cron"]._commit_progress(len(events), remaining=remaining) or events.exists():
                # What could not be taken in waits for the next run.
                break

    def _take(self):
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM sales_chat_event WHERE state = 'new' AND COALESCE(attempts, 0) < %s "
                "ORDER BY attempts NULLS FIRST, id LIMIT %s FOR UPDATE SKIP LOCKED",
                MOST_ATTEMPTS,
                BATCH,
            )
        )
        return self.browse([event_id for (event_id,) in rows])

    def _note_failure(self, error):
        attempts = self.attempts + 1
        self.write(
            {
                "attempts": attempts,
                "error": f"{type(error).__name__}: {error}"[:500],
                "state": "failed" if attempts >= MOST_ATTEMPTS else "new",
            }
        )

    def action_retry(self):
        """Let the events that failed wait for the job again."""
        self.check_access("write")
        self._write_decided({"state": "new", "attempts": 0, "error": False})
        self.env.ref("sales_tracking.cron_sales_chat_event").sudo()._trigger()

    def _process(self):
        """Take in the messages and statuses of the event; what is known already changes nothing."""
        account = self.account_id.with_company(self.account_id.company_id)
        messages, statuses, names = whatsapp.read_event(self.payload, account.phone_number_id)
        numbers = {each.number: to_e164(each.number) for each in (*messages, *statuses)}
        parties = self.env["sales.contact.inbox"]._find_parties(account.company_id, filter(None, numbers.values()))
        chats = self.env["sales.chat"].with_company(account.company_id)
        changed, waiting = self.env["sales.chat.message"], []
        for each in (*statuses, *messages):
            number = numbers[each.number]
            party = parties.get(number)
            if not number or (party and (party.is_own or party.is_ignored)):
                continue
            chat = chats._of_account(account, number, party, names.get(each.number))
            changed |= self._take_in(account, chat, each)
            if not party:
                waiting.append((number, chat.user_id.id, each.moment))
        self.env["sales.contact.inbox"]._wait(waiting, account.company_id)
        changed.chat_id._update_last()
        self.env["sales.interaction"].record_chat_days(changed.ids)
        self.unlink()

    def _take_in(self, account, chat, told):
        """The message that is told of, as it is now known; nothing where that is not news."""
        known = self.env["sales.chat.message"].search(
            [("account_id", "=", account.id), ("message_key", "=", told.key)], limit=1
        )
        is_status = isinstance(told, whatsapp.Status)
        if known and is_status:
            known._advance(told.state, told.error)
            return known
        if known:
            # A status came in before the message that it is about.
            if known.kind == "other" and told.kind != "other":
                body = account.company_id._kept_text(told.text)
                known.write({"body": body, "kind": told.kind, **known._file_values(account.company_id, told.media)})
            return known
        return known.create(
            {
                **({} if is_status else known._file_values(account.company_id, told.media)),
                "chat_id": chat.id,
                "account_id": account.id,
                "message_key": told.key,
                "direction": "out" if is_status else told.direction,
                # A clock that runs ahead keeps no chat open.
                "date": min(told.moment, fields.Datetime.now()),
                "kind": "other" if is_status else told.kind,
                "body": (not is_status and account.company_id._kept_text(told.text)) or False,
                "state": told.state if is_status else "received" if told.direction == "in" else "sent",
                "error": told.error if is_status else False,
            }
        )
