from odoo import models
from odoo.exceptions import UserError


class SalesMetric(models.Model):
    _inherit = "sales.metric"

    def _check_redefinition(self):
        """What a metric measures is part of the terms that people signed, as much as the rates are."""
        result = super()._check_redefinition()
        rule = (
            self.env["sales.commission.rule"]
            .sudo()
            .search([("metric_id", "in", self.ids), ("version_id.state", "=", "approved")], limit=1)
        )
        if rule:
            raise UserError(
                self.env._(
                    'The metric "%(metric)s" is part of the approved commission terms of the plan "%(plan)s", '
                    "so what it measures can't change. Make a new metric and approve a new version of the plan.",
                    metric=rule.metric_id.name,
                    plan=rule.version_id.plan_id.name,
                )
            )
        return result
