from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..visit.common_visit import FAR
from .common_journey import JourneyCommon

WEEK = (date(2026, 3, 2), date(2026, 3, 8))


@tagged("post_install", "-at_install")
class TestCoverage(JourneyCommon):
    """40 due, 31 verified, 12 of them with an order, 5 unplanned: coverage 77.5 %, effective 38.7 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shops = cls._customers(40, cls.weekly)
        with freeze_time("2026-02-27 03:00:00"):
            cls.plan = cls._plan(date_to="2026-03-08")
            cls.plan.action_generate()
            cls.plan.action_publish()

    def _make(self, visits, position=None, late=0):
        """Check in and out on each visit at its customer, on its day or days later."""
        for visit in visits.with_user(self.salesperson):
            place = (visit.partner_id.partner_latitude, visit.partner_id.partner_longitude)
            with freeze_time(visit.date_start + timedelta(days=late)):
                visit.action_check_in(*(position or place))
                visit.action_check_out()

    def _sell(self, visits):
        self.env["sale.order"].create(
            [
                {"partner_id": visit.partner_id.id, "user_id": self.salesperson.id, "company_id": self.company.id,
                 "date_order": visit.check_out_time, "state": "sale"}
                for visit in visits
            ]
        )  # fmt: skip

    def _coverage(self, user=None, **arguments):
        plans = self.env["sales.journey.plan"].with_user(user or self.lead_user)
        self.env.invalidate_all()
        with freeze_time("2026-03-08 05:00:00"):
            return plans.get_coverage(*WEEK, **arguments)

    def _week_of_the_page(self):
        visits = self.plan.visit_ids.sorted("date_start")
        self._make(visits[:31])
        self._sell(visits[:12])
        self._make(visits[31:33], position=FAR)
        with freeze_time("2026-03-06 04:00:00"):
            unplanned = (
                self.env["sales.visit"]
                .with_user(self.salesperson)
                .create([{"partner_id": self.contact.id, "date_start": "2026-03-06 04:00:00"} for _number in range(5)])
            )
            unplanned.flush_recordset()
        self.env.cr.execute(
            "UPDATE sales_visit SET create_date = '2026-03-06 04:00:00' WHERE id = ANY(%s)", [unplanned.ids]
        )
        self.env.invalidate_all()
        self.env.add_to_compute(unplanned._fields["is_unplanned"], unplanned)
        for visit in unplanned:
            with freeze_time("2026-03-06 09:00:00"):
                visit.action_check_in(*FAR)
                visit.action_check_out()
        return visits, unplanned

    def test_worked_numbers(self):
        visits, unplanned = self._week_of_the_page()
        self.assertTrue(all(unplanned.mapped("is_unplanned")))
        self.assertFalse(any(visits.mapped("is_unplanned")))
        coverage = self._coverage()
        self.assertEqual(
            {name: coverage[name] for name in ("due", "planned", "made", "verified", "effective", "unplanned")},
            {"due": 40, "planned": 40, "made": 38, "verified": 31, "effective": 12, "unplanned": 5},
        )
        self.assertAlmostEqual(coverage["coverage"], 0.775)
        self.assertAlmostEqual(coverage["effective_rate"], 12 / 31)
        self.assertEqual(round(100 * coverage["effective_rate"], 1), 38.7)
        self.assertAlmostEqual(coverage["adherence"], 33 / 40)

    def test_the_same_as_metrics(self):
        self._week_of_the_page()
        values = {}
        with freeze_time("2026-03-08 05:00:00"):
            for metric in self.env["sales.metric"].search([("code", "like", "visit")]):
                values[metric.code] = metric.with_user(self.manager).get_value(
                    *WEEK, user_ids=self.salesperson.ids, company_id=self.company.id
                )
        self.assertEqual(values["visits_due"], 40)
        self.assertAlmostEqual(values["visit_coverage"], 0.775)
        self.assertEqual(round(100 * values["effective_visits"], 1), 38.7)
        self.assertAlmostEqual(values["visit_adherence"], 33 / 40)
        self.assertEqual(values["visits_unplanned"], 5)
        self.assertEqual(values["visits_not_made"], 7)
        self.assertEqual(values["visits_without_sale"], 21)
        metric = self.env["sales.metric"].create(
            {"name": "Coverage", "code": "own_coverage", "basis": "visit_due", "measure": "coverage"}
        )
        self.assertEqual(metric.unit, "percent")
        with self.assertRaisesRegex(ValidationError, "Visits Due"):
            metric.basis = "invoiced"

    def test_adherence_is_of_the_day_of_the_plan(self):
        visits = self.plan.visit_ids.sorted("date_start")
        self._make(visits[:8], late=1)
        coverage = self._coverage()
        self.assertEqual((coverage["verified"], coverage["adherence"]), (8, 0.0))

    def test_a_cancelled_visit_of_a_plan_stays_due(self):
        visits = self.plan.visit_ids.sorted("date_start")
        visits[:3].with_user(self.salesperson).action_cancel()
        by_hand = self._visit(date_start="2026-03-05 03:00:00")
        by_hand.action_cancel()
        self.assertEqual(self._coverage()["due"], 40)

    def test_what_is_ahead_is_planned_and_not_due(self):
        with freeze_time("2026-03-04 05:00:00"):
            coverage = self.env["sales.journey.plan"].with_user(self.lead_user).get_coverage(*WEEK)
        self.assertEqual((coverage["planned"], coverage["due"]), (40, 24))

    def test_a_quotation_is_no_sale(self):
        visits = self.plan.visit_ids.sorted("date_start")
        self._make(visits[:1])
        order = self.env["sale.order"].create(
            {"partner_id": visits[0].partner_id.id, "user_id": self.salesperson.id, "company_id": self.company.id}
        )
        order.date_order = visits[0].check_out_time
        self.assertEqual(self._coverage()["effective"], 0)

    def test_results_in_the_words_of_the_trade(self):
        visits = self.plan.visit_ids.sorted("date_start")
        self._make(visits[:3])
        self._sell(visits[:1])
        closed = self.env.ref("sales_tracking.sales_interaction_outcome_closed")
        stocked = self.env.ref("sales_tracking.sales_interaction_outcome_enough_stock")
        no_way = self.env.ref("sales_tracking.sales_interaction_outcome_no_way")
        visits[1].with_user(self.salesperson).outcome_id = closed
        visits[2].with_user(self.salesperson).outcome_id = stocked
        visits[3].with_user(self.salesperson).unvisited_reason_id = no_way
        self.env.flush_all()
        with freeze_time("2026-03-08 05:00:00"):
            report = self.env["sales.journey.report"].with_user(self.lead_user)
            rows = {row.visit_id: row for row in report.search([("journey_plan_id", "=", self.plan.id)])}
            self.assertEqual(
                [rows[visit].result for visit in visits[:4]], ["effective", "out_of_store", "no_sale", "unvisited"]
            )
            self.assertEqual(rows[visits[3]].unvisited_reason_id, no_way)
        self.assertEqual(visits[:4].mapped("actual_sequence"), [1, 2, 3, 0])

    def test_who_sees_what(self):
        self._make(self.plan.visit_ids.sorted("date_start")[:2])
        for user, due in ((self.salesperson, 40), (self.lead_user, 40), (self.manager, 40), (self.peer, 0),
                          (self.foreign_user, 0)):  # fmt: skip
            self.assertEqual(self._coverage(user)["due"], due, user.login)
        self.assertIs(self._coverage(self.peer)["coverage"], False)
        self.assertEqual(self._coverage(user_ids=self.peer.ids)["due"], 0)
        with self.assertRaises(UserError):
            self.env["sales.journey.plan"].get_coverage("2026-03-08", "2026-03-02")
