from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestCommissionSimulation(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan([cls._percent(0.05)], cls.salesperson | cls.peer)
        for amount, user in ((1000, cls.salesperson), (2000, cls.peer)):
            cls._invoice(amount, "2026-03-05", user=user)
        cls.plan.action_compute("2026-03-01")
        cls.draft = cls.plan.version_ids.copy({"date_from": "2026-06-01", "reason": "Raise"})
        cls.draft.rule_ids.rate = 0.06

    def _simulation(self, user=None, **vals):
        return (
            self.env["sales.commission.simulation"]
            .with_user(user or self.manager)
            .create({"version_id": self.draft.id, **vals})
        )

    def test_periods(self):
        today = self.company._sales_today()
        first, last = self.plan._period_bounds(today)
        simulation = self._simulation(period="current")
        self.assertEqual((simulation.date_from, simulation.date_to), (first, last))
        simulation.period = "last"
        self.assertEqual(simulation.date_to.month, (first.month - 2) % 12 + 1)
        self.assertEqual((simulation.date_from, simulation.date_to), self.plan._period_bounds(simulation.date_to))
        simulation.period = "year"
        self.assertEqual(self.plan._period_bounds(simulation.date_from)[0], simulation.date_from)
        self.assertEqual((simulation.date_to - simulation.date_from).days in (364, 365), True)
        custom = self._simulation(period="custom", date_from="2026-03-01", date_to="2026-03-31")
        self.assertEqual(custom.date_from, self._day("2026-03-01"))

    def test_before_and_after(self):
        """6 % instead of 5 %, person by person; nothing is written to the ledger."""
        simulation = self._simulation(period="custom", date_from="2026-03-01", date_to="2026-03-31")
        entries = self.env["sales.commission.entry"].search_count([])
        simulation.action_run()
        figures = {line.partner_id: (line.other_amount, line.amount) for line in simulation.person_line_ids}
        self.assertEqual(figures, {self.salesperson.partner_id: (50, 60), self.peer.partner_id: (100, 120)})
        self.assertEqual(simulation.person_line_ids.mapped("difference"), [20, 10])
        self.assertEqual(self.env["sales.commission.entry"].search_count([]), entries)
        action = simulation.action_open_chart()
        lines = self.env["sales.commission.simulation.line"].with_user(self.manager).search(action["domain"])
        self.assertEqual(sorted(lines.mapped("amount")), [50, 60, 100, 120])
        simulation.action_run()
        self.assertEqual(len(simulation.line_ids), 4)

    def test_who_simulates(self):
        for user in (self.salesperson, self.lead_user, self.foreign_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._simulation(user)

    def test_empty_run_is_explained_on_the_plan(self):
        plan = self._plan([self._percent(0.05)], self.salesperson, date_from="2026-03-01")
        plan.assignment_ids.date_from = "2026-12-31"
        plan.with_user(self.manager).action_compute_now()
        runs = plan.with_user(self.manager).run_ids
        self.assertEqual(set(runs.mapped("entries")), {0})
        self.assertIn("documents of people who are not assigned to the plan: 2", runs.mapped("left_out"))
