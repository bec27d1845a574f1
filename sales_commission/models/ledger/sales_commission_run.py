from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL


class SalesCommissionRun(models.Model):
    """What the last run of a plan over a period came to, and what it was made from."""

    _name = "sales.commission.run"
    _description = "Commission Run"
    _inherit = ["sales.guarded.mixin"]
    _order = "period_start desc"

    plan_id = fields.Many2one(
        comodel_name="sales.commission.plan", required=True, ondelete="cascade", readonly=True, index=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    period_start = fields.Date(string="Period", required=True, readonly=True)
    date = fields.Datetime(string="Computed on", required=True, readonly=True)
    entries = fields.Integer(string="New Entries", readonly=True)
    amount = fields.Monetary(string="Commission", readonly=True)
    documents = fields.Json(
        readonly=True, help="How many documents earned nothing new, by reason, and how many were posted."
    )
    left_out = fields.Char(compute="_compute_left_out", help="Documents that earned nothing new, and why.")
    fingerprint = fields.Char(required=True, readonly=True, help="Equal as long as the sources of the figures are.")

    _plan_period_unique = models.Constraint("UNIQUE (plan_id, period_start)", "A plan has one last run of each period.")

    @api.depends("plan_id.period", "period_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = run.plan_id._period_name(run.period_start)

    @api.depends("documents")
    @api.depends_context("lang")
    def _compute_left_out(self):
        for run in self:
            run.left_out = run.plan_id._describe_left_out(run._left_out())

    def _left_out(self):
        """How many documents earned nothing new, by reason."""
        self.ensure_one()
        return {reason: count for reason, count in self.documents.items() if reason != "posted"}

    @api.model
    def _get(self, plan, period_start):
        return self.search([("plan_id", "=", plan.id), ("period_start", "=", period_start)])

    @api.model
    def _record(self, plan, period_start, fingerprint, result):
        """Keep what a run came to in place of the last one; of two at once PostgreSQL refuses the second."""
        [[run_id]] = self.env.execute_query(
            SQL(
                """INSERT INTO sales_commission_run (
                    plan_id, period_start, date, entries, amount, documents, fingerprint,
                    create_uid, create_date, write_uid, write_date
                )
                VALUES (
                    %(plan_id)s, %(period_start)s, %(now)s, %(entries)s, %(amount)s, %(documents)s, %(fingerprint)s,
                    %(uid)s, %(now)s, %(uid)s, %(now)s
                )
                ON CONFLICT (plan_id, period_start) DO UPDATE SET
                    date = EXCLUDED.date, entries = EXCLUDED.entries, amount = EXCLUDED.amount,
                    documents = EXCLUDED.documents, fingerprint = EXCLUDED.fingerprint,
                    write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
                RETURNING id""",
                plan_id=plan.id,
                period_start=period_start,
                now=fields.Datetime.now(),
                entries=result["entries"],
                amount=result["amount"],
                documents=Json(result["documents"]),
                fingerprint=fingerprint,
                uid=self.env.uid,
            )
        )
        self.invalidate_model()
        return self.browse(run_id)

    def _repeated(self):
        """The result of one more run on the same sources: what was posted is up to date."""
        documents = dict(self.documents)
        posted = documents.pop("posted", 0)
        if posted:
            documents["up_to_date"] = documents.get("up_to_date", 0) + posted
        return {"entries": 0, "amount": 0.0, "documents": documents}
