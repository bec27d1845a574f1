from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.sales_tracking.fields import BlankFloat


class SalesTarget(models.Model):
    """The life of a target: draft, approved, running, and closed with its result frozen."""

    _inherit = "sales.target"

    closed_on = fields.Datetime(readonly=True, copy=False)
    closed_actual = BlankFloat(
        string="Frozen Result",
        readonly=True,
        copy=False,
        digits=(16, 6),
        aggregator=None,
        help="What was reached when the target was closed, in its unit. What changes later in the documents of its "
        "period is an adjustment of the target that is open then.",
    )

    def action_approve(self):
        return self._move_to("approved", "draft")

    def action_start(self):
        return self._move_to("running", "approved")

    def action_close(self):
        """Close the targets whose period is over and freeze what was reached."""
        self.check_access("write")
        self._check_state("running")
        for target in self:
            if target.date_to >= target.company_id._sales_today():
                raise UserError(
                    self.env._(
                        '"%(target)s" lasts until %(day)s and can be closed from the day after on. Unselect it.',
                        target=target.display_name,
                        day=format_date(self.env, target.date_to),
                    )
                )
        # The earlier first: what changed late before them is an adjustment of the first of them alone.
        for targets in self.sorted("date_from").grouped("date_from").values():
            for figures in targets._get_figures():
                targets.browse(figures["target_id"])._transition(
                    {"state": "closed", "closed_on": fields.Datetime.now(), "closed_actual": figures["actual"]}
                )
            targets.sudo()._keep_facts()

    def _keep_facts(self):
        """Keep what the results of the targets, which have just been closed, rest on."""
        self.env["sales.target.report"]._keep_facts(self)

    def action_open_kept_facts(self):
        """Open what the result of the closed target was computed from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Computed From"),
            "res_model": "sales.target.kept.fact",
            "view_mode": "list,pivot",
            "domain": [("target_id", "=", self.id), ("closed_on", "=", self.closed_on)],
            "context": {"search_default_counted": 1},
        }

    def action_reopen(self):
        """Let the result follow the documents again."""
        self._check_state("closed")
        self._transition({"state": "running", "closed_on": False, "closed_actual": False})

    def action_reset_to_draft(self):
        """Take an approval back before the target runs."""
        for target in self:
            if target.sudo().revision_ids:
                raise UserError(
                    self.env._(
                        '"%(target)s" was revised, and what was agreed stays readable. Revise it once more instead.',
                        target=target.display_name,
                    )
                )
        return self._move_to("draft", "approved")

    def _move_to(self, state: str, *states_before: str):
        self._check_state(*states_before)
        self._transition({"state": state})

    def _check_state(self, *states: str):
        for target in self:
            if target.state not in states:
                raise UserError(
                    self.env._(
                        '"%(target)s" is %(state)s: this step is not possible now.',
                        target=target.display_name,
                        state=target._selection_label("state").lower(),
                    )
                )
