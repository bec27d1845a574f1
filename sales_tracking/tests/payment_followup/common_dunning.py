from odoo.fields import Command

from ...tools.clock import JobDay
from ..common import SalesTrackingCommon


class DunningCommon(SalesTrackingCommon):
    """Levels 7, 21 and 35 days after the due date, at least seven days apart; invoices without taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sales.dunning.policy"].search([]).active = False
        # Nobody but the customers of the test is followed up.
        cls.env["account.move.line"].search([("account_type", "=", "asset_receivable")]).no_followup = True
        cls.customer.email = "melati@example.com"
        cls.policy = cls._policy()
        cls.level_1, cls.level_2, cls.level_3 = cls.policy.level_ids
        cls.accountant = cls._user("accountant", "account.group_account_invoice")
        cls.usd = cls.env.ref("base.USD")
        cls.eur = cls.env.ref("base.EUR")
        (cls.usd | cls.eur).active = True

    @classmethod
    def _policy(cls, levels=None, **vals):
        levels = levels or [
            {"name": "Reminder", "delay": 7},
            {"name": "Second Reminder", "delay": 21},
            {"name": "Final Notice", "delay": 35},
        ]
        # The invoices are attached in the test that is about it: rendering them takes its time.
        return cls.env["sales.dunning.policy"].create(
            {
                "name": "Standard",
                "company_id": cls.company.id,
                "level_ids": [Command.create({"attach_invoices": False, **level}) for level in levels],
                **vals,
            }
        )

    @classmethod
    def _owed(cls, amount=1000, due="2026-03-01", partner=None, **vals):
        """A posted invoice that is due on that day."""
        partner = partner or cls.customer
        return cls._invoice(amount, day="2026-02-01", partner_id=partner.id, invoice_date_due=due, **vals)

    @classmethod
    def _owed_in_halves(cls):
        """The worked number: 1,000, of which 500 are due on 1 March and 500 on 31 March."""
        terms = cls.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (28, 58)
                ],
            }
        )
        return cls._invoice(1000, day="2026-02-01", partner_id=cls.customer.id, invoice_payment_term_id=terms.id)

    @classmethod
    def _lines(cls, *moves):
        """The instalments of invoices, by due date."""
        lines = cls.env["account.move.line"].concat(*(move.line_ids for move in moves))
        return lines.filtered(lambda line: line.account_type == "asset_receivable").sorted("date_maturity")

    def _run(self, day):
        accounts = self.env["sales.dunning.account"].sudo().with_context(allowed_company_ids=self.company.ids)
        result = accounts.run(day)
        self.env.invalidate_all()
        return result

    def _account(self, partner=None, company=None):
        return self.env["sales.dunning.account"]._of(partner or self.customer, company or self.company)

    def _on(self, day, account=None):
        """The account, seen on a day."""
        return (account or self._account()).with_context(dunning_today=JobDay.of(self._day(day)))

    def _levels(self, *moves):
        """The levels that invoices have reached, in order: (day, level name, amount of the instalment)."""
        lines = self.env["sales.dunning.reminder.line"].search(
            [("move_line_id", "in", self._lines(*moves).ids), ("is_level", "=", True)], order="id"
        )
        return [(str(line.day), line.reminder_id.level_name, line.residual) for line in lines]

    def _reminders(self, partner=None):
        return self.env["sales.dunning.reminder"].search(
            [("partner_id", "=", (partner or self.customer).id)], order="id"
        )

    def _mails(self, account=None):
        account = account or self._account()
        return self.env["mail.mail"].search([("model", "=", account._name), ("res_id", "in", account.ids)], order="id")
