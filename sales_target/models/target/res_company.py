from datetime import date, datetime, time, timedelta

from pytz import timezone

from odoo import fields, models

from odoo.addons.sales_tracking.models.analytics.period import period_445, period_bounds

# The kinds of period that fix both dates, in the order in which two dates are recognised.
CALENDAR_KINDS = ("week", "month", "quarter", "year", "445")


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_target_alert = fields.Selection(
        selection=[("none", "None"), ("activity", "Activity"), ("mail", "Email")],
        string="Target Alerts",
        required=True,
        default="activity",
        groups="base.group_user",
        help="How a salesperson and the leader of the team are told, once each, that a target is behind pace, nearly "
        "reached or reached.",
    )
    sales_target_alert_pace = fields.Float(
        string="Behind Pace below",
        required=True,
        default=0.8,
        groups="base.group_user",
        help="What was reached as a share of what is expected.",
    )
    sales_target_alert_attainment = fields.Float(
        string="Nearly Reached at",
        required=True,
        default=0.8,
        groups="base.group_user",
        help="What was reached as a share of the target.",
    )

    _sales_target_alert_thresholds = models.Constraint(
        "CHECK (sales_target_alert_pace > 0 AND sales_target_alert_attainment > 0)",
        "The thresholds of target alerts are above 0 %.",
    )

    def _sales_decided_until(self):
        closed = [("company_id", "parent_of", self.id), ("state", "=", "closed")]
        [[last]] = self.env["sales.target"].sudo()._read_group(closed, [], ["date_to:max"])
        return max(filter(None, (super()._sales_decided_until(), last)), default=False)

    def _sales_working_days(self, date_from: date, date_to: date) -> list[date]:
        """The days of the span on which the company works, in order.

        A day counts as soon as some of it is worked: the company's working schedule less its public holidays, in the
        sales time zone. A company without a schedule works every day.
        """
        self.ensure_one()
        if not self.resource_calendar_id:
            return [date_from + timedelta(days=number) for number in range((date_to - date_from).days + 1)]
        zone = timezone(self.sales_tz)
        # Odoo counts the weeks of flexible hours from the first day asked for: with a Monday they are always the same.
        monday = date_from - timedelta(days=date_from.weekday())
        # The schedule is the company's, the same for every reader of a target, whatever their rights on schedules.
        intervals = self.resource_calendar_id.sudo()._work_intervals_batch(
            zone.localize(datetime.combine(monday, time.min)),
            zone.localize(datetime.combine(date_to, time.max)),
            domain=[("time_type", "=", "leave"), ("company_id", "in", [False, self.id])],
            tz=zone,
        )[False]
        return sorted({start.date() for start, __, __ in intervals if start.date() >= date_from})

    def _sales_period_bounds(self, kind: str, day: date) -> tuple[date, date]:
        """See period_bounds; quarters, years and 4-4-5 months are those of the company's fiscal year."""
        return period_bounds(kind, day, self._sales_year_end())

    def _sales_period_kind(self, date_from, date_to) -> str:
        """The kind of period that two dates make, ``custom`` where they make none."""
        dates = (fields.Date.to_date(date_from), fields.Date.to_date(date_to))
        return next((kind for kind in CALENDAR_KINDS if self._sales_period_bounds(kind, dates[0]) == dates), "custom")

    def _sales_period_label(self, kind: str, day: date) -> str:
        """The name of the fiscal year that holds the day, or of its quarter or 4-4-5 month that does."""
        if kind == "445":
            month = period_445(day, self._sales_year_end())
            # The nearest Monday moves the year by three days at most.
            year = self._sales_year_name(*self._sales_period_bounds("year", month.year_first + timedelta(days=3)))
            return self.env._("4-4-5 Month %(number)s, %(year)s", number=month.number, year=year)
        first, last = self._sales_period_bounds("year", day)
        year = self._sales_year_name(first, last)
        if kind == "year":
            return year
        months = (day.year - first.year) * 12 + day.month - first.month - (day.day < first.day)
        return self.env._("Q%(quarter)s %(year)s", quarter=months // 3 + 1, year=year)

    @staticmethod
    def _sales_year_name(first: date, last: date) -> str:
        return str(first.year) if first.year == last.year else f"{first.year}/{last.year % 100:02}"
