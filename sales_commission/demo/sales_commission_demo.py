from odoo import api, fields, models
from odoo.fields import Command

from . import agents, settlement

PEOPLE = ("demo_user_lead", "demo_user_lead_surabaya", "demo_user_rina", "demo_user_agus", "demo_user_dewi")
KEY_ACCOUNT_PEOPLE = ("demo_user_rina", "demo_user_dewi")
LEADS = {"demo_user_lead": "demo_team_jakarta", "demo_user_lead_surabaya": "demo_team_surabaya"}
MILLION = 1_000_000
TIERS = ((0, 250, 0.01), (250, 500, 0.015), (500, 0, 0.02))
CASH_RATE, INVOICED_SHARE = 0.0025, 0.4
OVERRIDE_RATE = 0.002
AGENT_RATE = 0.03
# New in the trade: paid at least this much a month, in advance of later commission.
DRAWS = {"demo_user_agus": 1_000_000}


class SalesCommissionDemo(models.AbstractModel):
    """Commission plans for the demo company of Sales Tracking, computed for the year; past months are settled."""

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
        agent = agents.create_agent(env, company)
        plans = env["sales.commission.plan"].create(
            [
                self._plan_values(company, "Komisi Penjualan", year_ago, self._people(PEOPLE), self._tier_rule()),
                self._plan_values(
                    company, "Bonus Penagihan", year_ago, self._people(KEY_ACCOUNT_PEOPLE), self._cash_rule()
                ),
                self._plan_values(company, "Komisi Kepala Tim", year_ago, self._leads(), self._override_rule()),
                self._plan_values(
                    company,
                    "Komisi Agen",
                    year_ago,
                    [{"beneficiary": "agent", "agent_id": agent.id}],
                    self._percent_rule("Penjualan Agen", "metric_invoiced", AGENT_RATE),
                ),
            ]
        )
        plans.version_ids.action_approve()
        settlement.settle_the_year(env, plans, today)
        settlement.tell_the_last_month(env, plans[0], self._ref("demo_user_rina"), today)
        self._propose_new_terms(plans[0], today)

    def _ref(self, name):
        return self.env.ref(f"sales_tracking.{name}")

    def _plan_values(self, company, name, date_from, people, rule):
        return {
            "name": name,
            "company_id": company.id,
            "period": "month",
            "approver_id": self._ref("demo_user_manager").id,
            "version_ids": [Command.create({"date_from": date_from, "rule_ids": [Command.create(rule)]})],
            "assignment_ids": [Command.create({"date_from": date_from, **person}) for person in people],
        }

    def _people(self, names):
        return [{"user_id": self._ref(name).id, "draw_amount": DRAWS.get(name, 0)} for name in names]

    def _leads(self):
        return [
            {"user_id": self._ref(lead).id, "role": "override", "managed_team_id": self._ref(team).id}
            for lead, team in LEADS.items()
        ]

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

    def _percent_rule(self, name, metric, rate, **values):
        return {"name": name, "metric_id": self._ref(metric).id, "kind": "percent", "rate": rate, **values}

    def _cash_rule(self):
        """A part of it is earned with the invoice, the rest as the customer pays."""
        return self._percent_rule("Pembayaran Diterima", "metric_collected", CASH_RATE, invoiced_share=INVOICED_SHARE)

    def _override_rule(self):
        return self._percent_rule("Penjualan Tim", "metric_invoiced", OVERRIDE_RATE, role="override")

    def _propose_new_terms(self, plan, today):
        """Next quarter's terms, a draft to be simulated."""
        _first, last = plan._period_bounds(today)
        draft = plan.version_ids.copy(
            {
                "date_from": fields.Date.add(last, days=1),
                "date_to": False,
                "reason": "Tingkat tertinggi naik menjadi 2,5 % untuk tahun depan",
            }
        )
        draft.rule_ids.tier_ids[-1:].rate = 0.025
