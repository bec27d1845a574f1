from odoo import fields, models

from ...tools.setting_range import setting_range


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

    _attribution_lookback_positive = setting_range(
        "attribution_lookback", "The look-back of the attribution must be at least one day.", above=0
    )
    _attribution_half_life_positive = setting_range(
        "attribution_half_life", "The half-life of the attribution must be longer than nothing.", above=0
    )
