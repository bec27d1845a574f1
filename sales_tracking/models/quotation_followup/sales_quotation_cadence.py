from odoo import fields, models


class SalesQuotationCadence(models.Model):
    """How sent quotations are followed up: reminders and activities until the customer answers.

    A quotation is followed by the most specific cadence that fits it: one for a tag of the customer goes before one
    for the sales team, which goes before the default of the company (neither tags nor teams), which goes before that of
    the company above a branch, which goes before the default of all companies. Among equals the first in the list.
    """

    _name = "sales.quotation.cadence"
    _description = "Quotation Follow-Up Cadence"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        index="btree_not_null",
        help="The company and its branches, unless they have a cadence of their own. Empty: all companies.",
    )
    team_ids = fields.Many2many(
        comodel_name="crm.team",
        relation="sales_quotation_cadence_team_rel",
        column1="cadence_id",
        column2="team_id",
        string="Sales Teams",
        check_company=True,
        help="Only quotations of these teams; empty: of all teams.",
    )
    tag_ids = fields.Many2many(
        comodel_name="res.partner.category",
        relation="sales_quotation_cadence_tag_rel",
        column1="cadence_id",
        column2="tag_id",
        string="Customer Tags",
        help="Only quotations to customers with one of these tags; empty: to all customers.",
    )
    step_ids = fields.One2many(
        comodel_name="sales.quotation.cadence.step", inverse_name="cadence_id", string="Steps", copy=True
    )

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", cadence.name)}
            for cadence, vals in zip(self, super().copy_data(default=default), strict=True)
        ]

    def action_view_quotations(self):
        """The quotations that the cadence follows now."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sale_order_action_followed_up")
        return {**action, "display_name": self.name, "domain": [("followup_cadence_id", "=", self.id)], "context": {}}
