from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.at_commit import at_commit
from ...tools.planner import planner_settings
from .stage_backfill import BACKFILL, ENTRY_STAGES

PENDING = "sales_tracking.stage_history"


class CrmLeadStageHistory(models.Model):
    """One stay of one lead in one stage: append-only, written by crm.lead and by nobody else.

    A stay ends when the lead moves on, is lost or archived; restoring it begins a new one. A stay in a won stage
    stays open, with no duration, since the deal is over. A stage that was passed through within a moment is a stay
    without a duration. The history goes with its lead; where leads are merged, the past of the others moves to the
    one that is kept, and `origin_lead_id` tells whose past it is.
    """

    _name = "crm.lead.stage.history"
    _description = "Lead Stage History"
    _inherit = ["sales.guarded.mixin"]
    _order = "date_in desc, id desc"
    _rec_name = "stage_id"
    _log_access = False

    lead_id = fields.Many2one(comodel_name="crm.lead", required=True, readonly=True, ondelete="cascade", index=True)
    origin_lead_id = fields.Integer(
        string="Origin Lead ID",
        required=True,
        readonly=True,
        aggregator=None,
        help="The lead that was in the stage. It differs from the lead after a merge, and may be deleted since.",
    )
    stage_id = fields.Many2one(
        comodel_name="crm.stage", readonly=True, ondelete="set null", help="Empty: the stage was deleted since."
    )
    previous_stage_id = fields.Many2one(
        comodel_name="crm.stage", readonly=True, ondelete="set null", help="Empty: the lead came in here."
    )
    date_in = fields.Datetime(string="Entered", required=True, readonly=True)
    date_out = fields.Datetime(string="Left", readonly=True, help="Empty: the lead is still in the stage.")
    duration_hours = fields.Float(
        string="Hours",
        compute="_compute_duration",
        aggregator="avg",
        help="Hours from entering to leaving, or until now. None in a won stage, where the deal is over.",
    )
    duration_days = fields.Float(string="Days", compute="_compute_duration", aggregator="avg")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        ondelete="set null",
        help="Who had the lead when it entered the stage.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        ondelete="set null",
        help="Whose lead it was when it entered the stage.",
    )
    company_id = fields.Many2one(related="lead_id.company_id")

    _open_unique = models.UniqueIndex("(lead_id) WHERE date_out IS NULL")
    _date_order = models.Constraint("CHECK (date_out >= date_in)", "A lead can't leave a stage before it enters it.")

    @api.depends("date_in", "date_out", "stage_id.is_won")
    def _compute_duration(self):
        now = fields.Datetime.now()
        for stay in self:
            end = stay.date_out or (stay.date_in if stay.stage_id.is_won else max(now, stay.date_in))
            stay.duration_hours = (end - stay.date_in).total_seconds() / 3600
            stay.duration_days = stay.duration_hours / 24

    def _field_to_sql(self, alias, field_expr, query=None) -> SQL:
        """Durations are computed when they are read; here for the totals of groups."""
        seconds_per_unit = {"duration_hours": 3600, "duration_days": 86400}
        if field_expr not in seconds_per_unit:
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            "%s / %s",
            self._seconds_sql(
                *(super(CrmLeadStageHistory, self)._field_to_sql(alias, name, query)
                  for name in ("date_in", "date_out", "stage_id"))
            ),
            seconds_per_unit[field_expr],
        )  # fmt: skip

    @api.model
    def _seconds_sql(self, date_in: SQL, date_out: SQL, stage: SQL) -> SQL:
        """The length of a stay in seconds."""
        return SQL(
            "EXTRACT(EPOCH FROM COALESCE(%(date_out)s, CASE WHEN %(stage)s = ANY(%(won)s) THEN %(date_in)s"
            " ELSE GREATEST(%(now)s, %(date_in)s) END) - %(date_in)s)::float8",
            date_in=date_in,
            date_out=date_out,
            stage=stage,
            won=self.env["crm.stage"].sudo().search([("is_won", "=", True)]).ids,
            now=fields.Datetime.now(),
        )

    @api.model
    def _record(self, leads):
        """Make the history agree with where the leads are now, before it is read or the transaction is committed.

        Where they are is noted here, from the records: each of several moves in one transaction is seen.
        """
        now = fields.Datetime.now()
        pending = at_commit(self.env, PENDING, list, self._record_pending)
        for lead in leads:
            moment = now if lead.active else lead.date_closed or now
            event = (lead.id, lead.stage_id.id or None, lead.active, now, moment, lead.user_id.id or None,
                     lead.team_id.id or None)  # fmt: skip
            # The next move of a lead is recorded after the one before.
            batch = next((batch for batch in pending if lead.id not in batch), None)
            if batch is None:
                pending.append(batch := {})
            batch[lead.id] = event
        self._forget(leads)

    @api.model
    def _record_pending(self):
        """Write the moves that were noted: two statements, however many leads moved, for each move of a lead.

        Recording the same again changes nothing.
        """
        for batch in self.env.cr.precommit.data.pop(PENDING, ()):
            self._write_history(batch.values())

    @api.model
    def _write_history(self, events):
        self.flush_model()
        events = SQL(
            """(
                SELECT event.*
                FROM unnest(
                    %s::int4[], %s::int4[], %s::bool[], %s::timestamp[], %s::timestamp[], %s::int4[], %s::int4[]
                ) AS event (lead_id, stage_id, active, now, moment, user_id, team_id)
                -- Leads that were deleted since have no history.
                JOIN crm_lead lead ON lead.id = event.lead_id
            ) event""",
            *map(list, zip(*events, strict=True)),
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead_stage_history stay
                SET date_out = GREATEST(stay.date_in, event.moment)
                FROM %s
                WHERE stay.lead_id = event.lead_id AND stay.date_out IS NULL
                    AND (stay.stage_id IS DISTINCT FROM event.stage_id OR NOT event.active)
                """,
                events,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_lead_stage_history (
                    lead_id, origin_lead_id, stage_id, previous_stage_id, date_in, date_out, user_id, team_id
                )
                SELECT
                    event.lead_id, event.lead_id, stage.id, last.stage_id, entry.moment,
                    CASE WHEN NOT event.active THEN GREATEST(entry.moment, event.moment) END,
                    person.id, team.id
                FROM %s
                -- What was deleted since is left empty, as in what is on record already.
                LEFT JOIN crm_stage stage ON stage.id = event.stage_id
                LEFT JOIN res_users person ON person.id = event.user_id
                LEFT JOIN crm_team team ON team.id = event.team_id
                LEFT JOIN LATERAL (
                    SELECT stay.id, stay.stage_id, stay.date_out
                    FROM crm_lead_stage_history stay
                    WHERE stay.lead_id = event.lead_id AND stay.origin_lead_id = event.lead_id
                    ORDER BY stay.date_in DESC, stay.id DESC
                    LIMIT 1
                ) last ON TRUE
                CROSS JOIN LATERAL (SELECT GREATEST(event.now, last.date_out) AS moment) entry
                WHERE event.stage_id IS NOT NULL AND (
                    last.id IS NULL
                    OR last.date_out IS NOT NULL AND (event.active OR last.stage_id IS DISTINCT FROM event.stage_id)
                )
                """,
                events,
            )
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        self._record_pending()
        return super()._search(domain, *args, **kwargs)

    def _fetch_query(self, query, fields):  # pylint: disable=redefined-outer-name # core's name
        self._record_pending()
        return super()._fetch_query(query, fields)

    @api.model
    def _merge(self, head, tail):
        """The past of the merged leads moves to the one that is kept, under its origin; it ends with the merge."""
        self._record_pending()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead_stage_history
                SET lead_id = %s, date_out = COALESCE(date_out, GREATEST(date_in, %s))
                WHERE lead_id = ANY(%s)
                """,
                head.id,
                fields.Datetime.now(),
                tail.ids,
            )
        )
        self._forget(head | tail)

    @api.model
    def _forget(self, leads):
        """Drop from the cache what SQL writes past it."""
        self.invalidate_model(flush=False)
        leads.invalidate_recordset(["stage_history_ids"], flush=False)

    @api.model
    def _backfill(self):
        """Write the history of the leads that have none, from what the chatter tracked: for installations.

        A few statements, however many leads and messages there are. Salesperson and team are those of today. Running
        it again changes nothing.
        """
        self.env.flush_all()
        self._record_pending()
        # Statistics from before would make PostgreSQL expect that no lead lacks a history, and join in loops.
        self.env.cr.execute("ANALYZE crm_lead_stage_history")
        moves, closings = (self.env["ir.model.fields"]._get("crm.lead", name).id for name in ("stage_id", "active"))
        with planner_settings(self.env.cr, jit="off"):
            self.env.cr.execute(SQL(BACKFILL, stage_field=moves, active_field=closings))
            self.env.cr.execute(SQL(ENTRY_STAGES))
        self.env.invalidate_all()

    def action_open_lead(self):
        self.ensure_one()
        return self.lead_id.get_formview_action()
