from odoo import fields, models

from ...tools.setting_range import setting_range


class ResCompany(models.Model):
    _inherit = "res.company"

    visit_position_months = fields.Integer(
        string="Keep Positions",
        default=24,
        required=True,
        groups="base.group_user",
        help="Months after which the positions of check-ins and check-outs are erased; whether a visit was verified, "
        "and its distance, stay. 0: they are kept.",
    )

    _visit_position_months_positive = setting_range(
        "visit_position_months", "The months for which positions are kept can't be negative.", at_least=0
    )
