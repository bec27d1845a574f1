from datetime import datetime

from odoo import fields, models

from ...tools.customer_documents import DOCUMENT_TYPES


class AccountMove(models.Model):
    _inherit = "account.move"

    # Documents of which nothing is to pay: see tools.payments.
    _sales_nothing_to_pay_idx = models.Index(
        f"(company_id, invoice_date) WHERE state = 'posted' AND amount_total = 0 AND move_type IN {DOCUMENT_TYPES}"
    )

    sales_posted_on = fields.Datetime(
        string="Posted on",
        readonly=True,
        copy=False,
        groups="account.group_account_invoice",
        help="The moment of the last posting: what the products cost then is their cost in margins.",
    )

    def write(self, vals):
        if "sales_posted_on" in vals or vals.get("state") == "posted":
            vals = {name: value for name, value in vals.items() if name != "sales_posted_on"}
        if vals.get("state") == "posted":
            # A change of a cost before the posting in the same transaction is recorded as earlier.
            self.env["product.price.history"]._record()
            # With microseconds: the cost may change within the same second. One value more in the same UPDATE.
            vals["sales_posted_on"] = datetime.now()
        return super().write(vals)
