from odoo import api, fields, models


class AccountMove(models.Model):
    """Goods that are paid when they are handed over: payment follow-up starts with the delivery, not the invoice."""

    _inherit = "account.move"

    is_awaiting_delivery = fields.Boolean(
        compute="_compute_is_awaiting_delivery",
        groups="sales_team.group_sale_salesman,account.group_account_invoice",
        help="The invoice is paid on delivery, which has not been noted yet.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "sales_type" in vals:
            self.env.add_to_compute(self.line_ids._fields["no_followup"], self.line_ids)
        return result

    @api.depends("sales_type", "state", "move_type", "line_ids.no_followup", "line_ids.reconciled")
    def _compute_is_awaiting_delivery(self):
        for move in self:
            move.is_awaiting_delivery = bool(
                move.sales_type == "cod"
                and move.state == "posted"
                and move.move_type == "out_invoice"
                and move._instalments_to_come()
            )

    def action_delivered(self):
        """The goods were handed over today: what was not paid then is due."""
        self.check_access("write")
        for move in self.filtered("is_awaiting_delivery"):
            move._follow_up_from(move.company_id._sales_today())

    @api.model
    def _follow_up_delivered(self, companies, today=None):
        """Start payment follow-up of the invoices whose goods have all been delivered, on the day of the delivery."""
        invoices = self.search(
            [
                ("company_id", "in", companies.ids),
                ("sales_type", "=", "cod"),
                ("state", "=", "posted"),
                ("move_type", "=", "out_invoice"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("line_ids", "any", [("display_type", "=", "payment_term"), ("no_followup", "=", True)]),
            ]
        )
        for invoice in invoices:
            orders = invoice.invoice_line_ids.sale_line_ids.order_id
            if orders and all(order._is_handed_over() for order in orders):
                days = [order._handed_over_on() for order in orders]
                invoice._follow_up_from(max(filter(None, days), default=today or invoice.company_id._sales_today()))

    def _follow_up_from(self, day):
        """What is open of the invoice is due on the day of the delivery, and followed up from then on."""
        self._instalments_to_come().write({"no_followup": False, "date_maturity": day})

    def _instalments_to_come(self):
        return self.line_ids.filtered(
            lambda line: line.display_type == "payment_term" and line.no_followup and not line.reconciled
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _is_handed_over(self):
        """Whether all goods of the order were delivered."""
        goods = self._lines_to_ship()
        return bool(goods) and all(
            line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) >= 0 for line in goods
        )

    def _handed_over_on(self):
        """The day on which the warehouse, where there is one, sent the last goods; else None."""
        if "picking_ids" not in self:
            return None
        # In sudo mode: a day is all that is read of transfers.
        sent = self.sudo().picking_ids.filtered(lambda transfer: transfer.state == "done").mapped("date_done")
        return self.company_id._sales_day(max(sent)) if sent else None
