from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.terms import sales_commission_plan
from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionRun(SalesCommissionCommon):
    def test_marginal_tiers(self):
        plan = self._plan([self._tiers("marginal")])
        for day, amount in (("2026-03-02", 8000), ("2026-03-03", 6000), ("2026-03-04", 16000)):
            self._invoice(amount, day)
        self._invoice(7000, "2026-03-05", move_type="out_refund")
        self.assertEqual(plan.action_compute(MARCH), {"entries": 4, "amount": 1540.0, "skipped": {}})
        self.assertEqual(self._amounts(plan), [400, 420, 1380, -660])
        self.assertEqual(self._entries(plan).sorted("document_date").mapped("kind"), ["earned"] * 3 + ["clawback"])

    def test_whole_tiers(self):
        plan = self._plan([self._tiers("whole")])
        for day, amount in (("2026-03-02", 8000), ("2026-03-03", 6000), ("2026-03-04", 16000)):
            self._invoice(amount, day)
        self._invoice(7000, "2026-03-05", move_type="out_refund")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 1840)
        self.assertEqual(self._amounts(plan), [400, 720, 1880, -1160])

    def test_bounds_of_tiers(self):
        for mode, expected in (
            ("marginal", {9999.99: 500, 10000: 500, 24000: 1620, 30000: 2200, -1000: -50}),
            ("whole", {9999.99: 500, 10000: 800, 24000: 1920, 30000: 3000, -1000: -50}),
        ):
            plan = self._plan([self._tiers(mode)])
            for month, (base, due) in enumerate(expected.items(), start=1):
                with self.subTest(mode=mode, base=base):
                    day = f"2026-{month:02}-10"
                    invoice = self._invoice(abs(base), day, move_type="out_invoice" if base > 0 else "out_refund")
                    self.assertEqual(plan.action_compute(day)["amount"], due)
                    invoice.button_draft()

    def test_backdated_document_reorders_the_shares(self):
        plan = self._plan([self._tiers("marginal")])
        self._invoice(8000, "2026-03-03")
        plan.action_compute(MARCH)
        self._invoice(6000, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 420)
        # The 6,000 come first now and stay below the bound; the 8,000 cross it.
        self.assertEqual(self._amounts(plan), [300, 400, 120])

    def test_percent_of_payments(self):
        plan = self._plan([self._percent(0.05, self.metric_collected)])
        invoice = self._invoice(1000, "2026-03-02", tax=self.tax_15)
        self._pay(invoice, 575, "2026-03-05")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 25)
        self._pay(invoice, 575, "2026-03-06")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 25)

    def test_payments_sum_to_the_whole(self):
        """10.00 in three payments of 100 on 300, in one month or in three."""
        for days in (("2026-03-05", "2026-03-06", "2026-03-07"), ("2026-01-05", "2026-02-05", "2026-03-05")):
            with self.subTest(days=days):
                plan = self._plan([self._percent(1 / 30, self.metric_collected)], [self.peer])
                rule = plan.version_ids.rule_ids
                self.assertEqual(rule.rate, 0.033333)
                invoice = self._invoice(300, "2026-01-02", user=self.peer)
                for day in days:
                    self._pay(invoice, 100, day)
                    plan.action_compute(day)
                self.assertEqual(self._amounts(plan, res_id=invoice.id), [3.33, 3.34, 3.33])

    def test_unmatched_payment_takes_back(self):
        plan = self._plan([self._percent(0.05, self.metric_collected)])
        invoice = self._invoice(1000, "2026-03-02")
        payments = [self._pay(invoice, amount, "2026-03-05") for amount in (300, 400)]
        plan.action_compute(MARCH)
        payments[0].move_id.line_ids.remove_move_reconcile()
        self.assertEqual(plan.action_compute(MARCH)["amount"], -15)
        taken_back = self._entries(plan)[-1]
        self.assertEqual((taken_back.sequence, taken_back.base_amount), (2, -300))
        self.assertEqual(taken_back.explanation, "No longer earns. Posted before: 15.00. Difference: -15.00.")

    def test_second_run_adds_nothing(self):
        plan = self._plan([self._tiers("marginal"), self._percent(0.01, application="stacking")])
        self._invoice(8000, "2026-03-02")
        self._invoice(6000, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH)["entries"], 4)
        self.assertEqual(plan.action_compute(MARCH), {"entries": 0, "amount": 0.0, "skipped": {"up_to_date": 2}})

    def test_correction(self):
        plan = self._plan([self._percent(0.05)])
        invoice = self._invoice(1000, "2026-03-02")
        plan.action_compute(MARCH)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 1200
        invoice.action_post()
        self.assertEqual(plan.action_compute(MARCH)["amount"], 10)
        first, correction = self._entries(plan)
        self.assertEqual((first.amount, first.sequence), (50, 1))
        self.assertEqual((correction.amount, correction.sequence, correction.base_amount), (10, 2, 200))
        self.assertEqual(
            correction.explanation, "1,200.00 × 5\N{NO-BREAK SPACE}% = 60.00. Posted before: 50.00. Difference: 10.00."
        )

    def test_new_salesperson_of_a_document(self):
        plan = self._plan([self._percent(0.05)], self.salesperson | self.peer)
        invoice = self._invoice(1000, "2026-03-02")
        plan.action_compute(MARCH)
        invoice.invoice_user_id = self.peer
        plan.action_compute(MARCH)
        totals = self.env["sales.commission.entry"]._read_group(
            [("plan_id", "=", plan.id)], ["user_id"], ["amount:sum"]
        )
        self.assertEqual(dict(totals), {self.salesperson: 0, self.peer: 50})

    def test_late_document_goes_into_the_open_period(self):
        plan = self._plan([self._percent(0.05)])
        self._invoice(10000, "2026-01-10")
        plan.action_compute("2026-01-31")
        self._statement(plan, day="2026-01-01").with_user(self.administrator).action_confirm()
        self._invoice(2000, "2026-01-20")
        self.assertEqual(plan.action_compute("2026-01-31")["amount"], 100)
        late = self._entries(plan)[-1]
        self.assertEqual(
            [str(day) for day in (late.period_start, late.origin_period_start, late.date, late.document_date)],
            ["2026-03-01", "2026-01-01", TODAY, "2026-01-20"],
        )
        self.assertEqual(late.statement_id, self._statement(plan, day="2026-03-01"))
        self.assertIn("Belongs to January 2026", late.explanation)
        self.assertEqual(self._statement(plan, day="2026-01-01").amount, 500)
        self.assertEqual(plan.action_compute("2026-01-31")["entries"], 0)
        self.assertEqual(plan.action_compute(MARCH)["entries"], 0)

    def test_late_document_skips_a_locked_current_period(self):
        plan = self._plan([self._percent(0.05)])
        self._invoice(1000, "2026-03-02")
        plan.action_compute(MARCH)
        self._statement(plan).with_user(self.administrator).action_confirm()
        self._invoice(1000, "2026-03-03")
        plan.action_compute(MARCH)
        late = self._entries(plan)[-1]
        self.assertEqual([str(late.period_start), str(late.date)], ["2026-04-01", "2026-04-01"])

    def test_late_rate_change(self):
        """5 % becomes 6 % on a locked base of 10,000: 100 in the open period, and the locked figure stays."""
        plan = self._plan([self._percent(0.05)], date_from="2025-12-01")
        self._invoice(10000, "2026-01-10")
        plan.action_compute("2026-01-31")
        locked = self._statement(plan, day="2026-01-01")
        locked.with_user(self.administrator).action_confirm()
        self.env["sales.commission.version"].create(
            {
                "plan_id": plan.id,
                "date_from": "2026-01-01",
                "reason": "Better rate from January",
                "rule_ids": [Command.create(self._percent(0.06))],
            }
        ).action_approve()
        self.assertEqual(plan.action_compute("2026-01-31")["amount"], 100)
        self.assertEqual(locked.amount, 500)
        self.assertEqual(self._statement(plan, day="2026-03-01").amount, 100)

    def test_first_exclusive_rule_and_all_stacking_ones(self):
        metric_big = self.env["sales.metric"].create(
            {"name": "Pepper", "code": "pepper", "domain": [("product_id", "=", self.pepper.id)]}
        )
        plan = self._plan(
            [
                self._percent(0.01, name="All", sequence=20),
                self._percent(0.03, metric_big, name="Pepper", sequence=10),
                self._percent(0.002, name="Bonus", sequence=5, application="stacking"),
            ]
        )
        invoice = self._invoice(1000, "2026-03-02")
        other = self._create_product(name="Clove", lst_price=100, taxes_id=[])
        other_invoice = self._invoice(
            1000,
            "2026-03-03",
            invoice_line_ids=[
                Command.create({"product_id": other.id, "price_unit": 1000, "tax_ids": [Command.clear()]})
            ],
        )
        plan.action_compute(MARCH)
        paid = {(entry.res_id, entry.rule_id.name): entry.amount for entry in self._entries(plan)}
        self.assertEqual(
            paid,
            {
                (invoice.id, "Pepper"): 30,
                (invoice.id, "Bonus"): 2,
                (other_invoice.id, "All"): 10,
                (other_invoice.id, "Bonus"): 2,
            },
        )

    def test_rules_pay_their_role(self):
        plan = self._plan(
            [self._percent(0.05), self._percent(0.02, name="Support", role="support")], self.salesperson | self.peer
        )
        plan.assignment_ids.filtered(lambda assignment: assignment.user_id == self.peer).role = "support"
        self._invoice(1000, "2026-03-02")
        self._invoice(1000, "2026-03-03", user=self.peer)
        plan.action_compute(MARCH)
        self.assertEqual(self._amounts(plan, role="seller"), [50])
        self.assertEqual(self._amounts(plan, role="support"), [20])

    def test_rounding_of_currencies(self):
        for digits, base, expected in ((0, 1010, 51), (2, 100.1, 5.01), (3, 100.01, 5.001)):
            with self.subTest(digits=digits):
                self.company.currency_id.rounding = 10**-digits
                self.env.flush_all()
                plan = self._plan([self._percent(0.05)])
                invoice = self._invoice(base, "2026-03-02")
                self.assertAlmostEqual(plan.action_compute(MARCH)["amount"], expected)
                invoice.button_draft()

    def test_lines_are_added_before_rounding(self):
        plan = self._plan([self._percent(0.05)])
        line = {"product_id": self.pepper.id, "price_unit": 0.1, "tax_ids": [Command.clear()]}
        self._invoice(0.1, "2026-03-02", invoice_line_ids=[Command.create(line) for _line in range(1000)])
        self.assertEqual(plan.action_compute(MARCH)["amount"], 5)

    def test_quarter(self):
        plan = self._plan([self._tiers("marginal")], period="quarter")
        self._invoice(8000, "2026-01-10")
        self._invoice(6000, "2026-03-31")
        self.assertEqual(plan.action_compute("2026-02-01")["amount"], 820)
        self.assertEqual(str(self._statement(plan, day="2026-01-01").period_end), "2026-03-31")

    def test_skipped(self):
        plan = self._plan([self._percent(0.05)], date_from="2026-03-05")
        self._invoice(1000, "2026-03-02")
        self._invoice(1000, "2026-03-06", user=self.peer)
        self._invoice(1000, "2026-03-06").invoice_user_id = False
        plan.assignment_ids.copy({"user_id": self.manager.id, "role": "support"})
        self._invoice(1000, "2026-03-06", user=self.manager)
        self._invoice(0, "2026-03-06")
        self.assertEqual(
            plan.action_compute(MARCH),
            {
                "entries": 0,
                "amount": 0,
                "skipped": {
                    "no_version": 1, "no_salesperson": 1, "no_assignment": 1, "no_rule": 1, "up_to_date": 1,
                },
            },
        )  # fmt: skip
        self.assertEqual(plan.action_compute("2026-02-15")["skipped"], {"no_document": 0})

    def test_no_approved_version(self):
        plan = self._plan([self._percent(0.05)], approve=False)
        self._invoice(1000, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["skipped"], {"no_version": 1})

    def test_empty_run_explains_itself_on_the_screen(self):
        plan = self._plan([self._percent(0.05)])
        self._invoice(1000, "2026-03-02", user=self.peer)
        notification = plan.with_user(self.administrator).action_compute_now()
        self.assertEqual(
            notification["params"]["message"],
            "Nothing to add to the ledger. Left out: documents of people who are not assigned to the plan: 1.",
        )

    def test_what_takes_long_is_handed_to_the_job(self):
        plan = self._plan([self._percent(0.05)])
        self._invoice(1000, "2026-01-02")
        self._invoice(1000, "2026-03-02")
        job = self.env.ref("sales_commission.cron_compute")
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", job.id)])
        with patch.object(sales_commission_plan, "SECONDS_AT_ONCE", -1):
            notification = plan.action_compute_now()["params"]
        self.assertRegex(notification["message"], r"\d+ more periods are being computed in the background\.")
        self.assertTrue(notification["sticky"])
        self.assertEqual(self._amounts(plan), [50], "of January, the first of the periods")
        self.assertEqual(triggers.search_count([("cron_id", "=", job.id)]), before + 1)
        plan.action_compute_now()
        self.assertEqual(self._amounts(plan), [50, 50])

    def test_closed_plan(self):
        plan = self._plan([self._percent(0.05)])
        plan.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            plan.action_compute(MARCH)

    def test_cron(self):
        plan = self._plan([self._percent(0.05)])
        self._invoice(1000, "2026-01-02")
        self._invoice(1000, "2026-03-02")
        with self.enter_registry_test_mode():
            self.env.ref("sales_commission.cron_compute").method_direct_trigger()
        self.assertEqual(self._amounts(plan), [50, 50])

    def test_one_broken_period_does_not_stop_the_others(self):
        """An invoice of January in a currency without a rate: February and March are computed all the same."""
        euro = self.env["res.currency"].create({"name": "XEU", "symbol": "X"})
        plan = self._plan([self._percent(0.05)])
        for day, values in (("2026-01-10", {"currency_id": euro.id}), ("2026-02-10", {}), ("2026-03-10", {})):
            self._invoice(1000, day, **values)
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1):
            result = plan.cron_compute()
        self.assertEqual((result["failed"], self._amounts(plan)), (1, [50, 50]))
        self.assertEqual(sum("no rate of XEU" in body for body in plan.message_ids.mapped("body")), 1)
        self._invoice(1000, "2026-03-11")
        notification = plan.action_compute_now()["params"]
        self.assertEqual((notification["type"], len(self._entries(plan))), ("danger", 3))
        self.assertIn("no rate of XEU", notification["message"])

    def test_the_job_goes_on_where_it_ran_out_of_time(self):
        """With time for one plan at once it gets through all of them, and then it is done."""
        plans = self.env["sales.commission.plan"].search([("state", "=", "approved")])
        plans.action_close()
        first, second = (self._plan([self._percent(0.05)], name=name) for name in "AB")
        self._invoice(1000, "2026-03-02")
        cron = self.env.ref("sales_commission.cron_compute")
        cron.nextcall = "2026-03-19 02:00:00"
        job = self.env["sales.commission.plan"].with_context(cron_id=cron.id)
        self.assertEqual(job._left_tonight(), first | second)
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 0):
            job.cron_compute()
            self.assertEqual((self._amounts(first), self._amounts(second)), ([50], []))
            job.cron_compute()
        self.assertEqual(self._amounts(second), [50])
        self.assertFalse(job._left_tonight())

    def test_a_filter_means_the_same_in_every_language(self):
        self.env["res.lang"]._activate_lang("id_ID")
        country = self.env.ref("base.de")
        country.with_context(lang="en_US").name = "Germany"
        country.with_context(lang="id_ID").name = "Jerman"
        self.contact.country_id = self.customer.country_id = country
        metric = self.metric_invoiced.copy(
            {"code": "german", "domain": "[('country_id', 'ilike', 'Germany'), ('company_id', '!=', False)]"}
        )
        plan = self._plan([self._percent(0.05, metric)])
        self._invoice(1000, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 50)
        self.assertEqual(plan.with_context(lang="id_ID").action_compute(MARCH)["entries"], 0)

    def test_rules_on_invoices_and_on_payments(self):
        """Both are exclusive, and each pays for its own."""
        plan = self._plan([self._percent(0.05), self._percent(0.03, self.metric_collected)])
        self._pay(self._invoice(1000, "2026-03-02"), 1000, "2026-03-05")
        plan.action_compute(MARCH)
        self.assertEqual(sorted(self._amounts(plan)), [30, 50])

    def test_queries_do_not_grow(self):
        won = self.env["sales.metric"].create(
            {"name": "Won", "code": "won_amount", "basis": "won", "measure": "amount"}
        )
        plan = self._plan([self._tiers(metric_id=won.id), self._percent(0.01, won, application="stacking")])
        # The first run fills the caches of the registry.
        plan.action_compute("2026-03-01")
        counts = []
        for count, month in ((10, "2026-01"), (300, "2026-02")):
            self._won_leads(count, f"{month}-10 08:00:00")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(plan.action_compute(f"{month}-01")["entries"], 2 * count)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_queries_do_not_grow_with_invoices(self):
        plan = self._plan([self._percent(0.05), self._percent(0.05, self.metric_collected)])
        invoice = self._invoice(1000, "2025-12-02")
        plan.action_compute("2026-03-01")
        counts = []
        for count, day in ((2, "2026-01-02"), (20, "2026-02-02")):
            values = {"invoice_date": day, "invoice_user_id": self.salesperson.id}
            invoices = self.env["account.move"].create(count * invoice.copy_data(values))
            invoices.action_post()
            self._pay(invoices, 1000 * count, day)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(plan.action_compute(day)["entries"], 2 * count)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
