import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

SHORTEST_SECRET = 16


class SalesPhoneLine(models.Model):
    """A telephone system that tells of its calls, and whose extensions are whose."""

    _name = "sales.phone.line"
    _description = "Telephone Line"
    _inherit = ["sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    key = fields.Char(
        string="Line Key",
        default=lambda self: secrets.token_hex(8),
        required=True,
        readonly=True,
        copy=False,
        help="Names the line in the header X-Line of each event.",
    )
    secret = fields.Char(
        default=lambda self: secrets.token_urlsafe(32),
        required=True,
        copy=False,
        groups="base.group_system",
        help="Signs each event, in the header X-Signature. Enter it in the telephone system, and nowhere else.",
    )
    extension_ids = fields.One2many(comodel_name="sales.phone.extension", inverse_name="line_id", string="Extensions")

    _key_unique = models.Constraint("UNIQUE (key)", "Another line has this key.")

    @api.constrains("secret")
    def _check_secret(self):
        for line in self.sudo():
            if len(line.secret) < SHORTEST_SECRET:
                raise ValidationError(self.env._("The secret of a line needs %s characters or more.", SHORTEST_SECRET))

    def action_renew_secret(self):
        """Replace the secret: events that are signed with the old one are refused from now on."""
        self.check_access("write")
        for line in self:
            line.secret = secrets.token_urlsafe(32)

    def _user_of(self, extension):
        """Whose extension it is; nobody where the line does not say, or for somebody who has left."""
        self.ensure_one()
        found = self.extension_ids.filtered(lambda each: each.extension == extension)
        return found.user_id.filtered("active")


class SalesPhoneExtension(models.Model):
    """Whose telephone rings at an extension."""

    _name = "sales.phone.extension"
    _description = "Telephone Extension"
    _inherit = ["sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "extension, id"
    _rec_name = "extension"

    _given_once = frozenset({"line_id"})

    line_id = fields.Many2one(comodel_name="sales.phone.line", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    extension = fields.Char(required=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        required=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )

    _extension_unique = models.Constraint("UNIQUE (line_id, extension)", "This extension is on the line already.")
