from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SalesErasure(models.Model):
    """That somebody's personal data were erased: when, by whom, why, and from how many records. Append-only.

    It names the person as long as the contact exists, and no further.
    """

    _name = "sales.erasure"
    _description = "Erasure of Personal Data"
    _inherit = ["sales.append.only.mixin", "sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "date"

    _refusal = _lt("What was erased, when and by whom is on record and can't be changed.")

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Erased by", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(comodel_name="res.partner", string="Person", readonly=True, ondelete="set null")
    reason = fields.Text(required=True, readonly=True)
    details = fields.Text(string="Erased from", required=True, readonly=True)

    @api.model
    def _cron_erase_expired(self):
        """Erase what companies keep no longer, model by model: positions, recordings, texts of chats.

        :return: the number of records
        """
        erased, is_done = 0, True
        personal = self.env.registry["sales.personal.data.mixin"]
        for model in self.env.values():
            if is_done and isinstance(model, personal) and not model._abstract:
                count, is_done = model._erase_expired(self.env["ir.cron"]._commit_progress)
                erased += count
        return erased

    def _tell_privacy_log(self, person):
        """Note the erasure in the log of the module Privacy Lookup where it is installed, which needs an address."""
        if "privacy.log" in self.env and person.email_normalized:
            for erasure in self:
                self.env["privacy.log"].sudo().create(
                    {
                        "user_id": erasure.user_id.id,
                        "anonymized_name": person.name or person.email_normalized,
                        "anonymized_email": person.email_normalized,
                        "execution_details": erasure.details,
                        "additional_note": erasure.reason,
                    }
                )
