from odoo import api, fields, models


class SalesCommissionEntry(models.Model):
    """The rows that no rule pays: draws, adjustments, bonuses and what is carried from one statement to another."""

    _inherit = "sales.commission.entry"

    is_recoverable = fields.Boolean(readonly=True, help="An advance on later commission, or what is paid back of it.")

    def _compute_document(self):
        result = super()._compute_document()
        # The partner of a statement or an adjustment is the payee.
        self.filtered(lambda entry: not entry.rule_id).customer_id = False
        return result

    @api.depends("kind", "is_recoverable")
    def _compute_explanation(self):
        result = super()._compute_explanation()
        # What these rows say is known, so that each reader has it in the own language.
        for entry in self:
            if entry.kind == "draw":
                entry.explanation = entry._explain_draw()
            elif entry.kind == "carry":
                entry.explanation = entry._explain_carry()
        return result

    def _explain_draw(self):
        amount = self._format(abs(self.amount))
        if not self.is_recoverable:
            return self.env._("Guaranteed amount: topped up by %(amount)s.", amount=amount)
        if self.amount < 0:
            return self.env._("%(amount)s of earlier advances paid back.", amount=amount)
        return self.env._("Advance of %(amount)s on later commission.", amount=amount)

    def _explain_carry(self):
        # Only the name of a statement of the same person.
        other = self.env["sales.commission.statement"].sudo().browse(self.res_id)
        if self.amount > 0:
            return self.env._("Negative: carried forward to %(period)s.", period=other.period_name)
        return self.env._("Carried forward from %(period)s.", period=other.period_name)

    def action_dispute(self):
        """Open a new dispute of this entry, to be filled in by the person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispute"),
            "res_model": "sales.commission.dispute",
            "views": [(self.env.ref("sales_commission.sales_commission_dispute_view_form_new").id, "form")],
            "target": "new",
            "context": {"default_entry_id": self.id},
        }
