from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestInteractionLog(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.opportunity = cls.env["crm.lead"].create(
            {
                "name": "Pepper for the season",
                "type": "opportunity",
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "partner_id": cls.contact.id,
                "company_id": cls.company.id,
            }
        )
        cls.answered = cls.env.ref("sales_tracking.sales_interaction_outcome_answered")
        cls.no_answer = cls.env.ref("sales_tracking.sales_interaction_outcome_no_answer")
        cls.call = cls.env.ref("mail.mail_activity_data_call")

    def _form(self, document, user=None):
        action = document.with_user(user or self.salesperson).action_log_interaction()
        model = self.env[action["res_model"]].with_user(user or self.salesperson).with_context(**action["context"])
        return Form(model)

    def _logged(self):
        return self.env["sales.interaction"].search([("commercial_partner_id", "=", self.customer.id)])

    def test_with_what_comes_next(self):
        with self._form(self.opportunity) as form:
            form.outcome_id = self.answered
            form.duration = "1:30"
            form.note = "Wants 10 kg"
            form.activity_type_id = self.call
            self.assertEqual(form.activity_summary, self.call.summary)
            # As core counts: in the time zone of the person who logs.
            today = fields.Date.context_today(self.call.with_user(self.salesperson))
            self.assertEqual(form.activity_date, today + timedelta(days=2))
            form.activity_summary = "Ask for the decision"
        form.record.action_log()
        self.assertRecordValues(
            self._logged(),
            [
                {
                    "kind": "call",
                    "direction": "out",
                    "outcome_id": self.answered.id,
                    "duration": 5400,
                    "note": "Wants 10 kg",
                    "lead_id": self.opportunity.id,
                    "partner_id": self.contact.id,
                    "user_id": self.salesperson.id,
                    "is_touchpoint": True,
                }
            ],
        )
        self.assertRecordValues(
            self.opportunity.activity_ids,
            [{"activity_type_id": self.call.id, "summary": "Ask for the decision", "user_id": self.salesperson.id}],
        )

    def test_closing_the_dialog_leaves_nothing(self):
        with self._form(self.opportunity) as form:
            form.note = "Never mind"
        self.assertFalse(self._logged())
        self.assertTrue(form.record._transient)

    def test_with_nothing_but_the_button(self):
        self._form(self.contact).save().action_log()
        self.assertRecordValues(self._logged(), [{"kind": "call", "partner_id": self.contact.id, "duration": 0}])
        self.assertFalse(self.contact.activity_ids)

    def test_an_order_with_its_lead(self):
        order = self._order(opportunity_id=self.opportunity.id)
        self._form(order).save().action_log()
        self.assertRecordValues(self._logged(), [{"order_id": order.id, "lead_id": self.opportunity.id}])

    def test_nobody_reached_is_no_touchpoint(self):
        self.no_answer.is_touchpoint = False
        with self._form(self.opportunity) as form:
            form.outcome_id = self.no_answer
        form.record.action_log()
        self.assertFalse(self._logged().is_touchpoint)

    def test_the_outcome_goes_with_the_kind(self):
        with self._form(self.opportunity) as form:
            form.outcome_id = self.answered
            form.kind = "visit"
            self.assertFalse(form.outcome_id)

    def test_a_duration_that_is_none(self):
        with self._form(self.opportunity) as form:
            form.duration = "for ages"
        with self.assertRaisesRegex(UserError, "for ages"):
            form.record.action_log()

    def _event(self, hours):
        start = fields.Datetime.now() + timedelta(hours=hours)
        return self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.salesperson.id,
                "partner_ids": [Command.set((self.contact | self.salesperson.partner_id).ids)],
            }
        )

    def test_a_meeting_that_recorded_itself(self):
        event = self._event(-2)
        [recorded] = self._logged()
        with self._form(event) as form:
            self.assertEqual(form.kind, "meeting")
            form.outcome_id = self.env.ref("sales_tracking.sales_interaction_outcome_held")
            form.duration = "45"
        form.record.action_log()
        self.assertEqual(self._logged(), recorded)
        self.assertEqual((recorded.outcome_id.name, recorded.duration), ("Held", 2700))

    def test_a_meeting_that_is_a_colleagues(self):
        event = self._event(-2)
        [recorded] = self._logged()
        with self._form(event, self.peer) as form:
            form.note = "I was there as well"
        form.record.action_log()
        self.assertRecordValues(
            self._logged() - recorded,
            [
                {
                    "kind": "meeting",
                    "user_id": self.peer.id,
                    "date": event.start,
                    "note": "I was there as well",
                    "source_key": False,
                    "is_touchpoint": False,
                }
            ],
        )
        self.assertNotEqual(recorded.note, "I was there as well")

    def test_a_meeting_that_is_recorded_in_another_company(self):
        event = self._event(-2)
        [recorded] = self._logged()
        recorded.write({"company_id": self.company_2.id, "team_id": False})
        self._form(event).save().action_log()
        self.assertFalse((self._logged() - recorded).is_touchpoint)

    def test_a_call_about_a_meeting_to_come(self):
        event = self._event(2)
        self._form(event).save().action_log()
        self.assertRecordValues(self._logged(), [{"kind": "call", "partner_id": self.contact.id, "source_key": False}])

    def test_of_a_colleague_is_refused(self):
        with self.assertRaises(AccessError):
            self.env["sales.interaction.log"].with_user(self.peer).create({"lead_id": self.opportunity.id})
        own = self.env["sales.interaction.log"].with_user(self.salesperson).create({"lead_id": self.opportunity.id})
        with self.assertRaises(AccessError):
            own.with_user(self.peer).action_log()
