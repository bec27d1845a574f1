from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import fields, models

from ...tools.setting_range import hour_of_day, setting_range


class ResCompany(models.Model):
    _inherit = "res.company"

    visit_policy = fields.Selection(
        selection=[
            ("none", "No Position Required"),
            ("record", "Record the Position"),
            ("reason", "Ask for a Reason When Not at the Customer's"),
            ("block", "Refuse Check-In When Not at the Customer's"),
        ],
        string="Check-In Policy",
        default="record",
        required=True,
        groups="base.group_user",
        help="What happens when a person checks in out of range of the customer, or where that can't be verified: "
        "it is recorded, a reason is asked for, or the check-in is refused.",
    )
    visit_radius = fields.Integer(
        string="Check-In Radius",
        default=200,
        required=True,
        groups="base.group_user",
        help="A check-in within this many metres of the customer's address is verified.",
    )
    visit_open_hours = fields.Float(
        string="Close Forgotten Visits After (Hours)",
        default=12.0,
        required=True,
        groups="base.group_user",
        help="A visit without check-out is closed automatically so many hours after its check-in, and at the latest "
        "when its day is over in the sales time zone.",
    )
    visit_report_frequency = fields.Selection(
        selection=[("off", "Never"), ("day", "Every Day"), ("week", "Every Week")],
        string="Visit Report by Mail",
        default="off",
        required=True,
        groups="base.group_user",
        help="Each team lead gets the visits of his or her team by mail, as PDF and workbook.",
    )
    visit_report_hour = fields.Float(
        default=19.0,
        groups="base.group_user",
        help="Hour of the day in the sales time zone at which the report of the day is mailed; "
        "that of a week goes out on Sunday.",
    )
    visit_report_since = fields.Date(
        groups="base.group_user",
        help="First day whose visits are reported by mail: the day on which the mails were switched on.",
    )

    _visit_radius_positive = setting_range(
        "visit_radius", "The radius of a check-in must be more than 0 metres.", above=0
    )
    _visit_open_hours_of_a_day = setting_range(
        "visit_open_hours", "A forgotten visit is closed after more than 0 and at most 24 hours.", above=0, at_most=24
    )
    _visit_report_hour_of_day = hour_of_day(
        "visit_report_hour", "The hour of the visit report must be between 0:00 and 23:59."
    )

    def write(self, vals):
        if vals.get("visit_report_frequency", "off") != "off":
            for company in self.filtered(lambda company: company.visit_report_frequency == "off"):
                company.visit_report_since = company._sales_today()
        return super().write(vals)

    def _sales_day(self, moment):
        """The day in the sales time zone of a moment (UTC).

        :rtype: datetime.date
        """
        self.ensure_one()
        return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(self.sales_tz)).date()

    def _sales_moment(self, day, hour=time.min):
        """The moment (UTC) at which the clock of the sales time zone shows this day and hour.

        :rtype: datetime.datetime
        """
        self.ensure_one()
        local = datetime.combine(day, hour, ZoneInfo(self.sales_tz))
        return local.astimezone(timezone.utc).replace(tzinfo=None)
