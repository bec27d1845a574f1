from odoo import api, models
from odoo.fields import Domain

MOST_PLANS = 3


class SalesOverview(models.AbstractModel):
    """What the reader earned in the current period of each plan, and what open orders will bring."""

    _inherit = "sales.overview"

    @api.model
    def _sections(self, question):
        commission = {
            "name": "commission",
            "title": self.env._("My Commission"),
            "rows": list(self._commission_rows()),
        }
        return [*super()._sections(question), commission]

    @api.model
    def _commission_rows(self):
        plans = self.env["sales.commission.plan"]
        if not plans.has_access("read"):
            return
        mine = Domain("assignment_ids.user_id", "=", self.env.uid) | Domain(
            "assignment_ids.distribution_ids.user_id", "=", self.env.uid
        )
        here = Domain("company_id", "=", self.env.company.id) & Domain("state", "=", "approved")
        for plan in plans.search(here & mine, limit=MOST_PLANS):
            action = {
                "type": "ir.actions.act_window",
                "name": plan.name,
                "res_model": "sales.commission.plan",
                "views": [(self.env.ref("sales_commission.sales_commission_plan_view_kanban_my").id, "kanban")],
                "domain": [("id", "=", plan.id)],
            }
            for label, amount in (
                (self.env._("Earned"), plan.my_earned_amount),
                (self.env._("Expected from Open Orders"), plan.my_expected_amount),
            ):
                note = f"{plan.name} · {plan.my_period_name}"
                yield self._row(label, amount, "currency", action, currency_id=plan.currency_id.id, note=note)

    @api.model
    def _first_steps(self):
        yield from super()._first_steps()
        yield (
            self.env._("Make the first commission plan"),
            self._has_any("sales.commission.plan"),
            self._open("sales.commission.plan", self.env._("Commission Plans"), Domain.TRUE),
        )
