import random
from collections import defaultdict
from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.sales_tracking.models.analytics.period import period_bounds

SEED = 19
TEAMS = {
    "demo_team_jakarta": ("demo_user_lead", "demo_user_rina", "demo_user_agus"),
    "demo_team_surabaya": ("demo_user_lead_surabaya", "demo_user_dewi"),
}
# metric, measure of its facts, kind and number of periods up to the current one, for teams and company too
PLANS = (
    ("invoiced", "amount:sum", "month", 13, True),
    ("new_customers", "count:sum", "quarter", 2, True),
    ("calls", "count:sum", "week", 4, False),
    ("visits", "count:sum", "month", 1, False),
)
LAST_PERIODS = 4


class SalesTargetDemo(models.AbstractModel):
    """Targets for the demo company of Sales Tracking: past ones closed, those of the current period running."""

    _name = "sales.target.demo"
    _description = "Sales Targets Demo Data"

    @api.model
    def _generate(self):
        company = self._ref("demo_company")
        targets = self.env["sales.target"].with_context(
            allowed_company_ids=company.ids, tracking_disable=True, mail_create_nosubscribe=True
        )
        if targets.search_count([("company_id", "=", company.id)], limit=1):
            return
        rng = random.Random(SEED)
        for code, measure, kind, periods, with_teams in PLANS:
            metric = self._ref(f"metric_{code}")
            spans = self._spans(kind, periods + LAST_PERIODS, company._sales_today())
            reached = self._reached(metric, measure, kind, company, spans[0][0])
            for index in range(LAST_PERIODS, len(spans)):
                amounts = self._amounts(reached, spans, index, rng)
                self._create_tree(targets, metric, company, spans[index], amounts, with_teams)

    def _ref(self, name: str):
        return self.env.ref(f"sales_tracking.{name}")

    def _spans(self, kind: str, number: int, today: date) -> list[tuple[date, date]]:
        """The current period and those before it, the oldest first."""
        spans = [period_bounds(kind, today)]
        while len(spans) < number:
            spans.insert(0, period_bounds(kind, spans[0][0] - timedelta(days=1)))
        return spans

    def _reached(self, metric, measure: str, kind: str, company, since: date) -> dict:
        """What each person reached, by first day of the period and user id."""
        domain = metric._fact_domain() & Domain("company_id", "=", company.id) & Domain("day", ">=", since)
        reached = defaultdict(float)
        for user, day, value in self.env["sales.achievement"]._read_group(domain, ["user_id", "day:day"], [measure]):
            reached[period_bounds(kind, day)[0], user.id] += value
        return reached

    def _amounts(self, reached: dict, spans: list, index: int, rng: random.Random) -> dict:
        """A target per person: around what was reached in a past period, around the last periods in the current one."""
        amounts = {}
        for name in (name for members in TEAMS.values() for name in members):
            user = self._ref(name)
            usual = sum(reached[first, user.id] for first, __ in spans[index - LAST_PERIODS : index]) / LAST_PERIODS
            actual = reached[spans[index][0], user.id]
            if actual and index + 1 < len(spans):
                goal = actual / rng.uniform(0.72, 1.24)
            else:
                goal = usual * rng.uniform(0.9, 1.1)
            if goal:
                amounts[name] = self._as_people_write_it(goal)
        return amounts

    @staticmethod
    def _as_people_write_it(amount: float) -> int:
        """Two leading digits and zeros."""
        step = 10 ** max(len(str(int(amount))) - 2, 0)
        return max(round(amount / step), 1) * step

    def _create_tree(self, targets, metric, company, span: tuple[date, date], amounts: dict, with_teams: bool):
        """Targets of the people and, if asked for, of their teams and of the company, each the sum of its parts."""
        values = {
            "metric_id": metric.id,
            "company_id": company.id,
            "date_from": span[0],
            "date_to": span[1],
            "state": "running" if span[1] >= company._sales_today() else "closed",
        }
        parents = {}
        if with_teams and amounts:
            root = targets.create({**values, "scope": "company", "amount": sum(amounts.values())})
            team_values = [
                {
                    **values,
                    "scope": "team",
                    "team_id": self._ref(team).id,
                    "parent_id": root.id,
                    "amount": sum(amounts.get(name, 0) for name in members),
                }
                for team, members in TEAMS.items()
            ]
            parents = dict(zip(TEAMS, targets.create(team_values).ids, strict=True))
        targets.create(
            [
                {
                    **values,
                    "scope": "person",
                    "user_id": self._ref(name).id,
                    "team_id": self._ref(team).id,
                    "parent_id": parents.get(team),
                    "amount": amounts[name],
                }
                for team, members in TEAMS.items()
                for name in members
                if name in amounts
            ]
        )
