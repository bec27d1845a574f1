from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.margin_floor.sales_margin_approval import ACTIVITY
from .common_margin import MarginGuardCommon


@tagged("post_install", "-at_install")
class TestMarginApproval(MarginGuardCommon):
    def _activities(self, order):
        activity_type = self.env.ref(ACTIVITY)
        return order.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)

    def test_request_and_approve(self):
        order = self._quotation()
        approval = self._request(order)
        self.assertEqual((order.margin_guard_state, approval.requested_by_id), ("requested", self.salesperson))
        self.assertAlmostEqual(approval.margin_percent, 10 / 70)
        self.assertEqual(self._activities(order).user_id, self.lead_user)
        self.assertFalse(order.with_user(self.salesperson).margin_can_decide)
        with self.assertRaisesRegex(UserError, "below the floor"):
            order.action_confirm()
        order.with_user(self.lead_user).action_approve_margin()
        self.assertEqual(order.margin_guard_state, "approved")
        self.assertEqual((approval.state, approval.decided_by_id), ("approved", self.lead_user))
        self.assertFalse(self._activities(order))
        message = order.message_ids.filtered(lambda message: "approved for" in message.body)
        self.assertEqual(message.notified_partner_ids, self.salesperson.partner_id)
        self.assertTrue(message.subtype_id.internal)
        order.action_quotation_send()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_refuse(self):
        order = self._quotation()
        approval = self._request(order).with_user(self.lead_user)
        with self.assertRaisesRegex(UserError, "write an answer"):
            approval.action_refuse()
        approval.answer = "Too cheap"
        approval.action_refuse()
        self.assertEqual((order.margin_guard_state, order.margin_decision_answer), ("refused", "Too cheap"))
        self.assertFalse(self._activities(order))
        with self.assertRaises(UserError):
            order.action_confirm()
        with self.assertRaisesRegex(UserError, "not waiting"):
            approval.action_approve()
        self._request(order, "And now?")
        self.assertEqual(order.margin_guard_state, "requested")

    def test_any_change_revokes(self):
        cloves = self._create_product(name="Cloves", standard_price=1, lst_price=100, taxes_id=[])
        changes = {
            "1 % cheaper": lambda order: order.order_line.write({"price_unit": 69.3}),
            "dearer": lambda order: order.order_line.write({"price_unit": 70.1}),
            "discount": lambda order: order.order_line.write({"discount": 1}),
            "quantity": lambda order: order.order_line[0].write({"product_uom_qty": 2, "price_unit": 70}),
            "cost": lambda order: order.order_line.write({"purchase_price": 61}),
            "line added": lambda order: order.write({"order_line": [Command.create({"product_id": cloves.id})]}),
            "line removed": lambda order: order.order_line[0].unlink(),
            "customer": lambda order: order.write(
                {"partner_id": self.env["res.partner"].create({"name": "Somebody Else"}).id}
            ),
        }
        for name, change in changes.items():
            with self.subTest(name):
                order = self._approved(lines=[{"price_unit": 70}, {"price_unit": 70}])
                change(order[0])
                self.assertEqual(order.margin_guard_state, "needed")
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    order.action_confirm()
                self._commit()
                self.assertEqual(order.margin_approval_ids.state, "revoked")
                self.assertIn("revoked", order.message_ids[0].body)

    def test_what_is_no_change_does_not_revoke(self):
        order = self._approved()
        order.write(
            {
                "client_order_ref": "A-1",
                "order_line": [
                    Command.create({"display_type": "line_note", "name": "Dry"}),
                    Command.update(order.order_line.id, {"name": "Black pepper", "price_unit": 70}),
                ],
            }
        )
        self._commit()
        self.assertEqual(order.margin_guard_state, "approved")

    def test_changed_and_back_is_revoked_in_the_end(self):
        order = self._approved()
        order.order_line.price_unit = 69
        self._commit()
        order.order_line.price_unit = 70
        self._commit()
        self.assertEqual(order.margin_guard_state, "needed")

    def test_changed_while_it_waits(self):
        """Nobody approves what he or she has not seen."""
        order = self._quotation()
        approval = self._request(order)
        order.order_line.price_unit = 50
        with self.assertRaisesRegex(UserError, "has changed"):
            approval.with_user(self.lead_user).action_approve()
        self._commit()
        self.assertEqual((approval.state, order.margin_guard_state), ("revoked", "needed"))
        self.assertFalse(self._activities(order))

    def test_nobody_approves_the_own_quotation(self):
        for user in (self.lead_user, self.manager):
            order = self._quotation(user=user)
            approval = self._request(order)
            self.assertEqual(self._activities(order).user_id & user, self.env["res.users"])
            with self.assertRaisesRegex(AccessError, "own quotation"):
                approval.with_user(user).action_approve()
        order = self._quotation()
        asked = self.env["sales.margin.approval"].with_user(self.manager).create({"order_id": order.id, "reason": "?"})
        with self.assertRaisesRegex(AccessError, "own quotation"):
            asked.with_user(self.manager).action_approve()
        asked.with_user(self.lead_user).action_approve()

    def test_who_decides(self):
        approval = self._request(self._quotation())
        for user in (self.salesperson, self.peer, self.portal_user, self.foreign_user):
            with self.assertRaises(AccessError):
                approval.with_user(user).action_approve()
        other_lead = self._user("other_lead", "sales_tracking.group_team_lead")
        self.other_team.user_id = other_lead
        with self.assertRaises(AccessError):
            approval.with_user(other_lead).action_approve()
        sees_all = self._user("sees_all", "sales_team.group_sale_salesman_all_leads")
        with self.assertRaisesRegex(AccessError, "lead of the team"):
            approval.with_user(sees_all).action_approve()
        approval.with_user(self.manager).action_approve()

    def test_limit_of_the_lead(self):
        self.floor.write({"lead_floor": 10, "approver_id": self.manager.id})
        within, beyond = self._quotation(70), self._quotation(65)
        self._request(within).with_user(self.lead_user).action_approve()
        approval = self._request(beyond)
        self.assertTrue(approval.needs_manager)
        self.assertEqual(self._activities(beyond).user_id, self.manager)
        with self.assertRaisesRegex(AccessError, "below what a team lead may approve"):
            approval.with_user(self.lead_user).action_approve()
        approval.with_user(self.manager).action_approve()

    def test_decisions_are_not_written(self):
        order = self._quotation()
        approval = self._request(order)
        for user in (self.salesperson, self.lead_user, self.manager, self.env.user):
            for vals in ({"state": "approved"}, {"fingerprint": "x"}, {"order_id": order.id}, {"reason": "x"}):
                with self.assertRaises(UserError):
                    approval.with_user(user).write(vals)
            with self.assertRaises(UserError):
                approval.with_user(user).unlink()
        made = (
            self.env["sales.margin.approval"]
            .with_user(self.salesperson)
            .create({"order_id": order.id, "reason": "x", "state": "approved", "decided_by_id": self.manager.id})
        )
        self.assertEqual((made.state, made.decided_by_id), ("requested", self.env["res.users"]))
        self.assertEqual(approval.state, "revoked", "the new request takes the place of the old one")
        with self.assertRaises(UserError):
            order.with_user(self.salesperson).write(
                {"margin_approval_ids": [Command.update(made.id, {"state": "approved"})]}
            )
        with self.assertRaises(AccessError):
            made.with_user(self.salesperson).answer = "Fine"

    def test_what_needs_no_approval(self):
        with self.assertRaisesRegex(UserError, "needs no margin approval"):
            self._request(self._quotation(100))
        with self.assertRaisesRegex(UserError, "Say why"):
            self._request(self._quotation(), reason="  ")
        with self.assertRaises(AccessError):
            self.env["sales.margin.approval"].with_user(self.peer).create(
                {"order_id": self._quotation().id, "reason": "Not mine"}
            )

    def test_copy_is_not_approved(self):
        self.assertEqual(self._approved().copy().margin_guard_state, "needed")

    def test_quotations_to_approve_are_found(self):
        order = self._quotation()
        self._request(order)
        domain = [("margin_approval_ids.state", "=", "requested")]
        for user, found in ((self.salesperson, order), (self.lead_user, order), (self.peer, order.browse())):
            self.assertEqual(self.env["sale.order"].with_user(user).search(domain), found)
