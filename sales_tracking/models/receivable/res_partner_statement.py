from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools.xlsx import Column, Sheet
from .aging import BUCKET_KEYS

SEE_ALL_GROUPS = (
    "account.group_account_invoice",
    "account.group_account_readonly",
    "sales_team.group_sale_salesman_all_leads",
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _check_receivable_statement_access(self):
        """A statement holds all that a customer owes: it takes the right to see all of it.

        :raise AccessError: for those who see no invoices, or the own ones alone
        """
        if not self.env.su and not any(self.env.user.has_group(group) for group in SEE_ALL_GROUPS):
            raise AccessError(
                self.env._(
                    "A statement shows all that a customer owes. Ask accounting for it, or look at your own "
                    "customers' open invoices under Payments."
                )
            )

    def _get_receivable_statement(self, company, as_of=None):
        """What the customer owes a company, as on paper, in the workbook and in the portal.

        It reads with the rights of its environment; `_check_receivable_statement_access` says whether these are enough.

        :param as_of: a date; default: as the books stand today
        :return: dict: ``partner`` (the commercial partner), ``company``, ``date`` and ``currencies``, a list of dicts
            of ``currency``, ``items``, ``total``, ``overdue`` and ``aging`` (amounts as in `get_aging`). An item is a
            dict of ``row`` (sales.receivable.report), ``name``, ``reference``, ``date``, ``due_date``,
            ``days_overdue``, ``amount`` and ``residual``. Amounts are in that currency, credits negative.
        """
        self.ensure_one()
        customer = self.commercial_partner_id
        rows = self.env["sales.receivable.report"].with_context(receivable_as_of=as_of)
        rows.invalidate_model()  # the rows of another day have the same ids
        rows = rows.search(Domain("commercial_partner_id", "=", customer.id) & Domain("company_id", "=", company.id))
        return {
            "partner": customer,
            "company": company,
            "date": as_of or company._sales_today(),
            "currencies": [
                self._receivable_statement_part(currency, members)
                for currency, members in sorted(
                    rows.grouped("currency_id").items(),
                    key=lambda item: (item[0] != company.currency_id, item[0].name),
                )
            ],
        }

    def _receivable_statement_part(self, currency, rows):
        aged = dict.fromkeys(BUCKET_KEYS.values(), 0.0)
        for row in rows:
            aged[BUCKET_KEYS[row.bucket]] += row.amount_residual_currency
        aged = {key: currency.round(amount) for key, amount in aged.items()}
        total = currency.round(sum(aged.values()))
        return {
            "currency": currency,
            "items": [self._receivable_statement_item(row) for row in rows],
            "total": total,
            "overdue": currency.round(total - aged["not_due"]),
            "aging": aged,
        }

    def _customer_statement_file_name(self):
        return self.env._("Statement - %(customer)s", customer=(self.name or "").replace("/", ""))

    def _receivable_statement_item(self, row):
        # In sudo mode: who sees the row may lack the right to read a payment's entry, whose number is shown.
        move = row.move_id.sudo()
        return {
            "row": row,
            "name": move.name,
            "reference": move.ref or "",
            "date": move.invoice_date or row.date,
            "due_date": row.due_date,
            "days_overdue": row.days_overdue,
            "amount": row.amount_currency,
            "residual": row.amount_residual_currency,
        }

    def _receivable_statement_sheets(self, statement):
        """The statement (`_get_receivable_statement`) as sheets of a workbook, one per currency."""
        labels = dict(self.env["sales.receivable.report"]._fields["bucket"]._description_selection(self.env))
        heading = [
            statement["company"].name,
            self.env._("Statement of %(customer)s", customer=statement["partner"].name),
            self.env._("Open on %(day)s", day=format_date(self.env, statement["date"])),
        ]

        def amount(label, currency):
            return Column(label, "number", digits=currency.decimal_places)

        return [
            Sheet(
                f"{statement['partner'].name} {part['currency'].name}",
                [
                    Column(self.env._("Document")),
                    Column(self.env._("Reference")),
                    Column(self.env._("Date"), "date"),
                    Column(self.env._("Due Date"), "date"),
                    Column(self.env._("Days Overdue"), "integer"),
                    amount(self.env._("Amount"), part["currency"]),
                    *(amount(labels[bucket], part["currency"]) for bucket in BUCKET_KEYS),
                    amount(self.env._("Open"), part["currency"]),
                ],
                [
                    [
                        *(item[name] for name in ("name", "reference", "date", "due_date")),
                        item["days_overdue"] or None,
                        item["amount"],
                        *(item["residual"] if item["row"].bucket == bucket else None for bucket in BUCKET_KEYS),
                        item["residual"],
                    ]
                    for item in part["items"]
                ],
                heading=[*heading, part["currency"].name],
                total=[self.env._("Total"), *[None] * 5, *part["aging"].values(), part["total"]],
            )
            for part in statement["currencies"]
        ] or [Sheet(statement["partner"].name, [], [], heading=[*heading, self.env._("Nothing is open.")])]
