from odoo import api, fields, models


class SalesDunningSend(models.TransientModel):
    """The reminders that are about to be approved: what each customer would get."""

    _name = "sales.dunning.send"
    _description = "Send Payment Reminders"

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
        """Send those that are due; what fails stays with its customer."""
        self.account_ids.check_access("write")
        counts = {"sent": 0, "failed": 0}
        for account in self.account_ids:
            # After the check above, as for one customer: the claim is that of all salespeople's invoices.
            sender = account.sudo().with_company(account.company_id)
            outcome = sender._take(approved=True, user=self.env.user)
            if outcome:
                counts[outcome] += 1
        message = self.env._("%(sent)s sent, %(failed)s failed.", **counts)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if counts["failed"] else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
