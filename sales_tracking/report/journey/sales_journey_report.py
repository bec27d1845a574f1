from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.query import Query

from ...fields import BlankFloat
from ...tools import visit_coverage as coverage
from ...tools.company_day import company_today


class SalesJourneyReport(models.Model):
    """What became of the visits that were due, and of those that nobody planned: one row per visit."""

    _name = "sales.journey.report"
    _description = "Visit Coverage"
    _inherit = ["sales.report.mixin"]
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "visit_id"

    visit_id = fields.Many2one(comodel_name="sales.visit", readonly=True)
    day = fields.Date(readonly=True, help="The day of the plan; of an unplanned visit that on which it was made.")
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    customer_class_id = fields.Many2one(comodel_name="sales.customer.class", readonly=True)
    journey_plan_id = fields.Many2one(comodel_name="sales.journey.plan", readonly=True)
    outcome_id = fields.Many2one(comodel_name="sales.interaction.outcome", readonly=True)
    unvisited_reason_id = fields.Many2one(
        comodel_name="sales.interaction.outcome", string="Not Visited Because", readonly=True
    )
    result = fields.Selection(
        selection=coverage.RESULTS,
        readonly=True,
        help="Effective: with a confirmed order. Out of store and no sale: as the outcome of the visit says.",
    )
    planned = fields.Integer(readonly=True, help="Visits that were planned for the day, those still ahead too.")
    due = fields.Integer(readonly=True, help="Planned visits whose day has come.")
    made = fields.Integer(readonly=True, help="Visits with a check-in, unplanned ones too.")
    verified = fields.Integer(
        readonly=True, help="Due visits whose check-in was at the customer's, or needed no position."
    )
    effective = fields.Integer(readonly=True, help="Verified visits in which an order was confirmed.")
    unplanned = fields.Integer(readonly=True, help="Visits that the person added on their own day. They are not due.")
    on_plan_day = fields.Integer(
        string="On the Planned Day", readonly=True, help="Due visits that were made on the day of the plan."
    )
    out_of_store = fields.Integer(readonly=True, help="Due visits that met nobody, by their outcome.")
    unvisited = fields.Integer(string="Not Visited", readonly=True, help="Due visits that were not made.")
    coverage = BlankFloat(readonly=True, aggregator="avg", help="Verified ÷ due. 31 of 40 are 77.5 %.")
    effective_rate = BlankFloat(
        string="Effective Calls", readonly=True, aggregator="avg", help="Effective ÷ verified. 12 of 31 are 38.7 %."
    )
    adherence = BlankFloat(readonly=True, aggregator="avg", help="Due visits made on the day of the plan ÷ due visits.")

    _depends = {
        "res.company": ["sales_tz"],
        "res.partner": ["commercial_partner_id", "customer_class_id"],
        "sale.order": ["company_id", "date_order", "partner_id", "state", "user_id"],
        "sales.interaction.outcome": ["visit_result"],
        "sales.visit": [
            "check_in_time", "check_out_time", "commercial_partner_id", "company_id", "date_start", "day",
            "is_unplanned", "journey_plan_id", "outcome_id", "partner_id", "plan_day", "state", "team_id",
            "unvisited_reason_id", "user_id", "verification",
        ],
    }  # fmt: skip

    @property
    def _table_query(self) -> SQL:
        is_due = coverage.due(company_today(fields.Datetime.now()))
        columns = {
            "planned": coverage.PLANNED,
            "due": is_due,
            "made": coverage.MADE,
            "verified": SQL("%s AND %s", is_due, coverage.VERIFIED),
            "effective": SQL("%s AND %s", is_due, coverage.EFFECTIVE),
            "unplanned": SQL("%s AND %s", coverage.UNPLANNED, coverage.MADE),
            "on_plan_day": SQL("%s AND %s", is_due, coverage.ON_PLANNED_DAY),
            "out_of_store": SQL("%s AND %s = 'out_of_store'", is_due, coverage.RESULT),
            "unvisited": SQL("%s AND NOT %s", is_due, coverage.MADE),
        }
        rows = SQL(
            """SELECT visit.id, visit.id AS visit_id,
                CASE WHEN %(planned)s THEN %(planned_day)s ELSE visit.day END AS day,
                visit.user_id, visit.team_id, visit.company_id,
                COALESCE(visit.partner_id, visit.commercial_partner_id) AS partner_id,
                (partner.customer_class_id ->> visit.company_id::text)::int AS customer_class_id,
                visit.journey_plan_id, visit.outcome_id, visit.unvisited_reason_id, %(result)s AS result, %(columns)s
            FROM %(tables)s
            LEFT JOIN res_partner partner ON partner.id = visit.partner_id
            WHERE %(planned)s OR %(made)s""",
            planned=coverage.PLANNED,
            planned_day=coverage.PLANNED_DAY,
            made=coverage.MADE,
            result=SQL("CASE WHEN %s OR %s THEN %s END", is_due, coverage.MADE, coverage.RESULT),
            columns=SQL(", ").join(
                SQL("(%s)::int AS %s", condition, SQL.identifier(name)) for name, condition in columns.items()
            ),
            tables=coverage.tables(SQL("TRUE")),
        )
        rates = SQL(", ").join(
            SQL("%s::float8 / NULLIF(%s, 0) AS %s", SQL.identifier(part), SQL.identifier(whole), SQL.identifier(name))
            for name, (part, whole) in coverage.RATES.items()
        )
        return SQL("SELECT *, %s FROM (%s) counted", rates, rows)

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Divide the counts of the group rather than average the rates of its visits."""
        name = aggregate_spec.removesuffix(":avg")
        if name in coverage.RATES:
            return coverage.rate(name, SQL.identifier(self._table))
        return super()._read_group_select(aggregate_spec, query)

    def action_open_visit(self):
        self.ensure_one()
        return self.visit_id.get_formview_action()
