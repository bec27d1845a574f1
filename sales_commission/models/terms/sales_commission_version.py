from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.sales_tracking.tools.arguments import given_day

from ..engine.run import query, simulation_statement


class SalesCommissionVersion(models.Model):
    """The terms of a plan from one day to another.

    An approved version never changes. New terms are a new version: approving it ends the one before, which is
    the only thing that ever happens to approved terms.
    """

    _name = "sales.commission.version"
    _inherit = ["sales.text.limit.mixin", "sales.guarded.mixin"]
    _description = "Commission Plan Version"
    _order = "plan_id, date_from desc, id desc"

    plan_id = fields.Many2one(comodel_name="sales.commission.plan", required=True, ondelete="cascade", index=True)
    # Stored for the record rules.
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    date_from = fields.Date(string="From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(string="To", help="Empty: the terms hold until a later version is approved.")
    state = fields.Selection(
        selection=[("draft", "Draft"), ("approved", "Approved")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    reason = fields.Text(copy=False, help="Why the terms change. A version that follows another one needs a reason.")
    approved_by_id = fields.Many2one(comodel_name="res.users", string="Approved by", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    rule_ids = fields.One2many(comodel_name="sales.commission.rule", inverse_name="version_id", copy=True)
    terms = fields.Text(compute="_compute_terms", help="What the rules pay, as the contract says it.")

    _dates = models.Constraint("CHECK (date_to >= date_from)", "A version can't end before it begins.")

    @api.model
    def _default_date_from(self):
        return self.env.company._sales_today().replace(day=1)

    @api.constrains("plan_id", "date_from", "date_to", "state")
    def _check_overlap(self):
        for version in self.filtered(lambda version: version.state == "approved"):
            other = self.search(
                [
                    ("plan_id", "=", version.plan_id.id),
                    ("id", "!=", version.id),
                    ("state", "=", "approved"),
                    ("date_from", "<=", version.date_to or fields.Date.to_date("9999-12-31")),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", version.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        'The plan "%(plan)s" already has approved terms from %(date_from)s to %(date_to)s. '
                        "Versions can't overlap: change the dates of the new one.",
                        plan=version.plan_id.name,
                        date_from=format_date(self.env, other.date_from),
                        date_to=format_date(self.env, other.date_to) if other.date_to else self.env._("without end"),
                    )
                )

    @api.depends("rule_ids.terms")
    def _compute_terms(self):
        for version in self:
            version.terms = "\n".join(rule.terms for rule in version.rule_ids)

    @api.depends("plan_id.name", "date_from", "date_to")
    def _compute_display_name(self):
        for version in self:
            dates = {
                "plan": version.plan_id.name or "",
                "date_from": format_date(self.env, version.date_from),
                "date_to": format_date(self.env, version.date_to),
            }
            if version.date_to:
                version.display_name = self.env._("%(plan)s (%(date_from)s to %(date_to)s)", **dates)
            else:
                version.display_name = self.env._("%(plan)s (from %(date_from)s)", **dates)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._in_action() and any(vals.get("state", "draft") != "draft" for vals in vals_list):
            self._refuse_guarded({"state"})
        return super().create(vals_list)

    def write(self, vals):
        if not self._in_action():
            self._check_draft()
            self._refuse_guarded({"state"} & vals.keys())
        return super().write(vals)

    def _refuse_guarded(self, names):
        if names:
            raise UserError(self.env._("A version is approved with its Approve button, not by setting its state."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_draft()

    def _check_draft(self):
        """Raise a UserError for approved terms, whoever asks: entries of the ledger refer to them."""
        for version in self.filtered(lambda version: version.state == "approved"):
            raise UserError(
                self.env._(
                    'The terms of "%(version)s" are approved and can\'t change. '
                    "Create a new version that starts when the change takes effect.",
                    version=version.display_name,
                )
            )

    def action_approve(self):
        """Freeze the terms, and end the version they replace the day before.

        :return: True
        :raise UserError: if the terms are incomplete, need a reason, or overlap others
        """
        for version in self:
            version._check_draft()
            version._check_complete()
            version._end_predecessor()
            version._write_decided(
                {"state": "approved", "approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
            )
            version.plan_id._on_version_approved(version)
        return True

    def _check_complete(self):
        self.ensure_one()
        if not self.rule_ids:
            raise UserError(self.env._("Terms without a rule pay nobody: add a rule before you approve them."))
        if self._predecessors() and not (self.reason or "").strip():
            raise UserError(self.env._("Say why the terms change: fill in the reason before you approve them."))
        self.rule_ids._check_complete()

    def _predecessors(self):
        return self.plan_id.version_ids.filtered(
            lambda version: version.state == "approved" and version.date_from < self.date_from
        )

    def _before(self):
        """The version of the plan, approved or not, that begins last before this one."""
        self.ensure_one()
        earlier = self.plan_id.version_ids.filtered(
            lambda version: version.date_from and self.date_from and version.date_from < self.date_from
        )
        return earlier.sorted("date_from")[-1:]

    def _end_predecessor(self):
        """End the approved version that runs on this one's first day, if this one covers the rest of it."""
        for version in self._predecessors():
            runs_on = not version.date_to or version.date_to >= self.date_from
            covered = not self.date_to or (version.date_to and version.date_to <= self.date_to)
            if runs_on and covered:
                version._write_decided({"date_to": self.date_from - timedelta(days=1)})

    def action_new_version(self):
        """Open a draft with the same rules, to be changed and approved."""
        self.ensure_one()
        _first, last = self.plan_id._period_bounds(self.company_id._sales_today())
        draft = self.copy({"date_from": last + timedelta(days=1), "date_to": False})
        return draft._get_records_action()

    def simulate(self, date_from, date_to):
        """What the terms would have paid for past periods, against what the ledger holds. Writes nothing.

        :param date_from: a date or its ISO text; the plan's periods from the one that holds it count in full
        :param date_to: a date or its ISO text; until the one that holds this
        :return: list of dicts: ``user_id`` (False for an external agent), ``partner_id`` (the payee), ``current`` and
            ``simulated`` in the company's currency
        :raise AccessError: for anyone but a sales administrator
        """
        self.ensure_one()
        self.check_access("write")
        plan = self.plan_id.sudo()
        first, _last = plan._period_bounds(given_day(self.env, date_from))
        _first, last = plan._period_bounds(given_day(self.env, date_to))
        if first > last:
            raise UserError(self.env._("A simulation can't end before it begins: change its dates."))
        scope = plan._scope(self.sudo().rule_ids, first, last, forever=True)
        plan._read_sources(scope)
        return [
            {"user_id": user or False, "partner_id": partner, "current": float(current), "simulated": float(simulated)}
            for user, partner, current, simulated in query(scope, simulation_statement(scope))
        ]
