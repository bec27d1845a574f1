from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

MOST_TARGETS = 6


class SalesOverview(models.AbstractModel):
    """How far the targets are that run on the last day of the period."""

    _inherit = "sales.overview"

    @api.model
    def _sections(self, question):
        first_steps, todo, *others = super()._sections(question)
        targets = {"name": "targets", "title": self.env._("Targets"), "rows": list(self._target_rows(question))}
        return [first_steps, todo, targets, *others]

    @api.model
    def _target_rows(self, question):
        report = self.env["sales.target.report"]
        if not report.has_access("read"):
            return
        day = fields.Date.to_string(question.spans.current[1])
        running = (
            Domain("company_id", "=", self.env.company.id)
            & Domain("state", "in", ["approved", "running"])
            & Domain("period_start", "<=", day)
            & Domain("period_end", ">=", day)
            & self._target_people(question)
        )
        for row in report.search(running, limit=MOST_TARGETS):
            metric = row.metric_id
            yield self._row(
                row.target_id.display_name,
                row.actual,
                metric.unit,
                {
                    "type": "ir.actions.act_window",
                    "res_model": "sales.target",
                    "res_id": row.target_id.id,
                    "views": [(False, "form")],
                },
                currency_id=row.currency_id.id,
                progress=row.attainment,
                isBehind=bool(row.pace) and row.pace < 1,
                note=self._target_note(row),
            )

    @api.model
    def _target_people(self, question):
        """Whose targets are shown: those asked for, else one's own, those of one's teams, or the company's."""
        user = self.env.user
        if question.user_id or question.team_id:
            return question.people() & Domain("scope", "=", "person" if question.user_id else "team")
        if user.has_group("sales_team.group_sale_salesman_all_leads"):
            return Domain("scope", "in", ["company", "team"])
        own = Domain("scope", "=", "person") & Domain("user_id", "=", user.id)
        if user.has_group("sales_tracking.group_team_lead"):
            return own | (Domain("scope", "=", "team") & Domain("team_id.user_id", "=", user.id))
        return own

    @api.model
    def _target_note(self, row):
        def rate(value):
            return "–" if value is False or value is None else f"{formatLang(self.env, value * 100, digits=0)} %"

        currency = row.currency_id
        amount = formatLang(self.env, row.amount, currency_obj=currency) if currency else f"{row.amount:g}"
        return self.env._(
            "of %(amount)s · attainment %(attainment)s · pace %(pace)s",
            amount=amount,
            attainment=rate(row.attainment),
            pace=rate(row.pace),
        )

    @api.model
    def _first_steps(self):
        yield from super()._first_steps()
        yield (
            self.env._("Plan the first target"),
            self._has_any("sales.target"),
            self._open("sales.target", self.env._("Targets"), Domain.TRUE),
        )
