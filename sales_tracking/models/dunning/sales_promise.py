from odoo import api, fields, models
from odoo.tools import SQL, float_compare, format_date, formatLang

from ...tools import payments
from ...tools.company_day import company_today
from .sales_dunning_hold import INSTALMENTS


class SalesPromise(models.Model):
    """A customer's word to pay an amount by a day. Its instalments are silent until then and the grace is over."""

    _name = "sales.promise"
    _inherit = ["sales.dunning.hold"]
    _description = "Promise of Payment"

    move_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="sales_promise_line_rel",
        column1="promise_id",
        column2="move_line_id",
        string="Instalments",
        required=True,
        domain=INSTALMENTS,
    )
    date = fields.Date(string="Promised For", required=True)
    grace_days = fields.Integer(
        compute="_compute_grace_days",
        store=True,
        precompute=True,
        required=True,
        help="Silent for this number of days after the promised day.",
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("partial", "Kept in Part"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        help="Closed by the follow-up: kept as soon as the amount is paid, else when the grace is over.",
    )
    matched_before = fields.Monetary(readonly=True, copy=False, help="Paid on the instalments before the promise.")
    received = fields.Monetary(readonly=True, copy=False, help="Paid since, until the grace was over.")

    _open_idx = models.Index("(company_id) WHERE state = 'open'")

    @api.depends("account_id")
    def _compute_grace_days(self):
        for promise in self:
            promise.grace_days = promise.account_id._policy().grace_days

    @api.model_create_multi
    def create(self, vals_list):
        promises = super().create(vals_list)
        for promise in promises:
            # Rows of the journal that not every salesperson may read; only their sum is kept.
            [[paid]] = self.env.execute_query(
                SQL(
                    "SELECT COALESCE(SUM(paid), 0) FROM (%s) payment",
                    self._payments_sql(SQL("partial.debit_move_id = ANY(%s)", promise.move_line_ids.ids)),
                )
            )
            promise._write_decided({"matched_before": paid})
        return promises

    @api.model
    def _payments_sql(self, where: SQL) -> SQL:
        """What was paid on instalments in their currency: money alone, which a credit note is not."""
        for model, names in payments.SOURCES.items():
            self.env[model].flush_model(names)
        return SQL(
            "SELECT %s AS paid FROM account_partial_reconcile partial %s WHERE %s",
            payments.money(payments.INCOMING, payments.INCOMING.amount_currency),
            payments.payment_join(payments.INCOMING),
            where,
        )

    def action_cancel(self):
        """The promise does not count any more, and the instalments are followed up again."""
        self.filtered(lambda promise: promise.state == "open")._write_decided(
            {"state": "cancelled", "closed_on": fields.Date.context_today(self)}
        )

    @api.model
    def _close(self, companies, today=None):
        """Close the promises that were kept, and those whose grace is over.

        What counts is paid by the last day of the grace, by the date of the payment. A promise for what is credited or
        written off in full is void.
        """
        self.flush_model()
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["reconciled"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT word.id, clock.today, clock.today > word.date + word.grace_days, word.amount,
                    COALESCE(paid.amount, 0) - COALESCE(word.matched_before, 0), item.is_open
                FROM sales_promise word
                JOIN res_company company ON company.id = word.company_id
                CROSS JOIN LATERAL (SELECT %(today)s AS today) clock
                LEFT JOIN LATERAL (
                    SELECT SUM(payment.paid) AS amount FROM (%(payments)s) payment
                ) paid ON TRUE
                LEFT JOIN LATERAL (
                    SELECT BOOL_OR(line.reconciled IS NOT TRUE) AS is_open
                    FROM sales_promise_line_rel link
                    JOIN account_move_line line ON line.id = link.move_line_id
                    WHERE link.promise_id = word.id
                ) item ON TRUE
                WHERE word.state = 'open' AND word.company_id IN %(companies)s
                ORDER BY word.id
                """,
                today=company_today(fields.Datetime.now(), today),
                companies=companies._ids,
                payments=self._payments_sql(
                    SQL(
                        "partial.max_date <= word.date + word.grace_days AND partial.debit_move_id IN ("
                        "SELECT move_line_id FROM sales_promise_line_rel WHERE promise_id = word.id)"
                    )
                ),
            )
        )
        for promise_id, day, is_over, amount, received, is_open in rows:
            promise = self.browse(promise_id)
            rounding = promise.currency_id.rounding
            if float_compare(received, amount, precision_rounding=rounding) >= 0 or (received > 0 and not is_open):
                state = "kept"
            elif received <= 0 and not is_open:
                promise.write({"state": "cancelled", "closed_on": day})
                continue
            elif not is_over:
                continue
            else:
                state = "partial" if float_compare(received, 0, precision_rounding=rounding) > 0 else "broken"
            promise.write({"state": state, "received": max(received, 0), "closed_on": day})
            if state != "kept":
                promise._tell_that_broken(day)

    def _tell_that_broken(self, day):
        account = self.account_id._as_of(day)
        account._plan(
            account._collector(),
            lambda lang: self.with_context(lang=lang).env._(
                "Promise broken: %(amount)s by %(day)s",
                amount=formatLang(self.env, self.amount - self.received, currency_obj=self.currency_id),
                day=format_date(self.env, self.date, lang_code=lang),
            ),
            act_type_xmlid="mail.mail_activity_data_call",
        )
