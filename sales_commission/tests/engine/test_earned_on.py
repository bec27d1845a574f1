"""Commission on cash that is earned when an invoice is paid in full, or by the days that a payment takes."""

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import TODAY, SalesCommissionCommon

INVOICED = "2026-01-02"
DAY_20, DAY_30, DAY_45, DAY_60, DAY_70 = "2026-01-22", "2026-02-01", "2026-02-16", "2026-03-03", "2026-03-13"
STEPS = ((30, 1), (60, 0.5))
WORKS_ONLY = 'works only where "{}" is "{}"'
BY_DAYS = (
    "Payments count by their days after the invoice: within 30 days: 100\N{NO-BREAK SPACE}%, "
    "within 60 days: 50\N{NO-BREAK SPACE}%, later: nothing."
)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionEarnedOn(SalesCommissionCommon):
    @classmethod
    def _on(cls, way, steps=STEPS, rule=None, **vals):
        rule = rule or cls._percent(0.1, cls.metric_collected)
        if way == "days_to_pay":
            vals["payment_step_ids"] = [Command.create({"days": days, "share": share}) for days, share in steps]
        return {**rule, "earned_on": way, **vals}

    def _compute(self, plan):
        """What the run of the three months adds; a second one adds nothing."""
        days = (INVOICED, "2026-02-02", "2026-03-02")
        amount = round(sum(plan.action_compute(day)["amount"] for day in days), 2)
        plan.run_ids.sudo().fingerprint = "of other sources"
        self.assertEqual(sum(plan.action_compute(day)["entries"] for day in days), 0)
        return amount

    def _paid(self, *payments, amount=1000, **vals):
        invoice = self._invoice(amount, INVOICED, **vals)
        return invoice, [self._pay(invoice, paid, day) for paid, day in payments]

    # When paid in full

    def test_paid_in_full(self):
        """Invoice 1,000 at 10 %, 400 and 600 paid: nothing, then 100 on the day of the last payment."""
        plan = self._plan([self._on("paid_in_full")])
        invoice, _payments = self._paid((400, DAY_20))
        self.assertEqual(self._compute(plan), 0)
        self.assertEqual(plan.action_compute(INVOICED)["skipped"], {"unpaid": 1})
        payment = self._pay(invoice, 600, DAY_45)
        self.assertEqual(self._compute(plan), 100)
        entry = self._entries(plan)
        self.assertEqual((entry.amount, str(entry.document_date), str(entry.period_start)), (100, DAY_45, "2026-02-01"))
        self.assertEqual(
            entry.explanation,
            "1,000.00 × 10\N{NO-BREAK SPACE}% = 100.00. Earned when the invoice is paid in full.",
        )
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._compute(plan), -100)
        (invoice | payment.move_id).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(self._compute(plan), 100)

    def test_paid_in_full_and_credited(self):
        """Credited in full and paid back in two parts: 0 in all."""
        plan = self._plan([self._on("paid_in_full")])
        invoice, _payments = self._paid((400, DAY_20), (600, DAY_45))
        self.assertEqual(self._compute(plan), 100)
        credit = self._reverse(invoice, "2026-03-02")
        self._pay(credit, 300, DAY_60)
        self.assertEqual(self._compute(plan), -30)
        self._pay(credit, 700, DAY_70)
        self.assertEqual(self._compute(plan), -70)
        self.assertEqual(sum(self._amounts(plan)), 0)
        self.assertEqual(self._entries(plan).mapped("kind"), ["earned", "clawback", "clawback"])

    def test_paid_back_before_it_is_paid_in_full(self):
        """200 are paid back while 600 are open: nothing; the last payment earns 100 and takes 20 back."""
        plan = self._plan([self._on("paid_in_full")])
        invoice, _payments = self._paid((400, DAY_20))
        credit = self._reverse(invoice, DAY_30, [200])
        credit.line_ids.remove_move_reconcile()
        self._pay(credit, 200, DAY_30)
        self.assertEqual(self._compute(plan), 0)
        self._pay(invoice, 600, DAY_60)
        self.assertEqual(self._compute(plan), 80)
        self.assertEqual(set(self._entries(plan).mapped("period_start")), {self._entries(plan)[0].period_start})
        self.assertEqual(str(self._entries(plan)[0].period_start), "2026-03-01")

    def test_settled_by_a_credit_note(self):
        """800 paid, 200 credited and matched: nothing is open, and 80 are earned."""
        plan = self._plan([self._on("paid_in_full")])
        invoice, _payments = self._paid((800, DAY_20))
        self.assertEqual(self._compute(plan), 0)
        self._reverse(invoice, DAY_45, [200])
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._compute(plan), 80)

    def test_without_anything_to_pay(self):
        """Goods exchanged, of 0.00 in all: what was sold counts at once."""
        lines = [
            Command.create({"product_id": self.pepper.id, "price_unit": price, "quantity": 1, "tax_ids": False})
            for price in (500, -500)
        ]
        invoice = self._invoice(day=INVOICED, invoice_line_ids=lines)
        self.assertEqual(invoice.amount_total, 0)
        spices = self.metric_collected.copy(
            {"name": "Pepper sold", "code": "pepper_sold", "domain": "[('amount', '>', 0)]"}
        )
        for way in ("cash", "paid_in_full", "days_to_pay"):
            with self.subTest(way=way):
                self.assertEqual(self._compute(self._plan([self._on(way, rule=self._percent(0.1, spices))])), 50)

    # By days to pay

    def test_days_to_pay(self):
        """400 on day 20 and 600 on day 45: 40 + 30 = 70."""
        plan = self._plan([self._on("days_to_pay")])
        self._paid((400, DAY_20), (600, DAY_45))
        self.assertEqual(self._compute(plan), 70)
        self.assertEqual(self._amounts(plan), [40, 30])
        self.assertEqual(
            self._entries(plan)[1].explanation,
            "700.00 so far × 10\N{NO-BREAK SPACE}% = 70.00, less 40.00 for 400.00 before = 30.00. " + BY_DAYS,
        )

    def test_the_days_of_a_step_are_included(self):
        for day, amount in ((DAY_30, 100), ("2026-02-02", 50), (DAY_60, 50), ("2026-03-04", 0), (DAY_70, 0)):
            with self.subTest(day=day):
                plan = self._plan([self._on("days_to_pay")])
                invoice, _payments = self._paid((1000, day))
                self.assertEqual(self._compute(plan), amount)
                invoice.button_draft()

    def test_days_to_pay_and_credited(self):
        """70 of 100 earned; half of the sale credited takes 35 back, all of it 70."""
        plan = self._plan([self._on("days_to_pay")])
        invoice, payments = self._paid((400, DAY_20), (600, DAY_45))
        for _half in range(2):
            credit = self._reverse(invoice, DAY_60, [500])
            self._pay(credit, 500, DAY_70)
        self.assertEqual(self._compute(plan), 0)
        self.assertEqual(self._amounts(plan), [40, 30, -35, -35])
        self.assertIn("takes back the part that its invoice has earned", self._entries(plan)[2].explanation)
        payments[1].move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._compute(plan), -60)

    def test_days_to_pay_unreconciled(self):
        plan = self._plan([self._on("days_to_pay")])
        _invoice, payments = self._paid((400, DAY_20), (600, DAY_45))
        self.assertEqual(self._compute(plan), 70)
        payments[0].move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._compute(plan), -40)
        self.assertEqual(sum(self._amounts(plan)), 30)

    # Together with people, kinds and limits

    def test_shared_to_the_cent(self):
        """10.00 at 1 % are 0.10, shared in three: paid in parts, and paid back, nothing is left."""
        self.people = self.salesperson | self.peer | self.manager
        for way, steps in (("paid_in_full", ()), ("days_to_pay", ((30, 1), (60, 1 / 3)))):
            with self.subTest(way=way):
                plan = self._plan([self._on(way, steps, self._percent(0.01, self.metric_collected))], self.people)
                invoice = self._shared_invoice(10, (33.33, 33.33, 33.34), INVOICED)
                total = invoice.amount_total
                self._pay(invoice, 3.33, DAY_20)
                self._pay(invoice, total - 3.33, DAY_45)
                earned = self._compute(plan)
                self.assertGreater(earned, 0)
                if way == "paid_in_full":
                    self.assertEqual((earned, self._shared(plan, self.people)), (0.1, [0.03, 0.03, 0.04]))
                credit = self._reverse(invoice, DAY_60)
                self._pay(credit, 1.11, DAY_60)
                self._pay(credit, total - 1.11, DAY_70)
                self.assertEqual(self._compute(plan), -earned)
                self.assertEqual(self._shared(plan, self.people), [0, 0, 0])

    def test_every_kind(self):
        """Each way changes what each kind of rule pays: 700 of 1,000 count by days to pay."""
        quantity, count = (
            self.env["sales.metric"].create(
                {"name": measure, "code": measure, "measure": measure, "basis": "collected"}
            )
            for measure in ("quantity", "count")
        )
        self._paid((400, DAY_20), (600, DAY_45))
        open_invoice, _payments = self._paid((400, DAY_20))
        rules = {
            "percent": self._percent(0.1, self.metric_collected),
            "per_unit": {"name": "Unit", "kind": "per_unit", "metric_id": quantity.id, "unit_amount": 100},
            "per_document": {"name": "Document", "kind": "per_document", "metric_id": count.id, "unit_amount": 100},
            "tiers": self._tiers(tiers=((0, 0, 0.1),), metric_id=self.metric_collected.id),
        }
        for kind, rule in rules.items():
            for way, amount in (("cash", 140), ("paid_in_full", 100), ("days_to_pay", 110)):
                with self.subTest(kind=kind, way=way):
                    self.assertEqual(self._compute(self._plan([self._on(way, rule=rule)])), amount)
        self.assertGreater(open_invoice.amount_residual, 0)

    def test_ways_side_by_side(self):
        """Stacking rules of one plan, each in its own way; and a cap of the period."""
        plan = self._plan(
            [
                self._on("cash", application="stacking"),
                self._on("paid_in_full", application="stacking"),
                self._on("days_to_pay", application="stacking", period_cap=25),
                self._on("days_to_pay", ((45, 0.2),), application="stacking"),
                self._percent(0.01, application="stacking"),
            ]
        )
        self._paid((400, DAY_20), (600, DAY_45))
        self.assertEqual(self._compute(plan), 100 + 100 + 50 + 20 + 10)

    def test_after_leaving(self):
        """Whoever has left before the last payment doesn't earn it, unless the plan pays after leaving."""
        for pays, amount in ((False, 0), (True, 100)):
            plan = self._plan([self._on("paid_in_full")], pay_after_leaving=pays)
            plan.assignment_ids.date_to = "2026-01-31"
            invoice, _payments = self._paid((400, DAY_20), (600, DAY_45))
            self.assertEqual(self._compute(plan), amount)
            invoice.button_draft()

    def test_what_if(self):
        plan = self._plan([self._on("cash")])
        self._paid((400, DAY_20), (600, DAY_45))
        self.assertEqual(self._compute(plan), 100)
        draft = self.env["sales.commission.version"].browse(plan.version_ids.action_new_version()["res_id"])
        draft.rule_ids.write(self._on("days_to_pay", rule={}))
        [row] = draft.simulate(INVOICED, "2026-03-02")
        self.assertEqual((row["current"], row["simulated"]), (100, 70))

    def test_figures_follow_the_payments(self):
        """A write-off is no payment of a rule, but the invoice is open no more: the period is evaluated again."""
        plan = self._plan([self._on("paid_in_full")])
        invoice, _payments = self._paid((950, DAY_20))
        self.assertEqual(self._compute(plan), 0)
        plan.action_compute(INVOICED)
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        expense = self.company_data["default_account_expense"]
        entry = self.env["account.move"].create(
            {
                "date": DAY_45,
                "line_ids": [
                    Command.create(
                        {"account_id": receivable.account_id.id, "partner_id": self.customer.id, "credit": 50}
                    ),
                    Command.create({"account_id": expense.id, "debit": 50}),
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids.filtered("credit")).reconcile()
        self.assertEqual(self._compute(plan), 95)

    # The rule

    def test_no_way_is_ignored(self):
        by_days = WORKS_ONLY.format("Earned on Payments", "By Days to Pay")
        for rule, message in (
            (self._on("paid_in_full", rule=self._percent(0.1)), WORKS_ONLY.format("Basis", "Collected")),
            (self._on("days_to_pay", rule=self._percent(0.1)), WORKS_ONLY.format("Basis", "Collected")),
            (self._on("paid_in_full", invoiced_share=0.3), WORKS_ONLY.format("Earned on Payments", "As Cash Arrives")),
            (self._on("days_to_pay", invoiced_share=0.3), WORKS_ONLY.format("Earned on Payments", "As Cash Arrives")),
            ({**self._on("days_to_pay"), "earned_on": "cash"}, by_days),
            ({**self._on("days_to_pay"), "earned_on": "paid_in_full"}, by_days),
            (self._on("days_to_pay", ()), "has no steps yet"),
        ):
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                self._plan([rule])
        rule = self._plan([self._on("paid_in_full")], approve=False).version_ids.rule_ids
        for change in (
            lambda: rule.payment_step_ids.create({"rule_id": rule.id, "days": 30}),
            lambda: rule.write({"metric_id": self.metric_invoiced.id}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()

    def test_terms(self):
        rules = self._plan([self._on("paid_in_full"), self._on("days_to_pay")]).version_ids.rule_ids
        self.assertIn("Earned when the invoice is paid in full.", rules[0].terms)
        self.assertIn(BY_DAYS, rules[1].terms)

    def test_form(self):
        """What a way doesn't know is cleared."""
        rule = self._plan([self._on("days_to_pay")], approve=False).version_ids.rule_ids
        with Form(rule) as form:
            form.earned_on = "cash"
            form.invoiced_share = 0.3
        self.assertFalse(rule.payment_step_ids)
        with Form(rule) as form:
            form.earned_on = "paid_in_full"
        self.assertEqual(rule.invoiced_share, 0)
        with Form(rule) as form:
            form.metric_id = self.metric_invoiced
        self.assertEqual(rule.earned_on, "cash")
