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
# The share of the year's orders that each month brings, in percent.
SEASON = (6, 10, 11, 6, 7, 7, 7, 7, 8, 9, 11, 11)


class SalesTargetDemo(models.AbstractModel):
    """Targets for the demo company of Sales Tracking: past ones closed, those of the current period running."""

    _name = "sales.target.demo"
    _description = "Sales Targets Demo Data"

    @api.model
    def _generate(self):
        company = self.env.ref("sales_tracking.demo_company", raise_if_not_found=False)
        if not company:
            return
        targets = self.env["sales.target"].with_context(
            allowed_company_ids=company.ids, tracking_disable=True, mail_create_nosubscribe=True
        )
        if targets.search_count([("company_id", "=", company.id)], limit=1):
            return
        rng = random.Random(SEED)
        today = company._sales_today()
        for code, measure, kind, periods, with_teams in PLANS:
            metric = self._ref(f"metric_{code}")
            spans = self._spans(kind, periods + LAST_PERIODS, today)
            reached = self._reached(metric, measure, kind, company, spans[0][0])
            for index in range(LAST_PERIODS, len(spans)):
                goals = {}
                for node in self._nodes():
                    history = [reached[first, node] for first, __ in spans[index - LAST_PERIODS : index + 1]]
                    goals[node] = self._goal(history, self._elapsed(spans[index], today), rng)
                self._create_tree(targets, metric, company, spans[index], goals, with_teams)
        self._plan_years(targets, company, today)
        self._plan_category(targets, company, today)
        everything = targets.search([("company_id", "=", company.id)])
        everything.filtered(lambda target: target.date_to < today).action_close()
        for figures in everything.filtered(lambda target: target.state == "running")._get_figures(today):
            targets.browse(figures["target_id"])._alert(figures, today)

    def _plan_years(self, targets, company, today: date):
        """This year's plan by the season, revised once, and a draft of the next one that waits to be shared."""
        profile = self.env["sales.target.profile"].create(
            {
                "name": "Ramadan and year end",
                "company_id": company.id,
                **{f"share_{month:02}": share for month, share in enumerate(SEASON, start=1)},
            }
        )
        metric = self._ref("metric_ordered")
        first, last = period_bounds("year", today)
        reached = self._reached(metric, "amount:sum", "year", company, first)
        goals = {team: self._as_people_write_it(1.1 * reached[first, self._ref(team)]) for team in TEAMS}
        values = {"metric_id": metric.id, "company_id": company.id, "shape": "profile", "profile_id": profile.id}
        this_year = {**values, "date_from": first, "date_to": last}
        whole = targets.create({**this_year, "scope": "company", "amount": sum(goals.values())})
        parts = targets.create(
            [
                {**this_year, "scope": "team", "team_id": self._ref(team).id, "parent_id": whole.id, "amount": amount}
                for team, amount in goals.items()
            ]
        )
        (whole | parts).action_approve()
        (whole | parts).action_start()
        self.env["sales.target.revision"].create(
            {
                "target_id": parts[-1].id,
                "date": max(today.replace(day=1), first),
                "amount": round(0.9 * parts[-1].amount, -6),
                "reason": "Two containers move to next year: the vessel was delayed",
            }
        )
        first, last = period_bounds("year", last + timedelta(days=1))
        next_year = targets.create(
            {**values, "date_from": first, "date_to": last, "scope": "company",
             "amount": self._as_people_write_it(1.15 * whole.amount)}
        )  # fmt: skip
        next_year.action_add_parts()

    def _plan_category(self, targets, company, today: date):
        """What the company wants of its newest business this month, besides the target for everything."""
        coffee = self._ref("demo_category_coffee")
        metric = self._ref("metric_invoiced")
        last_month = period_bounds("month", today.replace(day=1) - timedelta(days=1))
        domain = metric._fact_domain() & Domain("company_id", "=", company.id) & Domain("categ_id", "=", coffee.id)
        domain &= Domain("day", ">=", last_month[0]) & Domain("day", "<=", last_month[1])
        [[reached]] = self.env["sales.achievement"]._read_group(domain, [], ["amount:sum"])
        first, last = period_bounds("month", today)
        targets.create(
            {
                "metric_id": metric.id,
                "company_id": company.id,
                "scope": "company",
                "categ_id": coffee.id,
                "date_from": first,
                "date_to": last,
                "amount": self._as_people_write_it(1.2 * (reached or 1_000_000)),
                "state": "running",
            }
        )

    def _ref(self, name: str):
        return self.env.ref(f"sales_tracking.{name}")

    def _spans(self, kind: str, number: int, today: date) -> list[tuple[date, date]]:
        """The current period and those before it, the oldest first."""
        spans = [period_bounds(kind, today)]
        while len(spans) < number:
            spans.insert(0, period_bounds(kind, spans[0][0] - timedelta(days=1)))
        return spans

    def _nodes(self) -> list:
        return [self._ref(name) for team, members in TEAMS.items() for name in (team, *members)]

    @staticmethod
    def _elapsed(span: tuple[date, date], today: date) -> float:
        """The part of the period that is over."""
        first, last = span
        return min((today - first).days + 1, (last - first).days + 1) / ((last - first).days + 1)

    def _reached(self, metric, measure: str, kind: str, company, since: date) -> dict:
        """What each person and team reached, by first day of the period and record."""
        domain = metric._fact_domain() & Domain("company_id", "=", company.id) & Domain("day", ">=", since)
        reached = defaultdict(float)
        for dimension in ("user_id", "team_id"):
            facts = self.env["sales.achievement"]._read_group(domain, [dimension, "day:day"], [measure])
            for node, day, value in facts:
                reached[period_bounds(kind, day)[0], node] += value
        return reached

    def _goal(self, history: list[float], elapsed: float, rng: random.Random) -> int:
        """A target around what was reached in the period; in a running one, around its course and the last periods.

        :param history: what was reached in the last periods and in the period itself
        :param elapsed: the part of the period that is over
        :return: 0 for somebody who reached nothing in a period that is over: there was no target
        """
        *last, reached = history
        usual = sum(last) / len(last)
        if elapsed == 1:
            goal = reached
        elif reached:
            goal = (reached / elapsed + usual) / 2
        else:
            goal = usual
        return self._as_people_write_it(goal / rng.uniform(0.75, 1.22)) if goal else 0

    @staticmethod
    def _as_people_write_it(amount: float) -> int:
        """Two leading digits and zeros."""
        step = 10 ** max(len(str(int(amount))) - 2, 0)
        return max(round(amount / step), 1) * step

    def _create_tree(self, targets, metric, company, span: tuple[date, date], goals: dict, with_teams: bool):
        """Targets of the people and, if asked for, of their teams and of the company, which is the sum of its teams."""
        values = {
            "metric_id": metric.id,
            "company_id": company.id,
            "date_from": span[0],
            "date_to": span[1],
            "state": "running",
        }
        company_target = targets
        if with_teams:
            total = sum(goals[self._ref(team)] for team in TEAMS)
            company_target = targets.create({**values, "scope": "company", "amount": total})
        for name, members in TEAMS.items():
            team = self._ref(name)
            team_target = targets
            if with_teams:
                team_target = targets.create(
                    {
                        **values,
                        "scope": "team",
                        "team_id": team.id,
                        "parent_id": company_target.id,
                        "amount": goals[team],
                    }
                )
            targets.create(
                [
                    {
                        **values,
                        "scope": "person",
                        "user_id": user.id,
                        "team_id": team.id,
                        "parent_id": team_target.id,
                        "amount": goals[user],
                    }
                    for user in map(self._ref, members)
                    if goals[user]
                ]
            )
