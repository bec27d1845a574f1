from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Commission Product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        groups="base.group_user",
        help="The product of vendor bills for commission; it gives their account and taxes.",
    )
    sales_commission_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Commission Account",
        check_company=True,
        groups="base.group_user",
        help="The account of vendor bills for commission, instead of the product's.",
    )
    sales_commission_bill_lines = fields.Selection(
        selection=[("statement", "One line per statement"), ("document", "One line per document")],
        string="Commission Bill Lines",
        required=True,
        default="statement",
        groups="base.group_user",
        help="How detailed the vendor bills for commission are.",
    )

    def _sales_decided_until(self):
        [[confirmed]] = (
            self.env["sales.commission.statement"]
            .sudo()
            ._read_group([("company_id", "parent_of", self.id), ("state", "!=", "draft")], [], ["period_end:max"])
        )
        return max(filter(None, (super()._sales_decided_until(), confirmed)), default=False)
