from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.bulk import bulk_insert
from .balance import Stop, spread
from .timetable import Call, timetable

MOST_CUSTOMERS = 5000


class Known(NamedTuple):
    """What is known of the visits to a customer: the day of the last one, and the days of those in the period."""

    last: object = None
    booked: tuple = ()


class SalesJourneyPlan(models.Model):
    """The visits of a plan: due by the classes, even over the working days, in the order of the shortest way."""

    _inherit = "sales.journey.plan"

    def action_generate(self):
        """Plan the visits that are still ahead; those of today and before, and those that began, stay as they are.

        :return: True
        :raise UserError: there is nobody to visit, or nothing of the plan is ahead
        """
        for plan in self:
            plan.check_access("write")
            plan._check_planner()
            plan._generate()
        return True

    def _generate(self):
        self.ensure_one()
        first = self._first_day_ahead()
        if first > self.date_to:
            raise UserError(self.env._("Nothing of this plan is still ahead: make a plan for another period."))
        customers = self._customers()
        days = self.user_id._sales_workdays(self.company_id, first, self.date_to)
        self._remove_ahead(first)
        calls = self._spread(customers, first, days)
        rows = [row for day, day_calls in calls.items() for row in self._rows_of_day(day_calls, days[day], customers)]
        visit_ids = bulk_insert(self.env["sales.visit"], rows)
        self.invalidate_recordset(["visit_ids", "visit_count"])
        if self.state == "published":
            self._publish(self.env["sales.visit"].browse(visit_ids))

    def _first_day_ahead(self):
        """The first day that may be planned anew: today is planned once, and then left alone."""
        today = self.company_id._sales_today()
        is_planned = any(visit.day == today for visit in self.visit_ids)
        return max(self.date_from, today + timedelta(days=self.state == "published" or is_planned))

    def _customer_model(self):
        """The customers as the company of the plan sees them: their class is one of a company."""
        return self.env["res.partner"].with_company(self.company_id)

    def _customer_domain(self):
        return (
            Domain("user_id", "=", self.user_id.id)
            & Domain("customer_class_id", "!=", False)
            & Domain("company_id", "in", [False, self.company_id.id])
        )

    def _customers(self):
        """The customers of the person that have a class, by id.

        :raise UserError: there is none, or there are too many
        """
        customers = self._customer_model().search(self._customer_domain(), limit=MOST_CUSTOMERS + 1)
        if not customers:
            raise UserError(
                self.env._(
                    "No customer of %(person)s has a class yet. Give the customers whom he or she visits a class "
                    "under Sales Tracking > Activity > Visits > Customers to Visit: it says how often.",
                    person=self.user_id.name,
                )
            )
        if len(customers) > MOST_CUSTOMERS:
            raise UserError(self.env._("A plan has at most %(limit)s customers.", limit=MOST_CUSTOMERS))
        return {customer.id: customer for customer in customers}

    def _remove_ahead(self, first):
        ahead = self.visit_ids.filtered(lambda visit: visit.state in ("draft", "planned") and visit.day >= first)
        # As superuser: who may plan anew removes what the plan had, which nobody has begun.
        ahead.sudo().unlink()

    def _spread(self, customers, first, days):
        """The customers of each working day, by day."""
        known = self._known_visits(customers, first)
        return spread(
            [
                Stop(
                    key=customer.id,
                    weeks=customer.customer_class_id.interval_weeks,
                    hours=customer.customer_class_id.visit_hours,
                    place=self._place(customer),
                    weekday=int(customer.visit_weekday) if customer.visit_weekday else None,
                    last=known.get(customer.id, Known()).last,
                    booked=known.get(customer.id, Known()).booked,
                )
                for customer in customers.values()
            ],
            days,
            self._place(self.start_partner_id),
            self._booked_hours(first),
        )

    def _place(self, partner):
        address = partner and partner._visit_address()
        if not address or not address._has_position():
            return None
        return (address.partner_latitude, address.partner_longitude)

    def _known_visits(self, customers, first):
        """The visits that others planned or made at the customers in this company, by customer id, in one query."""
        self.env["sales.visit"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        monday = first - timedelta(days=first.weekday())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT customer.id,
                    MAX(visit.day) FILTER (WHERE visit.state = 'done' AND visit.day < %(monday)s),
                    ARRAY_AGG(visit.day) FILTER (WHERE visit.day >= %(monday)s)
                FROM res_partner customer
                JOIN sales_visit visit ON visit.partner_id = customer.id
                    OR (visit.commercial_partner_id = customer.id AND customer.commercial_partner_id = customer.id)
                WHERE customer.id = ANY(%(customers)s)
                    AND visit.company_id = %(company)s
                    AND visit.day <= %(last)s
                    AND (visit.state IN ('in_progress', 'done') OR visit.state = 'planned' AND visit.day >= %(monday)s)
                GROUP BY customer.id
                """,
                monday=monday,
                last=self.date_to,
                customers=list(customers),
                company=self.company_id.id,
            )
        )
        return {customer_id: Known(last, tuple(booked or ())) for customer_id, last, booked in rows}

    def _booked_hours(self, first):
        """Hours of the person's visits that are planned or made already, by day."""
        # As superuser: only how full each day is counts.
        groups = (
            self.env["sales.visit"]
            .sudo()
            ._read_group(
                [
                    ("user_id", "=", self.user_id.id),
                    ("day", ">=", first),
                    ("day", "<=", self.date_to),
                    ("state", "in", ("planned", "in_progress", "done")),
                ],
                ["day:day"],
                ["planned_hours:sum"],
            )
        )
        return dict(groups)

    def _rows_of_day(self, keys, begin, customers):
        """Rows of sales_visit for the customers of a day, in the order of the route."""
        calls = [
            Call(
                key,
                customers[key].customer_class_id.visit_hours,
                self._place(customers[key]),
                customers[key].visit_hour or None,
            )
            for key in keys
        ]
        route = timetable(self._place(self.start_partner_id), calls, begin)
        return [
            self._visit_row(customers[key], self._utc(moment), sequence)
            for sequence, (key, moment) in enumerate(route, start=1)
        ]

    def _utc(self, moment):
        zone = ZoneInfo(self.company_id.sales_tz)
        return moment.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)

    def _visit_row(self, customer, moment: datetime, sequence, **values):
        """A row of a visit that is a draft of the plan."""
        hours = customer.customer_class_id.visit_hours or 0.5
        now = fields.Datetime.now()
        return {
            "journey_plan_id": self.id,
            "state": "draft",
            "user_id": self.user_id.id,
            "team_id": self.team_id.id or None,
            "company_id": self.company_id.id,
            "partner_id": customer.id,
            "commercial_partner_id": customer.commercial_partner_id.id,
            "purpose": None,
            "date_start": moment,
            "planned_hours": hours,
            "date_stop": moment + timedelta(minutes=round(hours * 60)),
            "day": self.company_id._sales_day(moment),
            "sequence": sequence,
            "is_unplanned": False,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
            **values,
        }
