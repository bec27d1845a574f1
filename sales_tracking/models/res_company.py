from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_tz = fields.Selection(
        selection=_tz_get,
        string="Sales Time Zone",
        compute="_compute_sales_tz",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="A sale, visit or interaction counts on its day in this time zone, whoever looks at it.",
    )

    @api.depends("resource_calendar_id")
    def _compute_sales_tz(self):
        for company in self:
            company.sales_tz = company.resource_calendar_id.tz or company.sales_tz or self.env.user.tz or "UTC"

    def _sales_today(self):
        """Today's date in the sales time zone of the company.

        :rtype: datetime.date
        """
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self.sales_tz))

    def _is_sales_hour(self, hour):
        """Whether that hour of the day has come in the sales time zone of the company."""
        self.ensure_one()
        local = fields.Datetime.context_timestamp(self.with_context(tz=self.sales_tz), fields.Datetime.now())
        return local.hour >= hour
