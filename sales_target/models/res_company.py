from datetime import date, datetime, time, timedelta

from pytz import timezone

from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _sales_working_days(self, date_from: date, date_to: date) -> list[date]:
        """The days of the span on which the company works, in order.

        A day counts as soon as some of it is worked: the company's working schedule less its public holidays, in the
        sales time zone. A company without a schedule works every day.
        """
        self.ensure_one()
        if not self.resource_calendar_id:
            return [date_from + timedelta(days=number) for number in range((date_to - date_from).days + 1)]
        zone = timezone(self.sales_tz)
        # The schedule is the company's, the same for every reader of a target, whatever their rights on schedules.
        intervals = self.resource_calendar_id.sudo()._work_intervals_batch(
            zone.localize(datetime.combine(date_from, time.min)),
            zone.localize(datetime.combine(date_to, time.max)),
            domain=[("time_type", "=", "leave"), ("company_id", "in", [False, self.id])],
            tz=zone,
        )[False]
        return sorted({start.date() for start, __, __ in intervals})
