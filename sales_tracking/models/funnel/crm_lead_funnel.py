from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class CrmLead(models.Model):
    _inherit = "crm.lead"

    entry_stage_id = fields.Many2one(
        comodel_name="crm.stage",
        compute="_compute_entry_stage_id",
        store=True,
        ondelete="set null",
        index="btree_not_null",
        help="The stage in which the prospect came in.",
    )
    stage_history_ids = fields.One2many(
        comodel_name="crm.lead.stage.history",
        inverse_name="lead_id",
        readonly=True,
        groups="sales_team.group_sale_salesman",
    )

    def _auto_init(self):
        # Without the column, the ORM would compute it lead by lead; the backfill fills it in one statement.
        if not column_exists(self.env.cr, "crm_lead", "entry_stage_id"):
            create_column(self.env.cr, "crm_lead", "entry_stage_id", "int4")
        return super()._auto_init()

    @api.depends("create_uid")
    def _compute_entry_stage_id(self):
        """Once, at the creation: who creates a lead never changes, while its stage does."""
        for lead in self:
            lead.entry_stage_id = lead.stage_id

    def _compute_stage_id(self):
        """Record the moves that a recomputation makes, which reach the database without a write."""
        placed = self.filtered(lambda lead: lead.id and lead.stage_id)
        before = placed._stage_states()
        result = super()._compute_stage_id()
        placed._record_stage_changes(before)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        # Now, before the lead moves on.
        leads.mapped("entry_stage_id")
        # The history is kept whoever creates the lead: nobody has the right to write it.
        self.env["crm.lead.stage.history"].sudo()._record(leads.sudo())
        return leads

    def write(self, vals):
        before = self._stage_states()
        result = super().write(vals)
        self._record_stage_changes(before)
        return result

    def _stage_states(self):
        """Where each lead is: its stage, and whether it is open or archived."""
        # Whoever gives a lead away can't read it any more afterwards.
        return {lead.id: (lead.stage_id, lead.active) for lead in self.sudo()}

    def _record_stage_changes(self, before):
        """Record the leads that are not where they were before."""
        after = self._stage_states()
        moved = self.browse(lead_id for lead_id, state in after.items() if state != before[lead_id])
        if moved:
            self.env["crm.lead.stage.history"].sudo()._record(moved.sudo())

    def _merge_dependences(self, opportunities):
        self.env["crm.lead.stage.history"].sudo()._merge(self, opportunities)
        return super()._merge_dependences(opportunities)
