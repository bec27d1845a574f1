from odoo.tests import tagged

from .common_dunning import DunningCommon

NOTHING = {"sent": 0, "proposed": 0, "failed": 0}
SENT = {"sent": 1, "proposed": 0, "failed": 0}


@tagged("post_install", "-at_install")
class TestDunning(DunningCommon):
    """Which instalment is chased when, and what is claimed."""

    def test_each_instalment_by_its_own_due_date(self):
        invoice = self._owed_in_halves()
        self.assertEqual([str(line.date_maturity) for line in self._lines(invoice)], ["2026-03-01", "2026-03-31"])
        self.assertEqual(self._run("2026-03-07"), NOTHING)
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual(self._reminders().claimed, 500)
        self.assertEqual(self._levels(invoice), [("2026-03-08", "Reminder", 500)])

    def test_one_level_after_the_other(self):
        invoice = self._owed_in_halves()
        self._run("2026-03-08")
        self.assertEqual(self._run("2026-04-05"), SENT)
        for day in ("2026-04-06", "2026-04-11", "2026-04-12", "2026-04-13"):
            self._run(day)
        self.assertEqual(
            self._levels(invoice),
            [
                ("2026-03-08", "Reminder", 500),
                ("2026-04-05", "Second Reminder", 500),
                # The second instalment, which has been due for its first level since 7 April.
                ("2026-04-11", "Reminder", 500),
                ("2026-04-12", "Final Notice", 500),
            ],
        )

    def test_highest_level_at_once(self):
        self.policy.catch_up = "jump"
        invoice = self._owed_in_halves()
        self._run("2026-03-08")
        self._run("2026-04-05")
        self.assertEqual(
            self._levels(invoice), [("2026-03-08", "Reminder", 500), ("2026-04-05", "Final Notice", 500)]
        )

    def test_twice_on_one_day(self):
        invoice = self._owed()
        self.assertEqual(self._run("2026-03-08"), SENT)
        self.assertEqual(self._run("2026-03-08"), NOTHING)
        self.assertEqual(len(self._levels(invoice)), 1)
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(self._mails().state, "outgoing")
        self.assertEqual(self._mails().email_to or self._mails().recipient_ids.email, "melati@example.com")
