from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SalesCommissionReassignment(models.Model):
    """Who changed the salesperson or the team of a sale after it was made. Append-only."""

    _name = "sales.commission.reassignment"
    _description = "Change of a Sale's Salesperson"
    _inherit = ["sales.kept.fact.mixin"]
    _order = "date desc, id desc"

    _creatable = True
    _refusal = _lt("Who changed the salesperson of a sale is on record and can't be changed.")

    date = fields.Datetime(string="Changed on", required=True, readonly=True, default=fields.Datetime.now)
    changed_by_id = fields.Many2one(
        comodel_name="res.users", string="Changed by", required=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", ondelete="restrict", readonly=True)
    previous_user_id = fields.Many2one(
        comodel_name="res.users", string="Previous Salesperson", ondelete="restrict", readonly=True
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", ondelete="restrict", readonly=True)
    previous_team_id = fields.Many2one(comodel_name="crm.team", ondelete="set null", readonly=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", ondelete="set null", readonly=True)

    _document_idx = models.Index("(res_model, res_id)")
