from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.sales_tracking.fields import BlankFloat, BlankMonetary
from odoo.addons.sales_tracking.tools.arguments import given_day

from .sales_target import CUT_FIELDS, cut_domain

FIGURE_HELP = {
    "actual": "Reached so far; of a closed target, what was reached when it was closed.",
    "adjustment": "Late changes in the documents of closed periods, such as a cancelled order. They are part of what "
    "was reached.",
    "attainment": "Reached so far, as a share of the target. Where a lower value is better: the target as a share of "
    "what was reached.",
    "gap": "What is missing to the target; negative when the target is exceeded.",
    "expected": "The part of the target that belongs to the days that are complete: by working days, or as the amount "
    "is spread over months or weeks.",
    "pace": "Reached so far, as a share of what is expected by now.",
    "run_rate": "Where the period ends if the rest of it brings as much as the complete days did.",
    "needed_per_day": "What each remaining working day, today included, has to bring.",
    "pipeline": "Open opportunities that are expected to close in the period, weighted with their probability. Those "
    "that are overdue or have no date count today.",
    "forecast": "Reached so far plus the weighted pipeline.",
    "forecast_attainment": "The forecast as a share of the target.",
}


class SalesTarget(models.Model):
    """What was reached of a target: nothing of it is stored, sales.target.report computes it from the facts."""

    _inherit = "sales.target"

    amount_in_force = fields.Monetary(
        string="Target in Force",
        compute="_compute_figures",
        help="What the figures are measured against today: the target, or the one before a revision that takes effect "
        "later.",
    )
    actual = BlankMonetary(compute="_compute_figures", help=FIGURE_HELP["actual"])
    attainment = BlankFloat(compute="_compute_figures", help=FIGURE_HELP["attainment"])
    pace = BlankFloat(compute="_compute_figures", help=FIGURE_HELP["pace"])
    gap = BlankMonetary(compute="_compute_figures", help=FIGURE_HELP["gap"])
    expected = BlankMonetary(string="Expected by Now", compute="_compute_figures", help=FIGURE_HELP["expected"])
    run_rate = BlankMonetary(compute="_compute_figures", help=FIGURE_HELP["run_rate"])
    needed_per_day = BlankMonetary(
        string="Needed per Day", compute="_compute_figures", help=FIGURE_HELP["needed_per_day"]
    )
    adjustment = BlankMonetary(compute="_compute_figures", help=FIGURE_HELP["adjustment"])
    pipeline = BlankMonetary(compute="_compute_figures", help=FIGURE_HELP["pipeline"])
    forecast = BlankMonetary(compute="_compute_figures", help=FIGURE_HELP["forecast"])
    forecast_attainment = BlankFloat(compute="_compute_figures", help=FIGURE_HELP["forecast_attainment"])

    @api.depends(
        "amount", "revision_ids", "metric_id", "company_id", "scope", "team_id", "user_id", "date_from", "date_to",
        "state", *CUT_FIELDS,
    )  # fmt: skip
    def _compute_figures(self):
        figures = {row["target_id"]: row for row in self._origin._get_figures()}
        for target in self:
            row = figures.get(target._origin.id, {})
            target.amount_in_force = row.get("amount", target.amount)
            for name in FIGURE_HELP:
                target[name] = row.get(name, False)

    def action_open_facts(self):
        """The facts behind the actual, as far as the reader may see them."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "sales.achievement",
            "view_mode": "list,pivot,graph",
            "domain": list(self._fact_domain()),
        }

    @api.model
    @api.readonly
    def get_report(self, as_of=None):
        """The figures of sales.target.report as of a day: facts and complete working days up to then.

        :param as_of: the day, a date or its ISO text; default: today in each company's time zone. Facts of the day
            itself count, but the day is not complete yet.
        :return: a dict per target of the recordset, or per target that the caller may read: the ids `target_id,
            metric_id, company_id, currency_id, team_id, user_id, categ_id, segment_id, country_id, source_id`,
            `scope, state, period_kind`, `period_start` and `period_end`, `amount` (the one in force on the day),
            `actual, adjustment, gap, expected, run_rate, needed_per_day, pipeline, forecast` in `currency_id` or else
            in the metric's unit, and `attainment, pace, forecast_attainment` as fractions. Undefined figures are
            False.
        """
        targets = self or self.search(Domain.TRUE)
        targets.check_access("read")
        return targets._get_figures(given_day(self.env, as_of))

    def _get_figures(self, as_of: date | None = None) -> list[dict]:
        """See get_report; what the reader may see is decided by the recordset."""
        return self.env["sales.target.report"]._get_figures(self, as_of)

    def _fact_domain(self) -> Domain:
        """The facts that count for the target up to today."""
        self.ensure_one()
        last_day = min(self.date_to, self.company_id._sales_today())
        domain = self.metric_id._fact_domain() & Domain(
            [("company_id", "in", self._companies().ids), ("day", ">=", self.date_from), ("day", "<=", last_day)]
        )
        if self.scope == "team":
            domain &= Domain("team_id", "=", self.team_id.id)
        elif self.scope == "person":
            domain &= Domain("user_id", "=", self.user_id.id)
        return domain & cut_domain(self.env, self._cut())
