from odoo import api, fields, models


class SalesPriceUpdate(models.TransientModel):
    """The question what to do with the prices that were typed by hand."""

    _name = "sales.price.update"
    _description = "Update Prices"
    _inherit = ["sales.onchange.mixin"]

    order_id = fields.Many2one(comodel_name="sale.order", required=True, ondelete="cascade")
    line_ids = fields.Many2many(comodel_name="sale.order.line", string="Typed Prices", compute="_compute_line_ids")

    @api.depends("order_id")
    def _compute_line_ids(self):
        for update in self:
            update.line_ids = update.order_id._get_typed_lines()

    def action_keep(self):
        self.order_id.with_context(typed_prices="keep").action_update_prices()
        return {"type": "ir.actions.act_window_close"}

    def action_replace(self):
        self.order_id.with_context(typed_prices="replace").action_update_prices()
        return {"type": "ir.actions.act_window_close"}
