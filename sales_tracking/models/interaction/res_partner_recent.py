from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

RECENT_DAYS = 90
MOST_RECENT = 200


class ResPartner(models.Model):
    """The contacts whom the user dealt with last come first where the context asks for it (`recent_first`)."""

    _inherit = "res.partner"

    @api.model
    @api.readonly
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        if not self.env.context.get("recent_first") or not self.env["sales.interaction"].has_access("read"):
            return super().name_search(name, domain, operator, limit)
        recent = self._recently_dealt_with()
        matching = Domain("id", "in", recent.ids) & Domain(domain or Domain.TRUE)
        found = dict(super().name_search(name, matching, operator, limit))
        first = [(contact.id, found[contact.id]) for contact in recent if contact.id in found]
        if limit and len(first) >= limit:
            return first[:limit]
        others = Domain(domain or Domain.TRUE) & Domain("id", "not in", list(found))
        return first + super().name_search(name, others, operator, limit and limit - len(first))

    @api.model
    def _recently_dealt_with(self):
        """The contacts of the user's own interactions of the last 90 days, the last one first."""
        since = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
        groups = self.env["sales.interaction"]._read_group(
            Domain("user_id", "=", self.env.uid) & Domain("date", ">=", since) & Domain("partner_id", "!=", False),
            ["partner_id"],
            order="date:max desc",
            limit=MOST_RECENT,
        )
        return self.browse([partner.id for (partner,) in groups])
