import base64
import binascii
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from ...models.telephone import call_list
from ...tools.bulk import bulk_insert
from ...tools.moments import find_orders
from ...tools.phone import to_e164
from ...tools.uploads import UploadError
from ..sales_import_mixin import DATE_ORDERS

# Of so many rows that can't be read the preview tells what is wrong with each.
MOST_PROBLEMS = 200
# How much of a cell a message repeats, in characters.
MOST_SHOWN = 60


class SalesCallImport(models.TransientModel):
    """A list of calls of a telephone or exchange: a preview first, then the calls that are not on record yet."""

    _name = "sales.call.import"
    _description = "Import Calls"
    _inherit = ["sales.import.mixin"]

    _import_action = "sales_tracking.sales_call_import_action"

    line_id = fields.Many2one(
        comodel_name="sales.phone.line",
        groups="sales_team.group_sale_manager",
        domain="[('company_id', '=', company_id)]",
        help="The line that the list is of, so that its extensions are known, and calls that it told of by itself are "
        "not recorded twice.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Whose Phone",
        default=lambda self: self.env.user,
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Calls for which the list names no extension are this person's.",
    )
    date_order = fields.Selection(help="Asked for where the list itself does not tell.")
    column_ids = fields.One2many(comodel_name="sales.call.import.column", inverse_name="wizard_id", string="Columns")
    failed = fields.Integer(string="Can't Be Read", readonly=True)
    unknown = fields.Integer(string="Unknown Numbers", readonly=True)
    problem_ids = fields.One2many(
        comodel_name="sales.call.import.problem", inverse_name="wizard_id", string="Rows That Can't Be Read"
    )

    @api.onchange("file")
    def _onchange_file(self):
        self.column_ids = [Command.clear()]
        self.date_order = False

    def action_preview(self):
        """Say what the import would do, and record nothing.

        :return: {'created': new calls, 'skipped': calls known already, 'failed': rows that can't be read}
        """
        return self._run(dry_run=True)

    def action_import(self):
        """Record the calls that are not on record yet; the same list again adds nothing.

        :return: as action_preview
        """
        return self._run(dry_run=False)

    # ---- Reading the file

    def _run(self, dry_run):
        self.ensure_one()
        self._check_rights()
        headings, roles, rows = self._read_table()
        if not self.column_ids:
            self._propose_columns(headings, roles, rows)
        roles = {column.index: column.role for column in self.column_ids if column.role}
        orders = find_orders(call_list.days_of(rows, roles), self._today()) or ["dmy"]
        order = orders[0] if len(orders) == 1 else self.date_order
        if not order and not dry_run:
            raise UserError(
                self.env._(
                    "The dates of the list have two meanings, such as 03/04: choose how they are written, and import "
                    "again."
                )
            )
        calls, problems, listed = self._read_calls(rows, roles, order)
        counts = {"failed": len(problems)}
        counts |= self._count(calls) if dry_run else self._record(calls)
        counts["skipped"] = listed - counts["created"]
        moments = [call.start for call in calls.values()]
        self._write_decided(
            {
                **counts,
                "state": "checked" if dry_run else "done",
                "is_order_asked": len(orders) > 1,
                "first_date": min(moments, default=False),
                "last_date": max(moments, default=False),
                "problem_ids": [
                    Command.clear(),
                    *(Command.create({"row": row, "problem": text}) for row, text in problems[:MOST_PROBLEMS]),
                ],
            }
        )
        if not dry_run:
            self._remember(headings, roles, order)
        return {name: counts[name] for name in ("created", "skipped", "failed")}

    def _check_rights(self):
        """Everybody imports the calls of one's own phone, a sales manager those of others and of a line."""
        self._check_company_allowed()
        is_manager = self.env.su or self.env.user.has_group("sales_team.group_sale_manager")
        if not is_manager and self.user_id != self.env.user:
            raise AccessError(
                self.env._("You can import the calls of your own phone; a sales manager those of others.")
            )
        if self.sudo().line_id and self.sudo().line_id.company_id != self.company_id:
            raise UserError(self.env._("The line belongs to another company. Choose one of the company of the import."))

    def _read_table(self):
        if not self.file:
            raise UserError(self.env._("Choose the file with the calls first."))
        try:
            rows = call_list.read_table(base64.b64decode(self.file))
        except binascii.Error as error:
            raise UserError(self._problem_of_file("format")) from error
        except UploadError as error:
            raise UserError(self._problem_of_file(*error.args)) from error
        headings, roles, rows = call_list.find_headings(rows)
        if not rows:
            raise UserError(self.env._("The file holds no calls below its headings. Choose another one."))
        return headings, roles, rows

    def _problem_of_file(self, kind, place=None):
        match kind:
            case "size" | "content":
                return self.env._("The file is too large. Split it, or leave columns out.")
            case "rows":
                return self.env._("The file has too many rows. Save it as CSV, with 150,000 rows at most.")
            case "width":
                return self.env._("The file has more than 100 columns. Leave out those that aren't needed.")
            case "cell":
                return self.env._("Row %(row)s has a text of more than 1,000 characters. Shorten it.", row=place)
        return self.env._("The file is neither CSV nor an XLSX workbook. Save it as one of them and choose it again.")

    def _propose_columns(self, headings, roles, rows):
        """What each column is: as it was the last time for a list with these headings, or as the headings say."""
        remembered = self._format(headings)
        if remembered:
            roles = {int(index): role for index, role in json.loads(remembered.roles).items()}
            self.date_order = self.date_order or remembered.date_order
        sample = rows[0][1]
        self.column_ids = [
            Command.create(
                {
                    "index": index,
                    "heading": heading or f"{index + 1}",
                    "sample": str(sample[index])[:MOST_SHOWN] if index < len(sample) and sample[index] else False,
                    "role": roles.get(index),
                }
            )
            for index, heading in enumerate(headings)
        ]

    def _format(self, headings):
        signature = hashlib.sha256("\n".join(headings).encode()).hexdigest()
        formats = self.env["sales.call.list.format"].sudo()  # kept by the imports, nobody's to edit
        return formats.search([("company_id", "=", self.company_id.id), ("signature", "=", signature)], limit=1)

    def _remember(self, headings, roles, order):
        values = {"roles": json.dumps(roles), "date_order": order}
        if known := self._format(headings):
            known.write(values)
        else:
            signature = hashlib.sha256("\n".join(headings).encode()).hexdigest()
            self.env["sales.call.list.format"].sudo().create(
                {**values, "company_id": self.company_id.id, "signature": signature}
            )

    def _today(self):
        return self.company_id._sales_today()

    def _read_calls(self, rows, roles, order):
        """The calls of the list by their keys, the (row number, problem) pairs, and how many rows could be read."""
        line = self.sudo().line_id
        reader = call_list.RowReader(
            roles, order, self.company_id.sales_tz, fields.Datetime.now(), line.extension_ids.mapped("extension")
        )
        listed, problems = [], []
        for number, cells in rows:
            try:
                call = reader.read_row(number, cells)
            except call_list.RowError as error:
                problems.append((number, self._problem_of_row(*error.args)))
                continue
            if call:
                listed.append((self._key(call, line), call))
        return call_list.merge(listed), problems, len(listed)

    def _key(self, call, line):
        """What identifies the call: the id that the exchange gave it, or else when and with whom it was."""
        if call.call_id:
            return f"{line.id or '-'}/{call.call_id}"
        place = call.extension or f"user {self.user_id.id}"
        return f"{line.id or '-'}/{call.start:%Y-%m-%d %H:%M:%S}/{call.direction}/{call.number}/{place}"

    def _problem_of_row(self, kind, text):
        text = str(text if text is not None else "")[:MOST_SHOWN]
        match kind:
            case "start":
                return self.env._('"%s" is no date with a time. Check which column is the start.', text)
            case "order":
                return self.env._('"%s" has two meanings: choose how dates are written.', text)
            case "future":
                return self.env._('"%s" lies in the future or before the year 2000.', text)
            case "number":
                return self.env._("There is no telephone number.")
            case "type":
                return self.env._('"%s" is not known as incoming, outgoing, missed or rejected.', text)
            case "direction":
                return self.env._("Which side is ours can't be told: enter the extensions of the line (%s).", text)
            case "duration":
                return self.env._('"%s" is no duration such as 245, 4:05 or 1:04:05.', text)
        return text

    # ---- Recording, a constant number of statements

    def _count(self, calls):
        known = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM sales_call WHERE company_id = %s AND call_key = ANY(%s)",
                self.company_id.id,
                list(calls),
            )
        )[0][0]
        numbers, parties = self._parties(calls)
        unknown = {number for number in numbers.values() if number and number not in parties}
        return {"created": len(calls) - known, "unknown": len(unknown)}

    def _parties(self, calls):
        """The numbers in E.164 by how the list has them, and who is known of them."""
        code = self.company_id.sudo().country_id.phone_code
        numbers = {text: to_e164(text, code) for text in {call.number for call in calls.values()}}
        inbox = self.env["sales.contact.inbox"].sudo()  # whoever has the number, the caller may not see
        return numbers, inbox._find_parties(self.company_id, filter(None, numbers.values()))

    def _record(self, calls):
        numbers, parties = self._parties(calls)
        rows = []
        for key, call in calls.items():
            number = numbers[call.number]
            party = parties.get(number)
            if not (party and (party.is_own or party.is_ignored)):
                rows.append(self._row(key, call, number, party))
        ids = self._insert(rows)
        interactions = self.env["sales.interaction"].sudo()
        interactions.env.flush_all()
        interactions._capture("sales.call", SQL("source.id = ANY(%s)", ids))
        interactions.invalidate_model(flush=False)
        waiting = [
            (row["number"], row["user_id"], row["date"])
            for row in rows
            if row["number"] in numbers.values() and row["number"] not in parties
        ]
        self.env["sales.contact.inbox"].sudo()._wait(waiting, self.company_id)
        return {"created": len(ids), "unknown": len({number for number, _user, _date in waiting})}

    def _row(self, key, call, number, party):
        line = self.sudo().line_id
        user = line._user_of(call.extension) if line and call.extension else self.user_id
        return {
            "company_id": self.company_id.id,
            "line_id": line.id or None,
            "call_key": key,
            "direction": call.direction,
            "state": call.state,
            "number": number or call.number,
            "extension": call.extension,
            "user_id": user.id or None,
            "date": call.start,
            "duration": call.duration,
            "partner_id": party and party.partner_id,
            "lead_id": party and party.lead_id,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": self.env.cr.now(),
            "write_date": self.env.cr.now(),
        }

    def _insert(self, rows):
        """Insert the calls that are not on record yet; returns their ids."""
        calls = self.env["sales.call"]
        calls.flush_model()
        return bulk_insert(calls, rows, known=("company_id", "call_key"))


