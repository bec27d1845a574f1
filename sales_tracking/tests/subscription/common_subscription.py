from unittest.mock import patch

from odoo.fields import Command

from ..common import SalesTrackingCommon


class SubscriptionCommon(SalesTrackingCommon):
    """Orders of two people in March 2026, one of them without a source, and subscriptions of a pivot of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["utm.source"].create({"name": "Trade Fair"})
        (cls.salesperson | cls.peer | cls.lead_user | cls.manager).write({"tz": "Asia/Jakarta"})
        for user in cls.salesperson | cls.peer | cls.lead_user | cls.manager:
            user.email = f"{user.login}@example.com"
        cls._order(1000.01, moment="2026-03-02 03:00:00", source_id=cls.source.id)
        cls._order(2000.02, moment="2026-03-03 03:00:00", source_id=cls.source.id)
        cls._order(333.33, moment="2026-03-03 04:00:00", user=cls.peer)
        cls._order(4000, moment="2026-04-02 03:00:00")
        cls.env["sales.report.subscription"].search([]).active = False

    @classmethod
    def _subscription(cls, user=None, people=None, **vals):
        """A monthly pivot of what was ordered, by source and salesperson, since 28 March 2026."""
        user = user or cls.manager
        subscription = (
            cls.env["sales.report.subscription"]
            .with_user(user)
            .create(
                {
                    "name": "Ordered",
                    "report_model": "sales.achievement",
                    "domain": "[('basis', '=', 'ordered'), ('day', '>=', '2026-03-01'), ('day', '<=', '2026-03-31')]",
                    "row_groupbys": "source_id,user_id",
                    "column_groupbys": "",
                    "measures": "amount,__count",
                    "frequency": "month",
                    "day_of_month": 1,
                    "working_day": "same",
                    "format": "body",
                    "user_ids": [Command.set((people or user).ids)],
                    **vals,
                }
            )
        )
        subscription.sudo().since = "2026-03-28 00:00:00"
        return subscription.sudo()

    def _run(self):
        with patch.object(self.registry["ir.cron"], "_commit_progress", return_value=float("inf")):
            return self.env["sales.report.subscription"].sudo()._cron_send()

    def _mails(self):
        return self.env["mail.mail"].sudo().search([("subject", "like", "Ordered")])
