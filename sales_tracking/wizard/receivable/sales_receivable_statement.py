from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.arguments import selected_records


class SalesReceivableStatement(models.TransientModel):
    """The dialog for receivables as of a day: the aging of all customers, or statements of some of them."""

    _name = "sales.receivable.statement"
    _description = "Receivables as of a Day"
    _inherit = ["sales.onchange.mixin", "sales.xlsx.mixin"]

    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    as_of = fields.Date(
        required=True,
        default=lambda self: self.env.company._sales_today(),
        help="Entries and payments after this day are left out.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Customers",
        default=lambda self: self._default_partner_ids(),
        help="Leave empty to open the aging of all customers.",
    )

    def _default_partner_ids(self):
        """The contacts that the dialog was opened on."""
        is_opened_on_contacts = self.env.context.get("active_model") == "res.partner"
        return is_opened_on_contacts and selected_records(self.env["res.partner"])

    @api.depends("as_of")
    def _compute_display_name(self):
        for dialog in self:
            dialog.display_name = self.env._("Statement, %(day)s", day=format_date(self.env, dialog.as_of))

    def action_open_aging(self):
        """The report as of the day; of the chosen customers if there are any."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_tracking.sales_receivable_report_action")
        action.pop("path", None)
        action["name"] = self.env._("Aging as of %(day)s", day=format_date(self.env, self.as_of))
        action["context"] = {"receivable_as_of": fields.Date.to_string(self.as_of)}
        if self.partner_ids:
            action["domain"] = [("commercial_partner_id", "in", self.partner_ids.commercial_partner_id.ids)]
        return action

    def action_print(self):
        self.ensure_one()
        options = {"company_id": self.company_id.id, "as_of": fields.Date.to_string(self.as_of)}
        report = self.env.ref("sales_tracking.customer_statement_pdf")
        return report.report_action(self._customers(), data=options)

    def action_download_xlsx(self):
        self._customers()
        return super().action_download_xlsx()

    def _customers(self):
        customers = self.partner_ids.commercial_partner_id
        if not customers:
            raise UserError(self.env._("Choose the customers whose statements you want."))
        customers._check_receivable_statement_access()
        return customers

    def _xlsx_sheets(self):
        return [sheet for dialog in self for customer in dialog._customers() for sheet in dialog._sheets_of(customer)]

    def _sheets_of(self, customer):
        customer = customer.with_context(lang=customer.lang or self.env.lang)
        return customer._receivable_statement_sheets(
            customer._get_receivable_statement(self.company_id.with_env(customer.env), self.as_of)
        )
