import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...tools.jobs import readable
from .capture import SOURCES

_logger = logging.getLogger(__name__)


class SalesInteractionBackfill(models.Model):
    """One capture of a company's history: what happened in Odoo before the addon was there.

    A job does it in batches and writes down after each where it is: what is interrupted goes on from there, and what
    is recorded already is left alone.
    """

    _name = "sales.interaction.backfill"
    _description = "Interaction History Capture"
    _inherit = ["sales.guarded.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _given_once = frozenset({"company_id"})

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(string="Since", help="The first day to be captured; without it, everything there is.")
    state = fields.Selection(
        selection=[("draft", "Draft"), ("running", "Running"), ("failed", "Stopped"), ("done", "Done")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    preview_count = fields.Integer(
        string="Would Be Recorded", readonly=True, copy=False, help="Interactions that the capture would add."
    )
    total = fields.Integer(
        string="To Be Read", readonly=True, copy=False, help="Messages, activities, meetings and live chats."
    )
    done = fields.Integer(string="Read", readonly=True, copy=False)
    created_count = fields.Integer(string="Recorded", readonly=True, copy=False)
    skipped_count = fields.Integer(
        string="Known Already", readonly=True, copy=False, help="They had been recorded as they happened, or before."
    )
    progress = fields.Float(compute="_compute_progress")
    error = fields.Text(readonly=True, copy=False)
    # Where the job is.
    source = fields.Char(readonly=True, copy=False)
    last_id = fields.Integer(readonly=True, copy=False)

    @api.depends("total", "done", "state")
    def _compute_progress(self):
        for backfill in self:
            is_done = backfill.state == "done"
            backfill.progress = 100 if is_done else 100 * backfill.done / backfill.total if backfill.total else 0

    @api.depends("date_from", "company_id")
    def _compute_display_name(self):
        for backfill in self:
            since = backfill.date_from
            backfill.display_name = (
                self.env._("History since %s", fields.Date.to_string(since)) if since else self.env._("Whole history")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(backfill.state == "running" for backfill in self):
            raise UserError(self.env._("A capture that is running can't be deleted. Stop it first."))

    def action_preview(self):
        """Count what would be recorded, and record nothing."""
        self.check_access("write")
        interactions = self.env["sales.interaction"].sudo()  # counted for the company, whoever may read it
        self.env.flush_all()
        for backfill in self:
            counts = (
                interactions._capture(
                    source,
                    interactions._backfill_scope(source, backfill.date_from),
                    backfill.company_id.ids,
                    only_count=True,
                )[1]
                for source in SOURCES
            )
            backfill._write_decided({"preview_count": sum(counts)})
        return True

    def action_start(self):
        """Hand the capture to the job, from the beginning or from where an error or a person stopped it."""
        self.check_access("write")
        interactions = self.env["sales.interaction"]
        for backfill in self.filtered(lambda each: each.state in ("draft", "failed")):
            values = {"state": "running", "error": False}
            if not backfill.source:
                values |= {
                    "source": next(iter(SOURCES)),
                    "total": sum(interactions._backfill_size(source, backfill.date_from) for source in SOURCES),
                }
            backfill._write_decided(values)
        # sudo: the trigger of the job, for those who may change the capture.
        self.env.ref("sales_tracking.cron_sales_interaction_backfill").sudo()._trigger()
        return True

    def action_stop(self):
        self.check_access("write")
        self.filtered(lambda each: each.state == "running")._write_decided(
            {"state": "failed", "error": self.env._("Stopped by %s.", self.env.user.name)}
        )
        return True

    @api.model
    def _cron_run(self):
        """Go on with the captures that are running, a batch at a time."""
        progress = self.env["ir.cron"]
        waiting = self.search([("state", "=", "running")], order="id")
        progress._commit_progress(remaining=sum(max(each.total - each.done, 1) for each in waiting))
        for backfill in waiting:
            try:
                while backfill.state == "running":
                    rows = backfill._run_batch()
                    if not progress._commit_progress(rows):
                        return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:  # pylint: disable=broad-except
                self.env.cr.rollback()
                _logger.exception("The capture of history %s stopped", backfill.id)
                backfill._write_decided({"state": "failed", "error": str(readable(self.env, error))})
                progress._commit_progress(1)

    def _run_batch(self):
        """Record the next batch and note how far it came.

        :return: how many records of the source were read
        """
        self.ensure_one()
        batch = self.env["sales.interaction"]._backfill_batch(
            self.source, self.last_id, self.date_from, self.company_id.ids
        )
        if batch:
            last_id, rows, created, skipped = batch
            self._write_decided(
                {
                    "last_id": last_id,
                    "done": self.done + rows,
                    "created_count": self.created_count + created,
                    "skipped_count": self.skipped_count + skipped,
                }
            )
            return rows
        following = list(SOURCES)[list(SOURCES).index(self.source) + 1 :]
        self._write_decided({"source": following[0], "last_id": 0} if following else {"state": "done"})
        return 0
