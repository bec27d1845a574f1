from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...tools.arguments import given_day, given_ids

MOST_CUSTOMERS = 20_000
POSITION_AGE = timedelta(hours=24)


class SalesVisit(models.Model):
    """The map: a person's customers, the route of a day, and for leads where their people last checked in."""

    _inherit = "sales.visit"

    @api.model
    @api.readonly
    def get_visit_map(self, user_id=None, day=None):
        """What the map shows, as far as the caller may see it.

        :param int user_id: whose customers and route; default: the caller's
        :param day: of the route, a date or its ISO text; default: today in the company's time zone
        :return: dict: ``user_id``, ``day``, ``people`` (``id``, ``name``; those whom the caller may choose),
            ``customers`` (``id, name, city, latitude, longitude, class, color, days``: since the last visit, False if
            never, ``overdue``: days, False without a class or visit), ``route`` in its order (``id, name, state, time,
            latitude, longitude``, both False without a position), ``positions`` of the last 24 hours (``id``: of the
            visit, ``name``: of the person, ``since, latitude, longitude``), ``start`` (latitude, longitude) or False,
            ``tiles`` and ``attribution``: of the map that is drawn below, or False
        :raise AccessError: for the map of somebody whom the caller does not lead
        """
        self.check_access("read")
        [person_id] = given_ids(self.env, user_id)[:1] or [self.env.uid]
        people = self._map_people()
        person = people.filtered(lambda each: each.id == person_id)
        if not person:
            raise AccessError(
                self.env._("You see the map of your own customers, and that of the people whom you lead.")
            )
        company = self.env.company
        day = given_day(self.env, day) or company._sales_today()
        return {
            "user_id": person.id,
            "day": day,
            "people": [{"id": each.id, "name": each.name} for each in people.sorted("name")],
            "customers": self._map_customers(person),
            "route": self._map_route(person, day),
            "start": self._map_start(person, day),
            "positions": self._map_positions(people),
            "tiles": company.map_tile_url,
            "attribution": company.map_tile_attribution,
        }

    def _map_people(self):
        """The user, and for leads the people of their teams."""
        teams = self._board_teams() if self.env.user.has_group("sales_tracking.group_team_lead") else None
        return self.env.user | teams.member_ids | teams.user_id if teams else self.env.user

    def _map_customers(self, person):
        customers = self.env["res.partner"].search(
            Domain("user_id", "=", person.id)
            & Domain("company_id", "in", [False, *self.env.companies.ids])
            & (Domain("partner_latitude", "!=", 0) | Domain("partner_longitude", "!=", 0))
            # Not the people at a company, who are met at its address.
            & (Domain("parent_id", "=", False) | Domain("is_company", "=", True) | Domain("type", "!=", "contact")),
            limit=MOST_CUSTOMERS,
        )
        return [
            {
                "id": customer.id,
                "name": customer.display_name,
                "city": customer.city,
                "latitude": customer.partner_latitude,
                "longitude": customer.partner_longitude,
                "days": customer.days_since_visit,
                "overdue": customer.visit_overdue_days,
                "class": customer.customer_class_id.name,
                "color": customer.customer_class_id.color,
            }
            for customer in customers
        ]

    def _map_route(self, person, day):
        visits = self.search(
            [("user_id", "=", person.id), ("day", "=", day), ("state", "!=", "cancelled")],
            order="sequence, date_start, id",
        )
        return [
            {
                "id": visit.id,
                "name": visit.display_name,
                "state": visit.state,
                "time": visit.date_start,
                "latitude": place and place.partner_latitude,
                "longitude": place and place.partner_longitude,
            }
            for visit in visits
            for place in [visit._map_place()]
        ]

    def _map_place(self):
        """The address at which the visit is, or False if nobody knows where that is."""
        place = self.partner_id and self.partner_id._visit_address()
        return bool(place) and place._has_position() and place

    def _map_start(self, person, day):
        plan = self.env["sales.journey.plan"].search(
            [("user_id", "=", person.id), ("date_from", "<=", day), ("date_to", ">=", day)], limit=1
        )
        start = plan.start_partner_id
        return bool(start) and start._has_position() and [start.partner_latitude, start.partner_longitude]

    def _map_positions(self, people):
        if not self.env.user.has_group("sales_tracking.group_team_lead"):
            return []
        _current, latest = self._board_visits(people)
        recent = fields.Datetime.now() - POSITION_AGE
        return [
            {
                "id": visit.id,
                "name": person.name,
                "since": visit.check_in_time,
                "latitude": visit.check_in_latitude,
                "longitude": visit.check_in_longitude,
            }
            for person, visit in latest.items()
            if visit.check_in_latitude is not False and visit.check_in_time >= recent
        ]
