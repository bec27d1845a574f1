from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..payment_followup.common_dunning import DunningCommon
from ..visit.common_visit import VisitCommon


@tagged("post_install", "-at_install")
class TestHandover(VisitCommon, DunningCommon):
    """A salesperson with work of each kind leaves; the lead's team has a peer to take over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        leaver = cls.salesperson
        cls.order = cls._order()
        cls.quotation = cls.order.copy()
        cls.opportunity, cls.won = cls.env["crm.lead"].create(
            [{"name": name, "user_id": leaver.id, "type": "opportunity"} for name in ("Open", "Won")]
        )
        cls.won.action_set_won()
        cls.customer.user_id = leaver
        cls.past = cls._done()
        cls.planned = cls._visit(date_start=fields.Datetime.now() + timedelta(days=2))
        cls.account = cls.env["sales.dunning.account"]._of(cls.customer, cls.company)
        cls.account.user_id = leaver
        lines = cls._lines(cls._owed())
        cls.promise = cls.env["sales.promise"].create(
            {
                "account_id": cls.account.id, "move_line_ids": lines.ids, "amount": 600, "user_id": leaver.id,
                "date": fields.Date.today() + timedelta(days=9),
            }
        )  # fmt: skip
        cls.kept = cls.promise.copy({"move_line_ids": lines.ids})
        cls.kept._write_decided({"state": "kept"})
        cls.activity = cls.quotation.activity_schedule("mail.mail_activity_data_call", user_id=leaver.id)
        cls.company.dunning_user_id = leaver

    def _handover(self, user=None, **vals):
        return (
            self.env["sales.handover"]
            .with_user(user or self.manager)
            .create({"leaver_id": self.salesperson.id, "successor_id": self.peer.id, **vals})
        )

    def _line(self, handover, kind):
        return handover.line_ids.filtered(lambda line: line.kind == kind)

    def test_preview_changes_nothing(self):
        handover = self._handover()
        counts = {line.kind: line.count for line in handover.line_ids if line.count}
        self.assertEqual(
            counts,
            {
                "lead": 1, "quotation": 1, "customer": 1, "visit": 1, "activity": 1, "payment_followup": 1,
                "promise": 1, "collector": 1,
            },
        )  # fmt: skip
        opened = self._line(handover, "visit").action_open_records()
        self.assertEqual(self.env[opened["res_model"]].search(opened["domain"]), self.planned)
        self.assertEqual(self.planned.user_id, self.salesperson)

    def test_open_work_goes_to_the_successor(self):
        handover = self._handover()
        handover.action_hand_over()
        open_work = (
            self.quotation,
            self.opportunity,
            self.customer,
            self.planned,
            self.activity,
            self.account,
            self.promise,
        )
        for record in open_work:
            self.assertEqual(record.user_id, self.peer, record)
        self.assertEqual(self.company.dunning_user_id, self.peer)
        self.assertEqual(handover.state, "done")
        self.assertEqual(handover.done_by_id, self.manager)
        self.assertEqual(self._line(handover, "visit").given_ids, self.planned.ids)
        self.assertEqual(self._line(handover, "visit").given_to_id, self.peer)

    def test_the_past_stays(self):
        before = self.env["sales.achievement"].search([("user_id", "=", self.salesperson.id)]).mapped("amount")
        self._handover().action_hand_over()
        for record in (self.order, self.won, self.past, self.kept):
            self.assertEqual(record.user_id, self.salesperson, record)
        after = self.env["sales.achievement"].search([("user_id", "=", self.salesperson.id)]).mapped("amount")
        self.assertTrue(before)
        self.assertEqual(after, before)

    def test_by_kind(self):
        handover = self._handover()
        self._line(handover, "lead").successor_id = self.lead_user
        self._line(handover, "quotation").is_included = False
        handover.action_hand_over()
        self.assertEqual(self.opportunity.user_id, self.lead_user)
        self.assertEqual(self.quotation.user_id, self.salesperson)
        self.assertEqual(self.planned.user_id, self.peer)

    def test_somebody_is_chosen_for_each_kind(self):
        handover = self._handover(successor_id=False)
        self._line(handover, "lead").successor_id = self.peer
        with self.assertRaisesRegex(UserError, "Choose who gets the work of"):
            handover.action_hand_over()

    def test_done_is_a_record(self):
        handover = self._handover()
        handover.action_hand_over()
        with self.assertRaisesRegex(UserError, "stays on record"):
            handover.successor_id = self.lead_user
        with self.assertRaisesRegex(UserError, "stays on record"):
            handover.line_ids[0].is_included = False
        with self.assertRaisesRegex(UserError, "stays on record"):
            handover.unlink()
        with self.assertRaisesRegex(UserError, "stays on record"):
            handover.action_hand_over()

    def test_lead_within_the_team(self):
        handover = self._handover(self.lead_user)
        handover.action_hand_over()
        self.assertEqual(self.planned.user_id, self.peer)
        self.assertEqual(self.company.dunning_user_id, self.salesperson, "a setting is the administrator's")
        self.assertIn("administrator", self._line(handover, "collector").failure)

    def test_person_of_another_company(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(ValidationError) as refused:
            self._handover(self.env.user, company_id=elsewhere.id)
        self.assertIn("does not work in Elsewhere", str(refused.exception))

    def test_lead_of_one_alone(self):
        outsider = self._user("outsider", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError) as refused:
            self._handover(self.lead_user, successor_id=outsider.id)
        self.assertIn("You lead no team of outsider", str(refused.exception))
        with self.assertRaises(AccessError):
            self._handover(self.lead_user, leaver_id=outsider.id)
        handover = self._handover(self.lead_user)
        with self.assertRaises(AccessError):
            self._line(handover, "lead").successor_id = outsider
        with self.assertRaises(AccessError):
            self._line(handover, "lead").successor_id = self.lead_user
        with self.assertRaises(AccessError):
            self._handover(self.peer)

    def test_a_former_lead_has_no_say(self):
        membership = self.team.crm_team_member_ids.filtered(lambda member: member.user_id == self.salesperson)
        membership.active = False
        self.other_team.member_ids |= self.salesperson
        with self.assertRaises(AccessError):
            self._handover(self.lead_user)

    def test_successor_works_in_the_company(self):
        handover = self._handover()
        for person, message in ((self.foreign_user, "can't take over"), (self.salesperson, "same person")):
            with self.assertRaises(ValidationError) as refused:
                handover.successor_id = person
            self.assertIn(message, str(refused.exception))
        self.peer.active = False
        with self.assertRaisesRegex(ValidationError, "can't take over"):
            handover.action_hand_over()

    def test_one_record_holds_up_no_other(self):
        locked = self.planned.copy({"date_start": self.planned.date_start})
        model = self.env.registry["sales.visit"]
        write = model.write

        def write_but_one(visits, vals):
            if locked in visits and "user_id" in vals:
                raise UserError(self.env._("The customer asked for the same person."))
            return write(visits, vals)

        self.patch(model, "write", write_but_one)
        handover = self._handover()
        handover.action_hand_over()
        self.assertEqual(self.planned.user_id, self.peer)
        self.assertEqual(locked.user_id, self.salesperson)
        self.assertIn("asked for the same person", self._line(handover, "visit").failure)

    def test_archiving_offers_it(self):
        action = self.salesperson.action_archive()
        handover = self.env["sales.handover"].search([("leaver_id", "=", self.salesperson.id)])
        self.assertEqual(handover.state, "draft")
        self.assertEqual(handover.team_id, self.team)
        self.assertEqual(handover.activity_ids.user_id, self.lead_user)
        self.assertEqual((action["res_model"], action["res_id"]), ("sales.handover", handover.id))
        self.assertEqual(self.activity.exists().user_id, self.lead_user, "Odoo would have deleted it")
        handover.with_user(self.lead_user).successor_id = self.peer
        handover.with_user(self.lead_user).action_hand_over()
        self.assertEqual(self.planned.user_id, self.peer)
        self.assertFalse(handover.activity_ids)

    def test_nothing_to_hand_over(self):
        idle = self._user("idle", "sales_team.group_sale_salesman")
        self.assertFalse(idle.action_archive())
        self.assertFalse(self.env["sales.handover"].search([("leaver_id", "=", idle.id)]))
        self.salesperson.active = False
        drafts = self.env["sales.handover"].search([("leaver_id", "=", self.salesperson.id)])
        self.salesperson.active = True
        self.salesperson.active = False
        self.assertEqual(self.env["sales.handover"].search([("leaver_id", "=", self.salesperson.id)]), drafts)
        self.assertEqual(len(drafts), 1)
