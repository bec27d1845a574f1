from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        leaving = self.filtered("active") if vals.get("active") is False else self.browse()
        result = super().write(vals)
        for user in leaving.filtered(lambda user: not user.share):
            self.env["sales.handover"]._offer(user)
        return result

    def action_archive(self):
        """Keep the follow-up that the person had planned, and open the handover of the rest.

        Odoo deletes the activities of those who leave: those about sales go to who will hand over.
        """
        handovers = self.env["sales.handover"]
        for user in self.filtered(lambda user: user.active and not user.share):
            handovers |= handovers._offer(user)
        handovers.sudo()._keep_activities()
        result = super().action_archive()
        readable = handovers.exists()._filtered_access("write")
        return readable._open() if readable else result

    def action_hand_over(self):
        """Open the handover of the user's work."""
        self.ensure_one()
        return self.env["sales.handover"]._prepare(self)
