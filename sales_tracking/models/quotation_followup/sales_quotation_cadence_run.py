import logging

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ...tools.clock import job_day

_logger = logging.getLogger(__name__)


class SalesQuotationCadence(models.Model):
    """The job. Candidates are selected in one statement, each customer's quotations are then followed up together."""

    _inherit = "sales.quotation.cadence"

    @api.model
    def run(self, today=None):
        """One pass of quotation follow-up for the allowed companies, whatever the hour.

        :param date today: default: today in each company's time zone
        :return: ``{'sent': n, 'activities': n, 'failed': n}``
        :raise AccessError: for anyone but a sales administrator
        """
        self.check_access("write")
        return self._run(self.env.companies, self.env.companies, job_day(self.env, today))

    @api.model
    def _cron_run(self):
        """One pass for the companies whose hour has come; reminders only where they are switched on.

        Progress is kept after each quotation.
        """
        sent = self.env["sale.order"].sudo()._read_group([("state", "=", "sent")], ["company_id"])
        companies = self.env["res.company"].sudo().concat(*(company for [company] in sent))
        in_time = companies.filtered(lambda company: company._is_sales_hour(company.quotation_followup_hour))
        followers = in_time.filtered("quotation_followup_automatic")
        return self._run(in_time, followers, commit_progress=self.env["ir.cron"]._commit_progress)

    @api.model
    def _run(self, companies, followers, today=None, commit_progress=lambda *args, **kwargs: True):
        # The job acts as itself, whoever started it: the reminders are the salespeople's, not the administrator's.
        cadences = self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=companies.ids, lang=None)
        counts = {"sent": 0, "activities": 0, "failed": 0}
        due = cadences._due_quotations(followers, today)
        expired = cadences._cancellable_quotations(companies, today)
        commit_progress(remaining=len(due) + len(expired))
        cancelled = 0
        for orders in [*cadences._by_customer(due), *expired]:
            # One customer at a time: the cache is empty after each commit, and must not be filled again for all.
            orders = orders.browse(orders.ids).with_company(orders.browse(orders.ids).company_id)
            if orders <= due:
                taken = orders._followup_take(today)
                counts = {name: counts[name] + taken[name] for name in counts}
            else:
                cancelled += orders._followup_cancel(today)
            if not commit_progress(len(orders)):
                break
        if counts["sent"]:
            cadences.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        _logger.info("Quotation follow-up: %s, %s expired quotations cancelled", counts, cancelled)
        return counts

    @api.model
    def _by_customer(self, orders):
        """The quotations of each customer in each company, in order of the first of them."""
        rows = orders.mapped(lambda order: (order.company_id, order.partner_id.commercial_partner_id, order))
        customers = {}
        for company, customer, order in rows:
            customers[company, customer] = customers.get((company, customer), order) | order
        return list(customers.values())

    @api.model
    def _due_quotations(self, companies, today=None):
        """Quotations with a step that is due, oldest first."""
        return self._quotations(
            companies, today, SQL("followup.state IN ('active', 'waiting') AND followup.step_day <= followup.today")
        )

    @api.model
    def _cancellable_quotations(self, companies, today=None):
        """Expired quotations of the companies that cancel them, long enough after the expiry."""
        return self._quotations(
            companies.filtered("quotation_auto_cancel"),
            today,
            SQL(
                """followup.state = 'expired' AND EXISTS (
                    SELECT FROM sale_order expired
                    JOIN res_company company ON company.id = expired.company_id
                    WHERE expired.id = followup.order_id
                        AND expired.validity_date + company.quotation_auto_cancel_days <= followup.today
                )"""
            ),
        )

    @api.model
    def _quotations(self, companies, today, condition):
        orders = self.env["sale.order"]
        if not companies:
            return orders
        which = SQL("quotation.state = 'sent' AND quotation.company_id IN %s", companies._ids)
        return orders.browse(row["order_id"] for row in orders._read_followup(which, condition, today))
