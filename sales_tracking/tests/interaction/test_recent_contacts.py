from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestRecentContacts(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contacts = cls.env["res.partner"]
        cls.early, cls.late, cls.never = contacts.create([{"name": f"Warung {name}"} for name in ("Z", "Y", "A")])
        cls.of_peer = contacts.create({"name": "Warung B"})
        cls._talk(cls.early, cls.salesperson, days=5)
        cls._talk(cls.late, cls.salesperson, days=1)
        cls._talk(cls.of_peer, cls.peer, days=0)

    @classmethod
    def _talk(cls, contact, user, days):
        return (
            cls.env["sales.interaction"]
            .with_user(user)
            .create({"partner_id": contact.id, "kind": "call", "date": fields.Datetime.now() - timedelta(days=days)})
        )

    def _search(self, *args, user=None, **kwargs):
        contacts = self.env["res.partner"].with_user(user or self.salesperson).with_context(recent_first=True)
        return [contacts.browse(contact_id).name for contact_id, _name in contacts.name_search(*args, **kwargs)]

    def test_the_last_first_then_the_others(self):
        self.assertEqual(self._search("Warung"), ["Warung Y", "Warung Z", "Warung A", "Warung B"])

    def test_nothing_typed_yet(self):
        self.assertEqual(self._search("", limit=2), ["Warung Y", "Warung Z"])

    def test_domain_and_limit_hold(self):
        self.assertEqual(self._search("Warung", [("id", "!=", self.late.id)], limit=2), ["Warung Z", "Warung A"])
        self.assertEqual(self._search("Warung", limit=1), ["Warung Y"])

    def test_one_user_s_contacts_are_not_another_s(self):
        self.assertEqual(self._search("Warung", user=self.peer)[0], "Warung B")
