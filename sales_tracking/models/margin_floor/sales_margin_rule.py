from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .floors import Rule


class SalesMarginRule(models.Model):
    """The least margin at which a company and its branches sell, and what happens below it.

    A branch with rules of its own follows these alone.

    Every line and the total of an order are held against the floor. For a line the rule of the deepest category counts,
    among these the one of the order's team; for the total the rule without a category.
    """

    _name = "sales.margin.rule"
    _description = "Margin Floor"
    _inherit = ["sales.guarded.mixin"]
    _order = "company_id, categ_id, team_id, id"
    _rec_name = "floor"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        ondelete="cascade",
        index="btree_not_null",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        help="Empty: orders of all teams.",
    )
    categ_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        ondelete="cascade",
        index="btree_not_null",
        help="Products of this category and of those below it. Empty: all products, and the total of the order.",
    )
    floor = fields.Float(
        string="Floor (%)",
        digits=(5, 2),
        required=True,
        default=15,
        help="The least margin, in percent of the untaxed price. Exactly this much is enough.",
    )
    action = fields.Selection(
        selection=[("warn", "Warn"), ("approval", "Ask for Approval"), ("block", "Block")],
        string="Below the Floor",
        required=True,
        default="approval",
        help="Warn: a banner on the quotation. Ask for Approval: it is sent, printed and confirmed only when "
        "approved. Block: not before the price or the floor changes.",
    )
    lead_floor = fields.Float(
        string="Leads Approve Down To (%)",
        digits=(5, 2),
        help="Down to this margin the lead of the order's team may approve; below it a sales administrator decides.",
    )
    approver_id = fields.Many2one(
        comodel_name="res.users",
        string="Administrator to Ask",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets the activity when the team's lead may not approve. Empty: the first sales administrator.",
    )
    unknown_cost = fields.Selection(
        selection=[("allow", "Allow"), ("warn", "Warn"), ("below", "Treat as Below the Floor")],
        required=True,
        default="allow",
        help="What happens to a line whose cost is zero. It stays out of the margin of the total in any case.",
    )

    _scope_unique = models.UniqueIndex(
        "(company_id, COALESCE(team_id, 0), COALESCE(categ_id, 0))",
        "There is a margin floor of this company for the same team and category: change that one.",
    )
    _floor_range = models.Constraint(
        "CHECK (floor > -1000 AND floor <= 100 AND lead_floor > -1000 AND lead_floor <= 100)",
        "A margin is at most 100 % of the price.",
    )

    @api.constrains("team_id", "company_id")
    def _check_team(self):
        for rule in self:
            if rule.team_id.company_id and rule.team_id.company_id != rule.company_id:
                raise ValidationError(
                    self.env._(
                        "The team %(team)s belongs to another company than the margin floor.", team=rule.team_id.name
                    )
                )

    @api.depends("floor", "team_id", "categ_id", "company_id")
    def _compute_display_name(self):
        for rule in self:
            scope = " / ".join(filter(None, (rule.categ_id.display_name, rule.team_id.name)))
            rule.display_name = f"{scope or rule.company_id.name}: {rule.floor:g} %"

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("company_id")
    def _rules_of(self, company_id):
        """The rules of a company, or of the nearest above a branch, as plain values.

        They are the same for every user: the guard holds for those who don't see it too.
        """
        company = self.env["res.company"].browse(company_id)
        return tuple(
            Rule(
                floor=rule.floor,
                action=rule.action,
                unknown_cost=rule.unknown_cost,
                lead_floor=rule.lead_floor,
                team_id=rule.team_id.id or None,
                category_id=rule.categ_id.id or None,
                # Of the category's place in the tree only the depth matters here.
                depth=(rule.categ_id.parent_path or "").count("/"),
                approver_id=rule.approver_id.id or None,
            )
            for rule in company._nearest_of(self.sudo().search([("company_id", "parent_of", company_id)]))
        )


class ProductCategory(models.Model):
    _inherit = "product.category"

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            self.env.registry.clear_cache()
        return result
