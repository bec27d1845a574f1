from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.clock import context_day
from . import statement

STATES = [
    ("due", "Reminder Due"),
    ("proposed", "To Approve"),
    ("failed", "Failed"),
    ("covered", "To Reconcile"),
    ("no_policy", "No Policy Applies"),
    ("exhausted", "All Levels Taken"),
    ("promised", "Promised"),
    ("disputed", "Disputed"),
    ("waiting", "Waiting"),
    ("small", "Below the Minimum"),
    ("paused", "Paused"),
    ("stopped", "No Follow-Up"),
]
# The columns of the statement by field.
COLUMNS = {
    "state": "state",
    "total_due": "total_due",
    "total_overdue": "total_overdue",
    "claimed": "claimed",
    "oldest_due": "oldest_due",
    "level_id": "level_id",
    "next_day": "next_day",
    "promised_day": "promised_day",
}


class SalesDunningAccount(models.Model):
    """Where the follow-up of a customer stands, each time read from what is open."""

    _inherit = "sales.dunning.account"

    state = fields.Selection(
        selection=STATES,
        string="Follow-Up",
        compute="_compute_figures",
        search=lambda self, operator, value: self._search_figure("state", operator, value),
        # Those that there are, in this order: on a phone the first column must not be an empty one.
        group_expand=lambda self, states, domain: [state for state, _label in STATES if state in states],
    )
    total_due = fields.Monetary(
        compute="_compute_figures",
        search=lambda self, operator, value: self._search_figure("total_due", operator, value),
        help="All that is open, credit notes and unmatched payments deducted, in company currency.",
    )
    total_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_figures",
        search=lambda self, operator, value: self._search_figure("total_overdue", operator, value),
        help="Instalments whose due date has passed, those promised or disputed included, in company currency.",
    )
    claimed = fields.Monetary(
        string="To Claim",
        compute="_compute_figures",
        help="What a reminder would claim today: the instalments that have reached a level, less credits.",
    )
    oldest_due = fields.Date(
        compute="_compute_figures",
        search=lambda self, operator, value: self._search_figure("oldest_due", operator, value),
        help="The earliest due date of what is overdue.",
    )
    level_id = fields.Many2one(
        comodel_name="sales.dunning.level",
        string="Next Level",
        compute="_compute_figures",
        search=lambda self, operator, value: self._search_figure("level_id", operator, value),
    )
    next_day = fields.Date(
        string="Next Reminder",
        compute="_compute_figures",
        search=lambda self, operator, value: self._search_figure("next_day", operator, value),
    )
    promised_day = fields.Date(
        string="Promised For",
        compute="_compute_figures",
        search=lambda self, operator, value: self._search_figure("promised_day", operator, value),
    )

    @api.depends("no_followup", "paused_until", "policy_id", "cycle", "reminded_on", "error")
    @api.depends_context("dunning_today")
    def _compute_figures(self):
        rows = {}
        if self._origin:
            rows = {row["account_id"]: row for row in self.env.execute_query_dict(self._origin._figures())}
        for account in self:
            row = rows.get(account._origin.id, {})
            for field_name, column in COLUMNS.items():
                account[field_name] = row.get(column) or False

    def _figures(self, today=None):
        """The statement of the figures of these accounts."""
        return self._statement(statement.customers, self._which(), today)

    def _which(self):
        """The condition on the statements' `debtor` and `company` that selects these accounts."""
        return SQL(
            """(debtor.commercial_partner_id, company.id) IN (
                SELECT chosen.partner_id, chosen.company_id FROM sales_dunning_account chosen WHERE chosen.id IN %s
            )""",
            self._ids,
        )

    @api.model
    def _statement(self, query, which, today=None):
        """A statement of the module as of a day: the given one, that of the context, or today of each company."""
        statement.flush(self.env)
        return query(which, fields.Datetime.now(), today or context_day(self.env, "dunning_today"))

    @api.model
    def _all_figures(self):
        return self._statement(statement.customers, SQL("company.id IN %s", self.env.companies._ids))

    @api.model
    def _search_figure(self, field_name, operator, value):
        figure = SQL.identifier("figures", COLUMNS[field_name])
        if operator == "any":
            found = self.env[self._fields[field_name].comodel_name].search(value)
            return self._search_figure(field_name, "in", found.ids)
        if operator == "in":
            if not value:
                return Domain.FALSE
            values = tuple(each for each in value if each)
            if len(values) < len(value):
                without = Domain("id", "not in", self._accounts_where(SQL("%s IS NOT NULL", figure)))
                return without | self._search_figure(field_name, "in", values) if values else without
            return Domain("id", "in", self._accounts_where(SQL("%s IN %s", figure, values)))
        if operator in ("<", ">", "<=", ">="):
            return Domain("id", "in", self._accounts_where(SQL("%s %s %s", figure, SQL(operator), value)))
        return NotImplemented

    @api.model
    def _accounts_where(self, condition):
        return SQL("(SELECT figures.account_id FROM (%s) figures WHERE %s)", self._all_figures(), condition)

    def _field_to_sql(self, alias, field_expr, query=None):
        """The work list is sorted and grouped by its figures."""
        if field_expr not in COLUMNS or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        figures = query.make_alias(alias, "figures")
        if figures not in query._joins:
            condition = SQL("%s = %s", SQL.identifier(figures, "account_id"), SQL.identifier(alias, "id"))
            query.add_join("LEFT JOIN", figures, SQL("(%s)", self._all_figures()), condition)
        return SQL.identifier(figures, COLUMNS[field_expr])