class SalesCallImportColumn(models.TransientModel):
    _name = "sales.call.import.column"
    _description = "Column of a Call List"
    _inherit = ["sales.onchange.mixin"]
    _order = "index"

    wizard_id = fields.Many2one(comodel_name="sales.call.import", required=True, ondelete="cascade")
    index = fields.Integer()
    heading = fields.Char()
    sample = fields.Char(string="First Row")
    role = fields.Selection(
        selection=[
            ("start", "Start"),
            ("time", "Time of Day"),
            ("type", "Incoming, Outgoing, Missed"),
            ("number", "Phone Number"),
            ("duration", "Duration"),
            ("result", "Result"),
            ("source", "Who Called"),
            ("destination", "Who Was Called"),
            ("extension", "Our Extension"),
            ("call_id", "Id of the Call"),
            ("channel", "Channel"),
            ("destination_channel", "Channel of Destination"),
        ],
        string="Is",
    )


class SalesCallImportProblem(models.TransientModel):
    _name = "sales.call.import.problem"
    _description = "Row of a Call List That Can't Be Read"
    _inherit = ["sales.onchange.mixin"]
    _order = "row"

    wizard_id = fields.Many2one(comodel_name="sales.call.import", required=True, ondelete="cascade")
    row = fields.Integer()
    problem = fields.Char()


class SalesCallListFormat(models.Model):
    """What the columns of call lists with the same headings were the last time."""

    _name = "sales.call.list.format"
    _description = "Format of Call Lists"

    company_id = fields.Many2one(comodel_name="res.company", required=True, ondelete="cascade")
    signature = fields.Char(required=True)
    roles = fields.Char(required=True)
    date_order = fields.Selection(selection=DATE_ORDERS)

    _signature_unique = models.UniqueIndex("(company_id, signature)")
