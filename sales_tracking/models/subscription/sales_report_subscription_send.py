from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools.misc import format_date

from ...tools.jobs import attempt, readable
from ...tools.mails import mailed_to
from ...tools.xlsx import XLSX_TYPE, workbook
from . import report_files, report_table, schedule

MADE_UP_FOR = timedelta(days=31)  # older reports are not worth a mail after a downtime
MOST_TRIES = 3  # until somebody asks for one more
PRINTED_ROWS = 1_000
MAILED_ROWS = 100


class SalesReportSubscription(models.Model):
    """Sending: once for each person and day, with the rights of that person."""

    _inherit = "sales.report.subscription"

    @api.model
    def _cron_send(self):
        """Send what is due to everybody who has not got it yet. One failure does not stop the others.

        A report is a transaction: its mail and the row that says so are written together, or not at all.

        :return: ``{'sent': n, 'skipped': n, 'failed': n}``
        :raise AccessError: for anyone but a sales administrator
        """
        if not self._chooses_recipients() and not self.env.su:
            raise AccessError(self.env._("Only sales administrators send the reports."))
        due = self.sudo()._due()
        result = dict.fromkeys(("sent", "skipped", "failed"), 0)
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(due))
        for subscription_id, user_id, day in due:
            state = self.sudo().browse(subscription_id)._deliver(self.env["res.users"].browse(user_id), day)
            if state:
                result[state] += 1
            # Else what was read for one would stay in memory until the last.
            self.env.invalidate_all()
            if not commit_progress(1):
                break
        return result

    def _due(self):
        """The ids of the subscription and the recipient, and the nominal day, of each report that waits."""
        now = fields.Datetime.now()
        due = []
        for subscription in self.search([("active", "=", True)]):
            days = subscription._due_days(now)
            if not days:
                continue
            rows = self.env["sales.report.delivery"].search_fetch(
                [("subscription_id", "=", subscription.id), ("day", "in", days)], ["user_id", "day", "state", "tries"]
            )
            done = {(row.user_id.id, row.day) for row in rows if not row._is_tried_again()}
            people = subscription._recipients().ids
            due += [(subscription.id, user, day) for day in days for user in people if (user, day) not in done]
        return due

    def _due_days(self, now):
        """The nominal days whose hour has come since the subscription began, of the last 31 days."""
        self.ensure_one()
        zone = ZoneInfo(self.company_id.sales_tz)
        today = now.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
        first = max(self.since.date() - timedelta(days=1), today - MADE_UP_FOR)
        days = schedule.due_days(self._rule(), first, today, self._works_on)
        return [day for day, sent in days if self.since < self._moment(sent, zone) <= now]

    def _moment(self, day, zone):
        """When the hour of that day comes, in UTC."""
        return datetime.combine(day, time(self.hour), zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _deliver(self, recipient, day):
        """Send one report, or note why it could not be sent.

        :return: the state of the delivery; None: somebody else is at it, or has just done it
        """
        self.ensure_one()
        key = {"subscription_id": self.id, "user_id": recipient.id, "day": day}
        deliveries = self.env["sales.report.delivery"].sudo()
        errors = []

        def send():
            row = deliveries._begin(key)
            return row._finish(self._send(recipient, day))

        state = attempt(self, send, errors.append)
        if not errors:
            return state
        return attempt(self, lambda: deliveries._begin(key)._finish("failed", error=str(readable(self.env, errors[0]))))

    def _send(self, recipient, day):
        """Mail the report as the recipient may see it.

        :return: ``sent``, or ``skipped`` where there is nothing to tell
        :raise UserError: says why it can't be sent
        """
        reader = self._reader_env(recipient)
        subscription = self.with_env(reader).sudo()
        table = report_table.read_table(subscription._screen(day, reader))
        if self.skip_if_empty and not table.count:
            return "skipped"
        if not recipient.email:
            raise UserError(self.env._("%(person)s has no e-mail address.", person=recipient.name))
        span = self._period(day)
        parts = {
            "title": self.name,
            "day": format_date(reader, day),
            "span": span and " – ".join(format_date(reader, end) for end in span),
            "companies": ", ".join(subscription.company_ids.mapped("name")),
            "company": self.company_id.with_env(reader).sudo(),
        }
        mail = self.env["mail.mail"].create(
            {
                "subject": f"{self.name}: {parts['span'] or parts['day']}",
                "email_from": self.company_id.email_formatted or self.env.user.email_formatted,
                "email_to": recipient.email_formatted,
                "body_html": self._mail_body(reader, table, parts),
                "auto_delete": True,
                "attachment_ids": [
                    Command.create({"name": f"{self.name}.{extension}", "mimetype": mimetype, "raw": content})
                    for extension, mimetype, content in self._files(reader, table, parts)
                ],
            }
        )
        mailed_to(mail)
        return "sent"

    def _reader_env(self, recipient):
        """The environment in which the recipient reads the report.

        :raise UserError: the recipient does not belong to one of the companies
        """
        if missing := self.company_ids - recipient.sudo().company_ids:
            raise UserError(
                self.env._(
                    "%(person)s has no access to %(companies)s.",
                    person=recipient.name,
                    companies=", ".join(missing.mapped("name")),
                )
            )
        companies = self.company_id & self.company_ids | self.company_ids
        return self.env(
            user=recipient.id,
            su=False,
            context={
                "allowed_company_ids": companies.ids,
                "lang": recipient.lang,
                "tz": recipient.tz or self.company_id.sales_tz,
            },
        )

    def _mail_body(self, reader, table, parts):
        rows = MAILED_ROWS if self.format == "body" else 0
        printed = report_files.printed(reader, table, rows)
        return reader["ir.qweb"]._render(
            "sales_tracking.subscription_mail", {**parts, "table": printed, "has_rows": bool(rows)}
        )

    def _files(self, reader, table, parts):
        """(extension, type, content) of each file."""
        if self.format in ("pdf", "both"):
            yield "pdf", "application/pdf", self._pdf(reader, table, parts)
        if self.format in ("xlsx", "both"):
            yield "xlsx", XLSX_TYPE, workbook([self._sheet(reader, table, parts)])

    def _pdf(self, reader, table, parts):
        values = {**parts, "table": report_files.printed(reader, table, PRINTED_ROWS)}
        content, _type = reader["ir.actions.report"]._render_qweb_pdf("sales_tracking.report_subscription", data=values)
        return content

    def _sheet(self, reader, table, parts):
        heading = [line for line in (parts["title"], parts["span"], parts["companies"]) if line]
        return report_files.sheet(reader, self.name, heading, table, self.chart_mode)
