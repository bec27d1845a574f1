from odoo.fields import Command
from odoo.tests import tagged

from .common_dunning import DunningCommon


@tagged("post_install", "-at_install")
class TestCustomerMerge(DunningCommon):
    """Two customers who are one: one account with the history of both, and nothing is chased anew."""

    def test_merge(self):
        double = self.env["res.partner"].create({"name": "Toko Melati PT", "email": "melati@example.com"})
        mine, theirs = self._owed(1000, due="2026-03-01"), self._owed(200, due="2026-02-20", partner=double)
        self._run("2026-03-08")
        account, other = self._account(), self._account(double)
        other._write_decided({"cycle": 2})
        other.action_pause()
        dispute = self.env["sales.dispute"].create(
            {
                "account_id": other.id,
                "move_line_ids": [Command.set(self._lines(theirs).ids)],
                "reason": "quality",
                "amount": 200,
            }
        )
        other.message_post(body="They moved")
        self.env["base.partner.merge.automatic.wizard"]._merge((self.customer | double).ids, self.customer)
        self.env.invalidate_all()
        self.assertFalse(other.exists())
        self.assertEqual(dispute.account_id, account)
        self.assertEqual((dispute.partner_id, theirs.partner_id), 2 * (self.customer,))
        self.assertTrue(account.paused_until)
        self.assertIn("They moved", " ".join(account.message_ids.mapped("body")))
        self.assertEqual(self._reminders().mapped("account_id"), account)
        account.action_resume()
        # What was reminded of stays so: the next level follows in its turn.
        self.assertEqual(self._run("2026-03-09")["sent"], 0)
        self.assertEqual(self._run("2026-03-22")["sent"], 1)
        self.assertEqual([name for _day, name, _amount in self._levels(mine)], ["Reminder", "Second Reminder"])
