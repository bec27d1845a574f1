import json
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_amount
from odoo.tools.query import Query

from ...fields import BlankFloat
from ...models.receivable import collection
from ...models.receivable.open_items import TRADE_ACCOUNTS
from ...tools.customer_documents import DOCUMENT_TYPES
from ...tools.planner import query_dicts

SHOWN_MONTHS = 24
# Sales of earlier months may still be owed: the countback goes on into them.
EARLIER_MONTHS = 12


class SalesReceivablePerformance(models.Model):
    """How well each company collects: one row per month, of the current one until today.

    The figures of all companies and months are read in one statement and rated in Python (`collection`), since a
    countback goes from month to month.
    """

    _name = "sales.receivable.performance"
    _inherit = ["sales.report.mixin", "sales.read.field.mixin"]
    _description = "Collection Performance"
    _auto = False
    _order = "month desc, company_id"
    _rec_name = "month"
    _period_field = "month"

    month = fields.Date(readonly=True, help="First day of the month.")
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    sales = fields.Monetary(
        string="Invoiced", readonly=True, help="Invoices less credit notes of the month, taxes included."
    )
    opening = fields.Monetary(
        string="Owed Before", readonly=True, aggregator="avg", help="Balance of the receivable accounts at the start."
    )
    closing = fields.Monetary(
        string="Owed", readonly=True, aggregator="avg",
        help="Balance of the receivable accounts at the end of the month, or today.",
    )  # fmt: skip
    not_due = fields.Monetary(readonly=True, aggregator="avg", help="Of what is owed, the part that was not overdue.")
    overdue = fields.Monetary(readonly=True, aggregator="avg", help="Of what is owed, the part that was overdue.")
    dso = BlankFloat(
        string="DSO",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Days sales outstanding by countback: the days of the latest months whose sales make up what is owed. "
        "Blank where more is owed than was invoiced in three years.",
    )
    effectiveness = BlankFloat(
        string="Collection Effectiveness",
        readonly=True,
        aggregator="avg",
        help="(owed before + invoiced − owed) ÷ (owed before + invoiced − not due). 100 % means that nothing is "
        "overdue.",
    )
    promises = fields.Integer(readonly=True, help="Promises of payment for a day of this month that were closed.")
    promises_kept = fields.Integer(string="Promises Kept in Full", readonly=True)
    promise_kept_rate = BlankFloat(
        string="Promises Kept", readonly=True, aggregator="avg", help="Promises kept in full ÷ promises closed."
    )
    explanation = fields.Text(readonly=True)

    _depends = {
        "res.company": ["currency_id", "sales_tz"],
        "account.account": ["account_type", "non_trade"],
        "account.move": ["amount_total_signed", "company_id", "date", "move_type", "state"],
        "account.move.line": ["account_id", "balance", "company_id", "date", "date_maturity", "parent_state"],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id", "max_date"],
        "sales.promise": ["company_id", "date", "state"],
    }

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT *
            FROM jsonb_to_recordset(%s::jsonb) AS performance (
                id int4, month date, company_id int4, currency_id int4, sales numeric, opening numeric,
                closing numeric, not_due numeric, overdue numeric, dso float8, effectiveness float8, promises int4,
                promises_kept int4, promise_kept_rate float8, explanation text
            )
            """,
            json.dumps([] if self._is_described() else self._rows(), default=str),
        )

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Over several months, the promises kept of all promises, not the average of the months."""
        if aggregate_spec != "promise_kept_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        kept, closed = (self._field_to_sql(self._table, name, query) for name in ("promises_kept", "promises"))
        return SQL("SUM(%s)::float8 / NULLIF(SUM(%s), 0)", kept, closed)

    @api.model
    def _rows(self):
        # In sudo mode: the companies' own settings; the record rules decide whose rows are shown.
        companies = self.env.companies.sudo()
        figures = self._figures(companies)
        rows = []
        for company in companies:
            months = [figure for figure in figures if figure["company_id"] == company.id]
            for index, figure in enumerate(months):
                if index >= EARLIER_MONTHS and (figure["opening"] or figure["sales"] or figure["closing"]):
                    rows.append(self._row(company, figure, months[index::-1]))
        return rows

    @api.model
    def _row(self, company, figure, months):
        """A month's figures, rated.

        :param list months: the figures of the month and of those before, the latest first
        """
        steps = collection.countback(figure["closing"], [(each["sales"], each["days"]) for each in months])
        amounts = {name: figure[name] for name in ("opening", "sales", "closing", "not_due")}
        effectiveness = collection.effectiveness(**amounts)
        promises, kept = figure["promises"], figure["promises_kept"]
        row = {
            **amounts,
            "id": (company.id << 12) | (figure["month"].year * 12 + figure["month"].month) % 4096,
            "month": figure["month"],
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "overdue": figure["closing"] - figure["not_due"],
            "dso": steps if steps is None else collection.days_outstanding(steps),
            "effectiveness": effectiveness,
            "promises": promises,
            "promises_kept": kept,
            "promise_kept_rate": kept / promises if promises else None,
        }
        return {**row, "explanation": self._explain(company, row, steps)}

    @api.model
    def _explain(self, company, row, steps):
        lines = []
        if steps:
            parts = (
                self.env._("%(days)s days", days=days)
                if share == 1
                else self.env._("%(share).1f %% of %(days)s days", share=100 * share, days=days)
                for share, days in steps
            )
            lines.append(self.env._("DSO: %(parts)s = %(dso).1f", parts=" + ".join(parts), dso=row["dso"]))
        if row["effectiveness"] is not None:
            amounts = {
                name: format_amount(self.env, row[name], company.currency_id)
                for name in ("opening", "sales", "closing", "not_due")
            }
            lines.append(
                self.env._(
                    "Effectiveness: (%(opening)s owed before + %(sales)s invoiced − %(closing)s owed) ÷ "
                    "(%(opening)s + %(sales)s − %(not_due)s not due) = %(rate).1f %%",
                    rate=100 * row["effectiveness"],
                    **amounts,
                )
            )
        if row["promises"]:
            lines.append(
                self.env._("Promises: %(kept)s kept of %(closed)s", kept=row["promises_kept"], closed=row["promises"])
            )
        return "\n".join(lines)

    @api.model
    def _figures(self, companies):
        """What was owed, invoiced and promised in each month, the earliest first.

        :return: list of dicts: ``company_id``, ``month``, ``days`` (until today in the current one), ``opening``,
            ``sales``, ``closing``, ``not_due`` in the company's currency, ``promises``, ``promises_kept``
        """
        today = {company: company._sales_today() for company in companies}
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        return query_dicts(self.env, self._figures_sql(today))

    @api.model
    def _figures_sql(self, today) -> SQL:
        first = min(today.values(), default=date.today()).replace(day=1)
        first -= relativedelta(months=SHOWN_MONTHS + EARLIER_MONTHS - 1)
        return SQL(
            """
            WITH today AS (
                SELECT * FROM unnest(%(companies)s, %(days)s::date[]) AS today (company_id, day)
            ), month AS (
                SELECT company_id, first::date, LEAST((first + interval '1 month - 1 day')::date, day) AS last
                FROM today
                CROSS JOIN generate_series(%(first)s::date, day, interval '1 month') first
            ), item AS MATERIALIZED (
                SELECT id, company_id, date, COALESCE(date_maturity, date) AS due, balance
                FROM account_move_line
                WHERE parent_state = 'posted' AND company_id = ANY(%(companies)s)
                    AND account_id IN %(accounts)s
            ), booked AS (
                -- The first month has what was booked before it as well.
                SELECT company_id, GREATEST(date_trunc('month', date)::date, %(first)s) AS first, SUM(balance) AS amount
                FROM item
                JOIN today USING (company_id)
                WHERE date <= day
                GROUP BY 1, 2
            ), waiting AS (
                SELECT company_id, date AS since, due, balance AS amount
                FROM item
                WHERE due >= %(first)s
                UNION ALL
                SELECT item.company_id, GREATEST(matched.max_date, item.date), item.due, -matched.amount
                FROM item
                JOIN account_partial_reconcile matched ON matched.debit_move_id = item.id
                WHERE due >= %(first)s
                UNION ALL
                SELECT item.company_id, GREATEST(matched.max_date, item.date), item.due, matched.amount
                FROM item
                JOIN account_partial_reconcile matched ON matched.credit_move_id = item.id
                WHERE due >= %(first)s
            ), spell AS (
                SELECT company_id, since, due, SUM(amount) AS amount
                FROM waiting
                WHERE since <= due
                GROUP BY company_id, since, due
            ), not_due_change AS (
                -- An amount begins to wait and, the day after it is due, ends to.
                SELECT company_id, GREATEST(date_trunc('month', change.date)::date, %(first)s) AS first,
                    SUM(change.amount) AS amount
                FROM spell
                CROSS JOIN LATERAL (VALUES (since, amount), (due + 1, -amount)) change (date, amount)
                JOIN today USING (company_id)
                WHERE change.date <= day
                GROUP BY 1, 2
            ), sold AS (
                SELECT company_id, date_trunc('month', move.date)::date AS first, SUM(amount_total_signed) AS amount
                FROM account_move move
                JOIN today USING (company_id)
                WHERE move.state = 'posted' AND move.move_type IN %(document_types)s
                    AND move.date BETWEEN %(first)s AND day
                GROUP BY 1, 2
            ), promised AS (
                SELECT company_id, date_trunc('month', date)::date AS first, COUNT(*) AS closed,
                    COUNT(*) FILTER (WHERE state = 'kept') AS kept
                FROM sales_promise
                WHERE state IN ('kept', 'partial', 'broken') AND date >= %(first)s
                GROUP BY company_id, first
            )
            SELECT
                company_id,
                month.first AS month,
                month.last - month.first + 1 AS days,
                COALESCE(SUM(booked.amount) OVER before - COALESCE(booked.amount, 0), 0)::float8 AS opening,
                COALESCE(sold.amount, 0)::float8 AS sales,
                COALESCE(SUM(booked.amount) OVER before, 0)::float8 AS closing,
                COALESCE(SUM(not_due_change.amount) OVER before, 0)::float8 AS not_due,
                COALESCE(promised.closed, 0) AS promises,
                COALESCE(promised.kept, 0) AS promises_kept
            FROM month
            LEFT JOIN booked USING (company_id, first)
            LEFT JOIN not_due_change USING (company_id, first)
            LEFT JOIN sold USING (company_id, first)
            LEFT JOIN promised USING (company_id, first)
            WINDOW before AS (PARTITION BY company_id ORDER BY month.first)
            ORDER BY company_id, month.first
            """,
            companies=[company.id for company in today],
            days=list(today.values()),
            first=first,
            accounts=TRADE_ACCOUNTS,
            document_types=DOCUMENT_TYPES,
        )
