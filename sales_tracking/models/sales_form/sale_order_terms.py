from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _compute_pricelist_id(self):
        """The price list of the customer's form of sale, unless the customer has one."""
        result = super()._compute_pricelist_id()
        for order in self:
            if order.state == "draft" and order.partner_id:
                customer = order.with_company(order.company_id).partner_id.commercial_partner_id.sudo()
                order._take_pricelist_of_form(customer.sales_type)
        return result

    @api.onchange("sales_type")
    def _onchange_sales_type(self):
        if self.state == "draft" and not self.order_line:
            self._take_pricelist_of_form(self.sales_type)

    def _confirmation_error_message(self):
        """As core, and refused below a binding minimum of the form of sale; what is taken back has none."""
        return super()._confirmation_error_message() or self._below_binding_minimum()

    def _below_binding_minimum(self):
        _pricelist_id, minimums = self.env["sales.form.terms"]._terms(self.company_id.id, self.sales_type)
        if not any(is_binding for _quantity, is_binding in minimums.values()):
            return False
        for line in self.order_line:
            minimum = line._minimum_quantity(binding=True)
            if line.product_uom_qty > 0 and line._is_below(minimum):
                return line._explain_minimum(minimum)
        return False

    def _take_pricelist_of_form(self, sales_type):
        if not sales_type or not self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist"):
            return
        pricelist_id, _minimums = self.env["sales.form.terms"]._terms(self.company_id.id, sales_type)
        # In sudo mode: customers who order by themselves don't read their terms.
        customer = self.with_company(self.company_id).partner_id.sudo()
        if pricelist_id and not customer.specific_property_product_pricelist:
            self.pricelist_id = pricelist_id
