from odoo.tests import HttpCase, tagged

from ..common import SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestSliceTour(SalesCommissionCommon, HttpCase):
    """One deal from the first call to the confirmed statement, on the screens of those who do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The documents are of today, on the browser's as on the company's calendar.
        cls.company.sales_tz = "UTC"
        cls.accountant = cls._user("accountant", "sales_team.group_sale_salesman_all_leads")
        cls.accountant.group_ids |= cls.env.ref("account.group_account_invoice")
        (cls.salesperson | cls.accountant | cls.administrator | cls.manager).tz = "UTC"
        cls.pepper.write({"invoice_policy": "order", "sale_ok": True})
        year = cls.company._sales_today().year
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Pepper for the season",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "expected_revenue": 1200,
            }
        )
        cls.target = cls.env["sales.target"].create(
            {
                "metric_id": cls.metric_invoiced.id,
                "user_id": cls.salesperson.id,
                "amount": 4000,
                "date_from": f"{year}-01-01",
                "date_to": f"{year}-12-31",
            }
        )
        cls.target.action_approve()
        cls.target.action_start()
        cls.plan = cls._plan(
            [cls._percent(0.05, cls.metric_collected)],
            date_from=f"{year}-01-01",
            name="Salespeople",
            period="year",
        )

    def test_from_the_call_to_the_statement(self):
        self.start_tour("/odoo", "sales_slice_deal", login="salesperson")
        self.start_tour("/odoo", "sales_slice_invoice", login="accountant")
        self.start_tour("/odoo", "sales_slice_figures", login="salesperson")
        self.start_tour("/odoo", "sales_slice_compute", login="administrator")
        self.start_tour("/odoo", "sales_slice_confirm", login="manager")

        interaction = self.env["sales.interaction"].search([("lead_id", "=", self.lead.id)])
        self.assertRecordValues(
            interaction,
            [
                {
                    "kind": "call",
                    "outcome_id": self.env.ref("sales_tracking.sales_interaction_outcome_answered").id,
                    "commercial_partner_id": self.customer.id,
                    "user_id": self.salesperson.id,
                }
            ],
        )
        order = self.lead.order_ids
        self.assertRecordValues(order, [{"state": "sale", "amount_untaxed": 1000, "user_id": self.salesperson.id}])
        invoice = order.invoice_ids
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 0))

        facts = self.env["sales.achievement"].search([("user_id", "=", self.salesperson.id)])
        self.assertCountEqual(
            facts.filtered(lambda fact: fact.basis != "new_customer").mapped(lambda fact: (fact.basis, fact.amount)),
            [
                ("interaction", 0),
                ("won", 1200),
                ("ordered", 1000),
                ("invoiced", 1000),
                ("collected", 300),
                ("collected", 700),
            ],
        )
        self.assertEqual(self.target.attainment, 0.25)

        self.assertEqual(self._entries(self.plan).mapped("amount"), [15, 35])
        statement = self.env["sales.commission.statement"].search([("plan_id", "=", self.plan.id)])
        self.assertRecordValues(
            statement,
            [
                {
                    "user_id": self.salesperson.id,
                    "amount": 50,
                    "state": "confirmed",
                    "confirmed_by_id": self.manager.id,
                }
            ],
        )
        document, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("sales_commission.report_statement", statement.ids)
        )
        self.assertEqual(kind, "pdf")
        self.assertTrue(document.startswith(b"%PDF"))
