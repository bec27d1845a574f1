from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SalesUpsellHint(models.TransientModel):
    """A product that similar customers bought besides one of the quotation; lives as long as the dialog."""

    _name = "sales.upsell.hint"
    _description = "Upsell Hint"
    _order = "id"
    _rec_name = "product_id"

    order_id = fields.Many2one(comodel_name="sale.order", required=True, ondelete="cascade")
    product_id = fields.Many2one(comodel_name="product.product", required=True, ondelete="cascade")
    bought_id = fields.Many2one(comodel_name="product.product", required=True, ondelete="cascade")
    also_bought = fields.Integer(help="Similar customers that bought both products.")
    buyers = fields.Integer(help="Similar customers that bought the product of the quotation.")
    explanation = fields.Char(compute="_compute_explanation")

    def _compute_explanation(self):
        for hint in self:
            hint.explanation = self.env._(
                "%(also)s of %(buyers)s similar customers who bought %(bought)s also bought this.",
                also=hint.also_bought,
                buyers=hint.buyers,
                bought=hint.bought_id.name,
            )

    def action_add(self):
        """Put the product on the quotation: one unit, at the price of the quotation's price list."""
        self.ensure_one()
        order = self.order_id
        if order.state not in ("draft", "sent"):
            raise UserError(
                self.env._("%(order)s is not a quotation any more: nothing can be added to it.", order=order.name)
            )
        order.write({"order_line": [Command.create({"product_id": self.product_id.id})]})
        return {"type": "ir.actions.act_window_close"}
