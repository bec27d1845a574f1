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
    chat_text_months = fields.Integer(
        string="Keep Texts of Chats",
        default=24,
        required=True,
        groups="base.group_user",
        help="Months after which the texts and files of chats are erased; that somebody wrote, and when, stays. "
        "0: they are kept.",
    )
    call_recording_months = fields.Integer(
        string="Keep Recordings",
        default=24,
        required=True,
        groups="base.group_user",
        help="Months after which the addresses of recordings of calls are erased; when and how long one spoke stays. "
        "0: they are kept.",
    )

    _visit_position_months_positive = setting_range(
        "visit_position_months", "The months for which positions are kept can't be negative.", at_least=0
    )
    _chat_text_months_positive = setting_range(
        "chat_text_months", "The months for which texts of chats are kept can't be negative.", at_least=0
    )
    _call_recording_months_positive = setting_range(
        "call_recording_months", "The months for which recordings are kept can't be negative.", at_least=0
    )
