from collections import defaultdict
from datetime import date, datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.bulk import bulk_insert
from ...tools.moments import parse_time
from ...tools.xlsx import Column, Sheet

COLUMNS = ("customer", "day", "time")
USUAL_TIME = time(9)
MOST_PROBLEMS = 50
MOST_SHOWN = 60  # characters of a cell that a message repeats


class RowError(Exception):
    """What is wrong with one row, in words."""


class SalesJourneyImport(models.TransientModel):
    """Visits of a journey plan from a workbook: a preview first, then drafts of the plan."""

    _name = "sales.journey.import"
    _description = "Import Visits of a Plan"
    _inherit = ["sales.import.mixin", "sales.xlsx.mixin"]

    _import_action = "sales_tracking.sales_journey_import_action"

    plan_id = fields.Many2one(comodel_name="sales.journey.plan", required=True, ondelete="cascade")
    company_id = fields.Many2one(default=None, compute="_compute_company_id", store=True, precompute=True)
    problems = fields.Text(string="Rows That Can't Be Read", readonly=True)

    @api.depends("plan_id")
    def _compute_company_id(self):
        for each in self:
            each.company_id = each.plan_id.company_id

    @api.depends("plan_id")
    def _compute_display_name(self):
        for each in self:
            each.display_name = self.env._("Journey plan")

    def action_preview(self):
        """Say what the import would do, and plan nothing.

        :return: ``{'created': n, 'skipped': visits of the plan already, 'failed': rows that can't be read}``
        """
        return self._run(dry_run=True)

    def action_import(self):
        """Plan the visits of the file that the plan does not have yet.

        :return: as action_preview
        :raise UserError: a row can't be read; nothing is planned then
        """
        return self._run(dry_run=False)

    def _run(self, dry_run):
        self.ensure_one()
        self._check_company_allowed()
        self.plan_id.check_access("write")
        self.plan_id._check_planner()
        if not self.file:
            raise UserError(self.env._("Choose the workbook first."))
        rows = self._read_xlsx_rows(self.file, COLUMNS, ("customer", "day"))
        visits, problems = self._read(rows)
        known = {(visit.partner_id.id, visit.day) for visit in self.plan_id.visit_ids}
        new = {key: moment for key, moment in visits.items() if (key[0].id, key[1]) not in known}
        if problems and not dry_run:
            raise UserError("\n".join(problems[:MOST_PROBLEMS]))
        if not dry_run:
            self._create_visits(new)
        counts = {"created": len(new), "skipped": len(visits) - len(new)}
        self._write_decided(
            {
                **counts,
                "state": "new" if problems else "checked" if dry_run else "done",
                "problems": "\n".join(problems[:MOST_PROBLEMS]),
            }
        )
        return {**counts, "failed": len(problems)}

    def _create_visits(self, visits):
        plan = self.plan_id
        by_day = defaultdict(list)
        for (partner, day), moment in sorted(visits.items(), key=lambda item: item[1]):
            by_day[day].append(plan._visit_row(partner, plan._utc(datetime.combine(day, moment)), len(by_day[day]) + 1))
        created = bulk_insert(self.env["sales.visit"], [row for rows in by_day.values() for row in rows])
        plan.invalidate_recordset(["visit_ids", "visit_count"])
        if plan.state == "published":
            plan._publish(self.env["sales.visit"].browse(created))

    # ---- Reading the rows

    def _read(self, rows):
        """({(partner, day): time}, problems in words) of the rows."""
        partners = self._partners({str(values["customer"]) for _row, values in rows if values.get("customer")})
        visits, problems = {}, []
        for number, values in rows:
            try:
                partner = self._partner(partners, values.get("customer"))
                day = self._day(values.get("day"))
                visits.setdefault((partner, day), self._time(values.get("time")))
            except RowError as error:
                problems.append(self.env._("Row %(row)s: %(problem)s", row=number, problem=error))
        return visits, problems

    def _partners(self, names):
        """The customers by reference and by name, as the file may write them."""
        customers = self.plan_id._customer_model().search(
            [
                "|", ("ref", "in", list(names)), ("name", "in", list(names)),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )  # fmt: skip
        found = defaultdict(set)
        for customer in customers:
            for name in {customer.ref, customer.name} - {False}:
                found[name].add(customer)
        return found

    def _partner(self, partners, name):
        found = partners.get(str(name or ""), ())
        shown = str(name or "")[:MOST_SHOWN]
        if not found:
            raise RowError(self.env._('there is no customer "%(name)s". Write its reference or full name.', name=shown))
        if len(found) > 1:
            raise RowError(
                self.env._('several customers are called "%(name)s". Write the reference instead.', name=shown)
            )
        return next(iter(found))

    def _day(self, value):
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value or ""))
        except ValueError:
            raise RowError(
                self.env._('"%(value)s" is no day. Write it as in 2026-01-31.', value=str(value or "")[:MOST_SHOWN])
            ) from None
        if not self.plan_id.date_from <= day <= self.plan_id.date_to:
            raise RowError(self.env._("%(day)s is not in the period of the plan.", day=day))
        if day < self.company_id._sales_today():
            raise RowError(self.env._("%(day)s has passed: only days ahead are planned.", day=day))
        return day

    def _time(self, value):
        if value is None or isinstance(value, time):
            return value or USUAL_TIME
        moment = parse_time(str(value))
        if moment is None:
            raise RowError(
                self.env._('"%(value)s" is no time of day. Write it as in 9:30.', value=str(value)[:MOST_SHOWN])
            )
        return moment

    def _xlsx_sheets(self):
        return [
            Sheet(
                self.env._("Visits"),
                [Column("customer", width=30), Column("day", "date"), Column("time")],
                [[self.env._("Reference or name of the customer"), self.plan_id.date_from, "09:30"]],
            )
        ]
