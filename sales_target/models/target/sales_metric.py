from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SalesMetric(models.Model):
    _inherit = "sales.metric"

    def _check_redefinition(self):
        """What was frozen is compared with what the documents come to now, by the same measure."""
        result = super()._check_redefinition()
        closed = Domain("metric_id", "in", self.ids) & Domain("state", "=", "closed")
        count = self.env["sales.target"].sudo().search_count(closed)
        if not count:
            return result
        # The metric is everybody's, its targets are those of their companies.
        if target := self.env["sales.target"].search(closed, limit=1):
            raise UserError(
                self.env._(
                    'The metric "%(metric)s" was measured for "%(target)s", which is closed, so what it measures '
                    "can't change. Make a new metric for the targets to come.",
                    metric=target.metric_id.name,
                    target=target.display_name,
                )
            )
        raise UserError(
            self.env._(
                'The metric "%(metric)s" was measured for closed targets that you may not see (%(count)s), so what it '
                "measures can't change. Make a new metric for the targets to come.",
                metric=", ".join(self.mapped("name")),
                count=count,
            )
        )
