from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...models.receivable.aging import BUCKET_KEYS, BUCKETS, LAST_DAYS
from ...models.receivable.open_items import IS_UNPAID, TRADE_ACCOUNTS
from ...tools.arguments import given_day, given_ids
from ...tools.company_day import company_today


class SalesReceivableReport(models.Model):
    """What customers owe: one row per open instalment, credit note and unmatched payment (these two negative).

    As the books stand now, or, with `receivable_as_of` (a date) in the context, as of that day: with the entries up to
    it, and without what was matched with later ones. Due is the due date, or the entry's own date where it has none;
    today is the day in the company's sales time zone, and what is due today is not overdue.
    """

    _name = "sales.receivable.report"
    _inherit = ["sales.report.mixin"]
    _description = "Receivables"
    _auto = False
    _order = "due_date, id"
    _rec_name = "move_id"

    move_line_id = fields.Many2one(comodel_name="account.move.line", string="Journal Item", readonly=True)
    move_id = fields.Many2one(comodel_name="account.move", string="Entry", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    company_currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="Of the invoice, else of the customer.",
    )
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    date = fields.Date(readonly=True, help="Accounting date.")
    due_date = fields.Date(readonly=True, help="Of this instalment; the accounting date where there is none.")
    days_overdue = fields.Integer(
        readonly=True, aggregator="max", help="0 for what is not due yet or due today. Of several items the longest."
    )
    bucket = fields.Selection(selection=BUCKETS, string="Age", readonly=True)
    amount_currency = fields.Monetary(string="Amount in Currency", readonly=True, help="Of the whole instalment.")
    amount_residual_currency = fields.Monetary(string="Open in Currency", readonly=True)
    amount_residual = fields.Monetary(
        string="Open", currency_field="company_currency_id", readonly=True, help="In the currency of the company."
    )
    amount_overdue = fields.Monetary(
        string="Overdue", currency_field="company_currency_id", readonly=True, help="In the currency of the company."
    )

    _depends = {
        "res.company": ["sales_tz"],
        "res.partner": ["commercial_partner_id", "user_id"],
        "account.account": ["account_type", "non_trade"],
        "account.move": [
            "amount_residual_signed", "amount_total", "amount_total_signed", "currency_id", "invoice_user_id",
            "matched_payment_ids", "payment_state", "team_id",
        ],
        "account.payment": ["amount", "amount_company_currency_signed", "currency_id", "move_id", "state"],
        "account.move.line": [
            "account_id", "amount_currency", "amount_residual", "amount_residual_currency", "company_currency_id",
            "company_id", "currency_id", "date", "date_maturity", "move_id", "parent_state", "partner_id",
            "reconciled",
        ],
        "account.partial.reconcile": [
            "amount", "credit_amount_currency", "credit_move_id", "debit_amount_currency", "debit_move_id",
            "exchange_move_id", "max_date",
        ],
    }  # fmt: skip

    @property
    def _table_query(self) -> SQL:
        as_of = given_day(self.env, self.env.context.get("receivable_as_of"))
        open_items = self._open_items_as_of(as_of) if as_of else self._open_items_now()
        days_overdue = SQL("item.day - COALESCE(line.date_maturity, line.date)")
        return SQL(
            """
            SELECT
                line.id,
                line.id AS move_line_id,
                line.move_id,
                line.partner_id,
                partner.commercial_partner_id,
                line.company_id,
                line.company_currency_id,
                line.currency_id,
                COALESCE(move.invoice_user_id, customer.user_id) AS user_id,
                move.team_id,
                line.date,
                COALESCE(line.date_maturity, line.date) AS due_date,
                GREATEST(%(days_overdue)s, 0) AS days_overdue,
                %(bucket)s AS bucket,
                line.amount_currency,
                item.residual_currency AS amount_residual_currency,
                item.residual AS amount_residual,
                CASE WHEN %(days_overdue)s > 0 THEN item.residual ELSE 0 END AS amount_overdue
            FROM (%(open_items)s) item
            JOIN account_move_line line ON line.id = item.line_id
            JOIN account_move move ON move.id = line.move_id
            LEFT JOIN res_partner partner ON partner.id = line.partner_id
            LEFT JOIN res_partner customer ON customer.id = partner.commercial_partner_id
            WHERE item.residual <> 0 OR item.residual_currency <> 0
            """,
            open_items=open_items,
            days_overdue=days_overdue,
            bucket=self._bucket_sql(days_overdue),
        )

    @api.depends("move_id")
    def _compute_display_name(self):
        # In sudo mode: who may read the row may know which entry it is of, without the right to open it.
        for row, row_sudo in zip(self, self.sudo(), strict=True):
            row.display_name = row_sudo.move_id.display_name

    @api.model
    def _bucket_sql(self, days_overdue: SQL) -> SQL:
        *buckets, oldest = BUCKET_KEYS
        cases = (
            SQL("WHEN %s <= %s THEN %s", days_overdue, last, bucket)
            for bucket, last in zip(buckets, LAST_DAYS, strict=True)
        )
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), oldest)

    @api.model
    def _open_items_now(self) -> SQL:
        return SQL(
            """
            SELECT open.id AS line_id, open.amount_residual AS residual,
                open.amount_residual_currency AS residual_currency, %(today)s AS day
            FROM account_move_line open
            JOIN account_move move ON move.id = open.move_id AND %(is_unpaid)s
            JOIN res_company company ON company.id = open.company_id
            WHERE open.reconciled IS NOT TRUE AND open.parent_state = 'posted' AND open.account_id IN %(accounts)s
            """,
            today=company_today(fields.Datetime.now()),
            accounts=TRADE_ACCOUNTS,
            is_unpaid=IS_UNPAID,
        )

    @api.model
    def _open_items_as_of(self, day) -> SQL:
        """The residual of today, with what was matched after the day put back."""
        return SQL(
            """
            WITH later_match AS (
                -- An exchange difference is settled with the payment that caused it, whenever its entry was made.
                SELECT partial.*
                FROM account_partial_reconcile partial
                WHERE partial.max_date > %(day)s AND NOT EXISTS (
                    SELECT FROM account_move_line exchange
                    JOIN account_partial_reconcile cause ON cause.exchange_move_id = exchange.move_id
                    WHERE exchange.id IN (partial.debit_move_id, partial.credit_move_id) AND cause.max_date <= %(day)s
                )
            ), later AS (
                SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
                FROM (
                    SELECT debit_move_id AS line_id, amount, debit_amount_currency AS amount_currency
                    FROM later_match
                    UNION ALL
                    SELECT credit_move_id, -amount, -credit_amount_currency
                    FROM later_match
                ) matched
                GROUP BY line_id
            ), candidate AS (
                SELECT id FROM account_move_line WHERE reconciled IS NOT TRUE AND account_id IN %(accounts)s
                UNION
                SELECT line_id FROM later
            )
            SELECT past.id AS line_id, past.amount_residual + COALESCE(later.amount, 0) AS residual,
                past.amount_residual_currency + COALESCE(later.amount_currency, 0) AS residual_currency,
                %(day)s::date AS day
            FROM candidate
            JOIN account_move_line past ON past.id = candidate.id
            LEFT JOIN later ON later.line_id = past.id
            WHERE past.parent_state = 'posted' AND past.date <= %(day)s AND past.account_id IN %(accounts)s
            """,
            day=day,
            accounts=TRADE_ACCOUNTS,
        )

    @api.model
    @api.readonly
    def get_aging(self, as_of=None, partner_ids=None):
        """Aging per commercial partner and currency, of the companies and entries that the user may see.

        :param as_of: a date; default: as the books stand now
        :param partner_ids: limit to these customers (a contact stands for its commercial partner)
        :return: list of dicts: ``partner_id`` (False for entries without one), ``currency_id``, ``not_due``,
            ``d1_30``, ``d31_60``, ``d61_90``, ``d91_120``, ``d120_plus`` and ``total``: open amounts in that currency
        """
        domain = Domain.TRUE
        if partner_ids is not None:
            customers = self.env["res.partner"].browse(given_ids(self.env, partner_ids)).exists().commercial_partner_id
            domain = Domain("commercial_partner_id", "in", customers.ids)
        groups = self.with_context(receivable_as_of=as_of)._read_group(
            domain, ["commercial_partner_id", "currency_id", "bucket"], ["amount_residual_currency:sum"]
        )
        rows = {}
        for partner, currency, bucket, amount in groups:
            empty = {"partner_id": partner.id, "currency_id": currency.id, **dict.fromkeys(BUCKET_KEYS.values(), 0.0)}
            rows.setdefault((partner, currency), empty)[BUCKET_KEYS[bucket]] = currency.round(amount)
        return [
            {**row, "total": currency.round(sum(row[key] for key in BUCKET_KEYS.values()))}
            for (_partner, currency), row in rows.items()
        ]

    def action_open_entry(self):
        self.ensure_one()
        return self.move_id.get_formview_action()
