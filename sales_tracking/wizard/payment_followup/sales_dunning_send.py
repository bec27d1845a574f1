from odoo import api, fields, models

# More than these are sent in the background, a transaction each, rather than while somebody waits.
SENT_AT_ONCE = 10


class SalesDunningSend(models.TransientModel):
    """The reminders that are about to be approved: what each customer would get."""

    _name = "sales.dunning.send"
    _description = "Send Payment Reminders"
    _inherit = ["sales.onchange.mixin"]

    account_ids = fields.Many2many(comodel_name="sales.dunning.account", string="Customers", required=True)
    account_id = fields.Many2one(
        comodel_name="sales.dunning.account",
        string="Preview Of",
        compute="_compute_account_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', account_ids)]",
    )
    account_count = fields.Integer(compute="_compute_account_count")
    contact_id = fields.Many2one(related="account_id.contact_id")
    level_id = fields.Many2one(related="account_id.level_id", string="Level")
    reason = fields.Char(compute="_compute_preview", help="Why nothing goes out to this customer.")
    subject = fields.Char(compute="_compute_preview")
    body = fields.Html(compute="_compute_preview")

    @api.depends("account_ids")
    def _compute_account_id(self):
        for wizard in self:
            wizard.account_id = wizard.account_id or wizard.account_ids[:1]

    @api.depends("account_ids")
    def _compute_account_count(self):
        for wizard in self:
            wizard.account_count = len(wizard.account_ids)

    @api.depends("account_id")
    def _compute_preview(self):
        for wizard in self:
            account = wizard.account_id._origin
            preview = account._preview() if account else {}
            for field_name in ("reason", "subject", "body"):
                wizard[field_name] = preview.get(field_name)

    def action_send(self):
        """Send those that are due, many of them in the background; what fails stays with its customer."""
        self.account_ids.check_access("write")
        if self.account_count > SENT_AT_ONCE:
            # The cron job is the superuser's, whoever approves.
            self.account_ids.sudo().approved_by_id = self.env.user
            self.env.ref("sales_tracking.cron_dunning").sudo()._trigger()
            message = self.env._(
                "%(count)s reminders go out now, one after the other. What fails stays in the list.",
                count=self.account_count,
            )
            return self._closed_with("success", message)
        counts = {"sent": 0, "failed": 0}
        for account in self.account_ids:
            # After the check above, as for one customer: the claim is that of all salespeople's invoices.
            sender = account.sudo().with_company(account.company_id)
            outcome = sender._take(approved=True, user=self.env.user)
            if outcome:
                counts[outcome] += 1
        if counts["sent"]:
            self.account_ids._start_mailing()
        message = self.env._("%(sent)s sent, %(failed)s failed.", **counts)
        return self._closed_with("warning" if counts["failed"] else "success", message)

    def _closed_with(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
