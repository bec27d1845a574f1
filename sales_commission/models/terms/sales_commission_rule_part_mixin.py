from odoo import api, fields, models


class SalesCommissionRulePartMixin(models.AbstractModel):
    """A line of a commission rule's table: it belongs to the terms, and is frozen when their version is approved."""

    _name = "sales.commission.rule.part.mixin"
    _description = "Part of a Commission Rule"

    rule_id = fields.Many2one(comodel_name="sales.commission.rule", required=True, ondelete="cascade", index=True)
    # Stored for the record rules.
    company_id = fields.Many2one(related="rule_id.company_id", store=True)

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.rule_id.version_id._check_draft()
        return parts

    def write(self, vals):
        self.rule_id.version_id._check_draft()
        result = super().write(vals)
        # Also of a rule that the parts were moved to.
        self.rule_id.version_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.rule_id.version_id._check_draft()
