from odoo import api, fields, models
from odoo.exceptions import AccessError


class ReportPricelist(models.AbstractModel):
    """The prices of lists on paper: never a cost or a margin."""

    _name = "report.sales_tracking.report_pricelist"
    _description = "Price List on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """:param dict data: `company_id`, `date`, `valid_until`, `categ_ids`, `favorites_only`, all optional"""
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees may print price lists."))
        pricelists = self.env["product.pricelist"].browse(docids)
        return {"docs": pricelists, "sheets": [self._sheet(pricelist, data or {}) for pricelist in pricelists]}

    @api.model
    def _sheet(self, pricelist, options):
        allowed = self.env.companies.filtered(lambda company: company.id == options.get("company_id"))
        return pricelist._price_sheet(
            allowed or pricelist.company_id or self.env.company,
            day=fields.Date.to_date(options.get("date")),
            categories=self.env["product.category"].browse(options.get("categ_ids", ())),
            favorites_only=options.get("favorites_only", False),
            valid_until=fields.Date.to_date(options.get("valid_until")),
        )
