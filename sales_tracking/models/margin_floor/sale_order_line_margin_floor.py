from odoo import api, models
from odoo.exceptions import AccessError

from ...tools.arguments import given_ids

# What an approval is bound to: a change of these may revoke it.
BINDING_FIELDS = {
    "combo_item_id", "discount", "is_downpayment", "linked_line_id", "order_id", "price_unit", "product_id",
    "product_uom_id", "product_uom_qty", "purchase_price", "tax_ids",
}  # fmt: skip


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        default_id = self.env.context.get("default_order_id")
        order_ids = given_ids(self.env, [vals.get("order_id", default_id) or 0 for vals in vals_list])
        # Before there are lines: what the orders were is kept.
        self.env["sale.order"].browse({*order_ids} - {0})._recheck_margin_at_commit()
        lines = super().create(vals_list)
        # Of all lines: a cost comes from defaults as well.
        lines._check_cost_not_lowered()
        return lines

    def write(self, vals):
        if "price_subtotal" in vals and not self.env.su:
            # The guard reads it: it is computed and nobody's to write, as when a line is created.
            vals = {name: value for name, value in vals.items() if name != "price_subtotal"}
        if BINDING_FIELDS & vals.keys():
            self.order_id._recheck_margin_at_commit()
        result = super().write(vals)
        if "purchase_price" in vals:
            self._check_cost_not_lowered()
        return result

    def unlink(self):
        self.order_id._recheck_margin_at_commit()
        return super().unlink()

    def _is_in_margin(self):
        """Whether the line sells something. A down payment has no quantity: one that has is goods in disguise."""
        self.ensure_one()
        return not self.display_type and not (self.is_downpayment and not self.product_uom_qty)

    def _check_cost_not_lowered(self):
        """Where a floor is set, nobody gets above it by a lower cost, but for those who may approve the margin.

        :raise AccessError: when a line's cost is below that of its product
        """
        if self.env.su:
            return
        user = self.env.user
        for line in self.filtered(lambda line: line.product_id and line.order_id._has_margin_rules()):
            order = line.order_id
            if order.user_id != user and order._may_approve_margin(user, needs_manager=True):
                continue
            given = line.purchase_price
            with self.env.protecting([self._fields["purchase_price"]], line):
                line._compute_purchase_price()
                expected, line.purchase_price = line.purchase_price, given
            if given < expected - 1e-6:
                raise AccessError(
                    self.env._(
                        "The cost of %(product)s on %(order)s can't be less than the product's. "
                        "Have a sales administrator change it.",
                        product=line.product_id.display_name,
                        order=order.name,
                    )
                )
