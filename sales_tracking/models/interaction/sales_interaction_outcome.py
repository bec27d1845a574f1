from odoo import fields, models

from .sales_interaction import INTERACTION_KINDS


class SalesInteractionOutcome(models.Model):
    _name = "sales.interaction.outcome"
    _description = "Interaction Outcome"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=INTERACTION_KINDS,
        help="The outcome is offered for this kind of interaction only. Leave it empty to offer it for every kind.",
    )
    is_touchpoint = fields.Boolean(
        string="Touchpoint",
        default=True,
        help="Interactions that end like this share the credit for the orders that follow them. "
        "Not so where nobody was reached.",
    )
    expects_order = fields.Boolean(
        string="Order Expected",
        help="A visit that ends like this without an order is marked in the report of field against books.",
    )
    visit_result = fields.Selection(
        selection=[("out_of_store", "Out of Store"), ("no_sale", "No Sale"), ("unvisited", "Not Visited")],
        string="Result of a Visit",
        help="What a visit counts as that ends like this without an order. Not visited: a reason why a planned visit "
        "was not made.",
    )
    active = fields.Boolean(default=True)
