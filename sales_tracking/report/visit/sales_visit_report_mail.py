from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...models.analytics.period import period_bounds
from ...tools.clock import job_day
from ...tools.jobs import attempt
from ...tools.mails import mailed_to
from ...tools.xlsx import XLSX_TYPE

MADE_UP_FOR = timedelta(days=31)  # older reports are not worth a mail after a downtime


class SalesVisitReportMail(models.Model):
    """What was mailed to whom: one row per lead and period, so that each report goes out exactly once."""

    _name = "sales.visit.report.mail"
    _description = "Mailed Visit Report"
    _inherit = ["sales.guarded.mixin"]
    _order = "date_to desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(comodel_name="res.users", string="Team Lead", required=True, readonly=True, index=True)
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    state = fields.Selection(selection=[("sent", "Sent"), ("failed", "Failed")], required=True, readonly=True)
    error = fields.Text(readonly=True, help="Why the report could not be mailed. It is tried again at the next run.")

    _once = models.UniqueIndex("(company_id, user_id, date_from, date_to)")

    @api.model
    def cron_send(self, today=None):
        """Mail the reports whose period is over and that were not mailed yet. One failure does not stop the others.

        :param today: as of the end of this day; default: now, after the hour of the company's settings
        :return: ``{'sent': n, 'failed': n}``
        :raise AccessError: for anyone but a sales administrator
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Only sales administrators may mail the visit reports."))
        # As superuser: nobody writes these rows by hand. What a mail holds is read under the rights of its lead.
        log = self.sudo()
        due = log._due(job_day(self.env, today))
        result = {"sent": 0, "failed": 0}
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(due))
        for company, lead, first, last in due:
            row = {"company_id": company.id, "user_id": lead.id, "date_from": first, "date_to": last}

            def send(row=row):
                log._send(**row)
                log._record({**row, "state": "sent", "error": False})
                return True

            def failed(error, row=row):
                log._record({**row, "state": "failed", "error": str(error)})
                result["failed"] += 1

            result["sent"] += bool(attempt(lead, send, failed))
            if not commit_progress(1):
                break
        return result

    def _record(self, vals):
        key = ("company_id", "user_id", "date_from", "date_to")
        known = self.search([(name, "=", vals[name]) for name in key])
        return known.write(vals) if known else self.create(vals)

    def _due(self, today):
        """(company, lead, first day, last day) of the reports that wait to be mailed and have a visit to tell of."""
        due = []
        for company in self.env["res.company"].search([("visit_report_frequency", "!=", "off")]):
            periods = self._periods(company, today)
            teams = self.env["crm.team"].search(
                [("company_id", "in", (False, company.id)), ("user_id.active", "=", True)]
            )
            if not periods or not teams:
                continue
            leads = dict(teams.grouped("user_id"))
            sent = self.search([("company_id", "=", company.id), ("state", "=", "sent")])
            done = {(row.user_id, row.date_from, row.date_to) for row in sent}
            days = self.env["sales.visit"]._read_group(
                [
                    ("company_id", "=", company.id),
                    ("team_id", "in", teams.ids),
                    ("state", "not in", ("draft", "cancelled")),
                    ("day", ">=", periods[0][0]),
                    ("day", "<=", periods[-1][1]),
                ],
                ["team_id", "day:day"],
            )
            due += [
                (company, lead, first, last)
                for first, last in periods
                for lead, led in leads.items()
                if (lead, first, last) not in done and any(team in led and first <= day <= last for team, day in days)
            ]
        return due

    def _periods(self, company, today):
        """The periods that are over, since the mails were switched on, oldest first."""
        last_day = today
        if not last_day:
            now = datetime.now(timezone.utc).astimezone(ZoneInfo(company.sales_tz))
            is_time = now.hour + now.minute / 60 >= company.visit_report_hour
            last_day = now.date() if is_time else now.date() - timedelta(days=1)
        day = max(company.visit_report_since or last_day, last_day - MADE_UP_FOR)
        periods = []
        while day <= last_day:
            period = (day, day) if company.visit_report_frequency == "day" else period_bounds("week", day)
            if period[1] <= last_day:
                periods.append(period)
            day = period[1] + timedelta(days=1)
        return periods

    def _send(self, company_id, user_id, date_from, date_to):
        company, lead = self.env["res.company"].browse(company_id), self.env["res.users"].browse(user_id)
        if not lead.email:
            raise UserError(self.env._("%(person)s has no e-mail address.", person=lead.name))
        env = self.env(user=lead.id, su=False, context={
            "allowed_company_ids": company.ids, "lang": lead.lang, "tz": company.sales_tz,
        })  # fmt: skip
        teams = env["crm.team"].search([("user_id", "=", lead.id), ("company_id", "in", (False, company.id))])
        report = env["sales.visit.report"].create(
            {
                "period": "day" if date_from == date_to else "week",
                "date": date_from,
                "company_id": company.id,
                "team_ids": [fields.Command.set(teams.ids)],
            }
        )
        pdf, _type = env["ir.actions.report"]._render_qweb_pdf("sales_tracking.report_visits", report.ids)
        body = env["ir.qweb"]._render("sales_tracking.visit_report_mail", {"report": report})
        files = [("pdf", "application/pdf", pdf), ("xlsx", XLSX_TYPE, report._xlsx_content())]
        mail = self.env["mail.mail"].create(
            {
                "subject": report.display_name,
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "email_to": lead.email_formatted,
                "body_html": body,
                "auto_delete": True,
                "attachment_ids": [
                    fields.Command.create(
                        {"name": f"{report.display_name}.{extension}", "mimetype": mimetype, "raw": content}
                    )
                    for extension, mimetype, content in files
                ],
            }
        )
        mailed_to(mail)
