from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_receivable import ReceivableCommon


@tagged("post_install", "-at_install")
class TestReceivablePerformance(ReceivableCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-04-10 05:00:00"))

    def _month(self, month, user=None):
        report = self.env["sales.receivable.performance"].with_user(user or self.accountant)
        report.invalidate_model()
        return report.search([("month", "=", month), ("company_id", "=", self.company.id)])

    def test_dso_by_countback(self):
        february = self._claim(80, "2026-03-20", day="2026-02-10")
        self._claim(100, "2026-04-20", day="2026-03-10")
        self._pay(february, 30, "2026-03-25")
        march = self._month("2026-03-01")
        self.assertEqual((march.opening, march.sales, march.closing), (80, 100, 150))
        self.assertEqual(march.dso, 48.5)
        self.assertIn("DSO: 31 days + 62.5 % of 28 days = 48.5", march.explanation)

    def test_more_owed_than_was_ever_invoiced(self):
        self._entry(500, "2020-01-31")
        self._claim(100, "2026-04-20", day="2026-03-10")
        self.assertIs(self._month("2026-03-01").dso, False)

    def test_the_current_month_ends_today(self):
        self._claim(100, "2026-05-01", day="2026-04-05")
        self._claim(900, "2026-05-20", day="2026-04-20")  # posted with a day to come
        month = self._month("2026-04-01")
        self.assertEqual((month.closing, month.not_due, month.dso), (100, 100, 10))

    def test_effectiveness_with_its_formula(self):
        self._claim(60, "2026-04-30", day="2026-02-01")  # not due at the end of March
        late = self._claim(40, "2026-03-10", day="2026-02-05")
        self._claim(50, "2026-03-20", day="2026-03-05")
        self._pay(late, 30, "2026-03-31")
        self._pay(late, 10, "2026-04-01")
        march = self._month("2026-03-01")
        self.assertEqual((march.opening, march.sales, march.closing, march.not_due), (100, 50, 120, 60))
        self.assertAlmostEqual(march.effectiveness, 30 / 90)
        self.assertEqual(march.overdue, 60)
        self.assertIn(
            "($ 100.00 owed before + $ 50.00 invoiced − $ 120.00 owed) ÷ "
            "($ 100.00 + $ 50.00 − $ 60.00 not due) = 33.3 %",
            march.explanation.replace("\xa0", " "),
        )

    def test_due_on_the_last_day_is_not_overdue(self):
        self._claim(100, "2026-03-31", day="2026-03-01")
        self.assertEqual(self._month("2026-03-01").not_due, 100)

    def test_promises_kept(self):
        account = self.env["sales.dunning.account"]._of(self.customer, self.company)
        invoice = self._claim(100, "2026-03-01")
        line = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        for day, state in (
            ("2026-03-05", "kept"), ("2026-03-31", "kept"), ("2026-03-20", "partial"), ("2026-03-21", "broken"),
            ("2026-03-21", "open"), ("2026-03-21", "cancelled"), ("2026-02-01", "kept"),
        ):  # fmt: skip
            self.env["sales.promise"]._create_decided(
                {"account_id": account.id, "move_line_ids": line.ids, "amount": 10, "date": day, "state": state}
            )
        march, february = self._month("2026-03-01"), self._month("2026-02-01")
        self.assertEqual((march.promises, march.promises_kept, march.promise_kept_rate), (4, 2, 0.5))
        self.assertEqual(february.promise_kept_rate, 1)
        self.assertIs(self._month("2026-04-01").promise_kept_rate, False)
        [[rate]] = self.env["sales.receivable.performance"]._read_group(
            [("month", "in", ["2026-02-01", "2026-03-01"]), ("company_id", "=", self.company.id)],
            [],
            ["promise_kept_rate:avg"],
        )
        self.assertEqual(rate, 3 / 5)

    def test_who_may_see_it(self):
        self._claim(100, "2026-04-20", day="2026-03-10")
        self.assertTrue(self._month("2026-03-01", self.manager))
        self.assertFalse(self._month("2026-03-01", self.foreign_accountant))
        for user in (self.salesperson, self.lead_user, self.all_documents, self.portal_user):
            with self.assertRaises(AccessError):
                self._month("2026-03-01", user)
