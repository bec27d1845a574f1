from odoo import api, models
from odoo.fields import Domain

from ...tools import limits
from ...tools.planner import JOINED_TABLES, planner_settings


class SalesReportMixin(models.AbstractModel):
    """Read a report that is a query under the planner settings of the suite.

    Its statements have hundreds of expressions, which PostgreSQL compiles for seconds if it is left to.

    :cvar str _period_field: the date by which a report is one of a period; None: it tells of now
    """

    _name = "sales.report.mixin"
    _description = "Report Read by One Query"

    # Fields that are columns of the documents themselves, for which it pays to name what record rules ask of them.
    _named_limits = ()

    _period_field = None

    def _report_settings(self):
        # What core writes before the query is written under the server's own settings.
        for model_name, field_names in self._depends.items():
            self.env[model_name].flush_model(field_names)
        return planner_settings(self.env.cr, jit="off", join_collapse_limit=JOINED_TABLES)

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Name the people and teams that a record rule asks for, so that they reach the documents (`_named_limits`).

        What a rule asks of the team's leader, core compares row by row once all of them are there.
        """
        query = super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
        if self._named_limits and not (bypass_access or self.env.su):
            rules = limits.readable(self, Domain.TRUE)
            if any(condition.operator in ("any", "any!") for condition in rules.iter_conditions()):
                columns = {name: self._field_to_sql(self._table, name, query) for name in self._named_limits}
                query.add_where(limits.on_columns(self, rules, columns))
        return query

    @api.model
    def search_fetch(self, domain, field_names=None, *args, **kwargs):
        """Read what the record rules ask of each row in the same query, which core would run once more for it."""
        if field_names is not None and not self.env.su:
            rules = self.env["ir.rule"]._compute_domain(self._name, "read")
            asked = (condition.field_expr.split(".")[0] for condition in rules.iter_conditions())
            field_names = dict.fromkeys([*field_names, *asked])
        return super().search_fetch(domain, field_names, *args, **kwargs)

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
