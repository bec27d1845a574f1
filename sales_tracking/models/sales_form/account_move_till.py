from odoo import api, models

from ...tools.tills import tills


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        # The point of sale, where it is installed, names the orders of its invoices as superuser: only then is anything
        # asked, and nobody else is told who sold at a till.
        if self.env.su:
            vals_list = [
                {**vals, **self._sold_at_till(vals["pos_order_ids"])} if vals.get("pos_order_ids") else vals
                for vals in vals_list
            ]
        return super().create(vals_list)

    @api.model
    def _sold_at_till(self, order_ids):
        """The form of sale and the seller of an invoice of orders of a till, as their facts have them without one.

        They are those of the sales order that is settled, else the user of the employee, else that of the order.
        """
        optional = tills(self.env)
        orders = self.env["pos.order"].sudo().browse([order_id for order_id in order_ids if isinstance(order_id, int)])
        values = {"sales_type": "pos"}
        if optional.has_employees and (user := orders.employee_id.user_id[:1]):
            values["invoice_user_id"] = user.id
        if optional.settles_orders and (settled := orders.lines.sale_order_line_id.order_id[:1]):
            values["sales_type"] = settled.sales_type or "pos"
            values["invoice_user_id"] = settled.user_id.id or values.get("invoice_user_id")
            values["team_id"] = settled.team_id.id
        return {name: value for name, value in values.items() if value}
