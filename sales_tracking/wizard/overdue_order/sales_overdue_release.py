from odoo import fields, models
from odoo.exceptions import UserError


class SalesOverdueRelease(models.TransientModel):
    """Why an order is confirmed though its customer is overdue: kept on the order and in its chatter."""

    _name = "sales.overdue.release"
    _description = "Release of an Order of an Overdue Customer"
    _inherit = ["sales.onchange.mixin", "sales.text.limit.mixin"]

    order_id = fields.Many2one(comodel_name="sale.order", required=True, ondelete="cascade")
    reason = fields.Text(required=True)

    def action_release(self):
        self.ensure_one()
        order = self.order_id
        order.check_access("write")
        if order.state not in ("draft", "sent"):
            raise UserError(self.env._("%(order)s is not a quotation any more.", order=order.name))
        order._write_decided(
            {
                "overdue_release_reason": self.reason,
                "overdue_release_partner_id": order.partner_invoice_id.commercial_partner_id.id,
                "overdue_release_customer_id": order.partner_id.commercial_partner_id.id,
                "overdue_release_user_id": self.env.uid,
            }
        )
        order._message_log(body=self.env._("Released though the customer is overdue: %(reason)s", reason=self.reason))
        return {"type": "ir.actions.act_window_close"}
