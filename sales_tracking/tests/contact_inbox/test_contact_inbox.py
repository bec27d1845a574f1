from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_channels import UNKNOWN_NUMBER, ChannelsCommon

ANSWER = "2026-03-02T09:15:10+07:00"
END = "2026-03-02T09:19:15+07:00"


@tagged("post_install", "-at_install")
class TestContactInbox(ChannelsCommon):
    """Numbers that nobody knows wait until somebody says whose they are, and take their past along."""

    def _ended(self, call_id, number=UNKNOWN_NUMBER, **values):
        return self._receive("ended", call_id=call_id, number=number, **{"answer": ANSWER, "end": END, **values})

    def _waiting(self, user=None):
        inbox = self.env["sales.contact.inbox"].with_user(user or self.env.user)
        return inbox.search([("company_id", "=", self.company.id)])

    def test_waits_once_and_records_nothing(self):
        calls = self._ended("1") | self._ended("2", start="2026-03-02T09:16:00+07:00", answer=None)
        waiting = self._waiting()
        self.assertRecordValues(
            waiting, [{"number": UNKNOWN_NUMBER, "state": "waiting", "user_id": self.salesperson.id, "call_count": 2}]
        )
        self.assertEqual(waiting.last_date, max(calls.mapped("date")))
        self.assertFalse(self._touches(calls))

    def test_link_takes_the_past_along(self):
        calls = self._ended("1") | self._ended("2")
        rival = self.env["res.partner"].create({"name": "Rival"})
        waiting = self._waiting(self.salesperson)
        with self.assertRaisesRegex(UserError, "Choose the contact"):
            waiting.action_link()
        waiting.partner_id = rival
        waiting.action_link()
        self.assertEqual(waiting.state, "linked")
        self.assertEqual(calls.partner_id, rival)
        self.assertEqual(len(self._touches(calls)), 2)
        self.assertEqual(self._touches(calls).partner_id, rival)
        self.assertEqual(self._ended("3").partner_id, rival)
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            waiting.action_link()

    def test_number_that_two_share_is_asked_for_once(self):
        rival = self.env["res.partner"].create({"name": "Rival", "phone": self.contact.phone})
        call = self._ended("1", number=self.contact.phone)
        self.assertFalse(call.partner_id)
        waiting = self._waiting()
        self.assertEqual(waiting.candidate_ids, rival | self.contact)
        waiting.partner_id = rival
        waiting.action_link()
        self.assertEqual(call.partner_id, rival)
        self.assertEqual(self._ended("2", number=self.contact.phone).partner_id, rival)

    def test_create_lead(self):
        call = self._ended("1")
        action = self._waiting(self.salesperson).action_create_lead()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertRecordValues(lead, [{"phone": UNKNOWN_NUMBER, "user_id": self.salesperson.id}])
        self.assertEqual(self._touches(call).lead_id, lead)
        self.assertEqual(self._ended("2").lead_id, lead)

    def test_ignored_for_ever(self):
        self._ended("1")
        self._waiting().action_ignore()
        self.assertFalse(self._ended("2"))
        self.assertEqual(self._waiting().state, "ignored")
        self.contact.phone = UNKNOWN_NUMBER
        self.assertFalse(self._ended("3"), "whoever has the number later")
        self._waiting().action_restore()
        self.assertTrue(self._ended("4"))

    def test_number_that_becomes_known(self):
        call = self._ended("1")
        self.contact.phone = UNKNOWN_NUMBER
        self._ended("2")
        self.assertEqual(call.partner_id, self.contact)
        self.assertEqual(self._waiting().state, "linked")
        self.assertEqual(len(self._touches(self._calls())), 2)

    def test_rights(self):
        self._ended("1")
        self._ended("2", number="+6281299990002", extension="99")
        self.assertEqual(len(self._waiting(self.salesperson)), 2)
        self.assertEqual(self._waiting(self.peer).mapped("number"), ["+6281299990002"], "nobody's")
        mine = self._waiting().filtered(lambda row: row.number == UNKNOWN_NUMBER)
        for method in ("action_ignore", "action_create_lead", "action_restore", "action_link"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(mine.with_user(self.peer), method)()
        with self.assertRaises(AccessError):
            mine.with_user(self.salesperson).write({"state": "linked"})
        with self.assertRaises(AccessError):
            mine.with_user(self.manager).write({"number": "+628"})
