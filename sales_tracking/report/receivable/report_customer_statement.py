from odoo import api, fields, models


class ReportCustomerStatement(models.AbstractModel):
    """What customers owe on paper, each in its own language."""

    _name = "report.sales_tracking.report_customer_statement"
    _description = "Customer Statement on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """:param dict data: `company_id` and `as_of`, both optional"""
        data = data or {}
        allowed = self.env.companies.filtered(lambda company: company.id == data.get("company_id"))
        company = allowed or self.env.company
        customers = self.env["res.partner"].browse(docids)
        customers._check_receivable_statement_access()
        as_of = fields.Date.to_date(data.get("as_of"))
        return {
            "docs": customers,
            "statements": [
                customer.with_context(lang=customer.lang or self.env.lang)._get_receivable_statement(company, as_of)
                for customer in customers
            ],
        }
