from datetime import datetime, time, timedelta

from pytz import timezone

from odoo import models

USUAL_BEGIN = time(8)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _sales_workdays(self, company, date_from, date_to):
        """The days of a span on which the person works for the company, and when work begins on each.

        The person's working schedule, or else the company's, less public holidays and the person's leave, in the sales
        time zone. Without any schedule every day is worked.

        :return: {date: datetime in the sales time zone, without a zone}, in the order of the days
        """
        self.ensure_one()
        # As superuser: whoever plans for somebody need not be allowed to read that person's schedule and leave.
        resource = (
            self.env["resource.resource"]
            .sudo()
            .search([("user_id", "=", self.id), ("company_id", "=", company.id)], limit=1)
        )
        calendar = resource.calendar_id or company.sudo().resource_calendar_id
        if not calendar:
            span = range((date_to - date_from).days + 1)
            days = (date_from + timedelta(days=number) for number in span)
            return {day: datetime.combine(day, USUAL_BEGIN) for day in days}
        zone = timezone(company.sales_tz)
        # Odoo counts the weeks of flexible hours from the first day asked for: with a Monday they are always the same.
        monday = date_from - timedelta(days=date_from.weekday())
        intervals = calendar._work_intervals_batch(
            zone.localize(datetime.combine(monday, time.min)),
            zone.localize(datetime.combine(date_to, time.max)),
            resources=resource,
            domain=[("time_type", "=", "leave"), ("company_id", "in", [False, company.id])],
            tz=zone,
        )[resource.id]
        days = {}
        for begin, _end, _records in sorted(intervals, key=lambda interval: interval[0]):
            if begin.date() >= date_from:
                days.setdefault(begin.date(), begin.replace(tzinfo=None))
        return days
