from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestOrderDiscount(SalesTrackingCommon):
    """An order-wide discount is shared by the lines that it discounts, whatever their products are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a, cls.b, cls.c = (
            cls._create_product(name=name, lst_price=1000, standard_price=600, taxes_id=[]) for name in "ABC"
        )

    @classmethod
    def _discount(cls, order, **vals):
        cls.env["sale.order.discount"].create({"sale_order_id": order.id, **vals}).action_apply_discount()

    @classmethod
    def _discounted_order(cls, discount=0.1, lines=None, **vals):
        order = cls._order(lines=lines or [(cls.a, 1, 1000), (cls.b, 1, 1000)], moment="2026-03-10 05:00:00", **vals)
        cls._discount(order, discount_type="so_discount", discount_percentage=discount)
        return order

    @staticmethod
    def _post(order, day="2026-03-10"):
        invoices = order._create_invoices()
        invoices.write({"invoice_date": day, "invoice_payment_term_id": False})
        invoices.action_post()
        return invoices

    def _by_product(self, basis, measure="amount", domain=()):
        groups = self.env["sales.achievement"]._read_group(
            [("basis", "=", basis), ("company_id", "=", self.company.id), *domain],
            ["product_id"],
            [f"{measure}:sum"],
            order="product_id",
        )
        return {product: round(value, 2) for product, value in groups}

    def test_shared_by_the_lines(self):
        """A 1,000 and B 1,000 less 10 %: 900 each, of which 600 is cost; ordered, invoiced and collected."""
        self.assertFalse(self._facts("ordered"), "The first discount of a company is found as well")
        order = self._discounted_order()
        self.assertEqual(order.amount_untaxed, 1800)
        invoice = self._post(order)
        self._pay(invoice, 1800, "2026-03-12")
        for basis in ("ordered", "invoiced", "collected"):
            for measure, value in (("amount", 900), ("margin", 300), ("quantity", 1), ("count", 1)):
                with self.subTest(basis=basis, measure=measure):
                    self.assertEqual(self._by_product(basis, measure), {self.a: value, self.b: value})
            facts = self._facts(basis)
            self.assertEqual(len(set(facts.ids)), 4)
            document = order if basis == "ordered" else invoice
            lines = order.order_line if basis == "ordered" else invoice.invoice_line_ids
            self.assertEqual(set(facts.mapped("res_id")), {document.id})
            self.assertEqual(set(facts.mapped("line_id")), set(lines[:2].ids))
            self.assertEqual(sum(self._facts(basis, user=self.salesperson).mapped("amount")), 1800)

    def test_half_collected(self):
        self._pay(self._post(self._discounted_order()), 900, "2026-03-12")
        self.assertEqual(self._by_product("collected"), {self.a: 450, self.b: 450})

    def test_thirds_add_up_to_the_last_digit(self):
        """100 over three equal lines: the sum of the facts is the document's, not a digit less."""
        order = self._order(lines=[(product, 1, 1000) for product in (self.a, self.b, self.c)])
        self._discount(order, discount_type="amount", discount_amount=100)
        self._post(order)
        for basis in ("ordered", "invoiced"):
            query = self.env["sales.achievement"]._search([("basis", "=", basis), ("company_id", "=", self.company.id)])
            [(total,)] = self.env.execute_query(query.select("SUM(sales_achievement.amount)"))
            self.assertEqual(total, 2900)
            self.assertEqual(set(self._by_product(basis).values()), {966.67})

    def test_by_taxes(self):
        """The discount of each group of taxes is that of its lines: 10 % of 3,000 of A, and of 1,000 of B."""
        order = self._order(lines=[(self.a, 1, 3000), (self.b, 1, 1000)])
        # What the discount does not lower is not among its taxes.
        eco_tax = self.env["account.tax"].create({"name": "Eco", "amount": 1, "amount_type": "fixed"})
        order.order_line[0].tax_ids = self.tax_15 | eco_tax
        self._discount(order, discount_type="so_discount", discount_percentage=0.1)
        discounts = order.order_line[2:]
        self.assertEqual(len(discounts), 2)
        # So that only the taxes tell whose discount it is.
        self.assertEqual(discounts.tax_ids, self.tax_15)
        discounts.filtered("tax_ids").price_unit = -600
        for basis in ("ordered", "invoiced"):
            if basis == "invoiced":
                self._post(order)
            self.assertEqual(self._by_product(basis), {self.a: 2400, self.b: 900})

    def test_two_orders_on_one_invoice(self):
        """The discount of an order is that of its lines."""
        orders = self._discounted_order(lines=[(self.a, 1, 1000)]) | self._discounted_order(0.2, [(self.b, 1, 1000)])
        self.assertEqual(len(self._post(orders)), 1)
        self.assertEqual(self._by_product("invoiced"), {self.a: 900, self.b: 800})

    def test_shares_of_the_credit(self):
        """Two people share 1,800 as 60 : 40: 540 and 360 of each product."""
        order = self._discounted_order(shares={self.salesperson: 60, self.peer: 40})
        self._pay(self._post(order), 1800, "2026-03-12")
        for basis in ("ordered", "invoiced", "collected"):
            for user, amount in ((self.salesperson, 540), (self.peer, 360)):
                domain = [("user_id", "=", user.id)]
                self.assertEqual(self._by_product(basis, domain=domain), {self.a: amount, self.b: amount})

    def test_credit_note(self):
        """A credit note of all of it leaves nothing of any product."""
        invoice = self._post(self._discounted_order())
        invoice._reverse_moves([{"invoice_date": "2026-03-11"}]).action_post()
        self.assertEqual(self._by_product("invoiced"), {self.a: 0, self.b: 0})
        self.assertEqual(self._by_product("invoiced", "margin"), {self.a: 0, self.b: 0})
        self.assertEqual(self._by_product("invoiced", "quantity"), {self.a: 0, self.b: 0})

    def test_discount_of_nothing_stands_for_itself(self):
        self._discounted_order()
        discount = self.company.sale_discount_product_id
        self._invoice(
            invoice_line_ids=[
                Command.create({"product_id": discount.id, "price_unit": 50, "tax_ids": [Command.clear()]})
            ],
            move_type="out_refund",
        )
        fact = self._facts("invoiced")
        self.assertEqual((fact.product_id, fact.amount, fact.quantity), (discount, -50, -1))
