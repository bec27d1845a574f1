from odoo import fields, models

from ...tools.setting_range import hour_of_day, setting_range


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_automatic = fields.Boolean(
        string="Automatic Payment Reminders",
        groups="base.group_user",
        help="Automatic levels go out by themselves once a day. Otherwise somebody sends them from the work list.",
    )
    dunning_hour = fields.Integer(
        string="Hour of Payment Reminders",
        default=8,
        required=True,
        groups="base.group_user",
        help="Hour of the day, in the sales time zone, from which the payment follow-up runs.",
    )
    dunning_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
        domain="[('share', '=', False)]",
        groups="base.group_user",
        help="Who collects from new customers of the follow-up; empty: their salesperson.",
    )

    portal_promise_share = fields.Float(
        string="Least Promise",
        digits=(5, 2),
        groups="base.group_user",
        help="In percent of what is open on the invoice: customers can't promise less on their page. What they promise "
        "is not claimed until then, the rest is.",
    )
    portal_promise_days = fields.Integer(
        string="Latest Promise",
        default=30,
        required=True,
        groups="base.group_user",
        help="Number of days ahead for which customers can promise a payment on their page.",
    )

    _portal_promise_share_of_100 = setting_range(
        "portal_promise_share", "The least promise must be from 0 to 100 %.", at_least=0, at_most=100
    )
    _portal_promise_days_positive = setting_range(
        "portal_promise_days", "The days ahead of a promise can't be negative.", at_least=0
    )
    _dunning_hour_of_day = hour_of_day("dunning_hour", "The hour of the payment follow-up must be from 0 to 23.")
