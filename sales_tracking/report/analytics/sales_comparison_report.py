from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ...fields import BlankFloat
from ...models.analytics.facts import Scope
from ...models.analytics.sales_achievement import SalesAchievement
from ...tools import limits
from ...tools.sales_types import SALES_TYPES

BASES = [("ordered", "Ordered"), ("invoiced", "Invoiced"), ("collected", "Collected"), ("won", "Deals Won")]
# How many months later a fact is compared, by the column that it fills.
SHIFTS = {"amount": 0, "previous_month": 1, "previous_quarter": 3, "previous_year": 12}
# The change since each of them.
CHANGES = {f"{column}_change": column for column in SHIFTS if column != "amount"}
KEPT = ("user_id", "team_id", "company_id", "currency_id", "partner_id", "categ_id", "source_id", "sales_type")


class Span(NamedTuple):
    """The bases and days that a search asks for."""

    bases: tuple
    first: object
    last: object


class SalesComparisonReport(models.Model):
    """What was sold in a period, beside the month, the quarter and the year before.

    Each fact stands at its day, and once more a month, a quarter and a year later, in a column of its own: so every
    group of days, of any size, has what it is compared with. The days of a period that are still to come have been
    days of the earlier one already: limit the report to today to compare as many days.
    """

    _name = "sales.comparison.report"
    _inherit = ["sales.report.mixin"]
    _description = "Sales Compared"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "basis"
    _period_field = "day"

    basis = fields.Selection(selection=BASES, readonly=True)
    day = fields.Date(readonly=True, help="Day in the sales time zone of the company.")
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    categ_id = fields.Many2one(comodel_name="product.category", string="Product Category", readonly=True)
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True)
    sales_type = fields.Selection(selection=SALES_TYPES, readonly=True)
    amount = fields.Monetary(string="Untaxed Amount", readonly=True)
    previous_month = fields.Monetary(string="Month Before", readonly=True, help="The same days of the month before.")
    previous_quarter = fields.Monetary(
        string="Quarter Before", readonly=True, help="The same days of the quarter before."
    )
    previous_year = fields.Monetary(string="Year Before", readonly=True, help="The same days of the year before.")
    previous_month_change = BlankFloat(string="Since Month Before", readonly=True, aggregator="avg")
    previous_quarter_change = BlankFloat(string="Since Quarter Before", readonly=True, aggregator="avg")
    previous_year_change = BlankFloat(string="Since Year Before", readonly=True, aggregator="avg")

    _depends = SalesAchievement._depends

    @property
    def _table_query(self) -> SQL:
        span = self.env.context.get("comparison_span")
        # A caller over RPC can't pass such an object.
        if not isinstance(span, Span):
            span = Span(tuple(basis for basis, _label in BASES), None, None)
        return SQL(" UNION ALL ").join(self._shifted(span, *shift) for shift in enumerate(SHIFTS.items()))

    @api.model
    def _shifted(self, span, number, shift) -> SQL:
        """The facts that are compared with the days of the span so many months later."""
        filled, months = shift

        def earlier(day, margin):
            # The last days of a month fall on the last of a shorter one.
            return day and day - relativedelta(months=months) + relativedelta(days=margin)

        scope = Scope(span.bases, earlier(span.first, 0), earlier(span.last, 3 if months else 0))
        columns = (
            SQL("%s AS %s", SQL("amount") if name == filled else SQL("NULL::numeric"), SQL.identifier(name))
            for name in SHIFTS
        )
        changes = (SQL("NULL::float8 AS %s", SQL.identifier(name)) for name in CHANGES)
        return SQL(
            "SELECT (id %% %(room)s) * %(shifts)s + %(number)s AS id, basis,"
            " (day + %(months)s * INTERVAL '1 month')::date AS day, %(columns)s FROM (%(facts)s) fact",
            room=2**53 // len(SHIFTS),
            shifts=len(SHIFTS),
            number=number,
            months=months,
            columns=SQL(", ").join([*map(SQL.identifier, KEPT), *columns, *changes]),
            facts=self.env["sales.achievement"]._facts(scope),
        )

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Let the limits on basis and day reach the documents."""
        domain = Domain(domain).optimize_full(self)
        first, last, _rest = limits.days(domain, "day")
        allowed = limits.values(domain, "basis")
        bases = tuple(basis for basis, _label in BASES if allowed is None or basis in allowed)
        if not bases:
            return super()._search(Domain.FALSE, *args, bypass_access=bypass_access, **kwargs)
        spanned = self.with_context(comparison_span=Span(bases, first, last))
        return super(SalesComparisonReport, spanned)._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """The change of a group is that of its sums; blank where nothing is compared with."""
        before = CHANGES.get(aggregate_spec.removesuffix(":avg"))
        if not before:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "(COALESCE(SUM(%(now)s), 0) - SUM(%(before)s)) / NULLIF(ABS(SUM(%(before)s)), 0)",
            now=self._field_to_sql(self._table, "amount", query),
            before=self._field_to_sql(self._table, before, query),
        )
