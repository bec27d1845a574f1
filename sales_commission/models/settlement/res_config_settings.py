from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_product_id = fields.Many2one(
        related="company_id.sales_commission_product_id",
        readonly=False,
        check_company=True,
        domain="[('type', '=', 'service')]",
    )
    sales_commission_account_id = fields.Many2one(
        related="company_id.sales_commission_account_id", readonly=False, check_company=True
    )
    sales_commission_bill_lines = fields.Selection(related="company_id.sales_commission_bill_lines", readonly=False)
