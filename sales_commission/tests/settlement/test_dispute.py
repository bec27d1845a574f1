from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestCommissionDispute(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan([cls._percent(0.05)], cls.salesperson | cls.peer | cls.manager, approver_id=cls.manager.id)
        for user in cls.salesperson | cls.peer | cls.manager:
            cls._invoice(1000, "2026-03-02", user=user)
        cls.plan.action_compute("2026-03-01")
        cls.statement, cls.own_statement = (
            cls.env["sales.commission.statement"].search([("user_id", "=", user.id), ("plan_id", "=", cls.plan.id)])
            for user in (cls.salesperson, cls.manager)
        )
        cls.entry = cls.statement.entry_ids

    def _dispute(self, entry=None, user=None, **vals):
        return (
            self.env["sales.commission.dispute"]
            .with_user(user or self.salesperson)
            .create({"entry_id": (entry or self.entry).id, "reason": "The rate should be 6 %.", **vals})
        )

    def _adjustment(self, user, statement=None, **vals):
        return (
            self.env["sales.commission.adjustment"]
            .with_user(user)
            .create({"statement_id": (statement or self.statement).id, "amount": 25, "reason": "A mistake", **vals})
        )

    def test_dispute_tells_the_approver(self):
        dispute = self._dispute()
        self.assertEqual(self.statement.open_dispute_count, 1)
        activity = dispute.sudo().activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn(self.salesperson.name, activity.summary)

    def test_a_form_tells_nothing_of_the_pay_of_others(self):
        """What is related to an entry is computed as superuser: the entry has to be one that the reader sees."""
        spec = {"entry_amount": {}, "explanation": {}}
        disputes = self.env["sales.commission.dispute"].with_user(self.peer)
        for values, context in (({"entry_id": self.entry.id}, {}), ({}, {"default_entry_id": self.entry.id})):
            with self.subTest(context=context), self.assertRaises(AccessError):
                disputes.with_context(**context).onchange(values, list(values), spec)
        own = disputes.with_user(self.salesperson).onchange({"entry_id": self.entry.id}, ["entry_id"], spec)
        self.assertEqual(own["value"]["entry_amount"], 50)

    def test_the_person_answers_back(self):
        message = self._dispute().message_post(body="Here is the contract.")
        self.assertEqual(message.author_id, self.salesperson.partner_id)

    def test_defaults_of_a_form_are_no_way_around(self):
        """Nobody is handed an answer, an entry of somebody else, or a decision with the context of a call."""
        disputes = self.env["sales.commission.dispute"].with_user(self.salesperson)
        for context in (
            {"default_granted_amount": 500, "default_answer": "You are right."},
            {"default_state": "accepted"},
        ):
            with self.subTest(context), self.assertRaisesRegex(UserError, "Accept and Reject buttons"):
                disputes.with_context(**context).create({"entry_id": self.entry.id, "reason": "More"})
        with self.assertRaisesRegex(UserError, "by the person whom it pays"):
            disputes.with_context(default_entry_id=self.own_statement.entry_ids.id).create({"reason": "More"})
        adjustments = self.env["sales.commission.adjustment"].with_user(self.lead_user)
        with self.assertRaisesRegex(UserError, "with its buttons"):
            adjustments.with_context(default_state="posted").create(
                {"statement_id": self.statement.id, "amount": 25, "reason": "A mistake"}
            )
        versions = self.env["sales.commission.version"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Approve button"):
            versions.with_context(default_state="approved").create({"plan_id": self.plan.id, "date_from": "2027-01-01"})

    def test_accepted(self):
        dispute = self._dispute()
        answering = dispute.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Fill in the adjustment"):
            answering.action_accept()
        answering.write({"granted_amount": 10, "answer": "You are right."})
        answering.action_accept()
        self.assertEqual((dispute.state, dispute.sudo().answered_by_id), ("accepted", self.manager))
        self.assertEqual((self.statement.amount, self.statement.open_dispute_count), (60, 0))
        adjustment = self.statement.entry_ids - self.entry
        self.assertEqual((adjustment.kind, adjustment.amount), ("adjustment", 10))
        self.assertEqual(adjustment.explanation, f"You are right. ({self.manager.name})")
        self.assertFalse(dispute.sudo().activity_ids)
        with self.assertRaisesRegex(UserError, "answered already"):
            answering.action_reject()

    def test_accepted_after_the_lock(self):
        """The locked statement stays; the adjustment is in the open one."""
        self.statement.with_user(self.manager).action_confirm()
        dispute = self._dispute().with_user(self.manager)
        dispute.granted_amount = 10
        dispute.action_accept()
        self.assertEqual(self.statement.amount, 50)
        self.assertEqual(self._statement(self.plan, day="2026-04-01").amount, 10)

    def test_rejected(self):
        dispute = self._dispute().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Say why you reject"):
            dispute.action_reject()
        dispute.answer = "The contract says 5 %."
        dispute.action_reject()
        self.assertEqual((dispute.state, self.statement.amount), ("rejected", 50))
        self.assertIn("The contract says 5 %.", dispute.message_ids[0].body)
        self.assertIn(self.salesperson.partner_id, dispute.message_ids.partner_ids)

    def test_only_the_person_disputes(self):
        for user in (self.peer, self.manager, self.lead_user, self.foreign_user, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(UserError), self.cr.savepoint():
                self._dispute(user=user)

    def test_nobody_answers_the_own_dispute(self):
        dispute = self._dispute(self.own_statement.entry_ids, self.manager)
        # Another administrator is told.
        self.assertNotEqual(dispute.sudo().activity_ids.user_id, self.manager)
        with self.assertRaisesRegex(UserError, "is your own"):
            dispute.write({"granted_amount": 1000})
        for action in (dispute.action_accept, dispute.action_reject):
            with self.assertRaisesRegex(UserError, "is your own"):
                action()

    def test_who_answers(self):
        dispute = self._dispute()
        for user in (self.salesperson, self.peer, self.lead_user, self.foreign_user):
            for action in ("action_accept", "action_reject"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(dispute.with_user(user), action)()

    def test_no_shortcut(self):
        for values in ({"state": "accepted"}, {"answer": "Yes"}, {"granted_amount": 5}):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._dispute(**values)
        dispute = self._dispute()
        with self.assertRaisesRegex(UserError, "Accept and Reject buttons"):
            dispute.with_user(self.manager).write({"state": "accepted"})
        with self.assertRaisesRegex(UserError, "as it was written"):
            dispute.with_user(self.manager).write({"reason": "Other"})
        with self.assertRaisesRegex(UserError, "is being disputed already"):
            self._dispute()

    def test_dispute_needs_a_reason(self):
        with self.assertRaisesRegex(ValidationError, "Say what is wrong"):
            self._dispute(reason="  ")

    def test_adjustment_of_an_administrator(self):
        adjustment = self._adjustment(self.manager, amount=-12.5)
        adjustment.action_post()
        self.assertEqual((adjustment.state, adjustment.decided_by_id), ("posted", self.manager))
        self.assertRecordValues(self.statement, [{"amount": 37.5, "adjustment_amount": -12.5, "payable_amount": 37.5}])
        entry = self.statement.entry_ids - self.entry
        self.assertEqual(entry.explanation, f"A mistake ({self.manager.name})")
        for change in (
            lambda: adjustment.action_post(),
            lambda: adjustment.action_refuse(),
            lambda: adjustment.write({"amount": 1}),
            lambda: adjustment.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                change()

    def test_adjustment_of_a_lead_waits(self):
        adjustment = self._adjustment(self.lead_user, kind="bonus")
        self.assertEqual((adjustment.state, self.statement.amount), ("proposed", 50))
        with self.assertRaises(AccessError):
            adjustment.action_post()
        adjustment.with_user(self.manager).action_post()
        self.assertEqual(self.statement.amount, 75)

    def test_refused_adjustment(self):
        adjustment = self._adjustment(self.lead_user)
        adjustment.with_user(self.manager).action_refuse()
        self.assertEqual((adjustment.state, self.statement.amount), ("refused", 50))

    def test_nobody_adjusts_for_oneself(self):
        with self.assertRaisesRegex(UserError, "is your own"):
            self._adjustment(self.manager, self.own_statement)
        adjustment = self._adjustment(self.administrator, self.own_statement)
        with self.assertRaisesRegex(UserError, "is your own"):
            adjustment.with_user(self.manager).action_post()
        with self.assertRaises(AccessError):
            self._adjustment(self.salesperson)

    def test_nobody_moves_or_deletes_an_adjustment_for_oneself(self):
        """Row R8: what is refused for a new adjustment is refused when one is moved or changed."""
        others = self._adjustment(self.administrator)
        own = self._adjustment(self.administrator, self.own_statement, amount=-40)
        for change in (
            lambda: others.with_user(self.manager).write({"statement_id": self.own_statement.id}),
            lambda: own.with_user(self.manager).write({"statement_id": self.statement.id}),
            lambda: own.with_user(self.manager).write({"amount": 40}),
            lambda: own.with_user(self.manager).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "is your own"), self.env.cr.savepoint():
                change()
        self.assertEqual((others.statement_id, own.amount), (self.statement, -40))
        others.with_user(self.manager).amount = 30
        self.assertEqual(others.amount, 30)

    def test_adjustment_is_moved_to_open_statements_of_the_own_people_alone(self):
        outsider = self._user("outsider", "sales_team.group_sale_salesman")
        plan = self._plan([self._percent(0.05)], outsider)
        self._invoice(1000, "2026-03-02", user=outsider)
        plan.action_compute("2026-03-01")
        foreign = self._statement(plan, outsider)
        adjustment = self._adjustment(self.lead_user)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            adjustment.statement_id = foreign
        foreign.with_user(self.manager).action_confirm()
        with self.assertRaisesRegex(UserError, "is locked"), self.env.cr.savepoint():
            adjustment.with_user(self.manager).statement_id = foreign
        self.assertEqual(adjustment.statement_id, self.statement)

    def test_ledger_names_who_entered_and_who_posted(self):
        adjustment = self._adjustment(self.lead_user)
        adjustment.with_user(self.manager).action_post()
        [entry] = self.statement.entry_ids - self.entry
        self.assertEqual(
            entry.explanation, f"A mistake (entered by {self.lead_user.name}, posted by {self.manager.name})"
        )

    def test_adjustment_needs_a_reason_and_an_open_statement(self):
        with self.assertRaisesRegex(ValidationError, "needs a reason"):
            self._adjustment(self.manager, reason=" ")
        with self.assertRaisesRegex(ValidationError, "never negative"):
            self._adjustment(self.manager, kind="bonus", amount=-1)
        waiting = self._adjustment(self.manager)
        self.statement.with_user(self.manager).action_confirm()
        with self.assertRaisesRegex(UserError, "is locked"):
            self._adjustment(self.manager)
        # What was waiting for approval goes to the person's next statement.
        waiting.action_post()
        self.assertEqual(self.statement.amount, 50)
        self.assertEqual(self._statement(self.plan, day="2026-04-01").adjustment_amount, 25)

    def test_adjustments_come_after_the_draw(self):
        """A draw of 100 tops the 50 up; the adjustment is paid besides."""
        self.plan.assignment_ids.filtered(lambda each: each.user_id == self.salesperson).draw_amount = 100
        self._adjustment(self.manager).action_post()
        self.assertRecordValues(self.statement, [{"draw_amount": 50, "adjustment_amount": 25, "payable_amount": 125}])

    def test_state_is_not_written(self):
        adjustment = self._adjustment(self.lead_user)
        for user in (self.lead_user, self.manager):
            with self.assertRaisesRegex(UserError, "with its buttons"):
                adjustment.with_user(user).write({"state": "posted"})
        with self.assertRaisesRegex(UserError, "with its buttons"):
            self._adjustment(self.manager, state="posted")

    def test_a_lead_adjusts_the_own_team(self):
        outsider = self._user("outsider", "sales_team.group_sale_salesman")
        plan = self._plan([self._percent(0.05)], outsider)
        self._invoice(1000, "2026-03-02", user=outsider)
        plan.action_compute("2026-03-01")
        with self.assertRaises(AccessError):
            self._adjustment(self.lead_user, self._statement(plan, outsider))
