from odoo import api, fields, models


class SalesPortalMixin(models.AbstractModel):
    """A document with a page in the portal. Its token opens the page for everybody: the server alone reads it."""

    _name = "sales.portal.mixin"
    _description = "Document with a Page in the Portal"
    _inherit = "portal.mixin"

    access_token = fields.Char(groups="base.group_system")

    def _portal_ensure_token(self):
        self.check_access("read")
        return super(SalesPortalMixin, self.sudo())._portal_ensure_token()

    def _get_share_url(self, *args, **kwargs):
        self.check_access("read")
        return super(SalesPortalMixin, self.sudo())._get_share_url(*args, **kwargs)

    @api.private
    def get_portal_url(self, *args, **kwargs):
        """Return the link to the page, with its token: for mails and pages, not for callers from outside."""
        return super().get_portal_url(*args, **kwargs)
