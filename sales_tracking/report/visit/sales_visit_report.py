from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...models.analytics.period import period_bounds
from ...tools.xlsx import Column, Sheet


class SalesVisitReport(models.TransientModel):
    """The visits of people over a day or a week, on paper or as a workbook: only what its reader may see."""

    _name = "sales.visit.report"
    _description = "Visit Report"
    _inherit = ["sales.onchange.mixin", "sales.xlsx.mixin"]

    period = fields.Selection(selection=[("day", "Day"), ("week", "Week")], required=True, default="day")
    date = fields.Date(
        string="Day", required=True, default=lambda self: self.env.company._sales_today(),
        help="The day of the report, or any day of its week.",
    )  # fmt: skip
    team_ids = fields.Many2many(comodel_name="crm.team", string="Sales Teams")
    user_ids = fields.Many2many(
        comodel_name="res.users", string="Salespersons", domain="[('share', '=', False)]",
        help="Leave people and teams empty for everybody whose visits you may see.",
    )  # fmt: skip
    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(compute="_compute_dates")
    date_to = fields.Date(compute="_compute_dates")

    @api.depends("period", "date")
    def _compute_dates(self):
        for report in self:
            day = report.date or fields.Date.today()
            report.date_from, report.date_to = (day, day) if report.period == "day" else period_bounds("week", day)

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._("Visits, %(period)s", period=report._period_name())

    def _period_name(self):
        self.ensure_one()
        first, last = format_date(self.env, self.date_from), format_date(self.env, self.date_to)
        return first if first == last else f"{first} – {last}"

    def action_print(self):
        self._check_has_visits()
        return self.env.ref("sales_tracking.sales_visit_report_pdf").report_action(self)

    def action_download_xlsx(self):
        self._check_has_visits()
        return super().action_download_xlsx()

    def _check_has_visits(self):
        if not self._visits():
            raise UserError(
                self.env._(
                    "There is no visit in this period (%(period)s) that you may see. "
                    "Choose another day or other people.",
                    period=self._period_name(),
                )
            )

    def _visits(self):
        self.ensure_one()
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("day", ">=", self.date_from)
            & Domain("day", "<=", self.date_to)
            & Domain("state", "not in", ("draft", "cancelled"))
        )
        if self.user_ids:
            domain &= Domain("user_id", "in", self.user_ids.ids)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        return self.env["sales.visit"].search(domain, order="day, sequence, date_start, id")

    def _get_people(self):
        """The report by person, in the order of their names.

        :return: list of dicts: ``person`` (record), ``days`` (list of (day, list of visit dicts)) and ``total``, the
            figures of the person's visits; amounts are untaxed, in the company's currency
        """
        rows = [self._row(visit) for visit in self._visits()]
        people = {}
        for row in rows:
            people.setdefault(row["visit"].user_id, {}).setdefault(row["visit"].day, []).append(row)
        return [
            {
                "person": person,
                "days": list(days.items()),
                "total": self._total([row for rows in days.values() for row in rows]),
            }
            for person, days in sorted(people.items(), key=lambda item: (item[0].name, item[0].id))
        ]

    def _row(self, visit):
        ordered = quoted = 0.0
        for order in visit.order_ids:
            amount = order.amount_untaxed / (order.currency_rate or 1)
            if order.state == "sale":
                ordered += amount
            else:
                quoted += amount
        return {
            "visit": visit,
            "start": self._local(visit.date_start),
            "check_in": self._local(visit.check_in_time),
            "check_out": self._local(visit.check_out_time),
            "orders": ", ".join(visit.order_ids.mapped("name")),
            "ordered": ordered,
            "quoted": quoted,
        }

    def _local(self, moment):
        zone = ZoneInfo(self.company_id.sales_tz)
        return moment and moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)

    @api.model
    def _total(self, rows):
        states = [row["visit"].state for row in rows]
        return {
            "planned": len(states),
            "done": states.count("done"),
            "missed": states.count("missed"),
            "hours": sum(row["visit"].duration or 0 for row in rows),
            "verified": [row["visit"].verification for row in rows].count("verified"),
            "ordered": sum(row["ordered"] for row in rows),
            "quoted": sum(row["quoted"] for row in rows),
        }

    def _label(self, record, name):
        return dict(record._fields[name]._description_selection(self.env)).get(record[name])

    def _xlsx_sheets(self):
        return [sheet for report in self for sheet in report._sheets()]

    def _sheets(self):
        people = self._get_people()
        zone = self.env._("Times in %(zone)s", zone=self.company_id.sales_tz)
        heading = [self.display_name, self.company_id.name, zone]
        digits = self.currency_id.decimal_places
        ordered = Column(self.env._("Ordered (%(currency)s)", currency=self.currency_id.name), "number", digits=digits)
        quoted = Column(self.env._("Quoted (%(currency)s)", currency=self.currency_id.name), "number", digits=digits)
        rows = [row for each in people for _day, day_rows in each["days"] for row in day_rows]
        total = self._total(rows)
        return [
            Sheet(
                self.env._("Visits"),
                [
                    Column(self.env._("Salesperson")),
                    Column(self.env._("Day"), "date"),
                    Column(self.env._("Customer"), width=30),
                    Column(self.env._("Purpose")),
                    Column(self.env._("Status"), width=12),
                    Column(self.env._("Planned Start"), "datetime"),
                    Column(self.env._("Check-In"), "datetime"),
                    Column(self.env._("Check-Out"), "datetime"),
                    Column(self.env._("Hours"), "number"),
                    Column(self.env._("Distance (m)"), "integer"),
                    Column(self.env._("Verification"), width=14),
                    Column(self.env._("Reason")),
                    Column(self.env._("Outcome")),
                    Column(self.env._("Note"), width=40),
                    Column(self.env._("Orders Made")),
                    ordered,
                    quoted,
                ],
                [
                    [
                        row["visit"].user_id.name,
                        row["visit"].day,
                        row["visit"].commercial_partner_id.name or row["visit"].lead_id.name,
                        row["visit"].purpose,
                        self._label(row["visit"], "state"),
                        row["start"],
                        row["check_in"],
                        row["check_out"],
                        row["visit"].duration,
                        row["visit"].check_in_distance,
                        self._label(row["visit"], "verification"),
                        row["visit"].check_in_reason,
                        row["visit"].outcome_id.name,
                        row["visit"].note,
                        row["orders"],
                        row["ordered"] or None,
                        row["quoted"] or None,
                    ]
                    for row in rows
                ],
                heading=heading,
                total=[
                    self.env._("Total"),
                    *[None] * 7,
                    total["hours"],
                    *[None] * 6,
                    total["ordered"],
                    total["quoted"],
                ],
            ),
            Sheet(
                self.env._("Summary"),
                [
                    Column(self.env._("Salesperson")),
                    Column(self.env._("Planned"), "integer"),
                    Column(self.env._("Done"), "integer"),
                    Column(self.env._("Missed"), "integer"),
                    Column(self.env._("Verified"), "integer"),
                    Column(self.env._("Hours"), "number"),
                    ordered,
                    quoted,
                ],
                [[each["person"].name, *self._summary(each["total"])] for each in people],
                heading=heading,
                total=[self.env._("Total"), *self._summary(total)],
            ),
        ]

    @staticmethod
    def _summary(total):
        return [total[name] for name in ("planned", "done", "missed", "verified", "hours", "ordered", "quoted")]
