from odoo import api, models

from ..tools.planner import planner_settings


class SalesReportMixin(models.AbstractModel):
    """Read a report that is a query under the planner settings of the suite.

    Its statements have hundreds of expressions, which PostgreSQL compiles for seconds if it is left to.
    """

    _name = "sales.report.mixin"
    _description = "Report Read by One Query"

    def _report_settings(self):
        # What core writes before the query is written under the server's own settings.
        for model_name, field_names in self._depends.items():
            self.env[model_name].flush_model(field_names)
        return planner_settings(self.env.cr, jit="off")

    def _fetch_query(self, query, fields):
        with self._report_settings():
            return super()._fetch_query(query, fields)

    @api.model
    def search_count(self, domain, limit=None):
        with self._report_settings():
            return super().search_count(domain, limit=limit)

    @api.model
    def _read_group(self, *args, **kwargs):
        with self._report_settings():
            return super()._read_group(*args, **kwargs)

    @api.model
    def _read_grouping_sets(self, *args, **kwargs):
        with self._report_settings():
            return super()._read_grouping_sets(*args, **kwargs)
