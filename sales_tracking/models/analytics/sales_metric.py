from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ...tools.arguments import given_ids, given_period
from ...tools.visit_coverage import RATES
from .facts.basis import selection
from .measures import ADDITIVE_MEASURES, MEASURES
from .period import previous_span

DEFINITION_FIELDS = {"basis", "measure", "domain", "company_id"}


class SalesMetric(models.Model):
    """A named measure over sales.achievement, defined once and used by targets, commissions and reports."""

    _name = "sales.metric"
    _description = "Sales Metric"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="Short technical name, for scripts and imports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self._default_company_id(),
        help="Empty: the metric serves every company.",
    )
    basis = fields.Selection(selection=selection(), required=True, default="invoiced")
    measure = fields.Selection(
        selection=[
            ("amount", "Untaxed Amount"),
            ("margin", "Margin"),
            ("quantity", "Quantity"),
            ("count", "Number of Documents"),
            ("average_amount", "Average Amount per Document"),
            ("average_days", "Average Days to Close"),
            ("median_days", "Median Days to Close"),
            ("retention", "Customer Retention"),
            ("coverage", "Visit Coverage"),
            ("effective_rate", "Effective Visits"),
            ("adherence", "Adherence to the Plan"),
        ],
        required=True,
        default="amount",
        help="An invoice that is credited in full is no document any more, nor is a credit note; an average is that of "
        "what remains. Retention is the share of the customers of the preceding period of the same length who are "
        "customers in this one: (customers at the end - new customers) / customers at the start. Of due visits, "
        "coverage is the share that was verified, adherence the share that was made on the day of the plan; effective "
        "visits are the share of the verified ones in which an order was confirmed.",
    )
    domain = fields.Char(default="[]", required=True, help="Only the facts that match this filter are measured.")
    unit = fields.Selection(
        selection=[
            ("currency", "Currency"),
            ("quantity", "Quantity"),
            ("count", "Number"),
            ("days", "Days"),
            ("percent", "Percent"),
        ],
        compute="_compute_unit",
        store=True,
    )
    direction = fields.Selection(
        selection=[("higher", "Higher is better"), ("lower", "Lower is better")], required=True, default="higher"
    )
    group_by = fields.Selection(
        selection=[
            ("user_id", "Salesperson"),
            ("team_id", "Sales Team"),
            ("partner_id", "Customer"),
            ("country_id", "Country"),
            ("product_id", "Product"),
            ("categ_id", "Product Category"),
            ("source_id", "Source"),
            ("medium_id", "Medium"),
            ("campaign_id", "Campaign"),
            ("sales_type", "Sales Type"),
        ],
        string="Broken Down by",
        help="The dimension by which the metric's figures open.",
    )

    _code_unique = models.Constraint("UNIQUE(code)", "Another metric has this code already.")

    def write(self, vals):
        if DEFINITION_FIELDS & vals.keys():
            self._check_redefinition()
        return super().write(vals)

    def _check_redefinition(self):
        """Refuse to change what the metrics measure where something was settled on it.

        :raise UserError: raised by the addons that settle something
        """

    @api.depends("measure")
    def _compute_unit(self):
        units = {
            "quantity": "quantity",
            "count": "count",
            "average_days": "days",
            "median_days": "days",
            "retention": "percent",
            **dict.fromkeys(RATES, "percent"),
        }
        for metric in self:
            metric.unit = units.get(metric.measure, "currency")

    @api.constrains("domain", "basis")
    def _check_domain(self):
        for metric in self:
            try:
                metric._fact_domain().validate(self.env["sales.achievement"])
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        'The filter of the metric "%(metric)s" can\'t be read: %(error)s',
                        metric=metric.name,
                        error=error,
                    )
                ) from error

    @api.constrains("measure", "basis")
    def _check_measure(self):
        for metric in self:
            if metric.measure in ("average_days", "median_days") and metric.basis != "won":
                raise ValidationError(
                    self.env._(
                        'The metric "%(metric)s" measures days to close, which only won deals have: '
                        "choose the basis Deals Won.",
                        metric=metric.name,
                    )
                )

    @api.constrains("measure", "basis")
    def _check_rate(self):
        for metric in self:
            if metric.measure in RATES and metric.basis != "visit_due":
                raise ValidationError(
                    self.env._(
                        'The metric "%(metric)s" is a rate of visits that were due: choose the basis Visits Due.',
                        metric=metric.name,
                    )
                )

    def _fact_domain(self) -> Domain:
        """The domain over sales.achievement that holds the facts of this metric.

        :raise ValueError, SyntaxError: if the stored filter is no domain
        """
        self.ensure_one()
        return Domain("basis", "=", self.basis) & Domain(literal_eval(self.domain))

    def _fact_query(self, domain: Domain = Domain.TRUE) -> Query:
        """The facts that this metric measures, to be embedded in hand-written SQL under the alias sales_achievement.

        Record rules are not applied: who uses the query limits it to what the reader may see.
        """
        return self.env["sales.achievement"].sudo()._search(self._fact_domain() & Domain(domain), bypass_access=True)

    def _is_additive(self) -> bool:
        """Whether the metric's value of a whole is the sum of the values of its parts."""
        self.ensure_one()
        return self.measure in ADDITIVE_MEASURES

    def _measure_sql(self) -> SQL:
        """The aggregate over rows of sales_achievement that is the metric's value.

        :raise UserError: for retention, which compares two periods
        """
        self.ensure_one()
        if self.measure not in MEASURES:
            raise UserError(
                self.env._(
                    'The metric "%(metric)s" compares two periods and can\'t be computed document by document.',
                    metric=self.name,
                )
            )
        return MEASURES[self.measure]

    @api.readonly
    def get_value(self, date_from, date_to, user_ids=None, team_ids=None, company_id=None):
        """The value of the metric in a period, over the facts that the caller may read.

        :param date_from: first day, a date or its ISO text
        :param date_to: last day, included
        :param list user_ids: only these salespeople
        :param list team_ids: only documents of these sales teams
        :param int company_id: default: the current company
        :return: a number in the metric's unit (currency: the company's; percent: a fraction), False where undefined
        """
        self.ensure_one()
        date_from, date_to = given_period(self.env, date_from, date_to)
        company_ids = given_ids(self.env, company_id) or self.env.company.ids
        domain = self._fact_domain() & Domain("company_id", "in", company_ids)
        if user_ids is not None:
            domain &= Domain("user_id", "in", given_ids(self.env, user_ids))
        if team_ids is not None:
            domain &= Domain("team_id", "in", given_ids(self.env, team_ids))
        if self.measure == "retention":
            return self._retention(domain, date_from, date_to)

        achievement = self.env["sales.achievement"]
        query = achievement._search(domain & self._between(date_from, date_to))
        if query.is_empty():
            return False if not self._is_additive() else 0.0
        with achievement._report_settings():
            [[value]] = self.env.execute_query(query.select(self._measure_sql()))
        if value is None:
            return 0.0 if self._is_additive() else False
        return float(value)

    @api.model
    def _between(self, date_from, date_to) -> Domain:
        return Domain("day", ">=", date_from) & Domain("day", "<=", date_to)

    def _retention(self, domain: Domain, date_from, date_to):
        """(E − N) / S: of the customers of the preceding period of the same length, the share that bought again."""

        def customers(first, last):
            groups = self.env["sales.achievement"]._read_group(
                domain & self._between(first, last) & Domain("partner_id", "!=", False), ["partner_id"]
            )
            return {partner.id for (partner,) in groups}

        before = customers(*previous_span(date_from, date_to))
        now = customers(date_from, date_to)
        return len(before & now) / len(before) if before else False

    def action_open_facts(self):
        """Open the facts behind the metric."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_achievement_action")
        return {
            **action,
            "name": self.name,
            "domain": list(self._fact_domain()),
            "context": {"group_by": [self.group_by] if self.group_by else [], "search_default_this_year": 1},
        }
