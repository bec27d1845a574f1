from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.target.sales_target_tree import METHODS


class SalesTargetAllocate(models.TransientModel):
    """Shows how a target would be shared among its parts before it is."""

    _name = "sales.target.allocate"
    _description = "Share a Target"
    _inherit = ["sales.onchange.mixin"]

    target_id = fields.Many2one(comodel_name="sales.target", required=True, readonly=True)
    currency_id = fields.Many2one(related="target_id.currency_id")
    amount = fields.Monetary(related="target_id.amount", string="Target Amount")
    method = fields.Selection(selection=METHODS, string="Shared by", required=True, default="equal")
    line_ids = fields.One2many(
        comodel_name="sales.target.allocate.line",
        inverse_name="wizard_id",
        string="Parts",
        compute="_compute_line_ids",
    )
    problem = fields.Char(compute="_compute_line_ids")

    @api.depends("method", "target_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.problem, shares = False, {}
            try:
                if wizard.target_id:
                    shares = wizard.target_id._get_allocation(wizard.method)
            except UserError as error:
                wizard.problem = str(error)
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        {"part_id": part.id, "amount_before": part.amount, "amount": shares.get(part, part.amount)}
                    )
                    for part in wizard.target_id.child_ids.sorted("id")
                ),
            ]

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        # The wizard shows what the target holds.
        wizards.target_id.check_access("write")
        return wizards

    def action_allocate(self):
        return self.target_id.action_allocate(self.method)


class SalesTargetAllocateLine(models.TransientModel):
    _name = "sales.target.allocate.line"
    _description = "Part of a Target to Share"
    _inherit = ["sales.onchange.mixin"]

    wizard_id = fields.Many2one(comodel_name="sales.target.allocate", required=True, ondelete="cascade")
    part_id = fields.Many2one(comodel_name="sales.target", readonly=True)
    currency_id = fields.Many2one(related="part_id.currency_id")
    is_locked = fields.Boolean(related="part_id.is_locked")
    state = fields.Selection(related="part_id.state")
    amount_before = fields.Monetary(string="Target Now", readonly=True)
    amount = fields.Monetary(string="Target Then", readonly=True)
