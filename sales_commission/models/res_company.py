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
    sales_commission_write_off_is_cash = fields.Boolean(
        string="Write-Offs Count as Cash",
        help="Commission on cash is earned in full although part of an invoice was written off, or left to the "
        "customer as a discount for early payment.",
    )
