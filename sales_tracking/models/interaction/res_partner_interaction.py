from odoo import api, models
from odoo.tools import SQL

from .phone_holders import phone_digits_index

# What was done with a person, and stays with the customer when the person is deleted.
HISTORY = ("sales.interaction", "sales.visit")


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "sales.interaction.mixin"]

    # By which a mail's sender is found.
    _email_normalized_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")
    # By which the one who calls is found.
    _phone_digits_idx = models.Index(phone_digits_index)

    @api.ondelete(at_uninstall=False)
    def _leave_history_behind(self):
        """Let a contact be deleted as in plain Odoo: its history stays, with its company, without the person."""
        for name in HISTORY:
            history = self.env[name]
            history.flush_model(["partner_id"])
            # Not by the ORM, which would take the customer away along with the person, and refuse for visits made.
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET partner_id = NULL WHERE partner_id IN %s",
                    SQL.identifier(history._table),
                    self._ids,
                )
            )
            history.invalidate_model(["partner_id"], flush=False)

    def _interaction_link(self):
        return "commercial_partner_id"

    def _interaction_subject(self):
        return self.commercial_partner_id

    def _interaction_context(self):
        return {"default_partner_id": self.id}
