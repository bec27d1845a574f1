from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestCreditSplit(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._order(shares={cls.salesperson: 60, cls.peer: 40})

    def _commit(self):
        """What the end of the transaction checks."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_shares_sum_to_100_when_the_transaction_ends(self):
        self._commit()
        first, second = self.order.credit_split_ids
        first.share = 70
        with self.assertRaisesRegex(ValidationError, "sum to 110"):
            self._commit()
        first.share = 60
        second.unlink()
        with self.assertRaisesRegex(ValidationError, "sum to 60"):
            self._commit()

    def test_edited_in_one_go(self):
        first, second = self.order.credit_split_ids
        self.order.credit_split_ids = [
            Command.update(first.id, {"share": 20}),
            Command.delete(second.id),
            Command.create({"user_id": self.lead_user.id, "share": 80}),
        ]
        self._commit()
        self.assertEqual(self.order.credit_split_ids.mapped("share"), [20, 80])

    def test_none_at_all_is_fine(self):
        self.order.credit_split_ids.unlink()
        self._commit()

    def test_deleting_none_before_creating_some(self):
        order = self._order()
        order.credit_split_ids.unlink()
        order.credit_split_ids = [
            Command.create({"user_id": user.id, "share": 50}) for user in (self.salesperson, self.peer)
        ]
        self._commit()
        self.assertEqual(order.credit_split_ids.mapped("share"), [50, 50])

    def test_range_and_person_once(self):
        for share, user in ((0, self.lead_user), (101, self.lead_user), (10, self.peer)):
            with (
                self.subTest(share=share),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.order.credit_split_ids = [Command.create({"user_id": user.id, "share": share})]
                self.env.flush_all()

    def test_salesperson_reads_and_lead_plans(self):
        split = self.order.credit_split_ids[0]
        self.assertEqual(split.with_user(self.salesperson).share, 60)
        with self.assertRaises(AccessError):
            split.with_user(self.salesperson).share = 100
        with self.assertRaises(AccessError):
            split.with_user(self.foreign_user).read(["share"])
        split.with_user(self.lead_user).share = 55
        self.assertEqual(split.share, 55)

    def test_lead_shares_only_orders_that_he_or_she_may_write(self):
        given, free = (self._order(user=self.manager, team_id=self.other_team.id) for _index in range(2))
        given.credit_split_ids = [Command.create({"user_id": self.lead_user.id, "share": 100})]
        self._commit()
        for change in (
            lambda splits: splits.create({"order_id": free.id, "user_id": self.lead_user.id, "share": 100}),
            lambda splits: splits.browse(given.credit_split_ids.id).write({"share": 50}),
            lambda splits: splits.browse(given.credit_split_ids.id).unlink(),
            lambda splits: splits.browse(self.order.credit_split_ids[0].id).write({"order_id": free.id}),
        ):
            with self.assertRaises(AccessError):
                change(self.env["sales.credit.split"].with_user(self.lead_user))

    def _share_as(self, user, order, shares):
        """What the user's form sends: the shares of the order instead of those that it has."""
        with self.env.cr.savepoint():
            order.with_user(user).credit_split_ids = [
                Command.clear(),
                *(Command.create({"user_id": sharer.id, "share": share}) for sharer, share in shares.items()),
            ]
            self._commit()

    def _quotation(self, user):
        return self.order.copy({"user_id": user.id})

    def test_nobody_raises_the_own_credit(self):
        """Row R1: not a lead, and not an administrator either; each may share what others have."""
        for user in (self.lead_user, self.manager):
            quotation = self._quotation(self.salesperson)
            with self.subTest(user.login), self.assertRaisesRegex(UserError, "raise your own credit .* 0.* to 30"):
                self._share_as(user, quotation, {self.salesperson: 70, user: 30})
            self._share_as(user, quotation, {self.salesperson: 70, self.peer: 30})
            self.assertEqual(quotation.credit_split_ids.mapped("share"), [70, 30])
        quotation = self._quotation(self.salesperson)
        self._share_as(self.manager, quotation, {self.salesperson: 70, self.lead_user: 30})
        [own] = quotation.credit_split_ids.filtered(lambda split: split.user_id == self.lead_user)
        [other] = quotation.credit_split_ids - own
        with self.assertRaisesRegex(UserError, "from 30.* to 60"), self.env.cr.savepoint():
            (own | other).with_user(self.lead_user).write({"share": 60})
            other.with_user(self.lead_user).share = 40
            self._commit()
        with self.assertRaisesRegex(UserError, "to 70"), self.env.cr.savepoint():
            own.with_user(self.lead_user).user_id = self.peer
            # One by one: the database knows no order in which both could be swapped at once.
            self.env.flush_all()
            other.with_user(self.lead_user).user_id = self.lead_user
            self._commit()

    def test_own_order_is_given_away_before_it_is_confirmed(self):
        quotation = self._quotation(self.lead_user)
        self._share_as(self.lead_user, quotation, {self.lead_user: 60, self.peer: 40})
        with self.assertRaisesRegex(UserError, "from 60.* to 100"):
            self._share_as(self.lead_user, quotation, {})
        quotation.action_confirm()
        with self.assertRaisesRegex(UserError, "is confirmed"):
            self._share_as(self.lead_user, quotation, {self.lead_user: 50, self.peer: 50})
        self._share_as(self.manager, quotation, {self.lead_user: 50, self.peer: 50})

    def test_nobody_gives_himself_credit_for_a_confirmed_order(self):
        for user in (self.lead_user, self.manager):
            with self.subTest(user.login), self.assertRaisesRegex(UserError, f"{self.order.name} is confirmed"):
                self._share_as(user, self.order, {user: 100})

    def test_own_share_is_not_moved_to_another_order(self):
        quotation, other = (self._quotation(self.salesperson) for _index in range(2))
        self._share_as(self.manager, quotation, {self.lead_user: 100})
        with self.assertRaisesRegex(UserError, f"credit for {other.name}"), self.env.cr.savepoint():
            quotation.credit_split_ids.with_user(self.lead_user).order_id = other
            self._commit()
