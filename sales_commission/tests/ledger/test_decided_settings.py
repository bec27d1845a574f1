from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesCommissionCommon

AUGUST, SEPTEMBER = "2026-08-15", "2026-09-15"


@tagged("post_install", "-at_install")
class TestDecidedSettings(SalesCommissionCommon):
    """What was decided until August stays when the settings of the company change; they hold from then on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.on_cash = [cls._percent(0.1, cls.metric_collected)]

    def _confirm(self, plan):
        plan.action_compute(AUGUST)
        self._statement(plan, day="2026-08-01").with_user(self.administrator).action_confirm()
        self.env.flush_all()

    def _later(self, plan):
        before = self._entries(plan)
        for day in (AUGUST, SEPTEMBER, AUGUST):
            plan.action_compute(day)
        return (self._entries(plan) - before).sorted("id").mapped("amount")

    def _pay_less(self, invoice, amount, day, account):
        """A payment of a part, the rest of the invoice going to an account."""
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {
                "amount": amount,
                "payment_date": day,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": account.id,
            }
        )._create_payments()

    def _settings_change(self, change):
        """900 of 1,000 paid in August and in September, 100 written off: what the change brings."""
        account = self.company_data["default_account_expense"]
        plan = self._plan(self.on_cash)
        self._pay_less(self._invoice(1000, "2026-08-10"), 900, "2026-08-12", account)
        self._confirm(plan)
        self.assertEqual(self._amounts(plan), [90])
        change(account)
        self.assertEqual(self._later(plan), [], "decided")
        self._pay_less(self._invoice(1000, "2026-09-10"), 900, "2026-09-12", account)
        self.assertEqual(self._later(plan), [100])
        return plan

    def test_write_offs(self):
        self._settings_change(lambda account: self.company.write({"sales_commission_write_off_is_cash": True}))

    def test_accounts_that_count_as_money(self):
        plan = self._settings_change(lambda account: self.company.write({"money_account_ids": account.ids}))
        # Nothing was decided since: the next change holds for September as well.
        self.company.money_account_ids = [Command.clear()]
        self.assertEqual(self._later(plan), [-10])
        kept = self.env["sales.company.setting"].search([("company_id", "=", self.company.id)])
        self.assertEqual((kept.date_to, len(kept.money_account_ids)), (self._day("2026-08-31"), 0))
        with self.assertRaises(UserError):
            kept.date_to = "2026-09-30"

    def test_down_payments(self):
        """300 of an order of August were invoiced and paid in advance: September brings the rest, by either choice."""
        plan = self._plan([self._percent(0.1)])
        order = self._order(1000, moment="2026-08-10 03:00:00")
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": order.ids, "advance_payment_method": "percentage", "amount": 30}
        )
        advance = wizard._create_invoices(order)
        advance.write({"invoice_date": "2026-08-11", "invoice_payment_term_id": False})
        advance.action_post()
        self._confirm(plan)
        self.assertEqual(self._amounts(plan), [30])
        self.company.sales_commission_down_payment = "final"
        self.assertEqual(self._later(plan), [])
        final = order._create_invoices(final=True)
        final.write({"invoice_date": "2026-09-10", "invoice_payment_term_id": False})
        final.action_post()
        self.assertEqual(sum(self._later(plan)), 70)

    def test_nothing_decided(self):
        self.company.sales_commission_write_off_is_cash = True
        self.assertFalse(self.env["sales.company.setting"].search([("company_id", "=", self.company.id)]))

    def test_time_zone(self):
        """An order of 31 August in the evening stays one of August."""
        metric = self.env.ref("sales_tracking.metric_ordered")
        plan = self._plan([self._percent(0.1, metric)])
        self._order(1000, moment="2026-08-31 16:30:00")
        zone = self.company.sales_tz
        self.company.sales_tz = "UTC"
        self.company.sales_tz = zone
        self._confirm(plan)
        with self.assertRaisesRegex(UserError, "stays"):
            self.company.sales_tz = "Pacific/Auckland"
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Elsewhere", "tz": "Pacific/Auckland"}
        )
        self.assertEqual(self.company.sales_tz, zone)
        self.assertEqual(self._later(plan), [])

    def test_closed_target(self):
        target = self.env["sales.target"].create(
            {
                "metric_id": self.metric_collected.id,
                "user_id": self.salesperson.id,
                "date_from": "2026-08-01",
                "amount": 1000,
            }
        )
        target.action_approve()
        account = self.company_data["default_account_expense"]
        self._pay_less(self._invoice(1000, "2026-08-10"), 900, "2026-08-12", account)
        target.action_start()
        target.action_close()
        self.company.sales_commission_write_off_is_cash = True
        self.env.flush_all()
        target.invalidate_recordset()
        self.assertEqual((target.actual, target.adjustment), (900, 0))
