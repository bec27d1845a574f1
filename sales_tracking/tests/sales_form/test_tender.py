from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestTender(SalesTrackingCommon):
    def _tender(self, bid=1000, days=20, **vals):
        return self.env["sales.tender"].create(
            {
                "name": "Spices for the hospitals",
                "partner_id": self.customer.id,
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "deadline": fields.Datetime.now() + timedelta(days=days),
                "bid_amount": bid,
                **vals,
            }
        )

    def _decided(self, bid, result):
        tender = self._tender(bid)
        tender.action_submit()
        tender.lost_reason_id = self.env["crm.lost.reason"].create({"name": "Price"})
        getattr(tender, f"action_{result}")()
        return tender

    def test_documents_stay_with_their_tender(self):
        """Nobody slips a document or competitor into a tender that is somebody else's."""
        mine, other = self._tender(document_ids=[Command.create({"name": "Licence"})]), self._tender(user_id=False)
        mine.competitor_ids = [Command.create({"partner_id": self.customer.id})]
        for part in (mine.document_ids, mine.competitor_ids):
            with self.assertRaises(AccessError):
                part.with_user(self.salesperson).tender_id = other

    def test_win_rates(self):
        """Of four bids of 1,000, 2,000, 3,000 and 4,000 the first and the last won: half by number and by value."""
        for bid, result in ((1000, "won"), (2000, "lost"), (3000, "lost"), (4000, "won")):
            self._decided(bid, result)
        self._decided(500, "lost")
        self._tender(90000).action_withdraw()
        self._tender(70000)
        self.env.flush_all()
        [(by_number, by_value)] = self.env["sales.tender"]._read_group(
            [("company_id", "=", self.company.id)], [], ["win_rate:avg", "win_rate_value:avg"]
        )
        self.assertAlmostEqual(by_number, 2 / 5)
        self.assertAlmostEqual(by_value, 5000 / 10500)

    def test_nothing_decided_has_no_rate(self):
        self._tender()
        self.env.flush_all()
        rows = self.env["sales.tender"]._read_group(
            [("company_id", "=", self.company.id)], ["state"], ["win_rate:avg", "win_rate_value:avg"]
        )
        self.assertEqual(rows, [("preparing", False, False)])

    def test_value_in_company_currency(self):
        euro = self.env.ref("base.EUR")
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create({"currency_id": euro.id, "name": "2020-01-01", "rate": 0.5})
        self.assertEqual(self._tender(1000, currency_id=euro.id).bid_amount_company, 2000)

    def test_days_are_those_of_the_company(self):
        """Three in the morning in Jakarta is the evening before in UTC."""
        deadline = (fields.Datetime.now() + timedelta(days=20)).replace(hour=20, minute=0, second=0, microsecond=0)
        tender = self._tender(deadline=deadline)
        last = deadline.date() + timedelta(days=1)
        self.assertEqual(
            sorted(tender.activity_ids.mapped("date_deadline")), [last - timedelta(days=7), last - timedelta(days=1)]
        )

    def test_tasks_before_the_deadline(self):
        tender = self._tender(days=20)
        last = self.company._sales_day(tender.deadline)
        days = [(last - activity.date_deadline).days for activity in tender.activity_ids]
        self.assertEqual(sorted(days), [1, 7])
        self.assertEqual(tender.activity_ids.user_id, self.salesperson)
        tender.deadline = fields.Datetime.now() + timedelta(days=3)
        self.assertEqual(len(tender.activity_ids), 1, "the week before has passed")
        tender.action_submit()
        self.assertFalse(tender.activity_ids)

    def test_documents_first(self):
        tender = self._tender(
            document_ids=[
                Command.create({"name": "Tax certificate"}),
                Command.create({"name": "Brochure", "is_required": False}),
            ]
        )
        self.assertEqual(tender.missing_document_count, 1)
        with self.assertRaisesRegex(UserError, "Tax certificate"):
            tender.action_submit()
        tender.document_ids[0].is_ready = True
        tender.action_submit()
        self.assertEqual(tender.state, "submitted")

    def test_result(self):
        tender = self._tender()
        with self.assertRaisesRegex(UserError, "Preparing"):
            tender.action_won()
        tender.action_submit()
        with self.assertRaisesRegex(UserError, "why"):
            tender.action_lost()
        tender.action_won()
        self.assertTrue(tender.decided_on)
        tender.action_reopen()
        self.assertEqual((tender.state, tender.decided_on), ("submitted", False))

    def test_bond(self):
        with self.assertRaisesRegex(ValidationError, "validity"):
            self._tender(bond_state="held", bond_amount=50)
        tender = self._tender(bond_state="held", bond_amount=50, bond_valid_until="2030-01-01")
        tender.write({"bond_state": "returned", "bond_returned_on": "2029-01-01"})

    def test_rights(self):
        tender = self._tender(document_ids=[Command.create({"name": "Tax certificate"})])
        self.assertTrue(tender.with_user(self.salesperson).has_access("write"))
        self.assertTrue(tender.with_user(self.lead_user).has_access("write"))
        self.assertFalse(tender.with_user(self.peer).has_access("read"))
        self.assertFalse(tender.with_user(self.foreign_user).has_access("read"))
        self.assertFalse(tender.document_ids.with_user(self.peer).has_access("read"))
        self.assertTrue(tender.document_ids.with_user(self.salesperson).has_access("write"))
        with self.assertRaises(AccessError):
            tender.with_user(self.salesperson).state = "won"
        with self.assertRaises(AccessError):
            tender.with_user(self.portal_user).read(["name"])

    def test_screen(self):
        with Form(self.env["sales.tender"].with_user(self.salesperson)) as form:
            form.name = "Pepper"
            form.partner_id = self.customer
            form.deadline = fields.Datetime.now() + timedelta(days=9)
        tender = form.record
        self.assertEqual(tender.team_id, self.team)
        action = tender.action_open_orders()
        order = self.env["sale.order"].with_context(**action["context"]).create({})
        self.assertEqual((order.tender_id, order.sales_type), (tender, "tender"))
