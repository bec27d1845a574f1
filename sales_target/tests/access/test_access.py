from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestAccess(SalesTargetCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_target = cls._target(scope="company")
        cls.team_target = cls._target(scope="team")
        cls.other_team_target = cls._target(scope="team", team_id=cls.other_team.id)
        cls.own = cls._target()
        cls.peers = cls._target(user_id=cls.peer.id)
        cls.foreign = cls._target(scope="company", company_id=cls.company_2.id)
        cls._invoice(1000, "2026-02-04")
        cls._invoice(5000, "2026-02-04", user=cls.peer)
        cls.env.flush_all()

    def _seen(self, user):
        """What a user finds, by each way to look; they have to agree."""
        self.env.invalidate_all()
        target = self.env["sales.target"].with_user(user)
        report = self.env["sales.target.report"].with_user(user)
        seen = target.search([]).ids
        self.assertEqual(report.search([]).target_id.ids, seen)
        self.assertEqual([row["target_id"] for row in target.get_report("2026-03-01")], seen)
        self.assertCountEqual(report._read_group([], [], ["id:array_agg"])[0][0] or [], seen)
        return target.browse(seen).sudo()

    def test_salesperson_sees_the_own_targets(self):
        self.assertEqual(self._seen(self.salesperson), self.own)
        self.assertEqual(self.own.with_user(self.salesperson).actual, 1000)

    def test_lead_sees_the_team_and_its_people(self):
        self.assertEqual(self._seen(self.lead_user), self.team_target | self.own | self.peers)

    def test_all_documents_sees_the_company(self):
        user = self._user("all", "sales_team.group_sale_salesman_all_leads")
        everything = self.company_target | self.team_target | self.other_team_target | self.own | self.peers
        self.assertEqual(self._seen(user), everything)
        self.assertEqual(self._seen(self.manager), everything)

    def test_other_company(self):
        self.assertEqual(self._seen(self.foreign_user), self.foreign)
        with self.assertRaises(AccessError):
            self.own.with_user(self.foreign_user).read(["amount"])

    def test_salesperson_does_not_read_a_peers(self):
        for record in (self.peers, self.team_target, self.company_target):
            with self.assertRaises(AccessError):
                record.with_user(self.salesperson).read(["amount"])
            with self.assertRaises(AccessError):
                record.with_user(self.salesperson).get_report("2026-03-01")
            with self.assertRaises(AccessError):
                record.with_user(self.salesperson).action_open_facts()
            report = self.env["sales.target.report"].with_user(self.salesperson).browse(record.id)
            with self.assertRaises(AccessError):
                report.read(["actual"])

    def test_groups_hold_only_the_own(self):
        report = self.env["sales.target.report"].with_user(self.salesperson)
        groups = report.formatted_read_group([], ["user_id"], ["actual:sum", "amount:sum", "__count"])
        self.assertEqual(
            [(group["user_id"][0], group["actual:sum"], group["__count"]) for group in groups],
            [(self.salesperson.id, 1000, 1)],
        )
        target = self.env["sales.target"].with_user(self.salesperson)
        self.assertEqual(target._read_group([], [], ["amount:sum", "__count"]), [(90000, 1)])

    def test_nobody_but_the_administrator_plans(self):
        all_documents = self._user("all", "sales_team.group_sale_salesman_all_leads")
        for user in (self.salesperson, self.lead_user, all_documents):
            target = self.own.with_user(user)
            for change in (
                lambda target: target.write({"amount": 1}),
                lambda target: target.write({"state": "approved"}),
                lambda target: target.action_approve(),
                lambda target: target.unlink(),
                lambda target: target.copy({"date_from": "2026-03-01", "date_to": "2026-03-31"}),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    change(target)
        self.own.with_user(self.manager).action_approve()
        self.assertEqual(self.own.state, "approved")

    def test_report_is_read_only(self):
        report = self.env["sales.target.report"].with_user(self.manager).browse(self.own.id)
        with self.assertRaises(AccessError):
            report.write({"amount": 1})
        with self.assertRaises(AccessError):
            report.unlink()

    def test_portal_is_refused(self):
        for model_name in ("sales.target", "sales.target.report"):
            model = self.env[model_name].with_user(self.portal_user)
            with self.subTest(model_name), self.assertRaises(AccessError):
                model.search([])
            with self.subTest(model_name), self.assertRaises(AccessError):
                model.browse(self.own.id).read(["amount"])
        with self.assertRaises(AccessError):
            self.env["sales.target"].with_user(self.portal_user).get_report("2026-03-01")

    def test_salesperson_may_discuss_the_own_target(self):
        self.own.with_user(self.salesperson).message_post(body="Two customers postponed to March.")
        with self.assertRaises(AccessError):
            self.peers.with_user(self.salesperson).message_post(body="Hello")

    def test_own_figure_counts_documents_that_are_out_of_sight(self):
        """A share of a colleague's invoice counts, although its salesperson alone may open it."""
        target = self._target(metric="ordered")
        order = self._order(
            1000, moment="2026-02-10 05:00:00", user=self.peer, shares={self.salesperson: 30, self.peer: 70}
        )
        self.assertFalse(order.with_user(self.salesperson).has_access("read"))
        self.assertEqual(target.with_user(self.salesperson).actual, 300)

    def test_refusals_name_what_the_reader_may_see(self):
        """Row R5: another company's targets are counted, not named."""
        vals = {
            "metric_id": self._metric("invoiced").id,
            "scope": "company",
            "amount": 1,
            "date_from": "2026-02-01",
            "date_to": "2026-02-28",
        }
        targets = self.env["sales.target"].with_user(self.manager).sudo()
        for company, words in (
            (self.company_2, r"targets that you may not see \(1\)"),
            (self.company, self.company_target.display_name),
        ):
            with self.subTest(company.name), self._refused(ValidationError, words):
                targets.create({**vals, "company_id": company.id})
        self.foreign.action_approve()
        self.foreign.action_start()
        self.foreign.action_close()
        metric = self._metric("invoiced")
        with self.assertRaises(UserError) as caught:
            metric.with_user(self.manager)._check_redefinition()
        self.assertIn("closed targets that you may not see (1)", str(caught.exception))
        self.assertNotIn(self.company_2.name, str(caught.exception))
        self.assertNotIn(self.foreign.display_name, str(caught.exception))
