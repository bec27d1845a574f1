from odoo import fields, models


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

    _portal_promise_share_of_100 = models.Constraint(
        "CHECK (portal_promise_share BETWEEN 0 AND 100)", "The least promise must be from 0 to 100 %."
    )
    _portal_promise_days_positive = models.Constraint(
        "CHECK (portal_promise_days >= 0)", "The days ahead of a promise can't be negative."
    )
    _dunning_hour_of_day = models.Constraint(
        "CHECK (dunning_hour BETWEEN 0 AND 23)", "The hour of the payment follow-up must be from 0 to 23."
    )

    def _is_dunning_time(self):
        """Whether the hour of the follow-up has come today in the sales time zone of the company."""
        return self._is_sales_hour(self.dunning_hour)
