from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    board_seen = fields.Datetime(
        string="Live Board Opened",
        readonly=True,
        copy=False,
        groups="sales_tracking.group_team_lead",
        help="Boards are told of changes in this team as long as somebody opened one within the last week.",
    )
