"""Kinds of rules, limits of a period, proration, currencies, and what is no base."""

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon

LEVELS = ((0.5, 0), (1, 1000), (1.5, 2000))


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionLimits(SalesCommissionCommon):
    def _attainment(self, mode="linear", **vals):
        return {
            "name": "Attainment",
            "metric_id": self.metric_invoiced.id,
            "kind": "attainment",
            "attainment_mode": mode,
            "tier_ids": [Command.create({"attainment": level, "payout": payout}) for level, payout in LEVELS],
            **vals,
        }

    def _target(self, amount, user=None, day="2026-03-01", metric=None):
        target = self.env["sales.target"].create(
            {
                "metric_id": (metric or self.metric_invoiced).id,
                "user_id": (user or self.salesperson).id,
                "date_from": day,
                "amount": amount,
            }
        )
        target.action_approve()
        return target

    # Attainment

    def test_attainment(self):
        """Levels 50 % → 0, 100 % → 1,000, 150 % → 2,000."""
        for mode, expected in (
            ("linear", {0.75: 500, 1.25: 1500, 2: 2000, 0.4: 0, 1: 1000}),
            ("step", {1.25: 1000, 0.99: 0, 1: 1000, 2: 2000}),
        ):
            plan = self._plan([self._attainment(mode)], date_from="2025-01-01")
            for month, (part, amount) in enumerate(expected.items(), start=1):
                day = f"2025-{month:02}-01"
                if mode == "linear":
                    self._target(10000, day=day)
                with self.subTest(mode=mode, attainment=part):
                    invoice = self._invoice(10000 * part, day)
                    self.assertEqual(plan.action_compute(day)["amount"], amount)
                    invoice.button_draft()

    def test_attainment_goes_up_by_document(self):
        self._target(10000)
        plan = self._plan([self._attainment()])
        for day in (2, 3, 4):
            self._invoice(5000, f"2026-03-{day:02}")
        plan.action_compute(MARCH)
        self.assertEqual(self._amounts(plan), [1000, 1000])
        self.assertEqual(
            self._entries(plan)[-1].explanation,
            "Base 15,000.00, 150\N{NO-BREAK SPACE}% of the target: 2,000.00, less 1,000.00 before = 1,000.00.",
        )

    def test_without_a_target(self):
        plan = self._plan([self._attainment()])
        self._invoice(5000, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["skipped"], {"up_to_date": 1, "no_target": 1})
        self._target(0.0)
        self.assertEqual(plan.action_compute(MARCH)["entries"], 0)

    def test_target_of_a_part_of_the_period(self):
        """30,000 for June, from the 17th on: 14 of 30 days, 14,000."""
        plan = self._plan([self._attainment()], date_from="2025-01-01")
        plan.assignment_ids.date_from = "2025-06-17"
        self._target(30000, day="2025-06-01")
        self._invoice(14000, "2025-06-20")
        self.assertEqual(plan.action_compute("2025-06-20")["amount"], 1000)

    # Limits

    def test_cap_of_the_period(self):
        """Cap 1,000 on 900 + 400: 900 + 100, and a visible 300 that is no money."""
        plan = self._plan([self._percent(0.1, period_cap=1000)])
        self._invoice(9000, "2026-03-02")
        self._invoice(4000, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 1000)
        self.assertEqual(self._amounts(plan, kind="earned"), [900, 100])
        capped = self._entries(plan, kind="capped")
        self.assertEqual((capped.amount, capped.capped_amount, capped.base_amount), (0, 300, 0))
        self.assertEqual(self._statement(plan).amount, 1000)
        self.assertEqual(plan.action_compute(MARCH)["entries"], 0)
        self._invoice(2000, "2026-03-04", move_type="out_refund")
        plan.action_compute(MARCH)
        self.assertEqual(self._statement(plan).amount, 1000)
        self.assertEqual(sum(self._entries(plan, kind="capped").mapped("capped_amount")), 100)

    def test_cap_of_a_document(self):
        """Of the document with its credit note: 2,000 and 1,600 are both above 1,000."""
        plan = self._plan([self._percent(0.1, deal_cap=1000)])
        invoice = self._invoice(20000, "2026-03-02")
        self._invoice(5000, "2026-03-02")
        self._reverse(invoice, "2026-03-03", [4000])
        plan.action_compute(MARCH)
        self.assertEqual(self._amounts(plan), [1000, 500])

    def test_threshold(self):
        """Nothing below 10,000; the document that reaches it brings what waited."""
        plan = self._plan([self._percent(0.1, threshold=10000)])
        self._invoice(9999.99, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 0)
        self._invoice(0.01, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 1000)

    def test_limits_of_a_part_of_the_period(self):
        """From the 17th of 30 days: cap 3,000 becomes 1,400, threshold 30,000 becomes 14,000."""
        plan = self._plan([self._percent(0.1, period_cap=3000, threshold=30000)], date_from="2025-01-01")
        plan.assignment_ids.date_from = "2025-06-17"
        self._invoice(13999, "2025-06-20")
        self.assertEqual(plan.action_compute("2025-06-20")["amount"], 0)
        self._invoice(6001, "2025-06-21")
        self.assertEqual(plan.action_compute("2025-06-20")["amount"], 1400)

    def test_minimum_of_the_period(self):
        """What is missing is paid when the period is over, also to whom sold nothing."""
        plan = self._plan([self._percent(0.1, period_floor=500)], self.salesperson | self.peer)
        self._invoice(3000, "2026-02-02")
        self._invoice(3000, "2026-03-02")
        self.assertEqual(plan.action_compute("2026-02-02")["amount"], 1000)
        self.assertEqual(self._shared(plan, self.salesperson | self.peer), [500, 500])
        bonuses = self._entries(plan, kind="bonus")
        self.assertEqual(bonuses.mapped("amount"), [200, 500])
        self.assertEqual((bonuses.mapped("document_name"), bonuses.customer_id.ids), (2 * [plan.name], []))
        self.assertEqual(plan.action_compute(MARCH)["amount"], 300)
        self._invoice(4000, "2026-02-03")
        self.assertEqual(plan.action_compute("2026-02-02")["amount"], 200)

    # Kinds of rules

    def test_per_document(self):
        """50.00 for each document, however many lines; shared, and taken back as far as it is credited."""
        documents = self.env["sales.metric"].create({"name": "Documents", "code": "documents_sold", "measure": "count"})
        rule = {"name": "Document", "metric_id": documents.id, "kind": "per_document", "unit_amount": 50}
        self.third = self._user("third", "sales_team.group_sale_salesman")
        self.people = self.salesperson | self.peer | self.third
        plan = self._plan([rule], self.people)
        line = Command.create({"product_id": self.pepper.id, "price_unit": 100})
        invoice = self._invoice(day="2026-03-02", invoice_line_ids=[line] * 3)
        shared = self._shared_invoice(1000, (50, 30, 20))
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [75, 15, 10])
        self._reverse(invoice, "2026-03-03")
        self._reverse(shared, "2026-03-03", [200])
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [20, 12, 8])

    def test_per_unit_needs_a_unit_that_fits(self):
        units = self.env["sales.metric"].create({"name": "Units", "code": "units_sold", "measure": "quantity"})
        rule = {"name": "Kilograms", "metric_id": units.id, "kind": "per_unit", "unit_amount": 2,
                "uom_id": self.env.ref("uom.product_uom_kgm").id}  # fmt: skip
        plan = self._plan([rule])
        self._invoice(1000, "2026-03-02")
        self.assertEqual(plan.action_compute(MARCH)["skipped"], {"no_rule": 1})

    def test_margin_is_signed(self):
        """Pepper costs 60: sold at 100 and, at a loss, at 40."""
        margin = self.env["sales.metric"].create({"name": "Margin", "code": "margin_invoiced", "measure": "margin"})
        plan = self._plan([self._percent(0.1, margin)])
        self._invoice(100, "2026-03-02")
        self._invoice(40, "2026-03-03")
        plan.action_compute(MARCH)
        self.assertEqual(self._amounts(plan), [4, -2])

    def test_metric_fits_the_kind(self):
        with self.assertRaisesRegex(ValidationError, "Quantity"):
            self._plan([self._percent(0, kind="per_unit", unit_amount=1)], approve=False)

    # What is a base

    def test_lines_that_are_no_base(self):
        """Sections, notes and taxes are none; a discount, a reward and a cash rounding line are what they say."""
        plan = self._plan([self._percent(0.1)])
        self._invoice(
            day="2026-03-02",
            invoice_line_ids=[
                Command.create({"display_type": "line_section", "name": "Spices"}),
                Command.create(
                    {"product_id": self.pepper.id, "price_unit": 1000, "discount": 10, "tax_ids": self.tax_15.ids}
                ),
                Command.create({"display_type": "line_note", "name": "Thank you"}),
                Command.create({"name": "Reward", "price_unit": -100, "tax_ids": self.tax_15.ids}),
            ],
        )
        self.assertEqual(plan.action_compute(MARCH)["amount"], 80)

    def test_a_thousand_lines_of_half_a_cent(self):
        plan = self._plan([self._percent(0.1)])
        line = {"product_id": self.pepper.id, "price_unit": 0.01, "quantity": 0.5, "tax_ids": [Command.clear()]}
        invoice = self._invoice(day="2026-03-02", invoice_line_ids=[Command.create(line)] * 1000)
        plan.action_compute(MARCH)
        # Accounting rounds each line to a cent; the base is what the books hold.
        self.assertEqual(self._amounts(plan), [round(invoice.amount_untaxed * 0.1, 2)])

    def test_down_payment_counts_once(self):
        """30 % of 1,000 in advance: 300 and 700, or nothing and 1,000."""
        for choice, expected in (("down_payment", [30, 70]), ("final", [100])):
            with self.subTest(choice=choice):
                self.company.sales_commission_down_payment = choice
                plan = self._plan([self._percent(0.1)])
                order = self._order(1000, moment="2026-03-01 03:00:00")
                invoices = self.env["account.move"]
                for day, vals in (
                    ("2026-03-02", {"advance_payment_method": "percentage", "amount": 30}),
                    ("2026-03-05", {"advance_payment_method": "delivered"}),
                ):
                    wizard = self.env["sale.advance.payment.inv"].create({"sale_order_ids": order.ids, **vals})
                    invoice = wizard._create_invoices(order)
                    invoice.invoice_date = day
                    invoice.action_post()
                    invoices |= invoice
                self.assertEqual(invoices.mapped("amount_untaxed"), [300, 700])
                result = plan.action_compute(MARCH)
                self.assertEqual(self._amounts(plan), expected)
                self.assertEqual(result["skipped"], {"excluded": 1} if choice == "final" else {})
                invoices.button_draft()

    # Currencies

    def test_order_in_another_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2026-03-01", 1.2), ("2026-03-08", 1.25)])
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": currency.id})
        plan = self._plan([self._percent(0.05, self.env.ref("sales_tracking.metric_ordered"))])
        self._order(1200, moment="2026-03-02 03:00:00", pricelist_id=pricelist.id)
        self.assertEqual(plan.action_compute(MARCH)["amount"], 50)

    def test_no_rate(self):
        currency = self.setup_other_currency("EUR", rates=[("2026-03-10", 1.25)])
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": currency.id})
        plan = self._plan([self._percent(0.05, self.env.ref("sales_tracking.metric_ordered"))])
        order = self._order(1200, moment="2026-03-02 03:00:00", pricelist_id=pricelist.id)
        with self.assertRaisesRegex(UserError, "EUR.*03/02/2026") as error:
            plan.action_compute(MARCH)
        self.assertIn(order.name, str(error.exception))

    def test_two_companies(self):
        plan = self._plan([self._percent(0.05)])
        self._invoice(1000, "2026-03-02")
        other = self.env["sales.commission.plan"].create({"name": "Other", "company_id": self.company_2.id})
        self.assertEqual(plan.action_compute(MARCH)["amount"], 50)
        self.assertEqual(other.action_compute(MARCH)["skipped"], {"no_document": 0})

    # What-if

    def test_simulation(self):
        plan = self._plan([self._percent(0.05)], self.salesperson | self.peer)
        self._invoice(1000, "2026-02-10")
        self._invoice(1000, "2026-03-02")
        self._invoice(2000, "2026-03-02", user=self.peer)
        for day in ("2026-02-10", MARCH):
            plan.action_compute(day)
        draft = self.env["sales.commission.version"].create(
            {
                "plan_id": plan.id,
                "date_from": "2026-06-01",
                "rule_ids": [Command.create(self._tiers(tiers=((0, 1000, 0.05), (1000, 0, 0.1))))],
            }
        )
        entries = self._entries(plan)
        result = draft.simulate("2026-02-15", "2026-03-15")
        self.assertEqual(
            sorted((row["user_id"], row["partner_id"], row["current"], row["simulated"]) for row in result),
            sorted(
                (user.id, user.partner_id.id, current, simulated)
                for user, current, simulated in ((self.salesperson, 100, 100), (self.peer, 100, 150))
            ),
        )
        self.assertEqual(self._entries(plan), entries)
