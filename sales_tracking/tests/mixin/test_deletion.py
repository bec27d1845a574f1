from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon

# Tables of what is captured by itself refer to these without holding them back. Who was paid, or has a target, stays.
FREELY_DELETED = (
    "res_partner",
    "crm_lead",
    "sale_order",
    "mail_message",
    "mail_activity",
    "calendar_event",
    "product_product",
    "product_template",
    "product_pricelist",
    "utm_campaign",
    "utm_medium",
    "account_move",
)
HELD_BACK = {
    ("sales_commission_assignment", "agent_id"),
    ("sales_commission_entry", "partner_id"),
    ("sales_commission_kept_fact", "partner_id"),
    ("sales_commission_statement", "partner_id"),
    # Documents that people enter, as orders are.
    ("sales_commission_sponsorship", "partner_id"),
    ("sales_commission_sponsorship", "sponsor_id"),
    ("sales_consignment", "partner_id"),
    ("sales_consignment_report_line", "product_id"),
    ("sales_tender", "partner_id"),
    ("sales_tender_competitor", "partner_id"),
}


@tagged("post_install", "-at_install")
class TestDeletion(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Buyer", "parent_id": cls.customer.id, "email": "buyer@example.com"}
        )
        cls.begun = fields.Datetime.now() - timedelta(hours=2)

    def _facts(self, basis):
        self.env.flush_all()
        return self.env["sales.achievement"].search(
            [("basis", "=", basis), ("partner_id", "=", self.customer.id), ("company_id", "=", self.company.id)]
        )

    def test_contact_with_mail_and_meeting(self):
        self.env["calendar.event"].with_user(self.salesperson).create(
            {
                "name": "Pepper",
                "start": self.begun,
                "stop": self.begun + timedelta(hours=1),
                "partner_ids": [Command.set((self.salesperson.partner_id | self.buyer).ids)],
            }
        )
        self.env.cr.flush()
        mail = self.env["sales.interaction"].create(
            {"kind": "email", "partner_id": self.buyer.id, "user_id": self.salesperson.id}
        )
        touches = self.env["sales.interaction"].search([("partner_id", "=", self.buyer.id)])
        self.assertEqual(set(touches.mapped("kind")), {"meeting", "email"})
        counted = len(self._facts("interaction"))
        self.assertGreaterEqual(counted, 2)
        self.buyer.unlink()
        self.assertFalse(self.buyer.exists())
        self.assertFalse(touches.partner_id)
        self.assertEqual(touches.commercial_partner_id, self.customer, "they stay with the customer")
        self.assertEqual(mail.user_id, self.salesperson)
        self.assertEqual(len(self._facts("interaction")), counted)

    def test_contact_with_visit_made(self):
        visit = self.env["sales.visit"].with_user(self.salesperson).create({"partner_id": self.buyer.id})
        visit.action_check_in(reason="no signal")
        visit.action_check_out()
        counted = len(self._facts("visit"))
        self.assertTrue(counted)
        self.buyer.unlink()
        self.assertEqual(visit.state, "done")
        self.assertFalse(visit.partner_id)
        self.assertEqual(visit.commercial_partner_id, self.customer)
        self.assertEqual(len(self._facts("visit")), counted)

    def test_customer_itself(self):
        alone = self.env["res.partner"].create({"name": "Alone"})
        touch = self.env["sales.interaction"].create(
            {"kind": "call", "partner_id": alone.id, "user_id": self.salesperson.id, "company_id": self.company.id}
        )
        alone.unlink()
        self.assertTrue(touch.exists())
        self.assertFalse(touch.commercial_partner_id)
        self.env.flush_all()
        fact = self.env["sales.achievement"].search(
            [("basis", "=", "interaction"), ("res_id", "=", touch.id), ("res_model", "=", "sales.interaction")]
        )
        self.assertEqual((len(fact), fact.user_id, fact.partner_id.id), (1, self.salesperson, False))

    def test_recipient_of_price_lists(self):
        sending = (
            self.env["sales.pricelist.sending"]
            .sudo()
            .create(
                {
                    "user_id": self.salesperson.id,
                    "company_id": self.company.id,
                    "date": fields.Date.today(),
                    "recipient_ids": [
                        Command.create({"partner_id": self.buyer.id, "email": self.buyer.email, "state": "sent"}),
                        Command.create({"partner_id": self.buyer.id, "email": self.buyer.email, "state": "waiting"}),
                    ],
                }
            )
        )
        self.buyer.unlink()
        sent, waiting = sending.recipient_ids
        self.assertEqual((sent.state, sent.email), ("sent", "buyer@example.com"))
        waiting._send_all()
        self.assertEqual(waiting.state, "failed")
        self.assertIn("buyer@example.com", waiting.reason)

    def test_lead_with_history(self):
        lead = self.env["crm.lead"].create(
            {"name": "Rice", "partner_id": self.buyer.id, "user_id": self.salesperson.id, "company_id": self.company.id}
        )
        lead.stage_id = self.env["crm.stage"].search([("id", "!=", lead.stage_id.id)], limit=1)
        touch = self.env["sales.interaction"].create({"kind": "call", "lead_id": lead.id})
        self.env.cr.flush()
        lead.unlink()
        self.assertTrue(touch.exists())
        self.assertEqual(touch.partner_id, self.buyer)

    def test_what_holds_back_core_records(self):
        self.env.cr.execute(
            """SELECT link.conrelid::regclass::text, attribute.attname
                 FROM pg_constraint link
                 JOIN pg_attribute attribute ON attribute.attrelid = link.conrelid AND attribute.attnum = link.conkey[1]
                WHERE link.contype = 'f' AND link.confdeltype IN ('a', 'r')
                  AND link.confrelid::regclass::text IN %s
                  AND link.conrelid::regclass::text IN %s""",
            [FREELY_DELETED, self._tables()],
        )
        self.assertLessEqual(set(self.env.cr.fetchall()), HELD_BACK)

    def _tables(self):
        modules = ("sales_tracking", "sales_target", "sales_commission")
        return tuple(model._table for model in self.env.values() if model._original_module in modules and model._auto)
