from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare


class SalesCreditSplit(models.Model):
    """A person's share of the credit for an order; without any, the order's salesperson has all of it.

    It is what people are paid by: nobody raises the own credit, or changes it once the order is confirmed. Somebody
    else who may share the order does.
    """

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
        splits._check_orders(added=True)
        return splits

    def write(self, vals):
        self._check_orders()
        result = super().write(vals)
        self._check_orders(added=True)
        return result

    def unlink(self):
        self._check_orders()
        return super().unlink()

    def _check_orders(self, added=False):
        """Have the orders' shares checked when the transaction ends: between two edits they need not be 100 %.

        :param bool added: whether these are new to orders that were not checked before
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
        if self.env.su:
            return
        if "sales_tracking.own_credit" not in precommit.data:
            precommit.add(self._check_own_credit)
        credit = precommit.data.setdefault("sales_tracking.own_credit", {}).setdefault(self.env.user, {})
        orders = self.order_id.sudo().filtered(lambda order: order.id not in credit)
        shares = self._own_credit(orders, without=self if added else self.browse())
        credit.update({order.id: (shares[order], order.state == "sale") for order in orders})

    @api.model
    def _own_credit(self, orders, without=None):
        """The user's percentage of the credit for each order, leaving some shares out.

        :return: {order: percentage}
        """
        splits = self.sudo().search([("order_id", "in", orders.ids)])
        by_order = (splits - without if without else splits).grouped("order_id")
        return {
            order: sum(split.share for split in by_order[order] if split.user_id == self.env.user)
            if order in by_order
            else 100 * (order.user_id == self.env.user)
            for order in orders
        }

    @api.model
    def _check_own_credit(self):
        for user, credit in self.env.cr.precommit.data.pop("sales_tracking.own_credit").items():
            orders = self.env["sale.order"].sudo().browse(credit).exists()
            for order, share in self.with_user(user)._own_credit(orders).items():
                before, was_confirmed = credit[order.id]
                change = float_compare(share, before, precision_digits=2)
                if not change or (change < 0 and not was_confirmed):
                    continue
                words = {"order": order.name, "before": round(before, 2), "after": round(share, 2)}
                if was_confirmed:
                    raise UserError(
                        self.env._(
                            "%(order)s is confirmed, and you would change your own credit for it from %(before)s %% to "
                            "%(after)s %%. Ask your lead or a sales administrator to share it.",
                            **words,
                        )
                    )
                raise UserError(
                    self.env._(
                        "You would raise your own credit for %(order)s from %(before)s %% to %(after)s %%. Ask your "
                        "lead or a sales administrator to share it.",
                        **words,
                    )
                )

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
