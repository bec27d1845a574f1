from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalesTrackingCommon


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
