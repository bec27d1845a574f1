from functools import partial
from itertools import islice

from psycopg2 import Error as DatabaseError
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import escape_psql, float_compare, formatLang

from odoo.addons.sales_tracking.tools.numbers import AmbiguousNumber, find_decimal_mark, is_ambiguous, parse_number
from odoo.addons.sales_tracking.tools.xlsx import Column, Sheet

from ...models.target.planning_sheet import COLUMNS, NUMBERS, REQUIRED, to_boolean, to_date
from ...models.target.sales_target import KEY_FIELDS

# column: model, the fields by which a record is found, in order
LOOKUPS = {
    "metric": ("sales.metric", ("code", "name")),
    "team": ("crm.team", ("name",)),
    "salesperson": ("res.users", ("login", "email", "name")),
    "category": ("product.category", ("complete_name", "name")),
    "segment": ("res.partner.category", ("name",)),
    "country": ("res.country", ("code", "name")),
    "source": ("utm.source", ("name",)),
}
FIELD_OF = {
    "metric": "metric_id",
    "team": "team_id",
    "salesperson": "user_id",
    "category": "categ_id",
    "segment": "segment_id",
    "country": "country_id",
    "source": "source_id",
}
# Of so many ambiguous numbers the dry run tells how they are read.
MOST_READINGS = 20
# How much of a cell a message repeats, in characters.
MOST_SHOWN = 80


class RowError(Exception):
    """What is wrong with one row, in words."""


