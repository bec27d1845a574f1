from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import selected_records


class SalesErase(models.TransientModel):
    """Erase one person's data from the addons' records: what would be overwritten is shown first."""

    _name = "sales.erase"
    _description = "Erase Personal Data"
    _inherit = ["sales.onchange.mixin", "sales.text.limit.mixin"]

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        default=lambda self: selected_records(self.env["res.partner"])[:1],
    )
    reason = fields.Text(required=True, help="Why, for the record: for example the request and its day.")
    preview = fields.Text(compute="_compute_preview")

    @api.depends("partner_id")
    def _compute_preview(self):
        for wizard in self:
            person = wizard.partner_id._origin
            wizard.preview = wizard._describe("_count_personal_data", person) if person else False

    def action_erase(self):
        """Overwrite what the models hold of the person, and record that it was done.

        :return: the action that opens the record
        :raise AccessError: for everybody but administrators of the system
        """
        self.ensure_one()
        self._check_allowed()
        person = self.partner_id
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: an erasure can't be undone."))
        details = self._describe("_erase_personal_data", person)
        if not details:
            raise UserError(
                self.env._(
                    "Nothing is left to erase of %(person)s. Odoo's own records of the contact are archived or "
                    "deleted by themselves.",
                    person=person.display_name,
                )
            )
        # As superuser: nobody adds to the record but an erasure.
        erasure = (
            self.env["sales.erasure"]
            .sudo()
            .create({"user_id": self.env.uid, "partner_id": person.id, "reason": self.reason, "details": details})
        )
        erasure._tell_privacy_log(person)
        return {
            "type": "ir.actions.act_window",
            "res_model": "sales.erasure",
            "res_id": erasure.id,
            "view_mode": "form",
        }

    def _check_allowed(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators of the system erase personal data. Ask one of them."))

    def _describe(self, method, person):
        """Call the method of each model that holds personal data; returns what it counted, a line for each model."""
        self._check_allowed()
        personal = self.env.registry["sales.personal.data.mixin"]
        counts = {
            self.env["ir.model"]._get(model._name).name: getattr(model, method)(person)
            for model in self.env.values()
            if isinstance(model, personal) and not model._abstract
        }
        return "\n".join(f"{name}: {count}" for name, count in sorted(counts.items()) if count)
