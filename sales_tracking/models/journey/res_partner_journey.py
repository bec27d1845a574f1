from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...fields import BlankInteger
from ...tools.setting_range import hour_of_day

SALES = "sales_team.group_sale_salesman"
WEEKDAYS = [
    ("0", "Monday"), ("1", "Tuesday"), ("2", "Wednesday"), ("3", "Thursday"), ("4", "Friday"), ("5", "Saturday"),
    ("6", "Sunday"),
]  # fmt: skip


class ResPartner(models.Model):
    """How often and when a customer is visited, and how long ago that was."""

    _inherit = "res.partner"

    customer_class_id = fields.Many2one(
        comodel_name="sales.customer.class",
        company_dependent=True,
        copy=False,
        check_company=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=', allowed_company_ids[0])]",
        groups=SALES,
        help="How often this address is visited by the company. Journey plans are made of the customers with a class.",
    )
    visit_weekday = fields.Selection(
        selection=WEEKDAYS, string="Usual Day", copy=False, groups=SALES, help="Empty: any working day."
    )
    visit_hour = fields.Float(
        string="Not before",
        copy=False,
        groups=SALES,
        help="Hour of the day from which the customer receives visitors. 0:00: at any time.",
    )
    last_visit_day = fields.Date(
        string="Last Visit",
        compute="_compute_last_visit",
        groups=SALES,
        help="Day of the last visit by anybody, at this address or, for a company, at any of its addresses.",
    )
    days_since_visit = BlankInteger(
        string="Days since the Last Visit",
        compute="_compute_last_visit",
        search="_search_days_since_visit",
        groups=SALES,
        help="Empty: never visited. A filter for more than a number of days finds those never visited as well.",
    )
    visit_overdue_days = BlankInteger(
        string="Days Overdue",
        compute="_compute_visit_overdue_days",
        groups=SALES,
        help="Days by which the next visit is late, by the frequency of the customer's class; negative: days until "
        "then. Empty without a class or a visit.",
    )

    _visit_hour_of_day = hour_of_day("visit_hour", "The hour of visits must be between 0:00 and 23:59.")

    @api.depends_context("allowed_company_ids")
    def _compute_last_visit(self):
        days = self._last_visit_days()
        today = self.env.company._sales_today()
        for partner in self:
            last = days.get(partner._origin.id)
            partner.last_visit_day = last
            partner.days_since_visit = last and (today - last).days

    @api.depends("customer_class_id")
    @api.depends_context("allowed_company_ids", "company")
    def _compute_visit_overdue_days(self):
        for partner in self:
            weeks = partner.customer_class_id.interval_weeks
            days = partner.days_since_visit
            partner.visit_overdue_days = bool(weeks and partner.last_visit_day) and days - 7 * weeks

    def _last_visit_days(self):
        """The day of the last visit by partner id: at the address, or anywhere at a company."""
        # As superuser: when the customer was last visited is told, not by whom.
        visits = self.env["sales.visit"].sudo()
        made = Domain("state", "=", "done") & Domain("company_id", "in", self.env.companies.ids)
        at_address = made & Domain("partner_id", "in", self.ids)
        of_company = made & Domain("commercial_partner_id", "in", self.ids)
        days = dict(visits._read_group(at_address, ["partner_id"], ["day:max"]))
        for partner, day in visits._read_group(of_company, ["commercial_partner_id"], ["day:max"]):
            days[partner] = max(day, days.get(partner, day))
        return {partner.id: day for partner, day in days.items()}

    @api.model
    def _search_days_since_visit(self, operator, value):
        """Find the customers visited so many days ago: more than a number of days includes those never visited."""
        if operator == "in" and set(value) == {False}:
            return ~self._visited_since(date.min)
        if operator not in (">", ">=", "<", "<=") or not isinstance(value, (int, float)):
            return NotImplemented
        first_day = self.env.company._sales_today() - timedelta(days=int(value) - (operator in (">=", "<")))
        visited = self._visited_since(first_day)
        return visited if operator in ("<", "<=") else ~visited

    @api.model
    def _visited_since(self, day):
        # As superuser: see _last_visit_days.
        visits = (
            self.env["sales.visit"]
            .sudo()
            ._search([("state", "=", "done"), ("company_id", "in", self.env.companies.ids), ("day", ">=", day)])
        )
        return Domain("id", "in", visits.subselect("partner_id")) | Domain(
            "id", "in", visits.subselect("commercial_partner_id")
        )
