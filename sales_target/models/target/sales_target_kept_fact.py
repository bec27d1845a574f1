from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SalesTargetKeptFact(models.Model):
    """What the result of a closed target rests on: a line of a document as it was known then. Append-only.

    Also what did not count is kept, so that it doesn't count later for a change of the product or the customer.
    Documents are plain numbers: they may be deleted.
    """

    _name = "sales.target.kept.fact"
    _description = "What a Target's Result Was Computed From"
    _inherit = ["sales.kept.fact.mixin"]
    _order = "day desc, id desc"

    _refusal = _lt(
        "What the result of a closed target was computed from is kept by closing it and can't be changed. Correct the "
        "document instead: the difference is an adjustment of the open target."
    )

    target_id = fields.Many2one(
        comodel_name="sales.target", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, ondelete="restrict", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    closed_on = fields.Datetime(required=True, readonly=True, help="When the target was closed.")
    counted = fields.Boolean(readonly=True, help="Whether the line counted for the target.")
    basis = fields.Char(required=True, readonly=True)
    line_id = fields.Integer(
        string="Document Line", required=True, readonly=True, aggregator=None, help="0 for a document without lines."
    )
    day = fields.Date(readonly=True)
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True, ondelete="set null")
    country_id = fields.Many2one(comodel_name="res.country", readonly=True, ondelete="set null")
    product_id = fields.Many2one(comodel_name="product.product", readonly=True, ondelete="set null")
    categ_id = fields.Many2one(
        comodel_name="product.category", string="Product Category", readonly=True, ondelete="set null"
    )
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True, ondelete="set null")
    amount = fields.Monetary(string="Untaxed Amount", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the unit of the product.")
    unit_ratio = fields.Float(
        string="Units of the Product", digits=0, readonly=True, aggregator=None, help="In one unit of the line."
    )
    unit_cost = fields.Float(string="Cost per Unit", digits=0, readonly=True, aggregator=None, groups="base.group_user")

    _key_unique = models.UniqueIndex(
        "(target_id, closed_on, res_model, res_id, line_id, basis)", "This is kept of the target already."
    )
