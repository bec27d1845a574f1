from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ...fields import BlankFloat
from ...tools.aggregates import median


class SalesFunnelReport(models.Model):
    """How far leads get: one row per lead and stage of its pipeline, computed from the history when it is read.

    Read it grouped by stage, with any further group or filter: each measure is an aggregate of the rows. A row by
    itself tells the same of one lead. A lead has reached the stages that it entered and those before the furthest of
    them, so that no rate exceeds 100 %. Won stages come last; stages of other teams are not in a lead's pipeline.
    """

    _name = "sales.funnel.report"
    _inherit = ["sales.report.mixin"]
    _description = "Sales Funnel"
    _auto = False
    _order = "lead_create_date desc, id desc"
    _rec_name = "lead_id"
    _period_field = "lead_create_date"
    _named_limits = ("team_id", "user_id")

    lead_id = fields.Many2one(comodel_name="crm.lead", readonly=True)
    stage_id = fields.Many2one(comodel_name="crm.stage", readonly=True)
    entry_stage_id = fields.Many2one(comodel_name="crm.stage", readonly=True)
    lead_type = fields.Selection(
        selection=[("lead", "Lead"), ("opportunity", "Opportunity")], string="Type", readonly=True
    )
    won_status = fields.Selection(
        selection=[("won", "Won"), ("lost", "Lost"), ("pending", "Open")], string="Status", readonly=True
    )
    lost_reason_id = fields.Many2one(comodel_name="crm.lost.reason", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    country_id = fields.Many2one(comodel_name="res.country", readonly=True)
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True)
    medium_id = fields.Many2one(comodel_name="utm.medium", readonly=True)
    campaign_id = fields.Many2one(comodel_name="utm.campaign", readonly=True)
    lead_create_date = fields.Datetime(string="Created", readonly=True)

    reached = fields.Integer(readonly=True, help="Leads that entered this stage or a later one.")
    next_step_rate = BlankFloat(
        string="Next Step",
        readonly=True,
        aggregator="avg",
        help="Of the leads that reached this stage, the share that went further.",
    )
    cumulative_rate = BlankFloat(
        string="Conversion",
        readonly=True,
        aggregator="avg",
        help="Of all leads, the share that reached this stage.",
    )
    average_days = BlankFloat(
        readonly=True,
        aggregator="avg",
        help="Days that a lead spends in this stage, all its stays together, until now where it still is. "
        "Leads that skipped the stage don't count.",
    )
    # The clients know no median: they ask for the average and get the median.
    median_days = BlankFloat(
        readonly=True,
        aggregator="avg",
        help="Half of the leads that were in this stage spent at the most so many days in it.",
    )
    entries = fields.Integer(readonly=True, help="How often leads entered this stage.")
    lost = fields.Integer(readonly=True, help="Leads that were lost while they were in this stage.")

    _depends = {
        "crm.lead": [
            "active", "campaign_id", "company_id", "country_id", "entry_stage_id", "lost_reason_id", "medium_id",
            "source_id", "stage_id", "team_id", "type", "user_id", "won_status",
        ],
        "crm.lead.stage.history": ["date_in", "date_out", "lead_id", "origin_lead_id", "stage_id"],
        "crm.stage": ["is_won", "sequence", "team_ids"],
    }  # fmt: skip

    @property
    def _table_query(self) -> SQL:
        """Per lead, its few stages and stays: a filter on leads reaches their indexes, nothing sorts all of them."""
        self.env["crm.lead.stage.history"]._record_pending()
        # The order of the stages is the same for everybody, won ones last; here for one pass over a lead's stays.
        stages = self.env["crm.stage"].sudo().search_fetch(Domain.TRUE, ["is_won"]).sorted("is_won")
        seconds = self.env["crm.lead.stage.history"]._seconds_sql(SQL("date_in"), SQL("date_out"), SQL("stage_id"))
        return SQL(
            """
            SELECT
                (lead.id::bigint << 20) | stop.stage_id AS id,
                lead.id AS lead_id,
                stop.stage_id,
                lead.entry_stage_id,
                lead.type AS lead_type,
                lead.won_status,
                lead.lost_reason_id,
                lead.user_id,
                lead.team_id,
                lead.company_id,
                lead.country_id,
                lead.source_id,
                lead.medium_id,
                lead.campaign_id,
                lead.create_date AS lead_create_date,
                (stop.rank <= been.furthest)::int AS reached,
                CASE WHEN stop.rank <= been.furthest AND NOT stop.is_won THEN (stop.rank < been.furthest)::int END
                    AS next_step_rate,
                (stop.rank <= been.furthest)::int AS cumulative_rate,
                CASE WHEN NOT stop.is_won THEN stop.seconds / 86400 END AS average_days,
                CASE WHEN NOT stop.is_won THEN stop.seconds / 86400 END AS median_days,
                stop.entries,
                (lead.won_status = 'lost' AND lead.stage_id = stop.stage_id)::int AS lost
            FROM crm_lead lead
            CROSS JOIN LATERAL (
                SELECT GREATEST(MAX(%(rank_entered)s), %(rank_now)s) AS furthest %(sums)s
                FROM (
                    SELECT stage_id, %(seconds)s AS seconds
                    FROM crm_lead_stage_history
                    WHERE lead_id = lead.id AND origin_lead_id = lead.id
                ) stay
            ) been
            CROSS JOIN LATERAL (%(stops)s) AS stop (stage_id, rank, is_won, in_pipeline, entries, seconds)
            WHERE stop.in_pipeline
            """,
            seconds=seconds,
            rank_entered=self._rank_sql(stages, SQL("stay.stage_id")),
            rank_now=self._rank_sql(stages, SQL("lead.stage_id")),
            sums=SQL().join(
                SQL(
                    ", COUNT(*) FILTER (WHERE stay.stage_id = %(stage)s) AS %(entries)s,"
                    " SUM(stay.seconds) FILTER (WHERE stay.stage_id = %(stage)s) AS %(seconds)s",
                    stage=stage.id,
                    entries=SQL.identifier(f"entries_{stage.id}"),
                    seconds=SQL.identifier(f"seconds_{stage.id}"),
                )
                for stage in stages
            ),
            stops=SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, %s, %s, %s, %s, %s",
                    stage.id,
                    rank,
                    stage.is_won,
                    self._in_pipeline_sql(stage),
                    SQL.identifier("been", f"entries_{stage.id}"),
                    SQL.identifier("been", f"seconds_{stage.id}"),
                )
                for rank, stage in enumerate(stages)
            )
            or SQL("SELECT NULL::int4, 0, FALSE, FALSE, 0, 0.0"),
        )

    @api.model
    def _rank_sql(self, stages, stage_id: SQL) -> SQL:
        """The place of a stage in the lead's pipeline; NULL for a stage that is not part of it."""
        cases = (
            SQL("WHEN %s = %s AND %s THEN %s", stage_id, stage.id, self._in_pipeline_sql(stage), rank)
            for rank, stage in enumerate(stages)
        )
        return SQL("CASE %s WHEN FALSE THEN 0 END", SQL(" ").join(cases))

    @api.model
    def _in_pipeline_sql(self, stage) -> SQL:
        """Whether the lead's team uses the stage."""
        return SQL("COALESCE(lead.team_id = ANY(%s), FALSE)", stage.team_ids.ids) if stage.team_ids else SQL("TRUE")

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Count a lead once whatever the stages, and leave blank what adds up different stages."""
        match aggregate_spec:
            case "reached:sum":
                return SQL(
                    "COUNT(DISTINCT %s) FILTER (WHERE %s = 1)",
                    self._field_to_sql(self._table, "lead_id", query),
                    self._field_to_sql(self._table, "reached", query),
                )
            case "median_days:avg":
                value = median(self._field_to_sql(self._table, "median_days", query))
            case "next_step_rate:avg" | "cumulative_rate:avg" | "average_days:avg":
                value = super()._read_group_select(aggregate_spec, query)
            case _:
                return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "CASE WHEN MIN(%(stage)s) = MAX(%(stage)s) THEN %(value)s END",
            stage=self._field_to_sql(self._table, "stage_id", query),
            value=value,
        )

    def action_open_lead(self):
        self.ensure_one()
        return self.lead_id.get_formview_action()
