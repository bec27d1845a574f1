from datetime import datetime, timedelta
from random import Random

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon

FIGURES = ("ordered", "invoiced", "collected", "received")


@tagged("post_install", "-at_install")
class TestReconciliation(SalesTrackingCommon):
    def _bridge(self, month="2026-03-01", user=None, **kwargs):
        """The lines of a person's month that are not 0, by code."""
        report = self.env["sales.reconciliation.report"].with_company(self.company)
        bridges = report.get_bridge(month, month, **{"user_ids": (user or self.salesperson).ids, **kwargs})
        return {line["code"]: line["amount"] for row in bridges for line in row["lines"] if line["amount"]}

    def _invoice_order(self, order, day, post=True, **wizard):
        payment = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": [Command.set(order.ids)], "advance_payment_method": "delivered", **wizard}
        )
        move = payment._create_invoices(order)
        move.invoice_date = day
        if post:
            move.action_post()
        return move

    def _visit(self, check_in, outcome=None, **vals):
        visit = self.env["sales.visit"].create(
            {"partner_id": self.customer.id, "user_id": self.salesperson.id, "date_start": check_in, **vals}
        )
        visit._transition(
            {
                "state": "done",
                "check_in_time": check_in,
                "check_out_time": fields.Datetime.to_datetime(check_in) + timedelta(hours=1),
                "outcome_id": outcome and outcome.id,
            }
        )
        return visit

    def test_month_to_month(self):
        """1,000 ordered in March, 600 of it invoiced then, the rest in April; paid half in April."""
        self.pepper.invoice_policy = "order"
        order = self._order(price=100, quantity=10, moment="2026-03-05 05:00:00")
        first = self._invoice_order(order, "2026-03-20", post=False)
        first.invoice_line_ids.quantity = 6
        first.action_post()
        self.assertEqual(
            self._bridge(),
            {"ordered_without_visit": 1000, "ordered": 1000, "not_yet_invoiced": -400, "invoiced": 600,
             "not_yet_collected": -600},
        )  # fmt: skip
        self._invoice_order(order, "2026-04-10")
        self._pay(first, 300, "2026-04-15")
        self.assertEqual(
            self._bridge("2026-04-01"),
            {"invoiced_of_earlier": 400, "invoiced": 400, "collected_of_earlier": 300, "not_yet_collected": -400,
             "collected": 300, "received": 300},
        )  # fmt: skip

    def test_price_changed_on_the_invoice(self):
        order = self._order(price=1000, moment="2026-03-05 05:00:00")
        self.pepper.invoice_policy = "order"
        move = self._invoice_order(order, "2026-03-20", post=False)
        move.invoice_line_ids.price_unit = 950
        move.action_post()
        bridge = self._bridge()
        self.assertEqual((bridge["differences"], bridge["invoiced"]), (-50, 950))
        self.assertNotIn("not_yet_invoiced", bridge)

    def test_more_delivered_than_ordered(self):
        order = self._order(price=100, quantity=10, moment="2026-03-05 05:00:00")
        order.order_line.qty_delivered = 12
        self.pepper.invoice_policy = "delivery"
        self._invoice_order(order, "2026-03-20")
        bridge = self._bridge()
        self.assertEqual((bridge["ordered"], bridge["differences"], bridge["invoiced"]), (1000, 200, 1200))

    def test_down_payment(self):
        """300 in advance, the rest of 1,000 in the next month."""
        self.pepper.invoice_policy = "order"
        order = self._order(price=1000, moment="2026-03-05 05:00:00")
        self._invoice_order(order, "2026-03-10", advance_payment_method="fixed", fixed_amount=300)
        self._invoice_order(order, "2026-04-10")
        march, april = self._bridge(), self._bridge("2026-04-01")
        self.assertEqual((march["not_yet_invoiced"], march["down_payments"], march["invoiced"]), (-1000, 300, 300))
        self.assertEqual((april["invoiced_of_earlier"], april["down_payments"], april["invoiced"]), (1000, -300, 700))

    def test_order_that_shrinks_below_its_down_payment(self):
        """300 in advance, 200 ordered in the end: the last document is a credit note of 100 that sells 200."""
        self.pepper.invoice_policy = "order"
        order = self._order(price=1000, moment="2026-03-05 05:00:00")
        self._invoice_order(order, "2026-03-10", advance_payment_method="fixed", fixed_amount=300)
        order.order_line.filtered(lambda line: not line.is_downpayment and not line.display_type).price_unit = 200
        self.assertEqual(self._invoice_order(order, "2026-03-25").move_type, "out_refund")
        bridge = self._bridge()
        self.assertEqual((bridge["ordered"], bridge["invoiced"]), (200, 200))
        self.assertEqual(set(bridge), {"ordered_without_visit", "ordered", "invoiced", "not_yet_collected"})

    def test_credit_note_and_invoice_without_order(self):
        self._invoice(500, "2026-03-10")
        self._invoice(120, "2026-03-12", move_type="out_refund")
        bridge = self._bridge()
        self.assertEqual(
            (bridge["invoiced_without_order"], bridge["credit_notes"], bridge["invoiced"]), (500, -120, 380)
        )

    def test_tax_and_write_off(self):
        """1,000 with 15 % tax, 920 of 1,150 paid and the rest written off: 800 untaxed, 120 tax."""
        invoice = self._invoice(1000, "2026-03-10", tax=self.tax_15)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {
                "amount": 920,
                "payment_date": "2026-03-20",
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.company_data["default_account_expense"].id,
            }
        )._create_payments()
        self.assertEqual(
            self._bridge(),
            {"invoiced_without_order": 1000, "invoiced": 1000, "written_off": -200, "collected": 800,
             "collected_tax": 120, "received": 920},
        )  # fmt: skip

    def test_other_salesperson(self):
        self.pepper.invoice_policy = "order"
        order = self._order(price=1000, moment="2026-03-05 05:00:00")
        move = self._invoice_order(order, "2026-03-20", post=False)
        move.invoice_user_id = self.peer
        move.action_post()
        self.assertEqual(self._bridge()["other_salesperson"], -1000)
        self.assertNotIn("invoiced", self._bridge())
        peers = self._bridge(user=self.peer)
        self.assertEqual((peers["other_salesperson"], peers["invoiced"]), (1000, 1000))

    def test_visits(self):
        """By its link, else by customer and day; the report says which, and marks what does not fit."""
        placed = self.env.ref("sales_tracking.sales_interaction_outcome_order_placed")
        visit = self._visit("2026-03-05 03:00:00", outcome=placed)
        by_day = self._order(price=100, moment="2026-03-05 04:00:00")
        linked = self._order(price=200, moment="2026-03-09 04:00:00", visit_id=visit.id)
        without = self._order(price=400, moment="2026-03-12 04:00:00")
        told = self._visit("2026-03-16 03:00:00", outcome=placed)
        cancelled = self._order(price=800, moment="2026-03-18 04:00:00", visit_id=visit.id)
        cancelled._action_cancel()
        bridge = self._bridge()
        self.assertEqual(
            (bridge["ordered_in_visits"], bridge["ordered_without_visit"], bridge["ordered"]), (300, 400, 700)
        )
        rows = self.env["sales.reconciliation.report"].search(
            [("user_id", "=", self.salesperson.id), ("month", "=", "2026-03-01"), ("code", "like", "ordered_")]
        )
        self.assertEqual(
            {(row.res_model, row.res_id, row.tie, row.flag, row.visit_id.id) for row in rows},
            {
                ("sale.order", by_day.id, "day", False, visit.id),
                ("sale.order", linked.id, "link", "outside_visit", visit.id),
                ("sale.order", without.id, False, False, False),
                ("sale.order", cancelled.id, "link", "cancelled", visit.id),
                ("sales.visit", told.id, False, "no_order", told.id),
            },
        )

    def test_quotation_of_a_visit_is_linked(self):
        visit = self._visit(fields.Datetime.now() - timedelta(hours=2))
        action = visit.action_new_quotation()
        order = self.env["sale.order"].with_context(**action["context"]).create({})
        self.assertEqual(order.visit_id, visit)
        with self.assertRaisesRegex(ValidationError, "customer of the visit"):
            order.partner_id = self.env["res.partner"].create({"name": "Toko Mawar"})

    def test_who_sees_whom(self):
        self._order(price=1000, moment="2026-03-05 05:00:00")
        self._order(price=500, moment="2026-03-05 05:00:00", user=self.peer)
        for user, people in (
            (self.salesperson, self.salesperson),
            (self.lead_user, self.salesperson | self.peer),
            (self.foreign_user, self.env["res.users"]),
        ):
            bridges = self.env["sales.reconciliation.report"].with_user(user).get_bridge("2026-03-01", "2026-03-31")
            self.assertEqual({row["user_id"] for row in bridges}, set(people.ids))

    def test_days_that_are_none(self):
        report = self.env["sales.reconciliation.report"]
        for first, last in (("2026-03-31", "2026-03-01"), (False, "2026-03-31")):
            with self.assertRaisesRegex(UserError, "first day and a last day"):
                report.get_bridge(first, last)
        for first, last in (("March", "2026-03-31"), (3, 4)):
            with self.assertRaisesRegex(UserError, "is no day"):
                report.get_bridge(first, last)

    def test_random_worlds(self):
        """Nothing is unexplained, each figure is that of the facts, and the documents of a line add up to it."""
        rng = Random(7)
        self.pepper.invoice_policy = "order"
        people = [self.salesperson, self.peer]
        for _number in range(12):
            shares = {self.salesperson: 70, self.peer: 30} if rng.random() < 0.3 else None
            order = self._order(
                moment=datetime(2026, rng.randrange(1, 4), rng.randrange(1, 28), 5),
                user=rng.choice(people),
                lines=[
                    (self.pepper, rng.randrange(1, 9), rng.randrange(10, 200)) for _line in range(rng.randrange(1, 3))
                ],
                shares=shares,
            )
            day = f"2026-0{rng.randrange(1, 5)}-{rng.randrange(1, 28):02}"
            if rng.random() < 0.3:
                self._invoice_order(order, day, advance_payment_method="percentage", amount=25)
            invoice = self._invoice_order(order, day, post=False)
            line = invoice.invoice_line_ids.filtered("product_id")[:1]
            match rng.randrange(4):
                case 0:
                    line.quantity = max(line.quantity - 1, 1)
                case 1:
                    line.price_unit += 7
                case 2:
                    invoice.invoice_user_id = rng.choice(people)
            invoice.action_post()
            if rng.random() < 0.7 and invoice.amount_residual > 0:
                paid = invoice.amount_residual * rng.choice((0.5, 1))
                self._pay(invoice, paid, f"2026-0{rng.randrange(3, 6)}-15")
            if rng.random() < 0.3:
                invoice._reverse_moves([{"invoice_date": "2026-04-20", "date": "2026-04-20"}]).action_post()
        report = self.env["sales.reconciliation.report"]
        figures = dict.fromkeys(FIGURES, 0)
        bridges = report.get_bridge("2026-01-01", "2026-05-31", user_ids=[user.id for user in people])
        for row in bridges:
            for line in row["lines"]:
                if line["code"] == "unexplained":
                    self.assertEqual(line["amount"], 0, row)
                    continue
                if line["code"] in figures:
                    figures[line["code"]] += line["amount"]
                action = line["action"]
                documents = self.env[action["res_model"]].search(action["domain"])
                self.assertAlmostEqual(sum(documents.mapped("amount")), line["amount"], 2, line)
        for basis in ("ordered", "invoiced", "collected"):
            of_span = [("day", ">=", "2026-01-01"), ("day", "<", "2026-06-01")]
            facts = self._facts(basis, [("user_id", "in", [user.id for user in people]), *of_span])
            self.assertAlmostEqual(figures[basis], sum(facts.mapped("amount")), 2)
            self.assertTrue(figures[basis])
        self._assert_limits_change_no_row(people)

    def _assert_limits_change_no_row(self, people):
        """What is read of a person or a team is what is read of all, without the rows of the others."""
        report = self.env["sales.reconciliation.report"]
        names = ["code", "month", "user_id", "team_id", "amount", "res_model", "res_id"]
        days = [("month", ">=", "2026-01-01")]
        everything = report.search_read(days, names)
        self.assertTrue(everything)
        for person in people:
            of_person = report.search_read([*days, ("user_id", "=", person.id)], names)
            self.assertEqual(of_person, [row for row in everything if row["user_id"][0] == person.id])
        of_team = report.search_read([*days, ("team_id.user_id", "=", self.lead_user.id)], names)
        self.assertEqual(of_team, [row for row in everything if row["team_id"] and row["team_id"][0] == self.team.id])
