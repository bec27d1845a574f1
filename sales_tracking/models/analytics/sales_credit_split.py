from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare


class SalesCreditSplit(models.Model):
    """A person's share of the credit for an order; without any, the order's salesperson has all of it."""

    _name = "sales.credit.split"
    _description = "Sales Credit Split"
    _inherit = ["sales.guarded.mixin"]
    _order = "order_id, sequence, id"
    _rec_name = "user_id"

    order_id = fields.Many2one(comodel_name="sale.order", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Salesperson", required=True, ondelete="restrict", index=True
    )
    share = fields.Float(
        string="Share (%)", digits=(5, 2), required=True, help="Percentage of the credit. An order's shares sum to 100."
    )

    _user_unique = models.Constraint(
        "UNIQUE(order_id, user_id)", "A salesperson can have only one share of an order: add the shares up."
    )
    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "A share of the credit must be above 0 % and at most 100 %."
    )

    @api.model_create_multi
    def create(self, vals_list):
        splits = super().create(vals_list)
        splits._check_orders()
        return splits

    def write(self, vals):
        self._check_orders()
        result = super().write(vals)
        self._check_orders()
        return result

    def unlink(self):
        self._check_orders()
        return super().unlink()

    def _check_orders(self):
        """Have the orders' shares summed when the transaction ends: between two edits they need not be 100 %.

        :raise AccessError: for who may not write the orders
        """
        # The rules let everybody into the own shares, which may be of anybody's order.
        self.order_id.check_access("write")
        if not self:
            return
        precommit = self.env.cr.precommit
        if "sales_tracking.split_order_ids" not in precommit.data:
            precommit.add(self._check_sums)
        order_ids = precommit.data.setdefault("sales_tracking.split_order_ids", set())
        order_ids.update(self.order_id.ids)

    @api.model
    def _check_sums(self):
        order_ids = self.env.cr.precommit.data.pop("sales_tracking.split_order_ids")
        for order, total in self.sudo()._read_group([("order_id", "in", order_ids)], ["order_id"], ["share:sum"]):
            if float_compare(total, 100, precision_digits=2):
                raise ValidationError(
                    self.env._(
                        "The credit shares of %(order)s sum to %(total)s %%. Change them so that they sum to 100 %%.",
                        order=order.name,
                        total=round(total, 2),
                    )
                )
