"""Nobody changes the salesperson of a sale in one's own favour once it is made."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import MARCH, TODAY, SalesCommissionCommon

OWN_FAVOUR = "Nobody decides what pays oneself"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestReassignment(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._user("colleague", "sales_team.group_sale_salesman_all_leads,account.group_account_invoice")
        cls.manager.group_ids |= cls.env.ref("account.group_account_invoice")
        cls.metric_ordered = cls.env.ref("sales_tracking.metric_ordered")

    def _refuse(self, document, user, **vals):
        """Expect that the user can't write these on the document; records by their ids."""
        with self.assertRaises(UserError) as caught:
            document.with_user(user).write({name: value.id for name, value in vals.items()})
        self.assertIn(OWN_FAVOUR, str(caught.exception))

    def _changes(self, document):
        return self.env["sales.commission.reassignment"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def _won_lead(self):
        lead = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity", "user_id": self.salesperson.id})
        lead.action_set_won()
        return lead

    def test_a_quotation_is_taken_over(self):
        order = self._order(1000).copy({"user_id": self.salesperson.id})
        order.with_user(self.colleague).user_id = self.colleague
        order.with_user(self.colleague).action_confirm()
        self.assertEqual(order.user_id, self.colleague)
        self.assertFalse(self._changes(order))

    def test_a_made_sale_is_not_taken(self):
        """An order, an invoice and an opportunity, of a colleague or of nobody, by whoever may write them."""
        documents = {
            "user_id": self._order(1000) | self._order(1000, user=self.env["res.users"]),
            "invoice_user_id": self._invoice(1000, "2026-03-02"),
        }
        documents["user_id"][1].user_id = False
        for seller, records in (*documents.items(), ("user_id", self._won_lead())):
            for record in records:
                for user in (self.colleague, self.manager):
                    with self.subTest(model=record._name, user=user.login):
                        before = record[seller]
                        self._refuse(record, user, **{seller: user})
                        self.assertEqual(record[seller], before)

    def test_somebody_else_decides(self):
        order, invoice, lead = self._order(1000), self._invoice(1000, "2026-03-02"), self._won_lead()
        for document, seller in ((order, "user_id"), (invoice, "invoice_user_id"), (lead, "user_id")):
            document.with_user(self.manager)[seller] = self.colleague
            self.assertEqual(document[seller], self.colleague)
            change = self._changes(document)
            self.assertEqual(change.changed_by_id, self.manager)
            self.assertEqual((change.previous_user_id, change.user_id), (self.salesperson, self.colleague))
            # What one has is given away.
            document.with_user(self.colleague)[seller] = self.peer

    def test_the_ledger_names_who_changed_it(self):
        plan = self._plan([self._percent(0.1, self.metric_ordered)], self.salesperson | self.peer)
        order = self._order(1000, moment="2026-03-02 03:00:00")
        plan.action_compute(MARCH)
        order.with_user(self.manager).user_id = self.peer
        plan.action_compute(MARCH)
        own, taken_back, given = self._entries(plan).sorted("id")
        self.assertEqual((own.amount, taken_back.amount, given.amount), (100, -100, 100))
        words = f"The salesperson or team was changed after the sale by {self.manager.name}."
        for entry in (taken_back, given):
            self.assertIn(words, entry.explanation)
            self.assertTrue(entry.is_reassigned)

    def _opened(self, entries, user):
        """The changes that the user is shown from these entries."""
        action = entries.with_user(user).action_open_reassignments()
        return self.env[action["res_model"]].with_user(user).search(action["domain"])

    def test_the_changes_open_from_the_ledger(self):
        """For both whom the change is about, their lead and administrators; through the order of an invoice too."""
        plan = self._plan([self._percent(0.1)], self.salesperson | self.peer)
        order = self._order(1000, moment="2026-03-02 03:00:00")
        invoice = self._invoice_of(order, "2026-03-02")
        untouched = self._invoice(500, "2026-03-03")
        order.with_user(self.manager).user_id = self.peer
        plan.action_compute(MARCH)
        entry = self._entries(plan, res_id=invoice.id)
        other = self._entries(plan, res_id=untouched.id)
        self.assertEqual((entry.is_reassigned, other.is_reassigned), (True, False))
        change = self._changes(order)
        for user in (self.salesperson, self.lead_user, self.manager):
            with self.subTest(user=user.login):
                self.assertEqual(self._opened(entry | other, user), change)
                self.assertFalse(self._opened(other, user))
        self.assertTrue(change.with_user(self.peer).has_access("read"))
        stranger = self._user("stranger", "sales_team.group_sale_salesman")
        for user in (stranger, self.foreign_user):
            self.assertFalse(change.with_user(user).has_access("read"))

    def test_an_order_that_paid_is_not_taken_when_it_is_open_again(self):
        plan = self._plan([self._percent(0.1, self.metric_ordered)])
        order = self._order(1000, moment="2026-03-02 03:00:00")
        plan.action_compute(MARCH)
        order._action_cancel()
        order.action_draft()
        self._refuse(order, self.colleague, user_id=self.colleague)

    def test_an_invoice_of_anothers_order_is_not_taken_before_it_is_posted(self):
        order = self._order(1000)
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        self._refuse(invoice, self.colleague, invoice_user_id=self.colleague)

    def test_what_is_invoiced_by_hand_is_credited_as_ordered(self):
        order = self._order(1000)
        invoice = (
            self.env["account.move"]
            .with_user(self.colleague)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.contact.id,
                    "invoice_user_id": self.colleague.id,
                    "invoice_line_ids": [
                        Command.create({"name": "Pepper", "price_unit": 1000, "sale_line_ids": order.order_line.ids})
                    ],
                }
            )
        )
        self.assertEqual(invoice.invoice_user_id, self.salesperson)
        own = (
            self.env["account.move"]
            .with_user(self.colleague)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.contact.id,
                    "invoice_line_ids": [Command.create({"name": "Pepper", "price_unit": 1000})],
                }
            )
        )
        self.assertEqual(own.invoice_user_id, self.colleague)
        own.invoice_line_ids.with_user(self.colleague).sale_line_ids = order.order_line
        self.assertEqual(own.invoice_user_id, self.salesperson)

    def test_a_credit_note_is_not_passed_on(self):
        invoice = self._invoice(1000, "2026-03-02", user=self.colleague)
        credit = self._reverse(invoice, "2026-03-10")
        credit.invoice_user_id = self.colleague
        self._refuse(credit, self.colleague, invoice_user_id=self.salesperson)
        credit.with_user(self.manager).invoice_user_id = self.salesperson

    def test_by_way_of_the_customer(self):
        """A confirmed order without a salesperson takes that of its customer, who may be chosen for it."""
        order = self._order(1000)
        order.user_id = False
        other = self.env["res.partner"].create({"name": "Toko Anggrek", "user_id": self.colleague.id})
        self._refuse(order, self.colleague, partner_id=other)

    def test_by_way_of_the_team(self):
        plan = self._plan([self._percent(0.1)], self.env["res.users"])
        plan.assignment_ids = [
            Command.clear(),
            Command.create(
                {
                    "beneficiary": "team",
                    "team_id": self.other_team.id,
                    "date_from": "2026-01-01",
                    "distribution_ids": [Command.create({"user_id": self.colleague.id, "share": 100})],
                }
            ),
        ]
        order = self._order(1000)
        self._refuse(order, self.colleague, team_id=self.other_team)
        order.with_user(self.manager).team_id = self.other_team

    def test_by_way_of_ones_people(self):
        """Who earns on what others sell does not give them what somebody else sold; a sales administrator does."""
        plan = self._plan([self._percent(0.1)], self.peer)
        for manager, managed in ((self.lead_user, self.peer), (self.colleague, self.lead_user)):
            plan.assignment_ids = [
                Command.create(
                    {
                        "user_id": manager.id,
                        "role": "override",
                        "managed_user_id": managed.id,
                        "date_from": "2026-01-01",
                    }
                )
            ]
        order = self._order(1000)
        for user in (self.lead_user, self.colleague):
            self._refuse(order, user, user_id=self.peer)
        self.colleague.group_ids |= self.env.ref("sales_team.group_sale_manager")
        order.with_user(self.colleague).user_id = self.peer
        # Among one's own people nothing is gained.
        order.with_user(self.lead_user).user_id = self.peer

    def test_the_record_is_nobodys_to_write(self):
        order = self._order(1000)
        order.with_user(self.manager).user_id = self.peer
        change = self._changes(order)
        with self.assertRaises(AccessError):
            change.with_user(self.manager).copy()
        for user in (self.manager, self.env.user):
            with self.assertRaises(UserError):
                change.with_user(user).changed_by_id = self.salesperson
            with self.assertRaises(UserError):
                change.with_user(user).unlink()
