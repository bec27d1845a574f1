from odoo import fields, models

POLICIES = [("off", "Nothing"), ("warn", "Leave a Note"), ("block", "Refuse")]


class ResCompany(models.Model):
    _inherit = "res.company"

    overdue_order_policy = fields.Selection(
        selection=POLICIES,
        string="Orders of Overdue Customers",
        required=True,
        default="off",
        groups="base.group_user",
        help="What happens when a quotation is confirmed though its customer is overdue. Customers may have a policy "
        "of their own, unless this one is Nothing.",
    )
    overdue_order_days = fields.Integer(
        string="Overdue for",
        required=True,
        default=1,
        groups="base.group_user",
        help="Number of days of the oldest instalment.",
    )
    overdue_order_amount = fields.Monetary(
        string="Overdue Amount Above",
        groups="base.group_user",
        help="Smaller amounts overdue, net of credits, are let through.",
    )

    _overdue_order_days_positive = models.Constraint(
        "CHECK (overdue_order_days > 0)", "An instalment is overdue from the first day after its due date."
    )
