from odoo import models

from .capture.parts import SELLING_DOCUMENTS


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        activity_ids = self.filtered(lambda activity: activity.res_model in SELLING_DOCUMENTS).ids
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if activity_ids:
            self.env["sales.interaction"].capture_later("mail.activity", activity_ids)
        return result
