from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import limits
from ...tools.clock import context_day
from ...tools.planner import query_dicts, query_rows
from . import followup_query

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


class FiguresOnce:
    """The figures of customers, read at most once while a list is shown: it is filtered and sorted by them.

    By whether all of them are read or those that the reader's record rules allow.
    """

    def __init__(self):
        self.columns = {}


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
            rows = {row["account_id"]: row for row in self._origin._figures()}
        for account in self:
            row = rows.get(account._origin.id, {})
            for field_name, column in COLUMNS.items():
                account[field_name] = row.get(column) or False

    def _figures(self):
        """Return the figures of these accounts: a dict by column of ``statement.customers`` for each."""
        return query_dicts(self.env, self._statement(followup_query.customers, self._which()))

    def _items(self):
        """Return the open items of these accounts: a dict by column of ``statement.items`` for each."""
        return query_dicts(self.env, self._statement(followup_query.items, self._which()))

    def _which(self):
        """The condition on the statements' `debtor` and `company` that selects these accounts.

        It names the customers, so that PostgreSQL reads their items by an index and nobody else's.
        """
        # In sudo mode: who may see the account may know whose it is.
        return SQL(" OR ").join(
            SQL("(debtor.commercial_partner_id = ANY(%s) AND company.id = %s)", accounts.partner_id.ids, company.id)
            for company, accounts in self.sudo().grouped("company_id").items()
        )

    @api.model
    def _statement(self, query, which, today=None):
        """A statement of the module as of a day: the given one, that of the context, or today of each company."""
        followup_query.flush(self.env)
        return query(which, fields.Datetime.now(), today or context_day(self.env, "dunning_today"))

    @api.model
    def _figures_table(self):
        """A table of the figures of all customers with an account in the allowed companies that the reader may see.

        They are read here: as a part of core's statement PostgreSQL would compile them, for seconds.

        :return: SQL with the columns `account_id` and those of COLUMNS
        """
        types = {"account_id": "int4"}
        types |= {column: self._fields[name].column_type[1] for name, column in COLUMNS.items()}
        read = self.env.context.get("dunning_figures")
        read = read if isinstance(read, FiguresOnce) else FiguresOnce()
        if self._is_described():
            columns = [[] for _column in types]
        elif self.env.su in read.columns:
            columns = read.columns[self.env.su]
        else:
            query = SQL(
                "SELECT %s FROM (%s) figures WHERE account_id IS NOT NULL",
                SQL(", ").join(map(SQL.identifier, types)),
                self._statement(followup_query.customers, self._readable_customers()),
            )
            rows = query_rows(self.env, query)
            columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _column in types]
            read.columns[self.env.su] = columns
        arrays = [
            SQL("%s::%s[]", values, SQL.identifier(sql_type.lower()))
            for values, sql_type in zip(columns, types.values(), strict=True)
        ]
        return SQL(
            "(SELECT * FROM UNNEST(%s) figures (%s))",
            SQL(", ").join(arrays),
            SQL(", ").join(map(SQL.identifier, types)),
        )

    @api.model
    def _readable_customers(self):
        """The condition on the query's `debtor` and `company` that the record rules come to: whose items to read."""
        in_companies = SQL("company.id IN %s", self.env.companies._ids)
        rules = Domain.TRUE if self.env.su else limits.readable(self, Domain.TRUE)
        if all(condition.field_expr == "company_id" for condition in rules.iter_conditions()):
            return in_companies
        accounts = self._search(Domain.TRUE)
        customers = self.env.execute_query(accounts.select(SQL.identifier(self._table, "partner_id")))
        return SQL(
            "%s AND debtor.commercial_partner_id = ANY(%s)", in_companies, [customer for (customer,) in customers]
        )

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
        rows = self.env.execute_query(
            SQL("SELECT figures.account_id FROM %s figures WHERE %s", self._figures_table(), condition)
        )
        return [account for (account,) in rows]

    def _field_to_sql(self, alias, field_expr, query=None):
        """The work list is sorted and grouped by its figures."""
        if field_expr not in COLUMNS or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        figures = query.make_alias(alias, "figures")
        if figures not in query._joins:
            condition = SQL("%s = %s", SQL.identifier(figures, "account_id"), SQL.identifier(alias, "id"))
            query.add_join("LEFT JOIN", figures, self._figures_table(), condition)
        return SQL.identifier(figures, COLUMNS[field_expr])
