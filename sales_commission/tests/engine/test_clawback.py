"""Credit notes take back what they credit, from whom it was paid to."""

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCommissionClawback(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls._user("third", "sales_team.group_sale_salesman")
        cls.people = cls.salesperson | cls.peer | cls.third

    def test_original_person(self):
        """A complaint about OCA's modules: the credit note pays, or takes from somebody else."""
        plan = self._plan([self._percent(0.05)], self.people)
        invoice = self._invoice(1000, "2026-01-10")
        credit = self._reverse(invoice, "2026-03-02")
        credit.invoice_user_id = self.peer
        plan.action_compute("2026-01-10")
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [0, 0, 0])
        taken_back = self._entries(plan, res_id=credit.id)
        self.assertEqual((taken_back.kind, taken_back.amount, taken_back.base_amount), ("clawback", -50, -1000))

    def test_salesperson_changed_after_invoicing(self):
        plan = self._plan([self._percent(0.05)], self.people)
        invoice = self._invoice(1000, "2026-03-02")
        plan.action_compute(MARCH)
        invoice.invoice_user_id = self.peer
        self._reverse(invoice, "2026-03-05", [400]).invoice_user_id = self.third
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [0, 30, 0])

    def test_rate_of_the_invoice(self):
        """Sold at 1.20, credited in full at 1.25: nothing is left, of amount nor margin, nor of two parts."""
        currency = self.setup_other_currency("EUR", rates=[("2026-03-01", 1.2), ("2026-03-08", 1.25)])
        for metric in ("invoiced", "margin"):
            for parts in ((1000,), (333, 667)):
                with self.subTest(metric=metric, parts=parts):
                    plan = self._plan([self._percent(0.1, self.env.ref(f"sales_tracking.metric_{metric}"))])
                    documents = self._invoice(1000, "2026-03-02", currency_id=currency.id)
                    earned = plan.action_compute(MARCH)["amount"]
                    self.assertGreater(earned, 0)
                    for part in parts:
                        credit = self._reverse(documents[0], "2026-03-09", [part])
                        if metric == "margin":
                            credit.button_draft()
                            credit.invoice_line_ids.quantity = part / 1000
                            credit.invoice_line_ids.price_unit = 1000
                            credit.action_post()
                        documents |= credit
                    plan.action_compute(MARCH)
                    self.assertAlmostEqual(sum(self._entries(plan).mapped("amount")), 0)
                    documents.button_draft()

    def test_original_shares(self):
        plan = self._plan([self._percent(0.1)], self.people)
        invoice = self._shared_invoice(1000, (50, 30, 20))
        plan.action_compute(MARCH)
        credit = self._reverse(invoice, "2026-03-05", [200])
        credit.invoice_line_ids.sale_line_ids = [Command.clear()]
        plan.action_compute(MARCH)
        self.assertEqual(self._amounts(plan, res_id=credit.id), [-10, -6, -4])

    def test_original_version(self):
        """Sold at 5 %, returned when 6 % hold: 5 % are taken back."""
        plan = self._plan([self._percent(0.05)])
        invoice = self._invoice(1000, "2026-01-10")
        plan.action_compute("2026-01-10")
        version = self.env["sales.commission.version"].create(
            {
                "plan_id": plan.id,
                "date_from": "2026-02-01",
                "reason": "Better rate",
                "rule_ids": [Command.create(self._percent(0.06))],
            }
        )
        version.action_approve()
        credit = self._reverse(invoice, "2026-03-05")
        self._invoice(1000, "2026-03-05")
        self.assertEqual(plan.action_compute(MARCH)["amount"], 10)
        self.assertEqual(self._amounts(plan, res_id=credit.id), [-50])
        self.assertNotEqual(self._entries(plan, res_id=credit.id).version_id, version)

    def test_by_order_line_then_product_then_pro_rata(self):
        """Three lines of three people's orders on one invoice; each way to find whose commission goes back."""
        clove = self._create_product(name="Clove", lst_price=100, taxes_id=[])
        fee = self._create_product(name="Price Adjustment", taxes_id=[])
        plan = self._plan([self._percent(0.1)], self.people)
        orders = self.env["sale.order"]
        for user, product, price in ((self.salesperson, self.pepper, 600), (self.peer, clove, 400)):
            orders |= self._order(lines=[(product, 1, price)], shares={user: 100}, moment="2026-03-02 03:00:00")
        invoice = orders._create_invoices()
        invoice.invoice_date = "2026-03-02"
        invoice.action_post()
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [60, 40, 0])

        credit = self._reverse(invoice, "2026-03-05", [100, 0])
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [50, 40, 0])

        def unlinked(day, product):
            credit = self._reverse(invoice, day, [0, 0])
            credit.button_draft()
            credit.invoice_line_ids = [
                Command.clear(),
                Command.create({"product_id": product.id, "price_unit": 100, "tax_ids": [Command.clear()]}),
            ]
            credit.action_post()
            return credit

        unlinked("2026-03-06", clove)
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [50, 30, 0])
        credit = unlinked("2026-03-07", fee)
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [44, 26, 0])
        self.assertEqual(self._amounts(plan, res_id=credit.id), [-6, -4])

    def _credit_of_order(self, order, day, quantity):
        """What an order makes for returned goods: a credit note that names no invoice, only order lines."""
        line = order.order_line
        return self._invoice(
            day=day,
            move_type="out_refund",
            invoice_line_ids=[
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "quantity": quantity,
                        "price_unit": line.price_unit,
                        "tax_ids": [Command.clear()],
                        "sale_line_ids": [Command.set(line.ids)],
                    }
                )
            ],
        )

    def test_returned_goods_in_different_months(self):
        """All of a deal is credited in two months: nothing of its capped commission stays, nor a cent."""
        for price, rule, amounts in (
            (1000, self._percent(0.1, deal_cap=100), [100, 0, -100]),
            (5.05, self._percent(0.05), [0.51, -0.26, -0.25]),
        ):
            with self.subTest(price=price):
                plan = self._plan([rule], self.people)
                order = self._order(price, quantity=2, moment="2026-01-10 03:00:00")
                invoice = self._invoice_of(order, "2026-01-10")
                returned = [self._credit_of_order(order, day, 1) for day in ("2026-02-10", "2026-03-10")]
                for day in ("2026-01-10", "2026-02-10", "2026-03-10"):
                    plan.action_compute(day)
                posted = [
                    sum(self._entries(plan, res_id=document.id).mapped("amount")) for document in (invoice, *returned)
                ]
                self.assertEqual([round(amount, 2) for amount in posted], amounts)
                (invoice | returned[0] | returned[1]).button_draft()

    def test_into_the_open_period(self):
        plan = self._plan([self._percent(0.05)])
        invoice = self._invoice(1000, "2026-01-10")
        plan.action_compute("2026-01-10")
        self._statement(plan, day="2026-01-01").with_user(self.administrator).action_confirm()
        self._reverse(invoice, "2026-01-31", [200])
        plan.action_compute("2026-01-10")
        late = self._entries(plan)[-1]
        self.assertEqual(
            (late.amount, str(late.period_start), str(late.origin_period_start)), (-10, "2026-03-01", "2026-01-01")
        )

    def test_stand_alone_credit_note(self):
        plan = self._plan([self._percent(0.05)], self.people)
        self._invoice(200, "2026-03-02", move_type="out_refund", user=self.peer)
        plan.action_compute(MARCH)
        self.assertEqual(self._shared(plan, self.people), [0, -10, 0])

    def test_window(self):
        """Nothing is taken back more than 30 days after the invoice."""
        plan = self._plan([self._percent(0.05)], clawback_days=30)
        invoices = [self._invoice(1000, day) for day in ("2026-02-01", "2026-01-31")]
        for invoice in invoices:
            self._reverse(invoice, "2026-03-03")
        self.assertEqual(plan.action_compute(MARCH), {"entries": 1, "amount": -50, "skipped": {"excluded": 1}})

    def test_everything_credited_in_parts(self):
        """A third, a third and the rest of 10.00 at 5 %: rounded alone they would take back 0.51 of 0.50."""
        plan = self._plan([self._percent(0.05)])
        invoice = self._invoice(10, "2026-03-02")
        for index, price in enumerate((3.33, 3.33, 3.34)):
            self._reverse(invoice, f"2026-03-{index + 3:02}", [price])
        self.assertEqual(plan.action_compute(MARCH)["amount"], 0)
        self.assertEqual(self._amounts(plan), [0.5, -0.17, -0.16, -0.17])

    def test_reversed_and_reissued(self):
        plan = self._plan([self._percent(0.05)])
        invoice = self._invoice(1000, "2026-03-02")
        plan.action_compute(MARCH)
        self._reverse(invoice, "2026-03-03")
        self._invoice(900, "2026-03-03")
        plan.action_compute(MARCH)
        self.assertEqual(sum(self._amounts(plan)), 45)

    def test_reset_edited_and_posted_again(self):
        plan = self._plan([self._percent(0.05)])
        invoice = self._invoice(1000, "2026-03-02")
        plan.action_compute(MARCH)
        invoice.button_draft()
        self.assertEqual(plan.action_compute(MARCH)["amount"], -50)
        invoice.invoice_line_ids.price_unit = 1200
        invoice.action_post()
        self.assertEqual(plan.action_compute(MARCH)["amount"], 60)
        self.assertEqual(self._amounts(plan), [50, -50, 60])

    def test_refund_in_another_unit(self):
        """Sold by the dozen, two of them taken back by the piece."""
        dozen = self.env.ref("uom.product_uom_dozen")
        pieces = self.env["sales.metric"].create({"name": "Units", "code": "units_sold", "measure": "quantity"})
        plan = self._plan(
            [{"name": "Pieces", "metric_id": pieces.id, "kind": "per_unit", "unit_amount": 0.5,
              "uom_id": self.env.ref("uom.product_uom_unit").id}]
        )  # fmt: skip
        invoice = self._invoice(
            invoice_line_ids=[
                Command.create(
                    {"product_id": self.pepper.id, "product_uom_id": dozen.id, "quantity": 2, "price_unit": 120}
                )
            ],
            day="2026-03-02",
        )
        credit = self._reverse(invoice, "2026-03-05")
        credit.button_draft()
        credit.invoice_line_ids.write(
            {"product_uom_id": self.env.ref("uom.product_uom_unit").id, "quantity": 2, "price_unit": 10}
        )
        credit.action_post()
        self.assertEqual(plan.action_compute(MARCH)["amount"], 11)
        self.assertEqual(self._amounts(plan), [12, -1])
        self.assertEqual(self._entries(plan).sorted("document_date").mapped("quantity"), [24, -2])
        self.assertEqual(self._entries(plan)[0].explanation, "24 × 0.50 = 12.00.")
