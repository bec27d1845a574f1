from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SalesMetric(models.Model):
    _inherit = "sales.metric"

    def _check_redefinition(self):
        """What a metric measures is part of the terms that people signed, as much as the rates are."""
        result = super()._check_redefinition()
        approved = Domain("metric_id", "in", self.ids) & Domain("version_id.state", "=", "approved")
        plans = self.env["sales.commission.rule"].sudo().search(approved).version_id.plan_id
        if not plans:
            return result
        # The metric is everybody's, the plans are those of their companies.
        if rule := self.env["sales.commission.rule"].search(approved, limit=1):
            raise UserError(
                self.env._(
                    'The metric "%(metric)s" is part of the approved commission terms of the plan "%(plan)s", '
                    "so what it measures can't change. Make a new metric and approve a new version of the plan.",
                    metric=rule.metric_id.name,
                    plan=rule.version_id.plan_id.name,
                )
            )
        raise UserError(
            self.env._(
                'The metric "%(metric)s" is part of the approved commission terms of plans that you may not see '
                "(%(count)s), so what it measures can't change. Make a new metric for your plans.",
                metric=", ".join(self.mapped("name")),
                count=len(plans),
            )
        )
