from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestClosing(SalesTargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.february = cls._target(1000, metric="ordered")
        cls.march = cls._target(1000, metric="ordered", date_from="2026-03-01", date_to="2026-03-31")
        cls.april = cls._target(1000, metric="ordered", date_from="2026-04-01", date_to="2026-04-30")
        for target in (cls.february, cls.march, cls.april):
            target.action_approve()
            target.action_start()

    def _actuals(self, as_of="2026-04-30"):
        rows = (self.february | self.march | self.april).get_report(as_of)
        return [row["actual"] for row in rows[::-1]]

    def test_cancelled_after_closing(self):
        """The frozen figure stays; what went away is missing in the open period."""
        order = self._order(400, moment="2026-02-10 05:00:00")
        self._order(500, moment="2026-02-12 05:00:00")
        self._order(300, moment="2026-03-10 05:00:00")
        self.february.action_close()
        self.assertEqual(self._actuals(), [900, 300, 0])
        order._action_cancel()
        self.assertEqual(self._actuals(), [900, -100, 0])
        figures = self._figures(self.march)
        self.assertEqual((figures["adjustment"], figures["actual"]), (-400, -100))
        self.assertEqual(self._figures(self.february)["adjustment"], False)

    def test_an_adjustment_counts_once(self):
        order = self._order(400, moment="2026-02-10 05:00:00")
        self.february.action_close()
        order._action_cancel()
        self._order(300, moment="2026-03-10 05:00:00")
        self.march.action_close()
        self.assertEqual(self.march.closed_actual, -100)
        self.assertEqual(self._actuals(), [400, -100, 0], "March has taken the adjustment, April has none of it")
        order.action_draft()
        order.action_confirm()
        order.date_order = "2026-02-10 05:00:00"
        self.assertEqual(self._actuals(), [400, -100, 400], "ordered again")

    def test_refund_after_closing_counts_where_it_is_dated(self):
        february = self._target(1000)
        march = self._target(1000, date_from="2026-03-01", date_to="2026-03-31")
        (february | march).action_approve()
        (february | march).action_start()
        self._invoice(800, "2026-02-10")
        february.action_close()
        self._invoice(300, "2026-03-05", move_type="out_refund")
        self._invoice(50, "2026-02-20", move_type="out_refund")
        figures = {row["target_id"]: row for row in (february | march).get_report("2026-03-31")}
        self.assertEqual(figures[february.id]["actual"], 800)
        self.assertEqual((figures[march.id]["actual"], figures[march.id]["adjustment"]), (-350, -50))

    def test_a_reader_of_the_open_target_sees_its_adjustment(self):
        order = self._order(400, moment="2026-02-10 05:00:00")
        self.february.action_close()
        order._action_cancel()
        [figures] = self.march.with_user(self.salesperson).get_report("2026-03-31")
        self.assertEqual(figures["adjustment"], -400)

    def test_run_rate_leaves_the_adjustment_alone(self):
        """March has 22 working days; 11 are complete. 220 in these become 440, less the 400 that went away once."""
        order = self._order(400, moment="2026-02-10 05:00:00")
        self.february.action_close()
        order._action_cancel()
        self._order(220, moment="2026-03-10 05:00:00")
        self.assertAlmostEqual(self._figures(self.march, "2026-03-17")["run_rate"], 40)

    def test_other_people_and_metrics_are_not_adjusted(self):
        peers = self._target(1000, metric="ordered", user_id=self.peer.id, date_from="2026-03-01", date_to="2026-03-31")
        invoiced = self._target(1000, date_from="2026-03-01", date_to="2026-03-31")
        (peers | invoiced).action_approve()
        order = self._order(400, moment="2026-02-10 05:00:00")
        self.february.action_close()
        order._action_cancel()
        self.assertEqual([row["actual"] for row in (peers | invoiced).get_report("2026-03-31")], [0, 0])

    def test_reopened_follows_the_documents_again(self):
        order = self._order(400, moment="2026-02-10 05:00:00")
        self.february.action_close()
        order._action_cancel()
        self.february.action_reopen()
        self.assertEqual(self._actuals(), [0, 0, 0])
        self.assertFalse(self.february.closed_on)

    def test_looking_back_into_a_closed_period(self):
        """As of a day within the period, what had been reached by then; the frozen result from its last day on."""
        order = self._order(400, moment="2026-02-10 05:00:00")
        self._order(500, moment="2026-02-20 05:00:00")
        self.february.action_close()
        order._action_cancel()
        self.assertEqual(self._figures(self.february, "2026-02-21")["actual"], 500)
        self.assertEqual(self._figures(self.february, "2026-02-28")["actual"], 900)

    def test_not_before_the_period_is_over(self):
        for day, refused in (("2026-02-28 05:00:00", True), ("2026-03-01 05:00:00", False)):
            with freeze_time(day):
                if refused:
                    with self._refused(UserError, "lasts until 02/28/2026"):
                        self.february.action_close()
                else:
                    self.february.action_close()
        self.assertEqual(self.february.state, "closed")

    def test_what_was_measured_stays(self):
        metric = self.february.metric_id
        metric.name = "Ordered Net"
        metric.basis = "ordered"
        self.february.action_close()
        with self._refused(UserError, "which is closed"):
            metric.basis = "invoiced"

    def test_closed_together(self):
        """The later one takes the adjustment of the earlier one, in whichever order they are selected."""
        order = self._order(400, moment="2026-02-10 05:00:00")
        self.february.action_close()
        order._action_cancel()
        (self.april | self.march).action_close()
        self.assertEqual((self.march.closed_actual, self.april.closed_actual), (-400, 0))

    def test_an_average_that_is_undefined_stays_blank(self):
        target = self._target(2500, metric="average_sale")
        target.action_approve()
        target.action_start()
        target.action_close()
        self._order(1000, moment="2026-02-10 05:00:00")
        self.assertIs(target.closed_actual, False)
        self.assertIs(self._figures(target)["actual"], False)

    def test_rates_that_are_edited_later_move_nothing(self):
        euro = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "EUR")])
        euro.active = True
        rates = self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "company_id": self.company.id, "name": "2026-02-01", "rate": 0.5}
        )
        target = self._target()
        self._invoice(1000, "2026-02-10", currency_id=euro.id)
        self.assertEqual(self._figures(target)["actual"], 2000)
        rates.rate = 0.8
        self.assertEqual(self._figures(target)["actual"], 2000)


