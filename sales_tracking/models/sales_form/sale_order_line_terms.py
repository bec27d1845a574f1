from odoo import api, models
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.onchange("product_id")
    def _onchange_product_minimum(self):
        """A line begins with the least quantity of the order's form of sale."""
        minimum = self._minimum_quantity()
        if self._is_below(minimum):
            self.product_uom_qty = minimum

    @api.onchange("product_uom_qty", "product_uom_id")
    def _onchange_below_minimum(self):
        minimum = self._minimum_quantity()
        if not self._is_below(minimum):
            return {}
        return {
            "warning": {
                "title": self.env._("Below the Minimum"),
                "message": self._explain_minimum(minimum),
            }
        }

    def _explain_minimum(self, minimum):
        return self.env._(
            "At least %(quantity)s %(unit)s of %(product)s are ordered in this form of sale.",
            quantity=minimum,
            unit=self.product_uom_id.name,
            product=self.product_id.display_name,
        )

    def _minimum_quantity(self, binding=False):
        """The least quantity of the order's form of sale, in the unit of the line; 0 for none.

        :param bool binding: only one below which orders are refused
        """
        if not self.product_id or not self.order_id.sales_type:
            return 0.0
        terms = self.env["sales.form.terms"]
        minimum, is_binding = terms._minimum(self.company_id, self.order_id.sales_type, self.product_id)
        if not minimum or not self.product_uom_id or (binding and not is_binding):
            return 0.0 if binding else minimum
        return self.product_id.uom_id._compute_quantity(minimum, self.product_uom_id, rounding_method="UP")

    def _is_below(self, minimum):
        return minimum > 0 and float_compare(self.product_uom_qty, minimum, precision_digits=6) < 0
