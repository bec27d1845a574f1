from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.query import Query

from ...fields import BlankFloat
from ...models.analytics.facts import Scope
from ...models.analytics.sales_achievement import SalesAchievement

SHOWN_MONTHS = 24


class SalesRetentionReport(models.Model):
    """Customers who come back: a row for each customer and each month since the first order, up to now.

    Read it grouped by the month of the first order and by the months since: of all customers who began in a month, the
    share that ordered so many months later. Months that are still to come have no rows.
    """

    _name = "sales.retention.report"
    _inherit = ["sales.report.mixin"]
    _description = "Customer Retention"
    _auto = False
    _order = "cohort desc, partner_id, months_since"
    _rec_name = "partner_id"
    _period_field = "cohort"

    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    cohort = fields.Date(string="First Order", readonly=True, help="First day of the month of the first order.")
    months_since = fields.Integer(string="Months Later", readonly=True, aggregator=None)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Salesperson", readonly=True, help="Of the first order of the customer."
    )
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True, help="Of the first order of the customer.")
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    customers = fields.Integer(readonly=True, help="Customers who ordered so many months after their first order.")
    rate = BlankFloat(
        string="Retention",
        readonly=True,
        aggregator="avg",
        help="Of the customers whose first order was in that month, the share that ordered so many months later.",
    )

    _depends = SalesAchievement._depends

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            WITH ordered AS MATERIALIZED (
                SELECT company_id, partner_id, day, DATE_TRUNC('month', day)::date AS month, user_id, team_id,
                    source_id, res_id
                FROM (%(facts)s) fact
                WHERE partner_id IS NOT NULL
            ),
            customer AS (
                SELECT DISTINCT ON (company_id, partner_id) *
                FROM ordered
                ORDER BY company_id, partner_id, day, res_id, user_id
            ),
            active AS (
                SELECT DISTINCT company_id, partner_id, month FROM ordered
            )
            SELECT
                (customer.partner_id::bigint << 20) | ((customer.company_id & 32767) << 5) | later.months AS id,
                customer.partner_id,
                customer.month AS cohort,
                later.months AS months_since,
                customer.user_id,
                customer.team_id,
                customer.source_id,
                customer.company_id,
                (active.month IS NOT NULL)::int AS customers,
                (active.month IS NOT NULL)::int AS rate
            FROM customer
            CROSS JOIN LATERAL GENERATE_SERIES(0, LEAST(%(most)s, %(age)s)) AS later (months)
            LEFT JOIN active ON active.company_id = customer.company_id AND active.partner_id = customer.partner_id
                AND active.month = (customer.month + later.months * INTERVAL '1 month')::date
            """,
            facts=self.env["sales.achievement"]._facts(Scope(("ordered",))),
            most=SHOWN_MONTHS - 1,
            age=SQL(
                "(EXTRACT(YEAR FROM AGE(%(now)s, customer.month)) * 12"
                " + EXTRACT(MONTH FROM AGE(%(now)s, customer.month)))::int",
                now=fields.Date.today(),
            ),
        )

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Count a customer once, and leave blank what adds up different months."""
        match aggregate_spec:
            case "customers:sum":
                return SQL(
                    "COUNT(DISTINCT (%s, %s)) FILTER (WHERE %s = 1)",
                    self._field_to_sql(self._table, "company_id", query),
                    self._field_to_sql(self._table, "partner_id", query),
                    self._field_to_sql(self._table, "customers", query),
                )
            case "rate:avg":
                return SQL(
                    "CASE WHEN MIN(%(months)s) = MAX(%(months)s) THEN %(rate)s END",
                    months=self._field_to_sql(self._table, "months_since", query),
                    rate=super()._read_group_select(aggregate_spec, query),
                )
        return super()._read_group_select(aggregate_spec, query)

    def action_open_customer(self):
        self.ensure_one()
        return self.partner_id.get_formview_action()
