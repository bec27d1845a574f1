from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common import SalesTargetCommon


@tagged("post_install", "-at_install")
class TestHandoverOfTargets(SalesTargetCommon):
    def _month(self, ahead, **vals):
        """A target of the month that many months from now, agreed."""
        first = (fields.Date.today().replace(day=15) + timedelta(days=30 * ahead)).replace(day=1)
        target = self._target(date_from=first, date_to=fields.Date.end_of(first, "month"), **vals)
        target.action_approve()
        return target

    def test_periods_to_come(self):
        running, ahead, taken = self._month(0), self._month(2), self._month(3)
        running.action_start()
        theirs = self._month(3, user_id=self.peer.id)
        handover = (
            self.env["sales.handover"]
            .with_user(self.manager)
            .create({"leaver_id": self.salesperson.id, "successor_id": self.peer.id})
        )
        line = handover.line_ids.filtered(lambda line: line.kind == "target")
        self.assertEqual(line.count, 2)
        handover.action_hand_over()
        self.assertEqual(ahead.user_id, self.peer)
        self.assertEqual(running.user_id, self.salesperson, "what runs is the result of who worked for it")
        self.assertEqual(taken.user_id, self.salesperson, "the peer has a target of that month")
        self.assertIn(theirs.display_name, line.failure)
