from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    has_website = fields.Boolean(compute="_compute_website_pages")
    website_page_count = fields.Integer(string="Pages of the Website", compute="_compute_website_pages")
    website_tracked_page_count = fields.Integer(string="Tracked Pages", compute="_compute_website_pages")

    def _compute_website_pages(self):
        pages = self._website_pages()
        for settings in self:
            settings.has_website = pages is not None
            settings.website_page_count = len(pages or ())
            settings.website_tracked_page_count = len(pages.filtered("track")) if pages else 0

    def action_track_all_pages(self):
        """Count the visits of all pages that exist, from now on.

        :raise AccessError: for anyone but a system administrator
        """
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only system administrators change what the website tracks."))
        pages = self._website_pages()
        if pages:
            pages.filtered(lambda page: not page.track).view_id.write({"track": True})

    def _website_pages(self):
        """The pages of all websites, None where there is no website."""
        return self.env["website.page"].sudo().search(Domain.TRUE) if "website.page" in self.env else None
