from datetime import timedelta

from odoo import fields, models

# The metric whose value each figure is.
METRICS = {
    "kpi_sales_ordered": "ordered",
    "kpi_sales_collected": "collected",
    "kpi_sales_won": "won",
    "kpi_sales_visits": "visits",
}
ACTIONS = {
    **dict.fromkeys(METRICS, "sales_tracking.sales_achievement_action"),
    "kpi_sales_overdue": "sales_tracking.sales_receivable_report_action",
}


class DigestDigest(models.Model):
    """Figures of sales in the digest, each as its reader may see it.

    A period of the digest, which begins and ends at the hour of sending, stands for the whole days before its end.
    """

    _inherit = "digest.digest"

    kpi_sales_ordered = fields.Boolean(string="Ordered")
    kpi_sales_ordered_value = fields.Monetary(compute="_compute_kpi_sales_ordered_value")
    kpi_sales_collected = fields.Boolean(string="Collected")
    kpi_sales_collected_value = fields.Monetary(compute="_compute_kpi_sales_collected_value")
    kpi_sales_won = fields.Boolean(string="Deals Won")
    kpi_sales_won_value = fields.Integer(compute="_compute_kpi_sales_won_value")
    kpi_sales_visits = fields.Boolean(string="Visits")
    kpi_sales_visits_value = fields.Integer(compute="_compute_kpi_sales_visits_value")
    kpi_sales_overdue = fields.Boolean(string="Overdue Today")
    kpi_sales_overdue_value = fields.Monetary(compute="_compute_kpi_sales_overdue_value")

    def _compute_kpi_sales_ordered_value(self):
        self._compute_sales_metric("kpi_sales_ordered")

    def _compute_kpi_sales_collected_value(self):
        self._compute_sales_metric("kpi_sales_collected")

    def _compute_kpi_sales_won_value(self):
        self._compute_sales_metric("kpi_sales_won")

    def _compute_kpi_sales_visits_value(self):
        self._compute_sales_metric("kpi_sales_visits")

    def _compute_sales_metric(self, name):
        """Read the metric behind a figure, with the reader's rights.

        :raise AccessError: the reader sells nothing; the digest leaves the figure out
        """
        metric = self.env["sales.metric"].search([("code", "=", METRICS[name])], limit=1)
        start, end, _companies = self._get_kpi_compute_parameters()
        start, end = fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(end)
        for digest in self:
            company = digest.company_id or self.env.company
            first, last = company._sales_day(start), company._sales_day(end) - timedelta(days=1)
            digest[f"{name}_value"] = metric and metric.get_value(first, max(first, last), company_id=company.id)

    def _compute_kpi_sales_overdue_value(self):
        """What is overdue now, of the customers whom the reader may see: the same in each column."""
        report = self.env["sales.receivable.report"]
        report.check_access("read")
        for digest in self:
            company = digest.company_id or self.env.company
            [[overdue]] = report._read_group([("company_id", "=", company.id)], [], ["amount_overdue:sum"])
            digest.kpi_sales_overdue_value = overdue or 0.0

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("sales_tracking.menu_root").id
        actions = {name: f"{action}?menu_id={menu}" for name, action in ACTIONS.items()}
        return super()._compute_kpis_actions(company, user) | actions
