import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ...tools.clock import context_day, job_day
from ...tools.planner import query_rows
from ..receivable.open_items import TRADE_ACCOUNTS
from . import followup_query
from .sales_dunning_account_figures import FiguresOnce

_logger = logging.getLogger(__name__)

# The log tells how far a run is after so many customers.
PROGRESS_STEP = 500


class SalesDunningAccount(models.Model):
    """The job. What is due is selected and grouped in one statement, each customer is then taken by itself."""

    _inherit = "sales.dunning.account"

    @api.model
    def run(self, today=None):
        """One pass of payment follow-up for the allowed companies: automatic levels are sent, others proposed.

        :param date today: default: today in each company's time zone
        :return: ``{'sent': n, 'proposed': n, 'failed': n}``; proposed are those that wait for approval
        :raise AccessError: for anyone but accounting and sales administrators
        """
        self.check_access("create")
        companies = self.env.companies
        return self._run(companies, companies, job_day(self.env, today))

    @api.model
    def _cron_run(self):
        """One pass for the companies whose hour has come; those that send by hand get their work list alone.

        What a person has approved goes out at any hour.
        """
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        companies = companies.filtered(lambda company: company._is_sales_hour(company.dunning_hour))
        approved = self.sudo().search([("approved_by_id", "!=", False)]).company_id
        senders = companies.filtered("dunning_automatic")
        return self._run(companies | approved, senders, commit_progress=self.env["ir.cron"]._commit_progress)

    @api.model
    def _run(self, companies, senders, today=None, commit_progress=lambda *args, **kwargs: True):
        counts = {"sent": 0, "proposed": 0, "failed": 0}
        if not companies:
            return counts
        # The job acts as itself, whoever started it: the reminders are the collectors', not the administrator's.
        accounts = self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=companies.ids, lang=None)
        accounts.env["sales.promise"]._close(companies, today)
        accounts.env["sales.dispute"]._close(companies, today)
        due, covered, counts["proposed"] = accounts._selected(companies, today)
        attempted = accounts.search(
            [("company_id", "in", companies.ids), "|", ("error", "!=", False), ("approved_by_id", "!=", False)]
        )
        (attempted - due)._forget_attempt()
        due = due.filtered(lambda account: account.approved_by_id or account.company_id in senders)
        # Those that failed before come last and are no work that is left: they never keep the others waiting.
        first_time = len(due.filtered(lambda account: not account.error))
        commit_progress(remaining=first_time)
        accounts._ask_to_reconcile(covered)
        for number, account_id in enumerate(due.ids):
            # One at a time: what was read of the others must not fill the memory.
            account = accounts.browse(account_id)
            account = account.with_company(account.company_id)
            outcome = account._take(today, user=account.approved_by_id or None)
            if outcome:
                counts[outcome] += 1
            accounts.env.flush_all()
            accounts.env.invalidate_all()
            if number % PROGRESS_STEP == PROGRESS_STEP - 1:
                _logger.info("Payment follow-up: %s of %s customers", number + 1, len(due))
            if not commit_progress(int(number < first_time)):
                break
        if counts["sent"]:
            accounts._start_mailing()
        _logger.info("Payment follow-up: %s", counts)
        return counts

    @api.model
    def _start_mailing(self):
        """Reminders wait in the queue until their transaction is through; from then on they wait for nothing."""
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _selected(self, companies, today=None):
        """Who is to be reminded, whose credits are to be reconciled, and the number of proposals.

        Those that failed before come last. Customers with something overdue get their account, so that collectors
        see them.
        """
        rows = query_rows(
            self.env,
            SQL(
                """
                SELECT partner_id, company_id, account_id, is_due AND NOT is_proposal, is_covered, is_proposal
                FROM (%s) customer
                WHERE is_due OR is_covered OR (account_id IS NULL AND total_overdue > 0)
                ORDER BY state IS NOT DISTINCT FROM 'failed', company_id, partner_id
                """,
                self._statement(followup_query.customers, SQL("company.id IN %s", companies._ids), today),
            ),
        )
        accounts = {(partner, company): account for partner, company, account, *_rest in rows if account}
        accounts.update(self._opened([(row[0], row[1]) for row in rows if not row[2]]))
        due = [accounts[row[0], row[1]] for row in rows if row[3]]
        covered = [accounts[row[0], row[1]] for row in rows if row[4]]
        return self.browse(due), self.browse(covered), sum(bool(row[5]) for row in rows)

    @api.model
    def web_search_read(self, *args, **kwargs):
        self._open_overdue()
        accounts = self.with_context(dunning_figures=FiguresOnce())
        return super(SalesDunningAccount, accounts).web_search_read(*args, **kwargs)

    @api.model
    def web_read_group(self, *args, **kwargs):
        self._open_overdue()
        accounts = self.with_context(dunning_figures=FiguresOnce())
        return super(SalesDunningAccount, accounts).web_read_group(*args, **kwargs)

    @api.model
    def _open_overdue(self, companies=None):
        """Open accounts for customers that owe something overdue: the work list is true between two runs.

        Posting an invoice opens none, which keeps its own pace.

        :param companies: res.company; default: the allowed companies
        """
        companies = companies or self.env.companies
        accounts = self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=companies.ids)
        customers = accounts._owing_without_account(companies)
        if not customers:
            return
        which = SQL(
            """company.id IN %s AND debtor.commercial_partner_id = ANY(%s) AND NOT EXISTS (
                SELECT FROM sales_dunning_account known
                WHERE known.partner_id = debtor.commercial_partner_id AND known.company_id = company.id
            )""",
            companies._ids,
            customers,
        )
        figures = accounts._statement(followup_query.customers, which)
        query = SQL("SELECT partner_id, company_id FROM (%s) customer WHERE total_overdue > 0", figures)
        accounts._opened(query_rows(self.env, query))

    @api.model
    def _owing_without_account(self, companies):
        """Return the ids of customers without an account who may owe something overdue: that of any time zone.

        The accounts are named, so that core's index of unreconciled items finds these.
        """
        followup_query.flush(self.env)
        trade_accounts = self.env.execute_query(TRADE_ACCOUNTS)
        rows = query_rows(
            self.env,
            SQL(
                """
                SELECT DISTINCT debtor.commercial_partner_id
                FROM account_move_line item
                JOIN res_partner debtor ON debtor.id = item.partner_id
                WHERE item.account_id = ANY(%s) AND item.reconciled IS NOT TRUE AND item.company_id IN %s
                    AND item.amount_residual_currency > 0
                    AND COALESCE(item.date_maturity, item.date) <= %s
                    AND NOT EXISTS (
                        SELECT FROM sales_dunning_account known
                        WHERE known.partner_id = debtor.commercial_partner_id AND known.company_id = item.company_id
                    )
                """,
                [account for (account,) in trade_accounts],
                companies._ids,
                context_day(self.env, "dunning_today") or fields.Date.today() + timedelta(days=1),
            ),
        )
        return [customer for (customer,) in rows]

    @api.model
    def _opened(self, keys):
        """The new accounts of customers and companies, by these."""
        if not keys:
            return {}
        partners, companies = (list(ids) for ids in zip(*keys, strict=True))
        among = SQL("(SELECT * FROM unnest(%s::int[], %s::int[]))", partners, companies)
        self._open(SQL("(partner.id, company.id) IN %s", among))
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, company_id, id FROM sales_dunning_account WHERE (partner_id, company_id) IN %s",
                among,
            )
        )
        return {(partner, company): account for partner, company, account in rows}

    @api.model
    def _ask_to_reconcile(self, covered):
        """Credits outweigh what is due: a person matches them, and the customer gets no reminder meanwhile."""
        asked = self.search([("reconcile_activity_id.active", "=", True), ("company_id", "in", self.env.companies.ids)])
        (asked - covered).reconcile_activity_id.unlink()
        for account in covered - asked:
            if account.state in ("paused", "stopped") or account._was_told(account.reconcile_activity_id):
                continue
            account.reconcile_activity_id = account._plan(
                account._collector(),
                lambda lang, account=account: account.with_context(lang=lang).env._(
                    "Reconcile the credits of %s with the open invoices", account.partner_id.name
                ),
                act_type_xmlid="mail.mail_activity_data_todo",
            )
