from datetime import timedelta

from odoo.fields import Command
from odoo.tests import new_test_user

from ..common import SalesTrackingCommon


class ReceivableCommon(SalesTrackingCommon):
    """Invoices with instalments on given days, seen by an accountant and by salespeople."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._user("receivables", "account.group_account_invoice")
        cls.all_documents = cls._user("alldocs", "sales_team.group_sale_salesman_all_leads")
        cls.foreign_accountant = new_test_user(
            cls.env,
            login="foreign_accountant",
            groups="account.group_account_invoice",
            company_id=cls.company_2.id,
            company_ids=[Command.set(cls.company_2.ids)],
        )
        cls.bank = cls.company_data["default_journal_bank"]
        cls.receivable = cls.company_data["default_account_receivable"]

    @classmethod
    def _claim(cls, amount, due, day=None, **vals):
        """A posted invoice that is due on a day; dated 30 days before unless told otherwise."""
        due = cls._day(due)
        return cls._invoice(amount, day or due - timedelta(days=30), invoice_date_due=due, **vals)

    @classmethod
    def _unmatched_payment(cls, amount, day, partner=None, currency=None):
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "date": day,
                "journal_id": cls.bank.id,
                "currency_id": (currency or cls.company.currency_id).id,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _entry(cls, amount, day, due=None, partner=None):
        """A miscellaneous entry on the customer."""
        entry = cls.env["account.move"].create(
            {
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": cls.receivable.id,
                            "partner_id": (partner or cls.customer).id,
                            "date_maturity": due,
                            "balance": amount,
                        }
                    ),
                    Command.create({"account_id": cls.company_data["default_account_revenue"].id, "balance": -amount}),
                ],
            }
        )
        entry.action_post()
        return entry

    def _aging(self, as_of=None, partner=None, user=None):
        """The aging of a customer as a tuple per currency: (name, not due, …, over 120, total)."""
        report = self.env["sales.receivable.report"].with_user(user or self.accountant)
        keys = ("not_due", "d1_30", "d31_60", "d61_90", "d91_120", "d120_plus", "total")
        rows = report.get_aging(as_of, (partner or self.customer).ids)
        currency = self.env["res.currency"]
        return sorted((currency.browse(row["currency_id"]).name, *(row[key] for key in keys)) for row in rows)