@tagged("post_install", "-at_install")
class TestForecast(SalesTargetCommon):
    def _deal(self, revenue, probability, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "expected_revenue": revenue,
                "probability": probability,
                **vals,
            }
        )

    def test_worked_numbers(self):
        """42,000 closed, 20,000 at 60 % and 30,000 at 30 % open: 63,000, which is 70 % of 90,000."""
        target = self._target()
        self._invoice(42000, "2026-02-04")
        self._deal(20000, 60, date_deadline="2026-02-25")
        self._deal(30000, 30)
        figures = self._figures(target, "2026-02-18")
        self.assertEqual((figures["pipeline"], figures["forecast"]), (21000, 63000))
        self.assertAlmostEqual(figures["forecast_attainment"], 0.7)
        self.assertAlmostEqual(figures["run_rate"], 70000, msg="the other forecast, never added")
        with freeze_time("2026-02-18 03:00:00"):
            self.assertEqual((target.pipeline, target.forecast), (21000, 63000))
            [row] = self.env["sales.target.report"].search_read([], ["pipeline", "forecast", "run_rate"])
            self.assertEqual((row["pipeline"], row["forecast"]), (21000, 63000))

    def test_deals_count_where_they_are_expected_to_close(self):
        february = self._target()
        march = self._target(date_from="2026-03-01", date_to="2026-03-31")
        january = self._target(date_from="2026-01-01", date_to="2026-01-31")
        self._deal(1000, 50, date_deadline="2026-02-28")
        self._deal(200, 50, date_deadline="2026-03-01")
        self._deal(40, 50, date_deadline="2026-01-10")
        self._deal(8, 50, user_id=self.peer.id)
        self._deal(3000, 50, type="lead")
        self._deal(5000, 50).action_set_lost()
        self._deal(7000, 50).action_set_won()
        rows = {row["target_id"]: row["pipeline"] for row in (january | february | march).get_report("2026-02-18")}
        self.assertEqual(rows, {january.id: False, february.id: 520, march.id: 100})

    def test_team_and_company(self):
        team, company = self._target(scope="team"), self._target(scope="company")
        self._deal(1000, 50)
        self._deal(100, 50, user_id=self.peer.id)
        self._deal(10, 50, team_id=self.other_team.id)
        self._deal(2, 50, company_id=self.company_2.id, team_id=False, user_id=False)
        rows = {row["target_id"]: row["pipeline"] for row in (team | company).get_report("2026-02-18")}
        self.assertEqual(rows, {team.id: 550, company.id: 555})

    def test_limits(self):
        indonesia = self.env.ref("base.id")
        segment = self.env["res.partner.category"].create({"name": "Cafés"})
        self.customer.category_id = segment
        country = self._target(country_id=indonesia.id)
        tagged_target = self._target(segment_id=segment.id)
        category = self._target(categ_id=self.pepper.categ_id.id)
        self._deal(1000, 50, country_id=indonesia.id)
        self._deal(100, 50, partner_id=self.contact.id)
        rows = (country | tagged_target | category).get_report("2026-02-18")
        self.assertEqual(
            {row["target_id"]: row["pipeline"] for row in rows},
            {country.id: 500, tagged_target.id: 50, category.id: False},
        )

    def test_a_number_of_deals(self):
        metric = self._metric("won")
        target = self._target(10, metric_id=metric.id)
        self._deal(1000, 50)
        self._deal(1000, 25)
        self._won_deal(days=3)
        figures = self._figures(target, "2026-02-18")
        self.assertEqual((figures["actual"], figures["pipeline"], figures["forecast"]), (1, 0.75, 1.75))

    def test_metrics_that_deals_say_nothing_of(self):
        self._deal(1000, 50)
        filtered = self.env["sales.metric"].create(
            {"name": "Pepper", "code": "pepper", "domain": f"[('product_id', '=', {self.pepper.id})]"}
        )
        targets = (
            self._target(metric="calls")
            | self._target(metric="average_sale")
            | self._target(metric="margin")
            | self._target(metric_id=filtered.id)
        )
        rows = targets.get_report("2026-02-18")
        self.assertEqual({(row["pipeline"], row["forecast"]) for row in rows}, {(False, False)})
