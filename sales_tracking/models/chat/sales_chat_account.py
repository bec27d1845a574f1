import secrets

from odoo import api, fields, models

SYSTEM = "base.group_system"


class SalesChatAccount(models.Model):
    """A number of the company at the WhatsApp Cloud API: what it needs to receive and send."""

    _name = "sales.chat.account"
    _description = "WhatsApp Account"
    _inherit = ["sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    key = fields.Char(
        string="Account Key", default=lambda self: secrets.token_hex(12), required=True, readonly=True, copy=False
    )
    webhook_url = fields.Char(string="Callback URL", compute="_compute_webhook_url")
    phone_number_id = fields.Char(
        string="Phone Number ID", required=True, help="The id of the number at the provider, not the number itself."
    )
    token = fields.Char(string="Access Token", copy=False, groups=SYSTEM)
    app_secret = fields.Char(copy=False, groups=SYSTEM, help="Signs what the provider sends.")
    verify_token = fields.Char(
        default=lambda self: secrets.token_urlsafe(24),
        copy=False,
        groups=SYSTEM,
        help="Entered at the provider together with the callback URL.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Default Salesperson",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="set null",
        help="Who has the chats of those who have no salesperson.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Default Sales Team",
        check_company=True,
        ondelete="set null",
        help="Whose chats are those that have no salesperson, or one without a team.",
    )

    _key_unique = models.Constraint("UNIQUE (key)", "Another account has this key.")

    @api.depends("key")
    def _compute_webhook_url(self):
        for account in self:
            account.webhook_url = account.key and f"{account.get_base_url()}/sales_tracking/chat/{account.key}"

    @api.model
    def _of_company(self, company):
        """The account with which a company sends; none where there is none that may."""
        # As superuser: whether there is a token is all that is read of it.
        accounts = self.sudo().search([("company_id", "=", company.id), ("token", "!=", False)], limit=1)
        return accounts.sudo(self.env.su)
