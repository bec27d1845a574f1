from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import formatLang

# A promise keeps reminders away, so that it can't be given again and again.
PROMISES_PER_INSTALMENT = 2
ENTRIES_PER_DAY = 10


class SalesDunningAccount(models.Model):
    """The customer's own page: reached by login, or by the link in a reminder, which holds the account's token."""

    _name = "sales.dunning.account"
    _inherit = ["sales.dunning.account", "sales.portal.mixin"]

    def _compute_access_url(self):
        for account in self:
            account.access_url = f"/my/statement/{account.id}"

    @api.model
    def _open_for_portal(self, customer):
        """The accounts of a commercial partner in the companies that it owes something, in sudo mode."""
        # The customer reads neither accounts nor receivables: it is shown its own.
        report = self.env["sales.receivable.report"].sudo()
        groups = report._read_group([("commercial_partner_id", "=", customer.id)], ["company_id"])
        accounts = [self.sudo()._of(customer, company) for [company] in groups]
        return self.sudo().concat(*accounts)

    def _promise_from_portal(self, partner, line_id, amount, date, note=False):
        """A promise that the customer enters.

        :param partner: who was identified by login or token
        :raise UserError: says what to enter instead
        """
        line = self._portal_instalment(line_id)
        today = self.company_id._sales_today()
        days = self.company_id.portal_promise_days
        if not date or not today <= date <= today + timedelta(days=days):
            raise UserError(self.env._("Choose a day from today on, within the next %(days)s days.", days=days))
        # Not a number fails each comparison.
        if not 0 < amount <= line.amount_residual_currency or line.currency_id.is_zero(amount):
            raise UserError(self.env._("Enter an amount above zero, at most what is open on the invoice."))
        least = line.currency_id.round(line.amount_residual_currency * self.company_id.portal_promise_share / 100)
        if line.currency_id.compare_amounts(amount, least) < 0:
            raise UserError(
                self.env._(
                    "Enter at least %(amount)s.", amount=formatLang(self.env, least, currency_obj=line.currency_id)
                )
            )
        promises = self.promise_ids.filtered(lambda promise: line in promise.move_line_ids)
        if "open" in promises.mapped("state"):
            raise UserError(self.env._("You have promised a payment of this invoice already."))
        if len(promises) >= PROMISES_PER_INSTALMENT:
            raise UserError(
                self.env._("You have promised this payment %(count)s times. Please contact us.", count=len(promises))
            )
        self._check_portal_entries()
        return self.env["sales.promise"]._register_from_portal(
            partner, line, amount=line.currency_id.round(amount), date=date, note=note
        )

    def _dispute_from_portal(self, partner, line_id, reason, note):
        """A dispute that the customer enters; the collector is told.

        :param partner: who was identified by login or token
        :raise UserError: says what to enter instead
        """
        line = self._portal_instalment(line_id)
        disputes = self.env["sales.dispute"]
        if reason not in dict(disputes._fields["reason"].selection):
            raise UserError(self.env._("Choose a reason."))
        if not (note or "").strip():
            raise UserError(self.env._("Describe what is wrong, so that we can look into it."))
        if self.dispute_ids.filtered(lambda dispute: line in dispute.move_line_ids):
            raise UserError(
                self.env._("You have told us already that you do not agree with this invoice. Please contact us.")
            )
        self._check_portal_entries()
        dispute = disputes._register_from_portal(
            partner, line, reason=reason, note=note.strip(), amount=line.amount_residual_currency
        )
        in_their_language = self.with_context(lang=dispute.user_id.lang).env
        dispute.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=dispute.user_id.id,
            summary=in_their_language._("%(customer)s disputes an invoice", customer=self.partner_id.name),
        )
        return dispute

    def _portal_instalment(self, line_id):
        """An open instalment of this account."""
        row = self.env["sales.receivable.report"].search(
            Domain("id", "=", line_id)
            & Domain("commercial_partner_id", "=", self.partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("amount_residual_currency", ">", 0)
        )
        if not row:
            raise UserError(self.env._("This invoice is not open any more. Reload the page."))
        return row.move_line_id

    def _check_portal_entries(self):
        """Nobody fills our lists: so many entries a day and no more."""
        since = fields.Datetime.now() - timedelta(days=1)
        entered = [
            hold for hold in (*self.promise_ids, *self.dispute_ids) if hold.is_from_portal and hold.create_date > since
        ]
        if len(entered) >= ENTRIES_PER_DAY:
            raise UserError(self.env._("You have entered a lot today. Please contact us, or come back tomorrow."))
