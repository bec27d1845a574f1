"""Where options of rules meet each other, counts and zeros."""

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon

JUNE, JULY = "2025-06-15", "2025-07-15"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionOptions(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = cls.env["sales.metric"].create(
            {"name": "Documents", "code": "documents_sold", "measure": "count"}
        )
        cls.category = cls.env["product.category"].create({"name": "Spices of the house"})
        cls.clove = cls.env["product.product"].create({"name": "Clove", "categ_id": cls.category.id})

    def _per_document(self, amount=50, **vals):
        return {
            "name": "Document",
            "metric_id": self.documents.id,
            "kind": "per_document",
            "unit_amount": amount,
            **vals,
        }

    @staticmethod
    def _line(product, price, quantity=1):
        return Command.create({"product_id": product.id, "price_unit": price, "quantity": quantity, "tax_ids": False})

    def _target(self, amount, metric, **vals):
        target = self.env["sales.target"].create(
            {
                "metric_id": metric.id,
                "user_id": self.salesperson.id,
                "date_from": "2026-03-01",
                "amount": amount,
                **vals,
            }
        )
        target.action_approve()
        return target

    # Stacking, documents and zeros

    def test_stacking_rules_drop_nothing(self):
        """1 % on clove and 50 per document on everything; clove 100 + pepper 100 = 1 + 50, in either order."""
        clove = self.env["sales.metric"].create(
            {"name": "Clove", "code": "clove_sold", "domain": f"[('categ_id', '=', {self.category.id})]"}
        )
        for first, second in ((1, 2), (2, 1)):
            with self.subTest(first=first):
                plan = self._plan(
                    [
                        self._percent(0.01, clove, application="stacking", sequence=first),
                        self._per_document(application="stacking", sequence=second),
                    ]
                )
                invoice = self._invoice(
                    day="2026-03-02", invoice_line_ids=[self._line(self.clove, 100), self._line(self.pepper, 100)]
                )
                self.assertEqual(plan.action_compute(MARCH)["amount"], 51)
                self._reverse(invoice, "2026-03-03")
                self.assertEqual(plan.action_compute(MARCH)["amount"], -51)

    def test_attainment_counts_documents(self):
        """Target 4: two invoices of two lines are two documents, as the target says; four reach it."""
        target = self._target(4, self.documents)
        plan = self._plan(
            [
                {
                    "name": "Attainment",
                    "metric_id": self.documents.id,
                    "kind": "attainment",
                    "attainment_mode": "step",
                    "tier_ids": [Command.create({"attainment": 1, "payout": 1000})],
                }
            ]
        )
        two_lines = [self._line(self.pepper, 100)] * 2
        for day, amount in ((2, 0), (3, 0), (4, 0), (5, 1000)):
            invoice = self._invoice(day=f"2026-03-{day:02}", invoice_line_ids=two_lines)
            self.assertEqual(plan.action_compute(MARCH)["amount"], amount)
        [row] = [row for row in target.get_report(TODAY) if row["target_id"] == target.id]
        self.assertEqual((row["actual"], row["attainment"]), (4, 1))
        self._reverse(invoice, "2026-03-06", [50, 50])
        self.assertEqual(plan.action_compute(MARCH)["amount"], 0)
        self._reverse(invoice, "2026-03-07", [50, 50])
        self.assertEqual(plan.action_compute(MARCH)["amount"], -1000)

    def test_a_free_invoice_and_its_credit(self):
        """50 per document: a free invoice counts one, each part of its credit takes back as much of it."""
        plan = self._plan([self._per_document()])
        invoice = self._invoice(
            day="2026-03-02", invoice_line_ids=[self._line(self.pepper, 0, 3), self._line(self.clove, 0)]
        )
        self.assertEqual(plan.action_compute(MARCH)["amount"], 50)
        self._reverse(invoice, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH)["amount"], -50)

    def test_goods_exchanged(self):
        """Lines that sum to zero are one document, and their credit takes back one."""
        plan = self._plan([self._per_document()])
        invoice = self._invoice(
            day="2026-03-02", invoice_line_ids=[self._line(self.pepper, 1000), self._line(self.clove, -1000)]
        )
        self.assertEqual(plan.action_compute(MARCH)["amount"], 50)
        self._reverse(invoice, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH)["amount"], -50)

    def test_a_free_credit_note_of_its_own(self):
        plan = self._plan([self._per_document()])
        self._invoice(day="2026-03-02", move_type="out_refund", invoice_line_ids=[self._line(self.pepper, 0)])
        self.assertEqual(plan.action_compute(MARCH)["amount"], -50)

    # Who earns

    def test_salesperson_and_agent_in_one(self):
        """One contact is both: 10 % of 1,000 as each, taken back as each, and a second run adds nothing."""
        contact = self.salesperson.partner_id
        for rule, amount in ((self._percent(0.1), 200), (self._percent(0.1, self.metric_collected), 200)):
            plan = self._plan([rule])
            plan.assignment_ids = [
                Command.create({"beneficiary": "agent", "agent_id": contact.id, "date_from": "2026-01-01"})
            ]
            invoice = self._invoice(1000, "2026-03-02", commission_agent_id=contact.id)
            self._pay(invoice, invoice.amount_total, "2026-03-03")
            self.assertEqual(plan.action_compute(MARCH)["amount"], amount)
            self.assertEqual(plan.action_compute(MARCH)["entries"], 0)
            self.assertEqual(self._statement(plan).amount, amount)
            invoice.button_draft()
            plan.action_compute(MARCH)
            self.assertEqual(sum(self._amounts(plan)), 0)
            invoice.button_cancel()

    def test_a_manager_is_paid_once(self):
        """Level 2, 2 %: two managers of the same person have the same manager, who earns 20 on 1,000."""
        first, second = (self._user(login, "sales_team.group_sale_salesman") for login in ("first", "second"))
        plan = self._plan([self._percent(0.02, role="override", override_level=2)], self.salesperson)
        for manager in (first, second):
            self._override(plan, manager, self.salesperson)
            self._override(plan, self.manager, manager)
        self._invoice(1000, "2026-03-02")
        plan.action_compute(MARCH)
        self.assertEqual(self._by_person(plan), {self.manager.partner_id: 20})

    def test_a_manager_of_a_person_and_the_team(self):
        plan = self._plan([self._percent(0.02, role="override")], self.salesperson)
        self._override(plan, self.manager, self.salesperson)
        self._override(plan, self.manager, team=self.team)
        self._invoice(1000, "2026-03-02")
        plan.action_compute(MARCH)
        self.assertEqual(self._by_person(plan), {self.manager.partner_id: 20})

    # Limits and later credit notes

    def _june_and_july(self, credited, sold=20000, **vals):
        """What June paid, and what June and July pay in all: a sale of June that is credited in July."""
        with self.cr.savepoint() as savepoint:
            plan = self._plan([self._percent(0.05, **vals)], date_from="2025-01-01")
            on_cash = plan.version_ids.rule_ids.basis == "collected"
            invoice = self._invoice(day="2025-06-10", invoice_line_ids=[self._line(self.pepper, sold)])
            if on_cash:
                self._pay(invoice, sold, "2025-06-11")
            first = plan.action_compute(JUNE)["amount"]
            credit = self._reverse(invoice, "2025-07-05", [credited])
            if on_cash:
                self._pay(credit, credited, "2025-07-06")
            second = plan.action_compute(JULY)["amount"]
            for day in (JUNE, JULY):
                self.assertEqual(plan.action_compute(day)["entries"], 0)
            savepoint.rollback()
        return first, first + second

    def test_cap_against_later_credits(self):
        """5 %, cap 400: June 20,000 pays 400, July credits all of it: 0 in all; half of it: 400; 15,000: 250."""
        for metric in (self.metric_invoiced, self.metric_collected):
            for credited, total in ((20000, 0), (10000, 400), (15000, 250)):
                with self.subTest(metric=metric.name, credited=credited):
                    self.assertEqual(self._june_and_july(credited, metric=metric, period_cap=400), (400, total))

    def test_threshold_against_later_credits(self):
        """5 %, threshold 10,000: June 20,000 pays 1,000, July credits all of it: 0 in all; half of it: 500."""
        for credited, total in ((20000, 0), (10000, 500)):
            with self.subTest(credited=credited):
                self.assertEqual(self._june_and_july(credited, threshold=10000), (1000, total))
        self.assertEqual(self._june_and_july(5000, sold=5000, threshold=10000), (0, 0))

    def test_minimum_against_later_credits(self):
        """5 %, minimum 500: June pays 1,000, and July takes it back down to the minimum, which July pays too."""
        self.assertEqual(self._june_and_july(20000, period_floor=500), (1000, 1000))

    # Rounding

    def test_a_deal_credited_bit_by_bit(self):
        """10.00 at 1 %, shared 50/50, credited in ten parts of 1.00: nothing is left to either."""
        self.people = self.salesperson | self.peer
        plan = self._plan([self._percent(0.01)], self.people)
        invoice = self._shared_invoice(10, (50, 50))
        for day in range(3, 13):
            self._reverse(invoice, f"2026-03-{day:02}", [1])
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [0, 0])

    def test_a_deal_paid_back_bit_by_bit(self):
        """10.00 are paid, then four credit notes of 2.50 are paid back in two parts each: nothing is left."""
        self.people = self.salesperson | self.peer
        plan = self._plan([self._percent(0.01, self.metric_collected)], self.people)
        invoice = self._shared_invoice(10, (50, 50))
        self._pay(invoice, invoice.amount_total, "2026-03-02")
        for day in range(3, 7):
            credit = self._reverse(invoice, f"2026-03-{day:02}", [2.5])
            self._pay(credit, 1, f"2026-03-{day:02}")
            self._pay(credit, credit.amount_residual, f"2026-03-{day:02}")
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [0, 0])

    def test_multiplied_before_divided(self):
        """10.05 due, 167.50 of 201 paid: 8.375, which is 8.38."""
        plan = self._plan([self._percent(0.05, self.metric_collected)])
        invoice = self._invoice(day="2026-03-02", invoice_line_ids=[self._line(self.pepper, 201)])
        self._pay(invoice, 167.5, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 8.38)
