from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.sales_tracking.tools.xlsx import Column, Sheet

from ..target.planning_sheet import COLUMNS
from ..target.sales_target import SCOPES


class SalesTarget(models.Model):
    _name = "sales.target"
    _inherit = ["sales.target", "sales.xlsx.mixin"]

    def _xlsx_file_name(self):
        return self.env._("Targets")

    def _xlsx_sheets(self):
        return [self._planning_sheet()]

    def action_download_xlsx(self):
        """The selected targets, or all that the reader sees in the company, as a sheet that can be imported again."""
        targets = self or self.search([("company_id", "=", self.env.company.id)])
        if not targets:
            raise UserError(self.env._("There is no target to export. Import Targets has an empty template."))
        return super(SalesTarget, targets).action_download_xlsx()

    def _planning_sheet(self):
        """The targets in the columns of the import, followed by what was reached of them."""
        kinds = {"start_date": "date", "end_date": "date", "target": "number", "weight": "number"}
        figures = ("actual", "attainment", "pace")
        figure_kinds = ("number", "percent", "percent")
        return Sheet(
            self.env._("Targets"),
            [Column(name, kinds.get(name, "text")) for name in COLUMNS]
            + [Column(name, kind) for name, kind in zip(figures, figure_kinds, strict=True)],
            [
                [
                    target.metric_id.code,
                    target.date_from,
                    target.date_to,
                    target.team_id.name,
                    target.user_id.login,
                    target.categ_id.complete_name,
                    target.segment_id.name,
                    target.country_id.code,
                    target.source_id.name,
                    target.amount,
                    "yes" if target.is_locked else None,
                    target.weight,
                    *(None if target[name] is False else target[name] for name in figures),
                ]
                for target in self
            ],
        )

    def _attach_to_tree(self):
        """Make targets part of the wider one that contains them, where there is exactly one and they have none."""
        widths = [scope for scope, __ in SCOPES]
        for target in self.filtered(lambda target: target.state == "draft" and not target.parent_id):
            for scope in reversed(widths[: widths.index(target.scope)]):
                wider = self.search(
                    Domain("scope", "=", scope)
                    & Domain("company_id", "=", target.company_id.id)
                    & Domain("metric_id", "=", target.metric_id.id)
                    & Domain("date_from", "<=", target.date_from)
                    & Domain("date_to", ">=", target.date_to)
                    & (Domain("team_id", "=", target.team_id.id) if scope == "team" else Domain.TRUE)
                ).filtered(lambda wide, target=target: wide._cut() == target._cut())
                if len(wider) == 1:
                    target.parent_id = wider
                    break
