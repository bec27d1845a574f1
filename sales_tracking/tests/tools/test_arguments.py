from datetime import date

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ...tools.arguments import given_day, given_ids, selected_records


@tagged("post_install", "-at_install")
class TestArguments(TransactionCase):
    """What callers give is read with a refusal that says what is wrong with it."""

    def test_days(self):
        self.assertEqual(given_day(self.env, "2026-02-28"), date(2026, 2, 28))
        self.assertIsNone(given_day(self.env, False))
        for value in ("x", "2026-02-30", 7, True, ["2026-02-28"], {"day": 1}):
            with self.subTest(value=value), self.assertRaisesRegex(UserError, "is no day"):
                given_day(self.env, value)

    def test_ids(self):
        self.assertEqual(given_ids(self.env, 7), [7])
        self.assertEqual(given_ids(self.env, [7, 8]), [7, 8])
        self.assertEqual(given_ids(self.env, None), [])
        for value in ("x", True, ["7"], [[7]], {"x": 1}, 2**40):
            with self.subTest(value=value), self.assertRaisesRegex(UserError, "names no records"):
                given_ids(self.env, value)

    def test_selection_of_a_dialog(self):
        partner = self.env["res.partner"].create({"name": "Toko Pala"})
        partners = self.env["res.partner"].with_context(active_model="res.partner", active_ids=[partner.id, 2**31 - 1])
        self.assertEqual(selected_records(partners), partner)
        self.assertFalse(selected_records(partners.with_context(active_model="res.users")))
        with self.assertRaises(UserError):
            selected_records(partners.with_context(active_ids="x"))

    def test_reports_and_jobs(self):
        metric = self.env.ref("sales_tracking.metric_ordered")
        for call in (
            lambda: metric.get_value("x", "2026-12-31"),
            lambda: metric.get_value("2026-01-01", "2026-12-31", user_ids=["x"]),
            lambda: self.env["sales.receivable.report"].get_aging(as_of={"x": 1}),
            lambda: self.env["sales.receivable.report"].get_aging(partner_ids="x"),
            lambda: self.env["sales.quotation.cadence"].run(today="x"),
            lambda: self.env["sales.interaction"].action_backfill(date_from="x"),
        ):
            with self.assertRaises(UserError):
                call()
