from odoo import api, fields, models

ONLINE_KINDS = [
    ("website", "Website"),
    ("search", "Search Engine"),
    ("social", "Social Media"),
    ("email", "Email"),
    ("webinar", "Webinar"),
    ("messenger", "Messenger"),
    ("marketplace", "Online Marketplace"),
    ("advertising", "Online Advertising"),
]
OFFLINE_KINDS = [
    ("phone", "Phone"),
    ("event", "Fair or Event"),
    ("visit", "Visit"),
    ("store", "Store"),
    ("referral", "Referral"),
    ("media", "Press, Radio, Television"),
]
CHANNEL_KINDS = ONLINE_KINDS + OFFLINE_KINDS

# The mediums that Odoo ships.
KNOWN_MEDIUMS = {
    "utm.utm_medium_website": "website",
    "utm.utm_medium_phone": "phone",
    "utm.utm_medium_email": "email",
    "utm.utm_medium_banner": "advertising",
    "utm.utm_medium_twitter": "social",
    "utm.utm_medium_facebook": "social",
    "utm.utm_medium_linkedin": "social",
    "utm.utm_medium_television": "media",
    "utm.utm_medium_google_adwords": "advertising",
}


class UtmMedium(models.Model):
    _inherit = "utm.medium"

    channel_kind = fields.Selection(
        selection=CHANNEL_KINDS,
        help="What kind of channel the medium is. Sales are reported by it, and leads that come in over the medium "
        "have it as their entry point.",
    )
    channel = fields.Selection(
        selection=[("online", "Online"), ("offline", "Offline")], compute="_compute_channel", store=True
    )

    @api.depends("channel_kind")
    def _compute_channel(self):
        online = dict(ONLINE_KINDS)
        for medium in self:
            kind = medium.channel_kind
            medium.channel = kind and ("online" if kind in online else "offline")

    @api.model
    def _set_known_kinds(self):
        """Give the mediums that Odoo ships their kind, unless they have one."""
        for name, kind in KNOWN_MEDIUMS.items():
            medium = self.env.ref(name, raise_if_not_found=False)
            if medium and not medium.channel_kind:
                medium.channel_kind = kind
