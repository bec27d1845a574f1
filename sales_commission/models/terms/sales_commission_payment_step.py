from odoo import api, fields, models

from ...tools.formatting import format_rate


class SalesCommissionPaymentStep(models.Model):
    """How much of a payment counts that arrives within some days after the date of its invoice.

    A payment counts with the share of the first step that it is within; later than the last it counts for nothing.
    """

    _name = "sales.commission.payment.step"
    _description = "Commission Step by Days to Pay"
    _inherit = ["sales.commission.rule.part.mixin", "sales.guarded.mixin"]
    _order = "rule_id, days, id"

    days = fields.Integer(
        string="Within Days", required=True, help="Days from the date of the invoice to the payment, the last included."
    )
    share = fields.Float(
        digits=(16, 6), required=True, default=1, help="The part of a payment that counts: 0.5 is 50 %."
    )
    label = fields.Char(string="Reads", compute="_compute_label")

    _days_sign = models.Constraint("CHECK (days >= 0)", "The days of a step can't be negative.")
    _share_range = models.Constraint("CHECK (share >= 0 AND share <= 1)", "A step's share is between 0 % and 100 %.")
    _days_unique = models.Constraint(
        "UNIQUE (rule_id, days)", "A rule can't have two steps of the same days: keep one."
    )

    @api.constrains("rule_id")
    def _check_rule(self):
        self.rule_id._check_options()

    @api.depends("days", "share")
    @api.depends_context("lang")
    def _compute_label(self):
        for step in self:
            step.label = self.env._(
                "within %(days)s days: %(share)s", days=step.days, share=format_rate(self.env, step.share)
            )

    @api.depends("label")
    def _compute_display_name(self):
        for step in self:
            step.display_name = step.label
