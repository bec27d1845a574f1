from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from .utm_medium import CHANNEL_KINDS

# kind of the first interaction: entry point
ENTRY_POINTS = {
    "call": "phone",
    "sms": "phone",
    "chat": "messenger",
    "email": "email",
    "event": "event",
    "visit": "visit",
    "web": "website",
}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    entry_point = fields.Selection(
        selection=CHANNEL_KINDS,
        compute="_compute_entry_point",
        store=True,
        readonly=False,
        help="How the prospect first came in: the kind of the medium or else of the first interaction. It stays when "
        "the medium changes later, and can be set by hand.",
    )

    def _auto_init(self):
        # An empty column, filled by one statement (_fill_entry_points), spares the computation lead by lead.
        if not column_exists(self.env.cr, self._table, "entry_point"):
            create_column(self.env.cr, self._table, "entry_point", "varchar")
        return super()._auto_init()

    @api.depends("medium_id")
    def _compute_entry_point(self):
        without = self.filtered(lambda lead: not lead.entry_point and not lead.medium_id.channel_kind)
        first_touches = without._entry_point_of_first_interaction()
        for lead in self:
            lead.entry_point = lead.entry_point or lead.medium_id.channel_kind or first_touches.get(lead._origin.id)

    def _take_entry_point_of_first_interaction(self):
        first_touches = self._entry_point_of_first_interaction()
        for entry_point, leads in self.grouped(lambda lead: first_touches.get(lead.id)).items():
            if entry_point:
                leads.entry_point = entry_point

    def _entry_point_of_first_interaction(self):
        """By id of the lead."""
        # The entry point is the lead's, whoever may read its first interaction.
        interactions = self.env["sales.interaction"].sudo()
        interactions = interactions.search_fetch([("lead_id", "in", self.ids)], ["kind", "lead_id"], order="date, id")
        return {lead.id: ENTRY_POINTS.get(of_lead[0].kind) for lead, of_lead in interactions.grouped("lead_id").items()}

    @api.model
    def _fill_entry_points(self):
        """Give the leads that predate the addon the kind of their medium."""
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE crm_lead lead
               SET entry_point = medium.channel_kind
               FROM utm_medium medium
               WHERE medium.id = lead.medium_id AND medium.channel_kind IS NOT NULL AND lead.entry_point IS NULL"""
        )
        self.invalidate_model(["entry_point"])

    @api.model
    def _fill_entry_points_of_first_interactions(self):
        """Give the leads whose interactions recorded themselves, past the ORM, the entry point of the first one."""
        kinds, entry_points = zip(*ENTRY_POINTS.items(), strict=True)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_lead lead
                SET entry_point = entry.entry_point
                FROM crm_lead unknown_lead
                CROSS JOIN LATERAL (
                    SELECT interaction.kind FROM sales_interaction interaction
                    WHERE interaction.lead_id = unknown_lead.id
                    ORDER BY interaction.date, interaction.id
                    LIMIT 1
                ) first_touch
                JOIN unnest(%s::varchar[], %s::varchar[]) AS entry(kind, entry_point) ON entry.kind = first_touch.kind
                WHERE lead.id = unknown_lead.id AND unknown_lead.entry_point IS NULL
                """,
                list(kinds),
                list(entry_points),
            )
        )
        self.invalidate_model(["entry_point"])

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "entry_point"]
