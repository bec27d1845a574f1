from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

DECISION_FIELDS = {"state", "decided_by_id", "decided_on", "entry_ids"}
WORDING_FIELDS = {"statement_id", "kind", "amount", "reason"}


class SalesCommissionAdjustment(models.Model):
    """An amount that somebody puts on another person's statement, with a reason.

    A sales administrator's own is posted at once, a team leader's when an administrator approves it. Nobody adjusts
    or approves for oneself. What is posted stays, as every entry of the ledger: a wrong one is put right by another.
    """

    _name = "sales.commission.adjustment"
    _description = "Commission Adjustment"
    _inherit = ["mail.thread", "sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "id desc"

    statement_id = fields.Many2one(
        comodel_name="sales.commission.statement", required=True, ondelete="restrict", index=True
    )
    plan_id = fields.Many2one(related="statement_id.plan_id")
    # Stored for the record rules.
    company_id = fields.Many2one(related="statement_id.company_id", store=True)
    partner_id = fields.Many2one(related="statement_id.partner_id", store=True, string="Payee")
    currency_id = fields.Many2one(related="statement_id.currency_id")
    kind = fields.Selection(
        selection=[("adjustment", "Adjustment"), ("bonus", "Bonus")], required=True, default="adjustment"
    )
    amount = fields.Monetary(required=True, tracking=True, help="Negative to deduct.")
    reason = fields.Text(required=True, help="Stands on the statement.")
    state = fields.Selection(
        selection=[("proposed", "Proposed"), ("posted", "Posted"), ("refused", "Refused")],
        string="Status",
        required=True,
        readonly=True,
        default="proposed",
        copy=False,
        tracking=True,
    )
    decided_by_id = fields.Many2one(comodel_name="res.users", string="Decided by", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    dispute_id = fields.Many2one(
        comodel_name="sales.commission.dispute", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    _amount_set = models.Constraint("CHECK (amount != 0)", "An adjustment needs an amount, negative to deduct.")

    @api.constrains("amount", "kind", "reason")
    def _check_wording(self):
        for adjustment in self:
            if not adjustment.reason.strip():
                raise ValidationError(self.env._("Say why: an adjustment needs a reason, which the person reads."))
            if adjustment.kind == "bonus" and adjustment.amount < 0:
                raise ValidationError(self.env._("A bonus is never negative: choose Adjustment to deduct an amount."))

    @api.depends("kind", "reason")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for adjustment in self:
            adjustment.display_name = f"{kinds.get(adjustment.kind, '')}: {(adjustment.reason or '').strip()[:60]}"

    @api.model_create_multi
    def create(self, vals_list):
        adjustments = super().create(vals_list)
        adjustments._check_not_own()
        adjustments.sudo()._check_open()
        return adjustments

    def write(self, vals):
        if self._in_action():
            return super().write(vals)
        if DECISION_FIELDS & vals.keys():
            self._refuse_shortcut()
        if not WORDING_FIELDS & vals.keys():
            return super().write(vals)
        self._check_proposed()
        self._check_not_own()
        result = super().write(vals)
        # As for a new one: where it is moved to, and what it comes to there.
        if {"statement_id", "amount"} & vals.keys():
            self.check_access("write")
            self._check_not_own()
            self.sudo()._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_proposed()
        self._check_not_own()

    def _refuse_guarded(self, names):
        if names:
            self._refuse_shortcut()

    def _refuse_shortcut(self):
        raise UserError(self.env._("An adjustment is posted or refused with its buttons, not by setting its status."))

    def _check_proposed(self):
        self.check_access("read")
        for adjustment in self.filtered(lambda adjustment: adjustment.state != "proposed"):
            raise UserError(
                self.env._(
                    '"%(adjustment)s" is decided and stays as it is. Put it right with another adjustment.',
                    adjustment=adjustment.display_name,
                )
            )

    def _check_open(self):
        for statement in self.statement_id.filtered(lambda statement: statement.state != "draft"):
            raise UserError(
                self.env._(
                    'The statement "%(statement)s" is locked: adjust the open one instead.',
                    statement=statement.display_name,
                )
            )

    def _check_not_own(self):
        # The person who is paid, whatever the right to read the statement.
        self.sudo().statement_id._check_not_own()

    def action_post(self):
        """Put the adjustments of others on their statements, or on the person's open ones if these are locked by now.

        :return: True
        :raise AccessError: for anyone but a sales administrator
        :raise UserError: for oneself, or what is decided already
        """
        self.statement_id.check_access("write")
        self._check_proposed()
        self._check_not_own()
        # A confirmation at the same time would lock the statement without the adjustment.
        self.sudo().statement_id._lock_payees()
        # Nobody writes the ledger; who may post was checked above.
        self.env["sales.commission.entry"].sudo()._post(
            [
                adjustment.statement_id.sudo()
                ._open_statement()
                ._entry_values(
                    adjustment.kind,
                    adjustment.amount,
                    adjustment._note(),
                    adjustment,
                )
                for adjustment in self
            ]
        )
        self._decide("posted")
        return True

    def _note(self):
        """The reason as it stands in the ledger, with who entered it and who posts it."""
        self.ensure_one()
        reason, author, poster = self.reason.strip(), self.sudo().create_uid, self.env.user
        if author == poster:
            return f"{reason} ({poster.name})"
        return self.env._(
            "%(reason)s (entered by %(author)s, posted by %(poster)s)",
            reason=reason,
            author=author.name,
            poster=poster.name,
        )

    def action_refuse(self):
        self.statement_id.check_access("write")
        self._check_proposed()
        self._check_not_own()
        self._decide("refused")
        return True

    def _decide(self, state):
        self._write_decided({"state": state, "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()})
