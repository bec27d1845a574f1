from odoo import api, fields, models
from odoo.exceptions import UserError


class SalesTargetKeptFact(models.Model):
    """What the result of a closed target rests on: a line of a document as it was known then. Append-only.

    Also what did not count is kept, so that it doesn't count later for a change of the product or the customer.
    Documents are plain numbers: they may be deleted.
    """

    _name = "sales.target.kept.fact"
    _description = "What a Target's Result Was Computed From"
    _inherit = ["sales.guarded.mixin"]
    _order = "day desc, id desc"
    _rec_name = "document_name"
    _log_access = False

    target_id = fields.Many2one(
        comodel_name="sales.target", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, ondelete="restrict", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    closed_on = fields.Datetime(required=True, readonly=True, help="When the target was closed.")
    counted = fields.Boolean(readonly=True, help="Whether the line counted for the target.")
    basis = fields.Char(required=True, readonly=True)
    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Document ID", model_field="res_model", required=True, readonly=True)
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
    document_name = fields.Char(string="Document", compute="_compute_document_name", compute_sudo=True)

    _key_unique = models.UniqueIndex(
        "(target_id, closed_on, res_model, res_id, line_id, basis)", "This is kept of the target already."
    )

    @api.depends("res_model", "res_id")
    def _compute_document_name(self):
        self.document_name = False
        for model, facts in self.grouped("res_model").items():
            known = self.env[model].browse(set(facts.mapped("res_id"))).exists()
            names = {document.id: document.display_name for document in known}
            for fact in facts:
                fact.document_name = names.get(fact.res_id) or self.env._("%s (deleted)", fact.res_id)

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_change()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    @api.model
    def _refuse_change(self):
        raise UserError(
            self.env._(
                "What the result of a closed target was computed from is kept by closing it and can't be changed. "
                "Correct the document instead: the difference is an adjustment of the open target."
            )
        )

    def action_open_document(self):
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            raise UserError(self.env._("The document %s no longer exists.", self.document_name))
        return document.get_formview_action()
