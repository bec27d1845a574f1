from odoo import api, fields, models
from odoo.exceptions import UserError

IDENTITY_FIELDS = {
    "plan_id", "company_id", "currency_id", "user_id", "partner_id", "period_start", "period_end", "state",
    "confirmed_by_id", "confirmed_on", "payout_currency_id", "payout_rate", "payout_rate_date", "payout_amount",
    "paid_by_id", "paid_on", "bill_id", "payroll_id",
}  # fmt: skip


class SalesCommissionStatement(models.Model):
    """What one person earns under one plan in one period. The run opens it; confirming locks it."""

    _name = "sales.commission.statement"
    _description = "Commission Statement"
    _inherit = ["mail.thread", "sales.portal.mixin", "sales.xlsx.mixin", "sales.guarded.mixin"]
    _order = "period_start desc, plan_id, id"

    _decided_fields = frozenset({"access_token"})

    plan_id = fields.Many2one(
        comodel_name="sales.commission.plan", required=True, ondelete="restrict", readonly=True, index=True
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, ondelete="restrict", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, ondelete="restrict", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        ondelete="restrict",
        readonly=True,
        index="btree_not_null",
        help="Empty for an external agent.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Payee", required=True, ondelete="restrict", readonly=True, index=True
    )
    period_start = fields.Date(string="Period", required=True, readonly=True, index=True)
    period_end = fields.Date(required=True, readonly=True)
    period_name = fields.Char(compute="_compute_period_name", compute_sudo=True)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("confirmed", "Confirmed"), ("paid", "Paid")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    confirmed_by_id = fields.Many2one(comodel_name="res.users", string="Confirmed by", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    entry_ids = fields.One2many(
        comodel_name="sales.commission.entry", inverse_name="statement_id", string="Entries", readonly=True
    )
    amount = fields.Monetary(string="Commission", compute="_compute_amount", compute_sudo=True)
    entry_count = fields.Integer(string="Number of Entries", compute="_compute_amount", compute_sudo=True)

    _payee_period_unique = models.UniqueIndex(
        "(plan_id, partner_id, period_start)", "This payee has a statement for the period already."
    )

    @api.depends("entry_ids.amount")
    def _compute_amount(self):
        groups = self.env["sales.commission.entry"]._read_group(
            [("statement_id", "in", self.ids)], ["statement_id"], ["amount:sum", "__count"]
        )
        totals = {statement: (amount, count) for statement, amount, count in groups}
        for statement in self:
            statement.amount, statement.entry_count = totals.get(statement, (0.0, 0))

    @api.depends("plan_id.period", "period_start")
    @api.depends_context("lang")
    def _compute_period_name(self):
        for statement in self:
            statement.period_name = statement.plan_id._period_name(statement.period_start)

    @api.depends("plan_id.name", "partner_id.name", "period_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            # As superuser: who left a plan reads its name on the old statements all the same.
            statement.display_name = self.env._(
                "%(plan)s: %(person)s, %(period)s",
                plan=statement.plan_id.sudo().name,
                person=statement.partner_id.sudo().name,
                period=statement.period_name,
            )

    def write(self, vals):
        if IDENTITY_FIELDS & vals.keys() and not self._in_action():
            raise UserError(
                self.env._(
                    "A statement stays as the commission run opened it; only its Confirm and Pay buttons change its "
                    "state."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_entries(self):
        for statement in self.filtered(lambda statement: statement.state != "draft" or statement.entry_ids):
            raise UserError(
                self.env._(
                    'The statement "%(statement)s" has entries of the ledger or is confirmed: it stays.',
                    statement=statement.display_name,
                )
            )

    def action_compute(self):
        """Bring the period of the statements up to date; what their plans' other people earned comes with it."""
        for plan, statements in self.grouped("plan_id").items():
            for period_start in set(statements.mapped("period_start")):
                plan.action_compute(period_start)
        return True

    def action_open_kept_facts(self):
        """Open what the confirmed statements were computed from."""
        return self.env["sales.commission.kept.fact"]._action(
            self.env._("Computed From"), [("statement_id", "in", self.ids)]
        )
