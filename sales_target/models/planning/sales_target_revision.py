from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class SalesTargetRevision(models.Model):
    """A change of an agreed target's amount: from which day on, by whom and why. Never changed or deleted."""

    _name = "sales.target.revision"
    _description = "Target Revision"
    _inherit = ["sales.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "reason"

    _given_once = frozenset({"target_id"})

    target_id = fields.Many2one(comodel_name="sales.target", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="target_id.company_id", store=True)
    currency_id = fields.Many2one(related="target_id.currency_id")
    date = fields.Date(
        string="Effective Date",
        required=True,
        default=lambda self: self.env.company._sales_today(),
        help="From this day on attainment and pace are measured against the new amount, before it against the old one.",
    )
    amount_before = fields.Monetary(string="Old Target", required=True, readonly=True, aggregator=None)
    amount = fields.Monetary(string="New Target", required=True, aggregator=None)
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Author", required=True, readonly=True, ondelete="restrict"
    )

    _amount_positive = models.Constraint("CHECK (amount >= 0)", "A target is zero or more.")

    @api.onchange("target_id")
    def _onchange_target_id(self):
        self.amount_before = self.amount = self.target_id.amount

    @api.model_create_multi
    def create(self, vals_list):
        """Revise targets that were agreed on; the target's amount follows.

        :param list[dict] vals_list: `target_id`, `date`, `amount` in the unit of the target and `reason`
        """
        revisions = self.browse()
        # One after the other: each takes the amount that the one before it left.
        for vals in vals_list:
            target = self.env["sales.target"].browse(vals.get("target_id"))
            target.check_access("write")
            own = {"amount_before": target.amount, "user_id": self.env.uid}
            given = {name: value for name, value in vals.items() if name not in own}
            vals = {**self._without_defaults(given), **own}
            revision = super(SalesTargetRevision, self._deciding()).create([vals]).with_env(self.env)
            revision._check_revision()
            target._transition({"amount": revision.amount})
            target._message_log(body=self.env._("Revised: %(reason)s", reason=revision.reason))
            revisions += revision
        return revisions

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(self.env._("A revision stays as it was written. Revise the target once more instead."))

    def _check_revision(self):
        self.ensure_one()
        target = self.target_id
        target._check_state("approved", "running")
        earlier = self.search([("target_id", "=", target.id), ("id", "!=", self.id)], limit=1)
        first, last = max(filter(None, (target.date_from, earlier.date))), target.date_to
        if not first <= self.date <= last:
            raise UserError(
                self.env._(
                    'The revision of "%(target)s" can take effect from %(first)s to %(last)s, within the period and '
                    "not before the last revision; %(day)s is not.",
                    target=target.display_name,
                    first=format_date(self.env, first),
                    last=format_date(self.env, last),
                    day=format_date(self.env, self.date),
                )
            )


class SalesTarget(models.Model):
    _inherit = "sales.target"

    revision_ids = fields.One2many(
        comodel_name="sales.target.revision", inverse_name="target_id", string="Revisions", readonly=True
    )

    def action_revise(self):
        """Open the dialog in which an agreed target gets another amount, from today on or from its first day."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_target.sales_target_revision_action_new")
        day = max(self.date_from, self.company_id._sales_today())
        defaults = {"default_target_id": self.id, "default_amount": self.amount, "default_date": day}
        return {**action, "context": defaults}
