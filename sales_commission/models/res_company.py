from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_down_payment = fields.Selection(
        selection=[("down_payment", "On the down-payment invoice"), ("final", "On the final invoice")],
        string="Down Payments Earn",
        required=True,
        default="down_payment",
        help="A down payment counts once: when it is invoiced, and the final invoice with what is left; or not at all, "
        "and the final invoice with all of it.",
    )
