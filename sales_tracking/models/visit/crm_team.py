from odoo import api, fields, models
from odoo.tools import ormcache


class CrmTeam(models.Model):
    _inherit = "crm.team"

    board_seen = fields.Datetime(
        string="Live Board Opened",
        readonly=True,
        copy=False,
        groups="sales_tracking.group_team_lead",
        help="Boards are told of changes in this team as long as somebody opened one within the last week.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "board_seen" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @ormcache()
    def _boards_seen(self):
        """When the boards of teams were last opened, by team: kept, so that no confirmation has to ask for it.

        It is noted once a day at most.
        """
        # As superuser: whether somebody listens does not depend on who confirms.
        teams = self.sudo().with_context(active_test=False).search([("board_seen", "!=", False)])
        return {team.id: team.board_seen for team in teams}
