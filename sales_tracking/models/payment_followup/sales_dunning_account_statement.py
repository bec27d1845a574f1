from odoo import models

REPORT = "sales_tracking.report_customer_statement"


class SalesDunningAccount(models.Model):
    """A reminder with the invoices brings the customer's statement along."""

    _inherit = "sales.dunning.account"

    def _attachments(self, level, items, lang):
        attachment_ids = super()._attachments(level, items, lang)
        if not level.attach_invoices:
            return attachment_ids
        customer = self.partner_id.with_context(lang=lang)
        report = self.env["ir.actions.report"].with_company(self.company_id).with_context(lang=lang)
        content, extension = report._render(REPORT, customer.ids, {"company_id": self.company_id.id})
        statement = self.env["ir.attachment"].create(
            {
                "name": f"{customer._customer_statement_file_name()}.{extension}",
                "raw": content,
                # The message that is posted with it takes it over.
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        return [*attachment_ids, statement.id]
