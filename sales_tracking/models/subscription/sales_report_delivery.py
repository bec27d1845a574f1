from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError

from .sales_report_subscription_send import MOST_TRIES


class SalesReportDelivery(models.Model):
    """What was sent to whom, so that each report goes out exactly once: a row per subscription, person and day."""

    _name = "sales.report.delivery"
    _description = "Sent Report"
    _inherit = ["sales.guarded.mixin"]
    _order = "day desc, id desc"
    _rec_name = "subscription_id"

    subscription_id = fields.Many2one(
        comodel_name="sales.report.subscription",
        string="Report",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Recipient", required=True, readonly=True, index=True, ondelete="cascade"
    )
    day = fields.Date(string="Due on", required=True, readonly=True)
    state = fields.Selection(
        selection=[("sent", "Sent"), ("skipped", "Nothing to Tell"), ("failed", "Failed")], readonly=True, index=True
    )
    done_at = fields.Datetime(string="Done", readonly=True)
    tries = fields.Integer(readonly=True)
    error = fields.Text(readonly=True, help="Why the report could not be sent. It is tried three times by itself.")

    _once = models.UniqueIndex("(subscription_id, user_id, day)")

    def _is_tried_again(self):
        """Whether the next run tries once more."""
        self.ensure_one()
        return self.state == "failed" and self.tries < MOST_TRIES

    def _begin(self, key):
        """The row of a report that is being sent, locked. No second row is made: the database refuses it.

        :raise UniqueViolation, ConcurrencyError: somebody else is at it, or has just sent it
        """
        row = self.search([(name, "=", value) for name, value in key.items()])
        if not row:
            return self.create({**key, "tries": 0})
        if not row.try_lock_for_update() or row.state != "failed":
            raise ConcurrencyError("The report is being sent, or was sent just now.")
        return row

    def _finish(self, state, error=False):
        self.write({"state": state, "error": error, "done_at": fields.Datetime.now(), "tries": self.tries + 1})
        return state

    def action_retry(self):
        """Send once more what failed, now. What fails again says why.

        :raise UserError: a report did not fail
        """
        self.check_access("read")
        if any(row.state != "failed" for row in self):
            raise UserError(self.env._("Only what failed is sent again: choose failed reports."))
        rows = self.sudo()
        rows.subscription_id.with_env(self.env).check_access("write")
        for row in rows:
            row.subscription_id._deliver(row.user_id, row.day)
        failed = rows.filtered(lambda row: row.state == "failed")
        if not failed:
            message, kind = self.env._("The reports were sent."), "success"
        else:
            message, kind = "\n".join(dict.fromkeys(failed.mapped("error"))), "danger"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": kind, "next": {"type": "ir.actions.client", "tag": "soft_reload"}},
        }
