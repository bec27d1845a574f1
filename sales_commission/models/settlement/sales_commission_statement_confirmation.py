from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL, format_date

from ..engine.arithmetic import decimal, round_half_up


class SalesCommissionStatement(models.Model):
    """Confirming: the settlement goes to the ledger, and the statement is locked."""

    _inherit = "sales.commission.statement"

    payout_currency_id = fields.Many2one(comodel_name="res.currency", string="Paid in", readonly=True, copy=False)
    payout_rate = fields.Float(
        string="Exchange Rate", digits=0, readonly=True, copy=False, help="Payout currency per company currency."
    )
    payout_rate_date = fields.Date(string="Rate of", readonly=True, copy=False)
    payout_amount = fields.Monetary(
        string="Paid Amount", currency_field="payout_currency_id", readonly=True, copy=False
    )

    def action_confirm(self):
        """Settle and lock the statements: what changes later goes into the person's open period.

        :return: True
        :raise UserError: for one's own statement, which somebody else must confirm; for a statement that follows a
            draft; where the payout currency has no rate
        """
        self.check_access("write")
        self._check_confirmable()
        self._lock_payees()
        for _period_start, statements in sorted(self.grouped("period_start").items()):
            statements._settle()
        return True

    def _check_confirmable(self):
        self._check_not_own()
        for statement in self:
            if statement.state != "draft":
                raise UserError(
                    self.env._('The statement "%(statement)s" is confirmed already.', statement=statement.display_name)
                )
        for statement in (self.sudo()._drafts_of_payees() - self).sorted("period_start"):
            if later := self.filtered(
                lambda other, statement=statement: (
                    other._payee() == statement._payee() and other.period_start > statement.period_start
                )
            ):
                raise UserError(
                    self.env._(
                        'Confirm "%(earlier)s" first: its draw and what it carries forward belong to "%(later)s".',
                        earlier=statement.display_name,
                        later=later[0].display_name,
                    )
                )

    def _check_not_own(self):
        """Raise a UserError for whoever would settle the own commission, as user or as the contact that is paid."""
        user = self.env.user
        for statement in self:
            if statement.user_id == user or statement.partner_id in user.partner_id | user.commercial_partner_id:
                raise UserError(
                    self.env._(
                        'The statement "%(statement)s" is your own: somebody else must confirm and pay it.',
                        statement=statement.display_name,
                    )
                )

    def _lock_payees(self):
        """Wait for whoever settles or computes the same people; what they changed meanwhile makes this start anew."""
        # Also the other statements of the same people: their draws and carries are what this settlement reads. Written
        # to, since the database lets whoever waits for a mere lock go on with what there was before.
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE sales_commission_statement SET write_date = write_date
                WHERE id IN (
                    SELECT id FROM sales_commission_statement
                    WHERE (plan_id, partner_id) IN (
                        SELECT plan_id, partner_id FROM sales_commission_statement WHERE id = ANY(%s)
                    )
                    ORDER BY id FOR UPDATE
                )
                """,
                self.ids,
            )
        )

    def _settle(self):
        """Write the settlement of draft statements of one period to the ledger, and lock them."""
        # The ledger and the next statements are nobody's to write; who may confirm was checked before.
        statements = self.sudo()
        statements.invalidate_recordset(["entry_ids"])
        settlements = statements._settlements()
        assignments = statements._assignments_by_payee()
        vals_list = []
        for statement in statements:
            vals_list += statement._settlement_entries(settlements[statement])
        self.env["sales.commission.entry"].sudo()._post(vals_list)
        statements.invalidate_recordset(["amount"])
        for statement in statements:
            statement._write_decided(statement._lock_values(assignments))
        for plan, confirmed in statements.grouped("plan_id").items():
            plan._keep_facts(confirmed)

    def _lock_values(self, assignments):
        """What locking keeps: the sum of the entries is paid, in the currency of the payout."""
        self.ensure_one()
        day = self.company_id._sales_today()
        currency = self._payout_currency(assignments[self._payee()])
        rate = self._payout_rate(currency, day)
        return {
            "state": "confirmed",
            "confirmed_by_id": self.env.uid,
            "confirmed_on": fields.Datetime.now(),
            "payout_currency_id": currency.id,
            "payout_rate": rate,
            "payout_rate_date": day,
            "payout_amount": float(round_half_up(decimal(self.amount) * decimal(rate), currency.decimal_places)),
        }

    def _payout_currency(self, assignments):
        """The currency of the latest assignment that has one, or the company's."""
        self.ensure_one()
        begun = assignments.filtered(
            lambda assignment: assignment.payout_currency_id and assignment.date_from <= self.period_end
        )
        return begun.sorted("date_from")[-1:].payout_currency_id or self.currency_id

    def _payout_rate(self, currency, day):
        """Units of the currency for one of the company's on the day.

        :raise UserError: if the currency has no rate on or before the day
        """
        self.ensure_one()
        if currency == self.currency_id:
            return 1.0
        rates = self.env["res.currency.rate"].sudo()
        if not rates.search_count(
            [
                ("currency_id", "=", currency.id),
                ("company_id", "in", (False, self.company_id.root_id.id)),
                ("name", "<=", day),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "There is no exchange rate of %(currency)s for %(date)s, in which %(person)s is paid. "
                    "Add the rate to the currency and confirm again.",
                    currency=currency.name,
                    date=format_date(self.env, day),
                    person=self.partner_id.name,
                )
            )
        return currency._get_conversion_rate(self.currency_id, currency, self.company_id, day)

    def _settlement_entries(self, settlement):
        """The rows of a settlement, for _post. Those of a draw name the statement, a carry the other statement."""
        self.ensure_one()
        rows = []
        if settlement.advanced:
            note = self.env._("Advance") if settlement.advanced > 0 else self.env._("Advance paid back")
            rows.append(self._entry_values("draw", settlement.advanced, note, is_recoverable=True))
        if settlement.granted:
            # The sequence keeps it apart from an advance of the same statement.
            note = self.env._("Guaranteed amount")
            rows.append(self._entry_values("draw", settlement.granted, note, is_recoverable=False, sequence=2))
        if settlement.carried_out:
            following, note = self._open_following(), self.env._("Carried forward")
            for statement, other, amount in (
                (self, following, settlement.carried_out),
                (following, self, -settlement.carried_out),
            ):
                rows.append(statement._entry_values("carry", amount, note, other))
        return rows

    def _entry_values(self, kind, amount, note, document=None, **values):
        """A row of this statement that no rule pays, for _post."""
        self.ensure_one()
        document = document or self
        return {
            "statement_id": self.id,
            "kind": kind,
            "amount": float(amount),
            "note": note,
            "res_model": document._name,
            "res_id": document.id,
            **values,
        }

    def _open_following(self):
        """The person's next draft; a statement is opened if there is none."""
        self.ensure_one()
        later = self._drafts_of_payees().filtered(lambda draft: draft.period_start > self.period_start)
        return later.sorted("period_start")[:1] or self._open(
            self.plan_id, self.partner_id, self._following_period(), self.user_id
        )

    def _following_period(self):
        """First day of the person's next period without a statement; there is no later draft."""
        _first, last = self.plan_id._period_bounds(
            max(
                self.search([("plan_id", "=", self.plan_id.id), ("partner_id", "=", self.partner_id.id)]).mapped(
                    "period_end"
                )
            )
        )
        return last + timedelta(days=1)

    def _open_statement(self):
        """This statement, or the person's next open one if this one is locked."""
        self.ensure_one()
        return self if self.state == "draft" else self._open_following()

    @api.model
    def _open(self, plan, partner, period_start, user=None):
        """The statement of the plan, person and period, opened if there is none."""
        statements = self.sudo()
        identity = {"plan_id": plan.id, "partner_id": partner.id, "period_start": period_start}
        if found := statements.search([(name, "=", value) for name, value in identity.items()]):
            return found
        _first, last = plan._period_bounds(period_start)
        user = user or partner.user_ids.filtered(lambda user: not user.share)[:1]
        values = {
            **identity,
            "period_end": last,
            "user_id": user.id,
            "company_id": plan.company_id.id,
            "currency_id": plan.currency_id.id,
        }
        try:
            with self.env.cr.savepoint():
                return statements.create(values)
        except UniqueViolation as error:
            # Opened by somebody else meanwhile, where this transaction can't see it: Odoo tries again.
            raise ConcurrencyError(str(error)) from error
