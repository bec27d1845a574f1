from odoo import fields, models


class SalesTenderCompetitor(models.Model):
    """Somebody else who bid, and at what price."""

    _name = "sales.tender.competitor"
    _description = "Competitor in a Tender"
    _inherit = ["sales.guarded.mixin"]
    _order = "price, id"
    _rec_name = "partner_id"

    _given_once = frozenset({"tender_id"})

    tender_id = fields.Many2one(comodel_name="sales.tender", required=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Competitor", required=True, index=True)
    currency_id = fields.Many2one(related="tender_id.currency_id")
    price = fields.Monetary(help="Untaxed, in the currency of the tender.")
    is_winner = fields.Boolean(string="Won")
    note = fields.Char()
