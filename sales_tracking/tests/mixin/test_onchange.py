"""A form that is never saved, and a dialog, tell nothing of records that their reader may not see."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestOnchange(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._user("stranger", "sales_team.group_sale_salesman")
        cls.order = cls._order(1000)
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Secret deal", "type": "opportunity", "partner_id": cls.customer.id, "user_id": cls.salesperson.id}
        )

    def _fill_in(self, record, user, values, context=None):
        """What a form shows of an order after the user entered these values."""
        form = record.with_user(user).with_context(**context or {})
        return form.onchange(values, list(values), {"partner_id": {"fields": {"display_name": {}}}})["value"]

    def test_a_new_form(self):
        visits = self.env["sales.visit"]
        own = self._fill_in(visits, self.salesperson, {"order_id": self.order.id})
        self.assertEqual(own["partner_id"]["id"], self.contact.id)
        for values, context in (
            ({"order_id": self.order.id}, {}),
            ({}, {"default_order_id": self.order.id}),
            ({"lead_id": self.lead.id}, {}),
        ):
            with self.subTest(values=values, context=context), self.assertRaises(AccessError) as caught:
                self._fill_in(visits, self.stranger, values, context)
            for word in (self.order.name, self.lead.name, self.contact.name):
                self.assertNotIn(word, str(caught.exception))

    def test_lines_of_a_form(self):
        tenders = self.env["sales.tender"].with_user(self.stranger)
        for lines in ([Command.link(self.order.id)], [Command.set(self.order.ids)]):
            with self.subTest(lines=lines), self.assertRaises(AccessError):
                tenders.onchange({"order_ids": lines}, ["order_ids"], {"order_ids": {}})
        tender = self.env["sales.tender"].create(
            {"name": "Pepper", "partner_id": self.customer.id, "deadline": "2036-01-01"}
        )
        values = {"competitor_ids": [Command.create({"tender_id": tender.id})]}
        with self.assertRaises(AccessError):
            tenders.onchange(values, list(values), {"competitor_ids": {}})

    def test_what_a_record_has_already(self):
        """A colleague's order on one's own visit keeps nobody from changing the rest."""
        visit = self.env["sales.visit"].create({"partner_id": self.contact.id, "order_id": self.order.id})
        visit.user_id = self.stranger
        theirs = visit.with_user(self.stranger)
        self.assertFalse(theirs.order_id.has_access("read"))
        values = {"order_id": self.order.id, "purpose": "Samples"}
        self.assertNotIn("order_id", theirs.onchange(values, ["purpose"], {"order_id": {}, "purpose": {}})["value"])

    def test_a_dialog(self):
        releases = self.env["sales.overdue.release"].with_user(self.manager)
        self.assertTrue(releases.create({"order_id": self.order.id, "reason": "Known"}))
        self.manager.write({"company_id": self.company_2.id, "company_ids": [Command.set(self.company_2.ids)]})
        for values, context in (({"order_id": self.order.id}, {}), ({}, {"default_order_id": self.order.id})):
            with self.subTest(context=context), self.assertRaises(AccessError):
                releases.with_context(**context).create({"reason": "Known", **values})

    def test_the_opportunity_of_a_tender(self):
        values = {"name": "Pepper", "partner_id": self.customer.id, "deadline": "2036-01-01"}
        tenders = self.env["sales.tender"].with_user(self.stranger)
        with self.assertRaises(AccessError):
            tenders.create({**values, "lead_id": self.lead.id})
        tender = tenders.create(values)
        with self.assertRaises(AccessError):
            tender.lead_id = self.lead
