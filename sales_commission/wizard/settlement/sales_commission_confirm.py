from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.sales_tracking.tools.arguments import selected_records


class SalesCommissionConfirm(models.TransientModel):
    """Shows what confirming statements would write before it does."""

    _name = "sales.commission.confirm"
    _description = "Confirm Commission Statements"
    _inherit = ["sales.onchange.mixin"]

    statement_ids = fields.Many2many(
        comodel_name="sales.commission.statement", string="Statements", default=lambda self: self._default_statements()
    )
    problem = fields.Text(compute="_compute_problem")

    @api.model
    def _default_statements(self):
        """The drafts among the selected statements, in the order in which they are confirmed."""
        selected = selected_records(self.env["sales.commission.statement"])
        drafts = selected.filtered(lambda statement: statement.state == "draft")
        return [Command.set(drafts.sorted(lambda statement: (statement.period_start, statement.id)).ids)]

    @api.depends("statement_ids")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = False
            try:
                wizard.statement_ids._origin._check_confirmable()
            except UserError as error:
                wizard.problem = str(error)
            if not wizard.statement_ids:
                wizard.problem = self.env._("None of the selected statements is a draft.")

    def action_confirm(self):
        self.statement_ids.action_confirm()
        return {"type": "ir.actions.act_window_close"}
