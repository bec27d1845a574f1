from odoo import api, fields, models
from odoo.fields import Command

PEOPLE = ("demo_user_lead", "demo_user_lead_surabaya", "demo_user_rina", "demo_user_agus", "demo_user_dewi")
KEY_ACCOUNT_PEOPLE = ("demo_user_rina", "demo_user_dewi")
MILLION = 1_000_000
TIERS = ((0, 250, 0.01), (250, 500, 0.015), (500, 0, 0.02))
CASH_RATE = 0.0025


class SalesCommissionDemo(models.AbstractModel):
    """Commission plans for the demo company of Sales Tracking, computed for the year; past months are confirmed."""

    _name = "sales.commission.demo"
    _description = "Sales Commission Demo Data"

    @api.model
    def _generate(self):
        company = self._ref("demo_company")
        env = self.with_context(
            allowed_company_ids=company.ids, tracking_disable=True, mail_create_nosubscribe=True
        ).with_user(self.env.ref("base.user_admin")).env  # fmt: skip
        if env["sales.commission.plan"].search_count([("company_id", "=", company.id)], limit=1):
            return
        today = company._sales_today()
        year_ago = fields.Date.subtract(today.replace(day=1), months=12)
        plans = env["sales.commission.plan"].create(
            [
                self._plan_values(company, "Komisi Penjualan", year_ago, PEOPLE, self._tier_rule()),
                self._plan_values(company, "Bonus Penagihan", year_ago, KEY_ACCOUNT_PEOPLE, self._cash_rule()),
            ]
        )
        plans.version_ids.action_approve()
        for plan in plans:
            for day in plan._days_to_compute(today):
                plan.action_compute(day)
                _first, last = plan._period_bounds(day)
                if last < today:
                    plan._statements(day).action_confirm()

    def _ref(self, name):
        return self.env.ref(f"sales_tracking.{name}")

    def _plan_values(self, company, name, date_from, people, rule):
        return {
            "name": name,
            "company_id": company.id,
            "period": "month",
            "version_ids": [Command.create({"date_from": date_from, "rule_ids": [Command.create(rule)]})],
            "assignment_ids": [
                Command.create({"user_id": self._ref(person).id, "date_from": date_from}) for person in people
            ],
        }

    def _tier_rule(self):
        return {
            "name": "Penjualan Tertagih",
            "metric_id": self._ref("metric_invoiced").id,
            "kind": "tiers",
            "tier_mode": "marginal",
            "tier_ids": [
                Command.create({"amount_from": lower * MILLION, "amount_to": upper * MILLION, "rate": rate})
                for lower, upper, rate in TIERS
            ],
        }

    def _cash_rule(self):
        return {
            "name": "Pembayaran Diterima",
            "metric_id": self._ref("metric_collected").id,
            "kind": "percent",
            "rate": CASH_RATE,
        }
