import base64
import binascii
from collections import Counter, defaultdict
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ...models.chat import chat_export
from ...models.interaction.phone_holders import normalize
from ...tools.moments import find_orders
from ...tools.uploads import UploadError, read_text

# Of so many days the preview shows the counts.
MOST_DAYS = 400


class SalesChatImport(models.TransientModel):
    """A chat that WhatsApp exported: a preview first, then the messages that are not on record yet."""

    _name = "sales.chat.import"
    _description = "Import a Chat"
    _inherit = ["sales.import.mixin"]

    _import_action = "sales_tracking.sales_chat_import_action"

    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", check_company=True)
    sender_ids = fields.One2many(comodel_name="sales.chat.import.sender", inverse_name="wizard_id", string="Who Wrote")
    date_order = fields.Selection(help="Asked for where the chat itself does not tell.")
    day_ids = fields.One2many(comodel_name="sales.chat.import.day", inverse_name="wizard_id", string="Days")

    @api.onchange("file")
    def _onchange_file(self):
        self.sender_ids = [Command.clear()]
        self.date_order = False

    def action_preview(self):
        """Say what the import would do, and record nothing.

        :return: counts by day: {'2026-03-02': {'in': n, 'out': n, 'new': n}}
        """
        self.ensure_one()
        messages = self._read()
        order = self._find_order(messages)
        rows = self._rows(messages, order) if order else []
        fresh = self._fresh(rows)
        days = self._count_days(rows, fresh)
        self._note("checked", rows, fresh, days)
        return days

    def action_import(self):
        """Record the messages that are not on record yet; the same chat again adds nothing.

        :return: {'created': messages recorded, 'skipped': those known already}
        """
        self.ensure_one()
        messages = self._read()
        order = self._find_order(messages)
        if not order:
            raise UserError(
                self.env._("The dates of the chat have two meanings, such as 03/04: choose how they are written.")
            )
        if not self.partner_id:
            raise UserError(self.env._("Choose the customer with whom this chat was."))
        self.partner_id.check_access("read")
        if not any(self.sender_ids.mapped("is_us")):
            raise UserError(self.env._("Say who of those who wrote is us."))
        rows = self._rows(messages, order)
        fresh = self._fresh(rows)
        self._record(fresh)
        self._note("done", rows, fresh, self._count_days(rows, fresh))
        return {"created": len(fresh), "skipped": len(rows) - len(fresh)}

    # ---- Reading

    def _read(self):
        self._check_company_allowed()
        if not self.file:
            raise UserError(self.env._("Choose the file that WhatsApp exported first."))
        try:
            messages = chat_export.parse(read_text(base64.b64decode(self.file)))
        except binascii.Error as error:
            raise UserError(self._problem("format")) from error
        except UploadError as error:
            raise UserError(self._problem(*error.args)) from error
        if not messages:
            raise UserError(self.env._("Nobody wrote anything in this chat."))
        if not self.sender_ids:
            self._propose_senders(messages)
        return messages

    def _problem(self, kind, place=None):
        match kind:
            case "size" | "content":
                return self.env._("The file is too large. Export the chat without media.")
            case "lines":
                return self.env._("The chat has more than 400,000 lines. Split it.")
            case "line":
                return self.env._("Line %s is longer than any message can be. The file is no exported chat.", place)
        return self.env._(
            "The file is no chat that WhatsApp exported. Export it anew as .txt or .zip and choose it again."
        )

    def _propose_senders(self, messages):
        """Who is us: whoever bears the user's name, or of two the one who is not the customer."""
        counts = chat_export.senders(messages)
        if len(counts) > 100:
            counts = Counter(dict(counts.most_common(100)))
        ours = {name for name in counts if name.casefold() == self.env.user.name.casefold()}
        theirs = {name for name in counts if self._is_customer(name)}
        if not ours and len(counts) == 2 and len(theirs) == 1:
            ours = counts.keys() - theirs
        self.sender_ids = [
            Command.create({"name": name, "count": count, "is_us": name in ours})
            for name, count in counts.most_common()
        ]

    def _is_customer(self, name):
        partner = self.partner_id
        number = normalize(self.company_id, name)
        return bool(
            (partner and name.casefold() in (partner.name or "").casefold())
            or (number and number == normalize(self.company_id, partner.phone))
            or (self.filename and name.casefold() in self.filename.casefold())
        )

    def _find_order(self, messages):
        """The order of the parts of the days, or None where it has to be asked for."""
        days = [message.day for message in messages]
        orders = find_orders(days, self.company_id._sales_today(), is_sorted=True)
        if not orders:
            orders = find_orders(days, self.company_id._sales_today())
        if not orders:
            raise UserError(self.env._("The dates of the chat contradict each other, or lie in the future."))
        self._write_decided({"is_order_asked": len(orders) > 1})
        return orders[0] if len(orders) == 1 else self.date_order or None

    def _rows(self, messages, order):
        """(moment in UTC, direction, kind, text to be kept) of each message."""
        zone = ZoneInfo(self.company_id.sales_tz)
        ours = set(self.sender_ids.filtered("is_us").mapped("name"))
        keep = self.company_id.chat_text_kept
        rows = []
        for message in messages:
            local = datetime.combine(message.date(order), message.time, tzinfo=zone)
            rows.append(
                (
                    local.astimezone(timezone.utc).replace(tzinfo=None),
                    "out" if message.sender in ours else "in",
                    message.kind,
                    message.text if keep and message.kind == "text" else message.first_line,
                )
            )
        return rows

    def _fresh(self, rows):
        """The rows that are not on record: per minute and direction as many as there are more than are known.

        An export has no ids and on Android no seconds. So what the webhook brought, and an earlier export, is known by
        its minute: in none of the customer's chats a message is recorded twice.
        """
        if not rows or not self.partner_id:
            return rows
        self.env.flush_all()
        known = {
            (minute, direction): count
            for minute, direction, count in self.env.execute_query(
                SQL(
                    """
                    SELECT date_trunc('minute', message.date), message.direction, COUNT(*)
                    FROM sales_chat chat
                    JOIN sales_chat_message message ON message.chat_id = chat.id
                    WHERE chat.company_id = %s AND message.date BETWEEN %s AND %s AND chat.partner_id IN (
                        SELECT id FROM res_partner WHERE commercial_partner_id = %s
                    )
                    GROUP BY 1, 2
                    """,
                    self.company_id.id,
                    min(rows)[0].replace(second=0),
                    max(rows)[0].replace(second=59),
                    self.partner_id.commercial_partner_id.id,
                )
            )
        }
        fresh, seen = [], Counter()
        for row in rows:
            minute = row[0].replace(second=0), row[1]
            seen[minute] += 1
            if seen[minute] > known.get(minute, 0):
                fresh.append(row)
        return fresh

    def _count_days(self, rows, fresh):
        zone = ZoneInfo(self.company_id.sales_tz)

        def day(row):
            return row[0].replace(tzinfo=timezone.utc).astimezone(zone).date().isoformat()

        days = defaultdict(lambda: {"in": 0, "out": 0, "new": 0})
        for row in rows:
            days[day(row)][row[1]] += 1
        for row in fresh:
            days[day(row)]["new"] += 1
        return dict(sorted(days.items()))

    def _note(self, state, rows, fresh, days):
        self._write_decided(
            {
                "state": state,
                "created": len(fresh),
                "skipped": len(rows) - len(fresh),
                "first_date": min(rows)[0] if rows else False,
                "last_date": max(rows)[0] if rows else False,
                "day_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {"day": day, "incoming": counts["in"], "outgoing": counts["out"], "fresh": counts["new"]}
                        )
                        for day, counts in list(days.items())[-MOST_DAYS:]
                    ),
                ],
            }
        )

    # ---- Recording

    def _record(self, rows):
        """Insert the messages, in one statement, and record their days."""
        if not rows:
            return
        chat = self._chat()
        self.env.flush_all()
        moments, directions, kinds, texts = zip(*rows, strict=True)
        message_ids = self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_chat_message (
                    chat_id, date, direction, kind, body, state, user_id, create_uid, write_uid, create_date, write_date
                )
                SELECT %(chat_id)s, moment, direction, kind, NULLIF(body, ''),
                    CASE direction WHEN 'in' THEN 'received' ELSE 'sent' END,
                    CASE direction WHEN 'out' THEN %(uid)s END, %(uid)s, %(uid)s,
                    now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                FROM unnest(
                    %(moments)s::timestamp[], %(directions)s::varchar[], %(kinds)s::varchar[], %(texts)s::text[]
                ) WITH ORDINALITY AS told(moment, direction, kind, body, place)
                ORDER BY place
                RETURNING id
                """,
                chat_id=chat.id,
                uid=self.env.uid,
                moments=list(moments),
                directions=list(directions),
                kinds=list(kinds),
                texts=[text.replace("\x00", "") for text in texts],
            )
        )
        self.env["sales.chat.message"].invalidate_model(flush=False)
        chat._update_last()
        self.env["sales.interaction"].record_chat_days([message_id for (message_id,) in message_ids])

    def _chat(self):
        """The chat on the user's own phone with the customer, as superuser: people change no chats."""
        chats = self.env["sales.chat"].sudo()
        domain = [
            ("account_id", "=", False),
            ("company_id", "=", self.company_id.id),
            ("user_id", "=", self.env.uid),
            ("partner_id", "=", self.partner_id.id),
        ]
        return chats.search(domain, limit=1) or chats.create(
            {
                "company_id": self.company_id.id,
                "user_id": self.env.uid,
                "partner_id": self.partner_id.id,
                "number": normalize(self.company_id, self.partner_id.phone),
            }
        )


class SalesChatImportSender(models.TransientModel):
    _name = "sales.chat.import.sender"
    _description = "Who Wrote in an Imported Chat"
    _inherit = ["sales.onchange.mixin"]
    _order = "count desc, id"

    wizard_id = fields.Many2one(comodel_name="sales.chat.import", required=True, ondelete="cascade")
    name = fields.Char()
    count = fields.Integer(string="Messages")
    is_us = fields.Boolean()


class SalesChatImportDay(models.TransientModel):
    _name = "sales.chat.import.day"
    _description = "Day of an Imported Chat"
    _inherit = ["sales.onchange.mixin"]
    _order = "day desc"

    wizard_id = fields.Many2one(comodel_name="sales.chat.import", required=True, ondelete="cascade")
    day = fields.Date()
    incoming = fields.Integer()
    outgoing = fields.Integer()
    fresh = fields.Integer(string="New")
