from itertools import permutations

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.telephone.call_event import EventError
from ..contact_inbox.common_channels import CUSTOMER_NUMBER, UNKNOWN_NUMBER, ChannelsCommon

ANSWER = "2026-03-02T09:15:10+07:00"
END = "2026-03-02T09:19:15+07:00"


@tagged("post_install", "-at_install")
class TestCall(ChannelsCommon):
    """Calls record themselves from the events of a telephone line, once, in whatever order the events come in."""

    def test_answered_call_is_one_interaction(self):
        call = self._receive("ringing")
        self.assertEqual((call.state, call.partner_id, call.user_id), ("ringing", self.contact, self.salesperson))
        self.assertFalse(self._touches(call))
        self._receive("answered", answer=ANSWER)
        self.assertEqual(call.state, "ongoing")
        self._receive("ended", answer=ANSWER, end=END, recording_url="https://pbx.example.com/7.wav")
        self.assertRecordValues(
            call,
            [
                {
                    "state": "answered",
                    "direction": "in",
                    "number": CUSTOMER_NUMBER,
                    "duration": 245,
                    "recording_url": "https://pbx.example.com/7.wav",
                }
            ],
        )
        self.assertEqual(call.date, fields.Datetime.to_datetime("2026-03-02 02:15:00"))
        self.assertRecordValues(
            self._touches(call),
            [
                {
                    "kind": "call",
                    "direction": "in",
                    "partner_id": self.contact.id,
                    "commercial_partner_id": self.customer.id,
                    "user_id": self.salesperson.id,
                    "duration": 245,
                    "outcome_id": self.env.ref("sales_tracking.sales_interaction_outcome_answered").id,
                    "is_touchpoint": True,
                }
            ],
        )

    def test_any_order_and_any_number_of_times(self):
        events = (("ringing", {}), ("answered", {"answer": ANSWER}), ("ended", {"end": END}))
        for number, order in enumerate(permutations(events * 2, 4)):
            if {name for name, _values in order} != {"ringing", "answered", "ended"}:
                continue
            for name, values in order:
                call = self._receive(name, call_id=f"order-{number}", **values)
            with self.subTest(order=[name for name, _values in order]):
                self.assertRecordValues(call, [{"state": "answered", "duration": 245}])
                touch = self._touches(call)
                self.assertEqual((len(touch), touch.duration, touch.outcome_id.name), (1, 245, "Answered"))
                self.assertFalse(self._call_backs())

    def test_same_call_of_another_line_is_another(self):
        other = self.line.copy({"name": "Branch"})
        self._receive("ended", end=END)
        self.env["sales.call"].sudo().receive(other, self._body("ended", end=END))
        self.assertEqual(len(self._calls()), 2)

    def test_who_answers_has_the_call(self):
        self._receive("ringing", extension="12")
        call = self._receive("ringing", extension="13")
        self.assertEqual(call.user_id, self.salesperson)
        self._receive("answered", extension="13", answer=ANSWER)
        self._receive("ended", extension="12", end=END)
        self.assertEqual(call.user_id, self.peer)
        self.assertEqual(self._touches(call).user_id, self.peer)

    def test_hidden_internal_and_own_numbers(self):
        hidden = self._receive("ended", call_id="hidden", number="anonymous", end=END)
        self.assertRecordValues(hidden, [{"number": "anonymous", "partner_id": False, "state": "missed"}])
        self.assertFalse(self._receive("ended", call_id="internal", number="13", end=END))
        self.peer.partner_id.phone = "+62 811 111 1111"
        self.assertFalse(self._receive("ended", call_id="own", number="0811 111 1111", end=END))
        self.assertFalse(self.env["sales.contact.inbox"].search([("company_id", "=", self.company.id)]))

    def test_call_of_a_lead(self):
        lead = self.env["crm.lead"].create(
            {"name": "Pepper", "phone": UNKNOWN_NUMBER, "company_id": self.company.id, "user_id": self.salesperson.id}
        )
        call = self._receive("ended", number=UNKNOWN_NUMBER, answer=ANSWER, end=END)
        self.assertEqual(self._touches(call).lead_id, lead)

    def test_wrong_events(self):
        for values, message in (
            ({"direction": "up"}, '"direction" must be one of'),
            ({"call_id": ""}, '"call_id" is missing'),
            ({"call_id": ["7"]}, '"call_id" must be text'),
            ({"event": "held"}, '"event" must be one of'),
            ({"start": "yesterday"}, '"start" must be a moment'),
            ({"start": "2099-01-01T00:00:00Z"}, '"start" lies before'),
            ({"start": float("inf")}, '"start" must be a moment'),
            ({"answer": "2026-03-01T00:00:00Z"}, "must follow each other"),
            ({"recording_url": "javascript:alert(1)"}, '"recording_url" must be an address'),
            ({"number": "1" * 300}, '"number" has more than 200 characters'),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(EventError, message):
                self._receive(**{"event": "ended", **values})
        self.assertFalse(self._calls())

    # ---- Missed calls

    def _call_backs(self):
        return self.env["mail.activity"].search(
            [("activity_type_id", "=", self.env.ref("sales_tracking.mail_activity_call_back").id)]
        )

    def test_missed_call_is_called_back_once(self):
        self.contact.user_id = self.peer
        for call_id in ("1", "2"):
            self._receive("ended", call_id=call_id, end=END)
        activity = self._call_backs()
        self.assertRecordValues(
            activity, [{"res_model": "res.partner", "res_id": self.contact.id, "user_id": self.peer.id}]
        )
        self.assertIn(CUSTOMER_NUMBER, activity.summary)
        later = {"direction": "out", "start": "2026-03-02T10:00:00+07:00"}
        self._receive("ended", call_id="3", end="2026-03-02T10:00:30+07:00", **later)
        self.assertTrue(self._call_backs(), "nobody was reached")
        call = self._receive("answered", call_id="4", answer="2026-03-02T10:00:05+07:00", **later)
        self.assertFalse(self._call_backs())
        self.assertFalse(self._touches(call), "it goes on")

    def test_any_person_of_the_customer_closes_it(self):
        self.env["res.partner"].create({"name": "Pak Budi", "parent_id": self.customer.id, "phone": "0813 5550 9999"})
        self._receive("ended", end=END)
        self.assertTrue(self._call_backs())
        self._receive("answered", call_id="8", number="0813 5550 9999", answer=ANSWER)
        self.assertFalse(self._call_backs())

    def test_missed_call_that_is_told_of_late(self):
        self._receive("answered", call_id="8", start="2026-03-02T10:00:00+07:00", answer="2026-03-02T10:00:05+07:00")
        self._receive("ended", end=END)
        self.assertFalse(self._call_backs(), "we have spoken since")

    # ---- Who sees what

    def test_rights(self):
        call = self._receive("ended", answer=ANSWER, end=END)
        self.assertTrue(call.with_user(self.salesperson).has_access("read"))
        self.assertFalse(call.with_user(self.peer).has_access("read"))
        self.assertFalse(call.with_user(self.portal_user).has_access("read"))
        self.assertFalse(call.with_user(self.foreign_user).has_access("read"))
        self.contact.user_id = self.peer
        self.assertTrue(call.with_user(self.peer).has_access("read"), "the customer is the peer's")
        self.assertTrue(call.with_user(self.manager).has_access("read"))
        for vals in ({"state": "missed"}, {"duration": 9}, {"partner_id": self.customer.id}):
            with self.assertRaises(AccessError):
                call.with_user(self.manager).write(vals)
        with self.assertRaises(AccessError):
            self.env["sales.call"].with_user(self.manager).create({"number": "1"})

    def test_secret_is_the_administrators(self):
        line = self.line.with_user(self.manager)
        self.assertEqual(line.read(["name", "key"])[0]["key"], self.line.key)
        with self.assertRaises(AccessError):
            line.read(["secret"])
        self.assertNotIn("secret", line.fields_get())
        with self.assertRaises(UserError):
            line.export_data(["secret"])
        with self.assertRaises(AccessError):
            line.action_renew_secret()

    # ---- While it rings

    def test_ringing_tells_who_calls_and_what_is_open(self):
        self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "order_line": [fields.Command.create({"product_id": self.pepper.id, "price_unit": 250, "tax_ids": []})],
            }
        )
        self._invoice(amount=700, day="2026-01-10", invoice_date_due="2026-01-20")
        call = self._receive("ringing")
        ringing = call.with_user(self.salesperson)._ringing(self.company)
        self.assertEqual(ringing["partner"], {"id": self.contact.id, "name": self.contact.display_name})
        self.assertEqual(ringing["number"], CUSTOMER_NUMBER)
        self.assertEqual(len(ringing["facts"]), 2)
        self.assertRegex(ringing["facts"][0], r"Open quotations: 1, .*250")
        self.assertRegex(ringing["facts"][1], r"Overdue: .*700")
        unknown = self._receive("ringing", call_id="8", number=UNKNOWN_NUMBER).with_user(self.salesperson)
        self.assertEqual(
            unknown._ringing(self.company),
            {"id": unknown.id, "number": UNKNOWN_NUMBER, "partner": False, "lead": False, "facts": []},
        )
        # The peer may open neither the quotation nor the invoice.
        self.assertEqual(call.with_user(self.peer)._ringing(self.company)["facts"], [])

    def test_own_extensions_in_the_preferences(self):
        """Everybody sees their own, and nobody those of others without the lines."""
        people = self.salesperson | self.peer
        seen = people.with_user(self.salesperson).mapped("sales_extensions")
        self.assertEqual(seen, ["12 (Head Office)", False])
        self.assertIn("sales_extensions", self.salesperson.with_user(self.salesperson).SELF_READABLE_FIELDS)

    def test_rings_at_each_extension(self):
        rung = []
        self.patch(type(self.env["sales.call"]), "_notify_ringing", lambda _call, user: rung.append(user.login or None))
        for extension in ("12", "12", "13", "99"):
            self._receive("ringing", extension=extension)
        self._receive("answered", extension="13")
        self._receive("ringing", extension="12")
        self.assertEqual(rung, ["salesperson", "salesperson", "peer", None])
