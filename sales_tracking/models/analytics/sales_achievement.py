from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ...tools import limits, tills
from ...tools.aggregates import median
from ...tools.sales_types import SALES_TYPES
from ...tools.visit_coverage import RESULTS
from ..interaction.sales_interaction import INTERACTION_KINDS
from .facts import Scope, facts
from .facts.basis import BASES, basis_of, fields_read, selection
from .measures import net_documents

# Up to so many people are found faster by an index than by reading everybody's facts.
FEW_PEOPLE = 20


class SalesAchievement(models.Model):
    """One row per thing that counts, read from the documents each time, so that it can't drift from them.

    Amounts are untaxed, in the company's currency at the document's own rate, credit notes negative. A day is
    a day in the company's sales time zone. Credit splits are applied: a row per person with that person's share.
    """

    _name = "sales.achievement"
    _inherit = ["sales.report.mixin"]
    _description = "Sales Achievement"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "basis"
    _period_field = "day"
    _named_limits = ("team_id", "user_id")

    basis = fields.Selection(selection=selection(), readonly=True)
    day = fields.Date(readonly=True, help="Day in the sales time zone of the company.")
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one(comodel_name="res.country", readonly=True)
    product_id = fields.Many2one(comodel_name="product.product", readonly=True)
    categ_id = fields.Many2one(comodel_name="product.category", string="Product Category", readonly=True)
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True)
    medium_id = fields.Many2one(comodel_name="utm.medium", readonly=True)
    campaign_id = fields.Many2one(comodel_name="utm.campaign", readonly=True)
    sales_type = fields.Selection(selection=SALES_TYPES, readonly=True)
    interaction_kind = fields.Selection(selection=INTERACTION_KINDS, readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit", help="In the unit of the product.")
    amount = fields.Monetary(string="Untaxed Amount", readonly=True)
    average_amount = fields.Monetary(
        string="Average per Document",
        readonly=True,
        aggregator="avg",
        help="Untaxed amount divided by the number of documents.",
    )
    margin = fields.Monetary(
        readonly=True, groups="base.group_user", help="Untaxed amount less the cost at the time of sale."
    )
    count = fields.Integer(
        readonly=True,
        help="Number of documents. An invoice that is credited in full is none any more, and a credit note is none.",
    )
    days_to_close = fields.Float(readonly=True, aggregator="avg", help="Days from creation to closing of a deal.")
    days_to_close_assigned = fields.Float(
        string="Days from Assignment to Close",
        readonly=True,
        aggregator="avg",
        help="Days from the assignment of a deal to its salesperson to its closing.",
    )
    # The clients know no median: they ask for the average and get the median.
    median_days_to_close = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Half of the deals took at the most so many days from creation to closing.",
    )
    median_days_to_close_assigned = fields.Float(
        string="Median Days from Assignment to Close",
        readonly=True,
        aggregator="avg",
        help="Half of the deals took at the most so many days from the assignment to their closing.",
    )
    verified = fields.Integer(
        readonly=True, aggregator="sum", help="Of a due visit: 1 where its check-in was verified, else 0."
    )
    effective = fields.Integer(
        readonly=True, aggregator="sum", help="Of a due visit: 1 where it was verified and led to an order, else 0."
    )
    on_plan_day = fields.Integer(
        string="On the Planned Day",
        readonly=True,
        aggregator="sum",
        help="Of a due visit: 1 where it was made on the day of the plan, else 0.",
    )
    unplanned = fields.Integer(
        readonly=True, aggregator="sum", help="Of a visit: 1 where its person added it on its own day, else 0."
    )
    visit_result = fields.Selection(selection=RESULTS, string="Result of the Visit", readonly=True)
    share = fields.Float(readonly=True, aggregator="avg", help="Share of the credit, 1 without a credit split.")
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    line_id = fields.Integer(string="Document Line", readonly=True, aggregator=None)
    partial_id = fields.Many2one(comodel_name="account.partial.reconcile", string="Payment Matching", readonly=True)

    _depends = fields_read()

    @property
    def _table_query(self) -> SQL:
        scope = self.env.context.get("achievement_scope")
        return self._facts(scope if isinstance(scope, Scope) else Scope())

    @api.model
    def _facts(self, scope: Scope) -> SQL:
        """The statement whose rows are the facts of the scope."""
        discount_products = self.env["res.company"]._discount_products() + tills.discount_products(self.env)
        query = facts(scope._replace(discount_products=discount_products, tills=tills.tills(self.env)))
        # Beside the fields of _depends, which names only what the addon depends on.
        return SQL().join([query, *(SQL(to_flush=field) for field in tills.fields_to_flush(self.env))])

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        """Let the limits on basis, day and people reach the documents' tables instead of filtering all facts."""
        # What a product cost on the day of an invoice is read from the price history.
        self.env["product.price.history"]._record()
        domain = Domain(domain).optimize_full(self)
        bases = tuple(basis for basis in BASES if not self._on_basis(domain, basis).is_false())
        if not bases:
            return super()._search(Domain.FALSE, offset, limit, order, bypass_access=bypass_access, **kwargs)
        if "website_visit" in bases:
            self.env["sales.website.traffic"]._bring_up_to_date()
        people = limits.limits(limits.readable(self, domain, bypass_access), "user_id")
        few_people = any(condition.operator == "in" and len(condition.value) <= FEW_PEOPLE for condition in people)
        first, last, domain = limits.days(domain, "day")
        scope = Scope(bases, first, last, few_people)

        def search(scope, **page):
            scoped = self.with_context(achievement_scope=scope)
            return super(SalesAchievement, scoped)._search(domain, bypass_access=bypass_access, **page, **kwargs)

        if limit and (order or "").startswith("day desc"):
            # The page is found among the facts of the latest days, without sorting all of them.
            def count_since(day):
                with self._report_settings():
                    return len(search(scope._replace(first=max(day, first or day)), limit=offset + limit))

            latest = min(last or date.max, fields.Date.today())
            start = limits.start_of_page(latest, offset + limit, count_since)
            scope = scope._replace(first=max(start, first or start) if start else first)
        return search(scope, offset=offset, limit=limit, order=order)

    @api.model
    def _on_basis(self, domain: Domain, basis: str) -> Domain:
        """What the domain asks of the facts of a basis."""

        def decide(condition):
            match condition.field_expr, condition.operator:
                case "basis", "in":
                    return Domain(basis in condition.value)
                case "basis", "not in":
                    return Domain(basis not in condition.value)
                case "id", "in" if basis not in {basis_of(fact_id) for fact_id in condition.value}:
                    return Domain.FALSE
            return condition

        return domain.map_conditions(decide)

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Count documents rather than their lines, payments or shares."""
        match aggregate_spec:
            case "count:sum":
                return self._documents_sql(query)
            case "average_amount:avg":
                amount = self._field_to_sql(self._table, "amount", query)
                return SQL("SUM(%s) / NULLIF(%s, 0)", amount, self._documents_sql(query))
            case "median_days_to_close:avg" | "median_days_to_close_assigned:avg":
                return median(self._field_to_sql(self._table, aggregate_spec.removesuffix(":avg"), query))
        return super()._read_group_select(aggregate_spec, query)

    def _documents_sql(self, query: Query) -> SQL:
        """The number of documents of the rows."""
        return net_documents(
            self._field_to_sql(self._table, "count", query),
            SQL(
                "(%s, %s)",
                self._field_to_sql(self._table, "basis", query),
                self._field_to_sql(self._table, "res_id", query),
            ),
        )

    def action_open_document(self):
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action()
