from odoo import api, fields, models


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    approver_id = fields.Many2one(
        comodel_name="res.users",
        default=lambda self: self.env.user,
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Gets the disputes of the people of this plan.",
    )

    def _compute_period(self, period_start, period_end):
        result = super()._compute_period(period_start, period_end)
        self._open_draw_statements(period_start, period_end)
        return result

    def _open_draw_statements(self, period_start, period_end):
        """A draw is paid without any sale as well: its person gets a statement for the period."""
        if period_start > self.company_id._sales_today():
            return
        statements = self.env["sales.commission.statement"]
        drawing = self.assignment_ids.filtered(
            lambda assignment: (
                assignment.draw_amount
                and assignment.date_from <= period_end
                and (assignment.date_to or period_end) >= period_start
            )
        )
        if not drawing:
            return
        stated = statements.search([("plan_id", "=", self.id), ("period_start", "=", period_start)]).partner_id
        for partner in drawing.mapped("partner_id") - stated:
            statements._open(self, partner, period_start)

    @api.private
    def get_dispute_approver(self, payee):
        """Who answers the payee's disputes: the approver of the plan, or another administrator of the company."""
        self.ensure_one()
        administrators = (
            self.env.ref("sales_team.group_sale_manager")
            .sudo()
            .all_user_ids.filtered(lambda user: self.company_id in user.company_ids and user.active)
        )
        candidates = (self.approver_id & administrators) | administrators
        return candidates.filtered(lambda user: user.partner_id != payee)[:1]
