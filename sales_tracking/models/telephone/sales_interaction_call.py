from odoo import api, models

from ..interaction.phone_holders import NOBODY, find_holders, normalize

# How long after the tap a call may have lasted.
LONGEST_TAP = 3600


class SalesInteraction(models.Model):
    _inherit = "sales.interaction"

    @api.model
    def log_tapped_call(self, number, seconds):
        """Record a call that was begun by a tap on a number, once the user is back and says so.

        :param str number: as it stood in the link
        :param int seconds: from the tap to the return
        :return: the id of the interaction
        """
        company = self.env.company
        normalized = normalize(company, number if isinstance(number, str) else None)
        holders = find_holders(company, [normalized]).get(normalized, NOBODY) if normalized else NOBODY
        seconds = seconds if isinstance(seconds, (int, float)) and 0 <= seconds <= LONGEST_TAP else 0
        return self.create(
            {
                "kind": "call",
                "direction": "out",
                "duration": int(seconds),
                "contact_address": normalized or str(number)[:50],
                "partner_id": holders.partner_id,
                "lead_id": holders.lead_id,
            }
        ).id
