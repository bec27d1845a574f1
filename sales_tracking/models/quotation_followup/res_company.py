from odoo import fields, models

from ...tools.setting_range import hour_of_day, setting_range


class ResCompany(models.Model):
    _inherit = "res.company"

    quotation_followup_automatic = fields.Boolean(
        string="Automatic Quotation Follow-Up",
        groups="base.group_user",
        help="Sent quotations are followed up by their cadence: reminders go out to customers, and activities to "
        "salespeople, until the customer answers. Off: nothing goes out by itself.",
    )
    quotation_followup_hour = fields.Integer(
        string="Hour of Reminders",
        default=9,
        required=True,
        groups="base.group_user",
        help="Hour of the day, in the sales time zone, from which reminders of quotations go out.",
    )
    quotation_auto_cancel = fields.Boolean(
        string="Cancel Expired Quotations",
        groups="base.group_user",
        help="Sent quotations that expired without an answer are cancelled by themselves.",
    )
    quotation_auto_cancel_days = fields.Integer(
        string="Days After Expiry",
        default=14,
        required=True,
        groups="base.group_user",
        help="Number of days after the last day of validity on which the quotation is cancelled.",
    )

    _quotation_followup_hour_of_day = hour_of_day(
        "quotation_followup_hour", "The hour of the follow-up must be from 0 to 23."
    )
    _quotation_auto_cancel_days_positive = setting_range(
        "quotation_auto_cancel_days", "Quotations are cancelled one day after their expiry or later.", above=0
    )
