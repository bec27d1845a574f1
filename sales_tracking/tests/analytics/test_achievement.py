from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestAchievement(SalesTrackingCommon):
    def test_ordered_at_the_orders_own_rate(self):
        """USD 1,200 at 1.20 is 1,000 in the company's currency, whatever the rate is later."""
        currency = self.setup_other_currency("EUR", rates=[("2026-03-01", 1.2)])
        pricelist = self.env["product.pricelist"].create({"name": "Foreign", "currency_id": currency.id})
        order = self._order(1200, pricelist_id=pricelist.id, date_order="2026-03-10 05:00:00")
        order.date_order = "2026-03-10 05:00:00"
        self.assertAlmostEqual(order.currency_rate, 1.2)
        fact = self._facts("ordered")
        self.assertAlmostEqual(fact.amount, 1000)
        self.assertEqual(fact.currency_id, self.company.currency_id)
        self.env["res.currency.rate"].search([("currency_id", "=", currency.id)]).rate = 2
        fact.invalidate_recordset()
        self.assertAlmostEqual(fact.amount, 1000)

    def test_day_in_the_time_zone_of_the_company(self):
        """31 January 23:30 in Bogotá is January for every viewer."""
        self.company.sales_tz = "America/Bogota"
        self._order(moment="2026-02-01 04:30:00")
        self.assertEqual(self._facts("ordered").day, self._day("2026-01-31"))
        january = [("day", ">=", "2026-01-01"), ("day", "<=", "2026-01-31")]
        for tz in ("Asia/Tokyo", "America/Los_Angeles"):
            facts = self.env["sales.achievement"].with_context(tz=tz)
            self.assertEqual(facts.search_count([("basis", "=", "ordered"), *january]), 1, tz)

    def test_day_limits_at_the_edges_of_the_world(self):
        """The limits on the moment, which serve the index, never cut off a day in the furthest zones."""
        for zone, moment in (("Pacific/Kiritimati", "2026-03-09 10:00:00"), ("Etc/GMT+12", "2026-03-11 11:59:59")):
            self.company.sales_tz = zone
            order = self._order(moment=moment)
            for operator in ("=", ">=", "<="):
                self.assertEqual(
                    self._facts("ordered", [("day", operator, "2026-03-10"), ("res_id", "=", order.id)]).day,
                    self._day("2026-03-10"),
                    f"{zone} {operator}",
                )
            self.assertFalse(self._facts("ordered", [("day", ">", "2026-03-10"), ("res_id", "=", order.id)]))
            self.assertFalse(self._facts("ordered", [("day", "<", "2026-03-10"), ("res_id", "=", order.id)]))

    def test_relative_days(self):
        self._order()
        self.assertEqual(len(self._facts("ordered", [("day", ">=", "=1d -1m"), ("day", "<", "+2d")])), 1)
        self.assertFalse(self._facts("ordered", [("day", "<", "=1d -1m")]))
        self.assertFalse(self._facts("ordered", ["!", ("day", ">=", "=1d -1m")]))

    def test_quotations_and_cancelled_orders_do_not_count(self):
        order = self._order()
        self.assertEqual(len(self._facts("ordered")), 1)
        order._action_cancel()
        self.assertFalse(self._facts("ordered"))

    def test_quantity_in_the_unit_of_the_product(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order(
            order_line=[
                Command.create(
                    {
                        "product_id": self.pepper.id,
                        "product_uom_qty": 2,
                        "product_uom_id": dozen.id,
                        "price_unit": 1200,
                        "tax_ids": [Command.clear()],
                    }
                )
            ]
        )
        fact = self._facts("ordered", [("res_id", "=", order.id)])
        self.assertAlmostEqual(fact.quantity, 24)
        self.assertAlmostEqual(fact.amount, 2400)
        self.assertAlmostEqual(fact.margin, 2400 - 24 * 60)

    def test_credit_note_is_negative(self):
        self._invoice(1000, "2026-03-10")
        self._invoice(300, "2026-03-20", move_type="out_refund")
        facts = self._facts("invoiced")
        self.assertEqual(facts.mapped("amount"), [1000, -300])
        self.assertEqual(facts.mapped("quantity"), [1, -1])
        self.assertEqual(facts.mapped("margin"), [940, -240])

    def test_draft_invoice_does_not_count(self):
        self._invoice(post=False)
        self.assertFalse(self._facts("invoiced"))

    def test_margin_uses_the_cost_at_the_time_of_sale(self):
        order = self._order(100)
        invoice = order._create_invoices()
        invoice.action_post()
        self.pepper.standard_price = 90
        self.assertAlmostEqual(self._facts("invoiced").margin, 40)

    def test_collected_is_the_untaxed_part_of_each_payment(self):
        """1,150 (1,000 net) with 575 paid = 500 on the day of the payment; nothing is lost in the second half."""
        invoice = self._invoice(1000, "2026-03-10", tax=self.tax_15)
        self._pay(invoice, 575, "2026-04-02")
        fact = self._facts("collected")
        self.assertAlmostEqual(fact.amount, 500)
        self.assertEqual(fact.day, self._day("2026-04-02"))
        self.assertEqual((fact.res_model, fact.res_id), ("account.move", invoice.id))
        self._pay(invoice, 575, "2026-05-02")
        self.assertAlmostEqual(sum(self._facts("collected").mapped("amount")), 1000)

    def test_collected_worked_number(self):
        """1,190 (1,000 net) with 595 paid = 500."""
        tax = self.env["account.tax"].create({"name": "19 %", "amount": 19, "company_id": self.company.id})
        self._pay(self._invoice(1000, tax=tax), 595, "2026-04-02")
        self.assertAlmostEqual(self._facts("collected").amount, 500)

    def test_unmatched_payment_is_not_collected(self):
        invoice = self._invoice(1000)
        self._pay(invoice, 1000, "2026-04-02")
        self.assertTrue(self._facts("collected"))
        invoice.line_ids.remove_move_reconcile()
        self.assertFalse(self._facts("collected"))

    def test_credit_note_is_not_cash(self):
        """Credit 200 and 800 cash on 1,000: 800 is collected."""
        invoice = self._invoice(1000)
        credit_note = self._invoice(200, "2026-03-20", move_type="out_refund")
        receivable = (invoice | credit_note).line_ids.filtered(lambda line: line.display_type == "payment_term")
        receivable.reconcile()
        self.assertFalse(self._facts("collected"))
        self._pay(invoice, 800, "2026-04-02")
        self.assertAlmostEqual(sum(self._facts("collected").mapped("amount")), 800)

    def test_refund_in_cash_is_negative(self):
        credit_note = self._invoice(200, "2026-03-20", move_type="out_refund")
        self._pay(credit_note, 50, "2026-04-02")
        self.assertAlmostEqual(self._facts("collected").amount, -50)

    def test_collected_in_full_whatever_the_rate(self):
        """USD 1,200 at 1.20 = 1,000, unchanged when paid at 1.25."""
        currency = self.setup_other_currency("EUR", rates=[("2026-03-01", 1.2), ("2026-04-01", 1.25)])
        invoice = self._invoice(1200, "2026-03-10", currency_id=currency.id)
        self.assertAlmostEqual(self._facts("invoiced").amount, 1000)
        self._pay(invoice, 600, "2026-04-02")
        self._pay(invoice, 600, "2026-04-03")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertAlmostEqual(sum(self._facts("collected").mapped("amount")), 1000)

    def test_won(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Pepper for the season",
                "type": "opportunity",
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "partner_id": self.contact.id,
                "expected_revenue": 700,
            }
        )
        self.assertFalse(self._facts("won", [("res_id", "=", lead.id)]))
        lead.action_set_won()
        lead.date_closed = "2026-03-31 17:30:00"
        self.env.cr.execute("UPDATE crm_lead SET create_date = '2026-03-29 05:30:00' WHERE id = %s", [lead.id])
        fact = self._facts("won", [("res_id", "=", lead.id)])
        self.assertEqual(fact.day, self._day("2026-04-01"))
        self.assertEqual((fact.amount, fact.days_to_close), (700, 2.5))
        self.assertEqual((fact.user_id, fact.team_id, fact.partner_id), (self.salesperson, self.team, self.customer))

    def test_new_customer_once(self):
        self._order(moment="2026-03-12 05:00:00", partner_id=self.customer.id)
        first = self._order(moment="2026-03-10 05:00:00")
        facts = self._facts("new_customer")
        self.assertEqual(facts.mapped("res_id"), [first.id])
        self.assertEqual(facts.partner_id, self.customer)

    def test_new_customer_of_a_shared_order(self):
        self._order(1000, shares={self.salesperson: 60, self.peer: 40})
        for user, amount in ((self.salesperson, 600), (self.peer, 400)):
            self.assertEqual(self._facts("new_customer", [("user_id", "=", user.id)]).mapped("amount"), [amount])
            self.assertEqual(self._facts("new_customer", user=user).mapped("amount"), [amount])
        [[count]] = self.env["sales.achievement"]._read_group(
            [("basis", "=", "new_customer"), ("company_id", "=", self.company.id)], [], ["count:sum"]
        )
        self.assertEqual(count, 1)

    def test_logged_visit_is_an_interaction_only(self):
        """What counts as a visit is one with a check-in: see TestVisit."""
        self.env["sales.interaction"].create(
            {"kind": "visit", "partner_id": self.contact.id, "user_id": self.salesperson.id}
        )
        self.assertEqual(self._facts("interaction").interaction_kind, "visit")
        self.assertFalse(self._facts("visit"))

    def test_credit_split_on_order_invoice_and_payment(self):
        order = self._order(1000, shares={self.salesperson: 60, self.peer: 40})
        invoice = order._create_invoices()
        invoice.action_post()
        self._pay(invoice, 500, invoice.invoice_date)
        for basis, total in (("ordered", 1000), ("invoiced", 1000), ("collected", 500)):
            amounts = {fact.user_id: fact.amount for fact in self._facts(basis)}
            self.assertEqual(amounts, {self.salesperson: total * 0.6, self.peer: total * 0.4}, basis)
            self.assertEqual(self._facts(basis).team_id, self.team)

    def test_credit_split_of_one_person_and_of_all(self):
        """Facts of a few people are read by another statement than everybody's: the rows are the same."""
        self._order(1000, shares={self.salesperson: 60, self.peer: 40})
        self._order(500)

        def rows(facts):
            return {(fact.id, fact.user_id, fact.amount, fact.share) for fact in facts}

        everybody = rows(self._facts("ordered"))
        self.assertEqual(
            {row[1:] for row in everybody},
            {
                (self.salesperson, 600, 0.6),
                (self.peer, 400, 0.4),
                (self.salesperson, 500, 1),
            },
        )
        for user in (self.salesperson, self.peer):
            own = {row for row in everybody if row[1] == user}
            self.assertEqual(rows(self._facts("ordered", [("user_id", "=", user.id)])), own)
            self.assertEqual(rows(self._facts("ordered", user=user)), own)

    def test_unknown_basis_is_empty(self):
        self._order()
        self.assertFalse(self.env["sales.achievement"].search([("basis", "=", "ordered"), ("basis", "=", "won")]))
        self.assertFalse(self.env["sales.achievement"].search([("basis", "=", "no such basis")]))

    def test_credit_split_counts_an_invoice_line_of_two_orders_once(self):
        orders = self._order(1000, shares={self.salesperson: 60, self.peer: 40}) | self._order(
            1000, shares={self.peer: 100}
        )
        invoice = self._invoice(2000, post=False)
        invoice.invoice_line_ids.sale_line_ids = orders.order_line
        invoice.action_post()
        self.assertAlmostEqual(sum(self._facts("invoiced").mapped("amount")), 2000)

    def test_count_is_the_number_of_documents(self):
        self._order(
            lines=[(self.pepper, 1, 100), (self.product_a, 1, 50)], shares={self.salesperson: 50, self.peer: 50}
        )
        self._order()
        [[count, rows]] = self.env["sales.achievement"]._read_group(
            [("basis", "=", "ordered"), ("company_id", "=", self.company.id)], [], ["count:sum", "__count"]
        )
        self.assertEqual((count, rows), (2, 5))

    def test_down_payment_line_is_no_order(self):
        order = self._order(1000)
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": order.ids, "advance_payment_method": "percentage", "amount": 30}
        )
        wizard.create_invoices()
        self.assertAlmostEqual(sum(self._facts("ordered").mapped("amount")), 1000)

    def test_who_sees_which_facts(self):
        own = self._order(user=self.salesperson)
        others = self._order(user=self.peer)
        elsewhere = self._order(user=self.manager, team_id=self.other_team.id)

        def visible(user):
            return set(self._facts("ordered", user=user).mapped("res_id"))

        self.assertEqual(visible(self.salesperson), {own.id})
        self.assertEqual(visible(self.lead_user), {own.id, others.id})
        self.assertEqual(visible(self.manager), {own.id, others.id, elsewhere.id})
        self.assertFalse(self.env["sales.achievement"].with_user(self.foreign_user).search([("res_id", "=", own.id)]))
        with self.assertRaises(AccessError):
            visible(self.portal_user)
        with self.assertRaises(AccessError):
            visible(self.env.ref("base.public_user"))

    def test_groups_show_no_more_than_the_rows(self):
        self._order(100, user=self.salesperson)
        self._order(200, user=self.peer)
        [[total]] = (
            self.env["sales.achievement"]
            .with_user(self.salesperson)
            ._read_group([("basis", "=", "ordered")], [], ["amount:sum"])
        )
        self.assertEqual(total, 100)

    def test_rows_have_their_own_ids(self):
        for _index in range(3):
            invoice = self._order(1000, shares={self.salesperson: 60, self.peer: 40})._create_invoices()
            invoice.action_post()
            self._pay(invoice, 400, invoice.invoice_date)
            self._pay(invoice, 600, invoice.invoice_date)
            self._order(500)
        facts = self.env["sales.achievement"].search([("company_id", "=", self.company.id)])
        rows = self.env["sales.achievement"].search_count([("company_id", "=", self.company.id)])
        self.assertEqual(len(set(facts.ids)), rows)
        self.assertGreater(rows, 24)

    def test_a_row_is_read_from_the_documents_of_its_basis(self):
        invoice = self._order()._create_invoices()
        invoice.action_post()
        for basis in ("ordered", "new_customer", "invoiced"):
            fact = self._facts(basis)
            query = self.env["sales.achievement"]._search([("id", "=", fact.id)])
            self.assertEqual(list(query), fact.ids)
            self.assertEqual(query._env.context["achievement_scope"].bases, (basis,))

    def test_row_opens_its_document(self):
        order = self._order()
        action = self._facts("ordered").action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))