class SalesTargetImport(models.TransientModel):
    """Targets from an XLSX file: a dry run first, then all rows or none."""

    _name = "sales.target.import"
    _description = "Import Targets"
    _inherit = ["sales.onchange.mixin", "sales.xlsx.mixin"]

    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    file = fields.Binary(string="XLSX File", attachment=False)
    file_name = fields.Char()
    created = fields.Integer(string="New", readonly=True)
    updated = fields.Integer(string="Changed", readonly=True)
    unchanged = fields.Integer(readonly=True)
    line_ids = fields.One2many(
        comodel_name="sales.target.import.line", inverse_name="wizard_id", string="Rows That Can't Be Imported"
    )
    reading = fields.Text(
        string="Read from Text",
        readonly=True,
        help="Numbers that have two meanings as text: they are read as the file's other numbers are written.",
    )
    state = fields.Selection(
        selection=[("new", "New"), ("checked", "Checked"), ("refused", "Refused"), ("done", "Imported")],
        required=True,
        default="new",
    )

    @api.onchange("file")
    def _onchange_file(self):
        self.state = "new"

    def action_check(self):
        """Say what the import would do, and do nothing."""
        return self._run(dry_run=True)

    def action_import(self):
        """Import the rows, all of them or, if one can't be, none."""
        return self._run(dry_run=False)

    def _run(self, dry_run: bool):
        self.ensure_one()
        self.env["sales.target"].check_access("create")
        rows = self._read_rows()
        mark = find_decimal_mark(cells.get(name) for __, cells in rows for name in NUMBERS)
        savepoint = self.env.cr.savepoint()
        counts, problems, targets = self._import_rows(rows, mark)
        if not problems and not dry_run:
            targets._attach_to_tree()
        savepoint.close(rollback=bool(problems or dry_run))
        if problems or dry_run:
            self.env.invalidate_all()
        self.write(
            {
                **counts,
                "reading": self._reading(rows, mark),
                "state": "refused" if problems else "checked" if dry_run else "done",
                "line_ids": [
                    fields.Command.clear(),
                    *(fields.Command.create({"row": row, "problem": problem}) for row, problem in problems),
                ],
            }
        )
        action = self.env["ir.actions.actions"]._for_xml_id("sales_target.sales_target_import_action")
        return {**action, "res_id": self.id}

    def _read_rows(self):
        if not self.file:
            raise UserError(self.env._("Choose the XLSX file with the targets first."))
        return self._read_xlsx_rows(self.file, COLUMNS, REQUIRED)

    def _reading(self, rows, mark):
        """Show what was made of the first texts that have two meanings."""
        if not mark:
            return False
        texts = ((number, name, cells.get(name)) for number, cells in rows for name in NUMBERS)
        return "\n".join(
            self.env._(
                'Row %(row)s, %(column)s: "%(value)s" is read as %(number)s.',
                row=number,
                column=name,
                value=value,
                number=formatLang(self.env, parse_number(value, mark), digits=2),
            )
            for number, name, value in islice((text for text in texts if is_ambiguous(text[2])), MOST_READINGS)
        )

    def _import_rows(self, rows, mark):
        """Write the rows one after the other, each undone if it fails.

        :return: counts by outcome, (row number, problem) pairs, and the targets of the rows
        """
        counts = {"created": 0, "updated": 0, "unchanged": 0}
        problems = []
        targets = self.env["sales.target"].with_company(self.company_id)
        known = self._known_targets(targets)
        find = partial(self._find, {})
        seen = {}
        for number, cells in rows:
            try:
                vals = self._values(cells, find, mark)
                key = self._key(vals)
                if key in seen:
                    raise RowError(self.env._("Row %(row)s is about the same target.", row=seen[key]))
                seen[key] = number
                with self.env.cr.savepoint():
                    target, outcome = self._upsert(targets, known.get(key), vals)
                targets |= target
                counts[outcome] += 1
            except SerializationFailure:
                raise
            except DatabaseError as error:
                problems.append((number, targets._sql_error_to_message(error)))
            except (RowError, UserError) as error:
                problems.append((number, str(error)))
        return counts, problems, targets

    def _known_targets(self, targets):
        existing = targets.search([("company_id", "=", self.company_id.id)])
        return {self._key({name: target[name] for name in KEY_FIELDS}): target for target in existing}

    @staticmethod
    def _key(vals):
        """What tells a target from others; the team of a salesperson's is no part of it."""
        return tuple(
            value.id if isinstance(value, models.BaseModel) else value or False
            for name in KEY_FIELDS
            for value in [vals.get(name) if name != "team_id" or vals["scope"] == "team" else False]
        )

    def _values(self, cells, find, mark):
        missing = [name for name in REQUIRED if cells.get(name) is None]
        if missing:
            raise RowError(self.env._("Nothing is filled in for: %(columns)s.", columns=", ".join(missing)))
        vals = {FIELD_OF[name]: find(name, cells[name]) for name in LOOKUPS if cells.get(name) is not None}
        vals["company_id"] = self.company_id
        vals["scope"] = "person" if "user_id" in vals else "team" if "team_id" in vals else "company"
        vals["date_from"] = self._date("start_date", cells)
        vals["date_to"] = self._date("end_date", cells)
        if vals["date_to"] < vals["date_from"]:
            raise RowError(self.env._("end_date precedes start_date."))
        vals["amount"] = self._number("target", cells, mark)
        if cells.get("locked") is not None:
            vals["is_locked"] = to_boolean(cells["locked"])
        if cells.get("weight") is not None:
            vals["weight"] = self._number("weight", cells, mark)
        return vals

    def _date(self, name, cells):
        try:
            return to_date(cells[name])
        except ValueError as error:
            raise self._not_expected(name, cells, self.env._("a date such as 2026-01-31")) from error

    def _number(self, name, cells, mark):
        """The number of a cell; text with two meanings is read like the other cells of the file, or not at all.

        :param mark: what stands before the decimals in this file, None where it does not tell
        """
        try:
            number = parse_number(cells[name], mark)
        except AmbiguousNumber as error:
            smaller, larger = error.readings
            raise RowError(
                self.env._(
                    '%(column)s: "%(value)s" can be %(smaller)s or %(larger)s. Make the cell a number, or write it '
                    "without marks between thousands.",
                    column=name,
                    value=cells[name],
                    smaller=formatLang(self.env, smaller, digits=2),
                    larger=formatLang(self.env, larger, digits=2),
                )
            ) from error
        except ValueError:
            number = -1
        if number < 0:
            raise self._not_expected(name, cells, self.env._("a number of zero or more, such as 1250000.50"))
        return number

    def _not_expected(self, name, cells, expected):
        return RowError(
            self.env._(
                '%(column)s: "%(value)s" is not %(expected)s.',
                column=name,
                value=str(cells[name])[:MOST_SHOWN],
                expected=expected,
            )
        )

    def _find(self, found, name, value):
        """The one record that the cell names; each is looked up once.

        :param dict found: what was looked up so far
        """
        text = str(value)
        if (name, text) not in found:
            model_name, field_names = LOOKUPS[name]
            model = self.env[model_name].with_company(self.company_id)
            domain = Domain.TRUE
            if "company_id" in model and model_name != "res.users":
                domain = Domain("company_id", "in", [False, self.company_id.id])
            # Who left, and a team that was given up, have their targets all the same.
            searches = ((each, name) for each in (model, model.with_context(active_test=False)) for name in field_names)
            records = model
            for searched, field_name in searches:
                records = searched.search(domain & Domain(field_name, "=ilike", escape_psql(text)), limit=2)
                if records:
                    break
            records = records.with_env(model.env)
            found[name, text] = records
        records = found[name, text]
        if len(records) != 1:
            problem = self.env._("several have this name") if records else self.env._("there is none")
            raise RowError(
                self.env._(
                    '%(column)s "%(value)s": %(problem)s.', column=name, value=text[:MOST_SHOWN], problem=problem
                )
            )
        return records

    def _upsert(self, targets, known, vals):
        plain = {name: value.id if isinstance(value, models.BaseModel) else value for name, value in vals.items()}
        if not known:
            return targets.create(plain), "created"
        changes = {
            name: plain[name]
            for name in ("amount", "is_locked", "weight", "team_id")
            if name in plain and self._differs(known, name, plain[name])
        }
        if not changes:
            return known, "unchanged"
        if "amount" in changes and known.state != "draft":
            raise RowError(
                self.env._(
                    "The target is %(state)s with %(amount)s. Revise it in Odoo, with a reason.",
                    state=known._selection_label("state").lower(),
                    amount=known._format_amount(known.amount),
                )
            )
        known.write(changes)
        return known, "updated"

    @staticmethod
    def _differs(target, name, value):
        if name == "team_id":
            return target.team_id.id != value
        if name == "is_locked":
            return target.is_locked != value
        digits = target._amount_digits() if name == "amount" else 4
        return bool(float_compare(target[name], value, precision_digits=digits))

    def _xlsx_file_name(self):
        return self.env._("Targets template")

    def _xlsx_sheets(self):
        """An empty planning sheet, and the names that can be filled in."""
        company = Domain("company_id", "in", [False, self.company_id.id])
        metrics = self.env["sales.metric"].search(company & Domain("measure", "!=", "retention"))
        teams = self.env["crm.team"].search(company)
        people = teams.member_ids
        return [
            self.env["sales.target"]._planning_sheet(),
            Sheet(
                self.env._("Metrics"),
                [Column("metric"), Column(self.env._("Name"), width=40)],
                [[metric.code, metric.name] for metric in metrics],
            ),
            Sheet(
                self.env._("Teams and People"),
                [Column("team"), Column("salesperson"), Column(self.env._("Name"), width=40)],
                [[team.name, None, None] for team in teams]
                + [[person.sale_team_id.name, person.login, person.name] for person in people],
            ),
        ]


class SalesTargetImportLine(models.TransientModel):
    _name = "sales.target.import.line"
    _description = "Row of a Target Import"
    _inherit = ["sales.onchange.mixin"]
    _order = "row, id"

    wizard_id = fields.Many2one(comodel_name="sales.target.import", required=True, ondelete="cascade")
    row = fields.Integer(readonly=True, aggregator=None)
    problem = fields.Char(readonly=True)
