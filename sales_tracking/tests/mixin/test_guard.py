from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from ...models.mixin.sales_guarded_mixin import ADDONS
from ..payment_followup.common_dunning import DunningCommon


@tagged("post_install", "-at_install")
class TestGuard(DunningCommon):
    """What a screen shows read-only is refused from callers, by whichever door."""

    def _promise(self, user=None):
        line = self._lines(self._owed())
        account = self.env["sales.dunning.account"]._of(self.customer, self.company)
        promises = self.env["sales.promise"].with_user(user or self.env.user)
        return promises.create(
            {"account_id": account.id, "move_line_ids": line.ids, "amount": 600, "date": "2036-04-10"}
        )

    def test_every_model_is_guarded(self):
        """A model that stores read-only fields of the addons has the guard."""
        without = {
            name
            for name in self.env.registry
            if (model := self.env[name])._auto
            and not model._abstract
            and not model._transient
            and not hasattr(model, "_write_decided")
            and any(
                field.store and field.readonly and field._modules and field._modules[0] in ADDONS
                for field in model._fields.values()
                if field.name not in MAGIC_COLUMNS
            )
        }
        # An entry keeps the moment of its posting by its own rule.
        self.assertEqual(without, {"account.move"})

    def test_state_is_refused_by_every_door(self):
        promise = self._promise()
        theirs = promise.with_user(self.accountant)
        for vals in (
            {"state": "kept"}, {"received": 600}, {"closed_on": "2026-03-02"}, {"grace_days": 900},
            {"matched_before": -600}, {"is_from_portal": True},
        ):  # fmt: skip
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "can't be entered, imported or changed"):
                theirs.write(vals)
            with self.subTest(copied=vals), self.assertRaises(AccessError):
                theirs.copy({**vals, "move_line_ids": promise.move_line_ids.ids})
        values = {
            "account_id": promise.account_id.id, "move_line_ids": promise.move_line_ids.ids, "amount": 1,
            "date": "2036-01-01",
        }  # fmt: skip
        with self.assertRaises(AccessError):
            theirs.create({**values, "state": "kept"})
        with self.assertRaises(AccessError):
            theirs.with_context(default_state="kept").create(values)
        self.env["ir.default"].with_user(self.accountant).set("sales.promise", "state", "kept", user_id=True)
        self.assertEqual(theirs.create(values).state, "open")
        self.assertEqual(theirs.sudo().with_context(default_state="kept").create(values).state, "open")
        imported = theirs.load(["id", "state"], [[f"__export__.promise_{promise.id}", "kept"]])
        self.assertTrue(imported["messages"])
        self.assertEqual(promise.state, "open")

    def test_actions_set_what_nobody_writes(self):
        promise = self._promise(self.accountant)
        promise.action_cancel()
        self.assertEqual(promise.state, "cancelled")

    def test_identity_of_an_account(self):
        account = self.env["sales.dunning.account"]._of(self.customer, self.company).with_user(self.accountant)
        for vals in (
            {"company_id": self.company_2.id}, {"cycle": 9},
            {"reminded_on": "2031-01-01"}, {"error": "None"}, {"approved_by_id": self.env.uid},
            {"access_token": "known"}, {"partner_id": self.env.user.partner_id.id},
        ):  # fmt: skip
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                account.write(vals)
        account.write({"partner_id": account.partner_id.id})
        account.action_restart()
        self.assertEqual(account.cycle, 2)

    def test_nobody_sets_the_clock(self):
        self._owed()
        account = self.env["sales.dunning.account"]._of(self.customer, self.company).with_user(self.accountant)
        tomorrow = self.env.company._sales_today() + timedelta(days=1)
        with self.assertRaisesRegex(AccessError, "runs as of today"):
            account.action_send(today="2031-01-01")
        with self.assertRaises(AccessError):
            account.action_send(today=fields.Date.to_string(tomorrow))
        with self.assertRaises(AccessError):
            self.env["sales.dunning.account"].with_user(self.accountant).run(today=tomorrow)
        reminder = account.with_context(dunning_today="2031-01-01").action_send(today=self.env.company._sales_today())
        self.assertEqual(reminder.day, self.env.company._sales_today())

    def test_captured_interaction_stays(self):
        interaction = (
            self.env["sales.interaction"]
            .sudo()
            .create({"kind": "meeting", "res_model": "calendar.event", "res_id": 1, "source_key": "calendar.event,0"})
        )
        theirs = interaction.with_user(self.manager)
        for vals in (
            {"kind": "call"}, {"date": "2020-01-01 00:00:00"}, {"source_key": "mine"}, {"res_id": 2},
            {"user_id": self.lead_user.id},
        ):  # fmt: skip
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                theirs.write(vals)
        theirs.write({"note": "What was said", "kind": "meeting"})
        with self.assertRaisesRegex(AccessError, "records itself"):
            theirs.create({"kind": "email", "source_key": "mail.message,999999999"})

    def test_nobody_takes_over_an_interaction(self):
        """Interactions count for whoever logged them."""
        theirs = self.env["sales.interaction"].create({"kind": "call", "user_id": self.lead_user.id})
        with self.assertRaisesRegex(AccessError, "counts for that person"):
            theirs.with_user(self.manager).write({"user_id": self.manager.id})
        theirs.with_user(self.manager).write({"user_id": self.accountant.id})

    def test_copy_of_an_interaction(self):
        interaction = self.env["sales.interaction"].create({"kind": "call"})
        copied = interaction.copy({"note": "Again"})
        self.assertEqual(len(copied), 1)
        self.assertNotEqual(copied, interaction)

    def test_nothing_is_moved_into_the_company_of_others(self):
        interaction = self.env["sales.interaction"].create({"kind": "call"}).with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "a company that you work for"):
            interaction.write({"company_id": self.company_2.id})

    def test_automatic_replies_are_known_from_their_mail(self):
        message = self.customer.with_user(self.manager).message_post(body="Thank you")
        with self.assertRaisesRegex(AccessError, "Automatic Reply"):
            message.write({"is_auto_reply": True})
        with self.assertRaises(AccessError):
            self.customer.with_user(self.manager).message_post(body="Thank you", is_auto_reply=True)

    def test_origin_of_a_price(self):
        """It is found with the price, not written beside it."""
        product = self.env["product.product"].create({"name": "Pepper", "list_price": 100})
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": [fields.Command.create({"product_id": product.id})]}
        )
        line = order.order_line.with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "Price From"):
            line.write({"price_source": "Price agreed with the management"})
        line.price_unit = 90
        self.assertEqual(line.price_unit, 90)
