from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    overdue_order_policy = fields.Selection(related="company_id.overdue_order_policy", readonly=False)
    overdue_order_days = fields.Integer(related="company_id.overdue_order_days", readonly=False)
    overdue_order_amount = fields.Monetary(related="company_id.overdue_order_amount", readonly=False)
