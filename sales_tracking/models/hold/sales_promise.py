from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

from ...tools.company_day import company_today
from .sales_dunning_hold import INSTALMENTS


class SalesPromise(models.Model):
    """A customer's word to pay an amount by a day: what is promised is not claimed until the grace is over."""

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
            ("void", "Void"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        help="Closed by the follow-up: kept as soon as the amount is paid, else when the grace is over. "
        "A credit note lowers what was promised; void: nothing is left of it.",
    )
    is_rest_held = fields.Boolean(
        string="Rest Waits Too",
        compute="_compute_is_rest_held",
        store=True,
        precompute=True,
        readonly=False,
        help="The rest of the instalments is not claimed either until the promise is closed. Ticked by itself where "
        "one of us notes a promise of at least half of what is open, and never where the customer enters one.",
    )
    matched_before = fields.Monetary(readonly=True, copy=False, help="Paid on the instalments before the promise.")
    credited = fields.Monetary(readonly=True, copy=False, help="Credited since, by which the promise was lowered.")
    received = fields.Monetary(readonly=True, copy=False, help="Paid since, until the grace was over.")

    _open_idx = models.Index("(company_id) WHERE state = 'open'")

    @api.depends("account_id")
    def _compute_grace_days(self):
        for promise in self:
            promise.grace_days = promise.account_id._policy().grace_days

    @api.model_create_multi
    def create(self, vals_list):
        promises = super().create(vals_list)
        # Rows of the journal that not every salesperson may read; only their sums are kept.
        matched = promises.sudo()._matched_by_now()
        for promise in promises:
            money, credit = matched.get(promise.id, (0, 0))
            promise._write_decided({"matched_before": money, "credited_before": credit})
        return promises

    @api.depends("amount", "is_from_portal", "move_line_ids")
    def _compute_is_rest_held(self):
        for promise in self:
            # As above: whoever notes a promise may lack the right to read the entry.
            rest = sum(promise.sudo().move_line_ids.mapped("amount_residual_currency")) - promise.amount
            promise.is_rest_held = not promise.is_from_portal and rest <= promise.amount

    def action_cancel(self):
        """The promise does not count any more, and the instalments are followed up again."""
        for promise in self.filtered(lambda promise: promise.state == "open"):
            promise._write_decided({"state": "cancelled", "closed_on": promise.company_id._sales_today()})

    @api.model
    def _close(self, companies, today=None):
        """Close the promises that were kept or are void, and those whose grace is over.

        What counts is paid by today and the last day of the grace, by the date of the payment. A credit note keeps no
        promise: it lowers what was promised.
        """
        self.env["account.move.line"].flush_model(["reconciled"])
        until = SQL(
            """hold.state = 'open' AND partial.max_date <= LEAST(hold.date + hold.grace_days, (
                SELECT %s FROM res_company company WHERE company.id = hold.company_id
            ))""",
            company_today(fields.Datetime.now(), today),
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT word.id, clock.today, clock.today > word.date + word.grace_days AS is_over, word.amount,
                    COALESCE(matched.money, 0) - COALESCE(word.matched_before, 0) AS received,
                    COALESCE(matched.credit, 0) - COALESCE(word.credited_before, 0) AS credited, item.is_open
                FROM sales_promise word
                JOIN res_company company ON company.id = word.company_id
                CROSS JOIN LATERAL (SELECT %(today)s AS today) clock
                LEFT JOIN (%(matched)s) matched ON matched.hold_id = word.id
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
                matched=self._matched(until),
                companies=companies._ids,
            )
        )
        for promise_id, day, is_over, amount, received, credited, is_open in rows:
            promise = self.browse(promise_id)
            compare = promise.currency_id.compare_amounts
            received, credited = max(float(received), 0), max(float(credited), 0)
            left = float(amount) - credited
            if compare(received, 0) > 0 and (compare(received, left) >= 0 or not is_open):
                state = "kept"
            elif compare(left, 0) <= 0 or (credited and not is_open):
                state = "void"
            elif not is_over:
                continue
            else:
                state = "partial" if compare(received, 0) > 0 else "broken"
            promise._write_decided({"state": state, "received": received, "credited": credited, "closed_on": day})
            if state in ("partial", "broken"):
                promise._tell_that_broken(day)

    def _tell_that_broken(self, day):
        account = self.account_id._as_of(day)
        account._plan(
            account._collector(),
            lambda lang: self.with_context(lang=lang).env._(
                "Promise broken: %(amount)s by %(day)s",
                amount=formatLang(self.env, self.amount - self.credited - self.received, currency_obj=self.currency_id),
                day=format_date(self.env, self.date, lang_code=lang),
            ),
            act_type_xmlid="mail.mail_activity_data_call",
        )
