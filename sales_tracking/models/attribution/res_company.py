from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    attribution_lookback = fields.Integer(
        string="Look-back",
        default=90,
        required=True,
        groups="base.group_user",
        help="A touch counts for the orders that are confirmed within this number of days after it.",
    )
    attribution_half_life = fields.Float(
        string="Half-life",
        default=7,
        required=True,
        groups="base.group_user",
        help="In the time decay model a touch loses half its weight in this number of days.",
    )

    _attribution_lookback_positive = models.Constraint(
        "CHECK (attribution_lookback > 0)", "The look-back of the attribution must be at least one day."
    )
    _attribution_half_life_positive = models.Constraint(
        "CHECK (attribution_half_life > 0)", "The half-life of the attribution must be longer than nothing."
    )
