from odoo import fields, models


class SalesTenderDocument(models.Model):
    """A paper that a bid has to contain, with the file itself."""

    _name = "sales.tender.document"
    _description = "Tender Document"
    _inherit = ["sales.guarded.mixin"]
    _order = "sequence, id"

    _given_once = frozenset({"tender_id"})

    tender_id = fields.Many2one(comodel_name="sales.tender", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Document", required=True)
    is_required = fields.Boolean(string="Required", default=True)
    is_ready = fields.Boolean(string="Ready", copy=False)
    file = fields.Binary(copy=False)
    file_name = fields.Char(copy=False)
