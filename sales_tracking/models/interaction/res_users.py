from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _sale_team_in(self, company):
        """The sales team of the user where it works for that company; capture.record says the same in SQL."""
        # As superuser: the team of another company is not the caller's to read.
        team = self.sudo().sale_team_id
        return team.filtered_domain(team._check_company_domain(company)).sudo(self.env.su)
