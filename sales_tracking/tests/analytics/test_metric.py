from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..common import SalesTrackingCommon

MARCH = ("2026-03-01", "2026-03-31")


@tagged("post_install", "-at_install")
class TestMetric(SalesTrackingCommon):
    def _metric(self, code):
        return self.env.ref(f"sales_tracking.metric_{code}")

    def test_shipped_metrics_measure_the_slice(self):
        lead = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity", "user_id": self.salesperson.id})
        lead.action_set_won()
        lead.date_closed = "2026-03-10 05:00:00"
        self.env.cr.execute("UPDATE crm_lead SET create_date = '2026-03-06 05:00:00' WHERE id = %s", [lead.id])
        self.env["sales.interaction"].create(
            [
                {"kind": kind, "date": "2026-03-10 05:00:00", "partner_id": self.contact.id}
                for kind in ("call", "call", "chat")
            ]
        )
        with freeze_time("2026-03-10 05:00:00"):
            visit = self.env["sales.visit"].create({"partner_id": self.contact.id})
            visit.action_check_in()
            visit.action_check_out()
        self._order(1000, quantity=3, moment="2026-03-10 05:00:00")
        self._order(500, moment="2026-03-11 05:00:00")
        self._pay(self._invoice(1000), 250, "2026-03-20")
        self._invoice(400, "2026-03-21", move_type="out_refund")
        expected = {
            "ordered": 3500,
            "invoiced": 600,
            "collected": 250,
            "margin": (1000 - 60) - (400 - 60),
            "units": 4,
            "new_customers": 1,
            "won": 1,
            "calls": 2,
            "visits": 1,
            "time_to_close": 4,
            "average_sale": 1750,
            "sales_by_source": 3500,
        }
        self.assertEqual({code: self._metric(code).get_value(*MARCH) for code in expected}, expected)

    def test_credit_notes_are_no_documents(self):
        """Two invoices of 100, one credited in full: 1 net document, whose average is 100. In part: still 2."""
        count, average = self.env["sales.metric"].create(
            [
                {"name": measure, "code": f"net_{measure}", "basis": "invoiced", "measure": measure}
                for measure in ("count", "average_amount")
            ]
        )
        self._invoice(100)
        invoice = self._invoice(100)
        for amount, documents, mean in ((40, 2, 80), (60, 1, 100)):
            self._invoice(amount, "2026-03-20", move_type="out_refund", reversed_entry_id=invoice.id)
            self.assertEqual((count.get_value(*MARCH), average.get_value(*MARCH)), (documents, mean))
        [[number]] = self.env["sales.achievement"]._read_group(
            [("basis", "=", "invoiced"), ("company_id", "=", self.company.id)], [], ["count:sum"]
        )
        self.assertEqual(number, 1)
        self.assertEqual(count.get_value("2026-03-15", "2026-03-31"), -1)

    def test_undefined_is_false_and_nothing_sold_is_zero(self):
        self.assertIs(self._metric("average_sale").get_value(*MARCH), False)
        self.assertIs(self._metric("time_to_close").get_value(*MARCH), False)
        self.assertIs(self._metric("retention").get_value(*MARCH), False)
        self.assertEqual(self._metric("ordered").get_value(*MARCH), 0.0)

    def test_retention(self):
        """S = 4 customers, of whom 3 buy again, beside 2 new ones: E = 5, N = 2, (E − N) / S = 75 %."""
        customers = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(6)])
        for customer in customers[:4]:
            self._order(partner_id=customer.id, moment="2026-02-10 05:00:00")
        for customer in customers[1:]:
            self._order(partner_id=customer.id, moment="2026-03-10 05:00:00")
        self.assertEqual(self._metric("retention").get_value(*MARCH), 0.75)

    def test_limited_to_people_and_teams(self):
        self._order(100, user=self.salesperson, moment="2026-03-10 05:00:00")
        self._order(200, user=self.peer, moment="2026-03-10 05:00:00", team_id=self.other_team.id)
        metric = self._metric("ordered")
        self.assertEqual(metric.get_value(*MARCH, user_ids=self.peer.ids), 200)
        self.assertEqual(metric.get_value(*MARCH, team_ids=self.team.ids), 100)
        self.assertEqual(metric.get_value(*MARCH, user_ids=[]), 0)
        self.assertEqual(metric.get_value(*MARCH, company_id=self.company_2.id), 0)

    def test_under_the_rights_of_the_caller(self):
        self._order(100, user=self.salesperson, moment="2026-03-10 05:00:00")
        self._order(200, user=self.peer, moment="2026-03-10 05:00:00")
        metric = self._metric("ordered")
        self.assertEqual(metric.with_user(self.salesperson).get_value(*MARCH), 100)
        self.assertEqual(metric.with_user(self.salesperson).get_value(*MARCH, user_ids=self.peer.ids), 0)
        self.assertEqual(metric.with_user(self.lead_user).get_value(*MARCH), 300)

    def test_filter_on_the_facts(self):
        self._order(100, moment="2026-03-10 05:00:00", sales_type="export")
        self._order(200, moment="2026-03-10 05:00:00", sales_type="cash")
        metric = self.env["sales.metric"].create(
            {
                "name": "Exports",
                "code": "exports",
                "basis": "ordered",
                "measure": "amount",
                "domain": "[('sales_type', '=', 'export')]",
            }
        )
        self.assertEqual(metric.get_value(*MARCH), 100)

    def test_bad_filters_are_refused(self):
        for domain in ("[('no_such_field', '=', 1)]", "[(", "__import__('os')", "[('sales_type', '=')]"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self._metric("ordered").domain = domain

    def test_bad_periods_are_refused(self):
        for period in (("2026-03-31", "2026-03-01"), (False, "2026-03-01")):
            with self.subTest(period), self.assertRaises(UserError):
                self._metric("ordered").get_value(*period)

    def test_days_to_close_are_of_won_deals(self):
        with self.assertRaises(ValidationError):
            self._metric("time_to_close").basis = "ordered"

    def test_constant_number_of_queries(self):
        metric = self._metric("ordered")

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            metric.get_value(*MARCH)
            return self.env.cr.sql_log_count - before

        self._order(moment="2026-03-10 05:00:00")
        queries()
        few = queries()
        for _index in range(10):
            self._order(moment="2026-03-10 05:00:00")
        self.assertEqual(queries(), few)

    def test_opens_its_facts(self):
        action = self._metric("calls").action_open_facts()
        self.assertEqual(action["res_model"], "sales.achievement")
        self.env["sales.interaction"].create({"kind": "call"})
        self.env["sales.interaction"].create({"kind": "chat"})
        self.assertEqual(self.env["sales.achievement"].search_count(action["domain"]), 1)
