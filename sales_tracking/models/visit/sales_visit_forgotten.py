from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.jobs import attempt
from .sales_visit_check import SALES


class SalesVisit(models.Model):
    """Forgotten check-outs: a visit left open ends where the person was last heard of, and lasts no known time."""

    _inherit = "sales.visit"

    closed_automatically = fields.Boolean(
        readonly=True,
        copy=False,
        groups=SALES,
        help="The check-out was forgotten. The visit ended at the last moment known of it and counts without duration.",
    )
    close_error = fields.Char(string="Not Closed Because", readonly=True, copy=False, groups=SALES)

    @api.model
    def cron_close_forgotten(self):
        """Close the visits whose check-out was forgotten, and tell their people and leads. One failure stops no other.

        :return: ``{'closed': n, 'failed': n}``
        :raise AccessError: for anyone but a sales administrator
        """
        self.check_access("unlink")
        visits = self._forgotten()
        result = {"closed": 0, "failed": 0}
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(visits))
        for visit in visits:

            def failed(error, visit=visit):
                visit._write_decided({"close_error": str(error)})
                result["failed"] += 1

            result["closed"] += bool(attempt(visit, visit._close_forgotten, failed))
            if not commit_progress(1):
                break
        return result

    @api.model
    def action_close_open(self):
        """Close the visit that the user is still on where it stood, to go on with another one.

        :return: whether there was one
        """
        self.check_access("write")
        # As superuser: it may be in a company that is not active now.
        visit = self.sudo().search([("user_id", "=", self.env.uid), ("state", "=", "in_progress")])
        return bool(visit) and visit._close_where_it_stood()

    @api.model
    def _forgotten(self):
        """The open visits that began on an earlier day, or longer ago than their company lets a visit last."""
        now = fields.Datetime.now()
        overdue = [
            Domain("company_id", "=", company.id)
            & (
                Domain("day", "<", company._sales_today())
                | Domain("check_in_time", "<=", now - timedelta(hours=company.visit_open_hours))
            )
            for company in self.env["res.company"].search([])
        ]
        return self.search(Domain("state", "=", "in_progress") & Domain.OR(overdue), order="check_in_time, id")

    def _close_forgotten(self):
        self._close_where_it_stood()
        for person in (self.user_id | self.team_id.user_id).filtered("active"):
            self._tell_closed(person)
        return True

    def _close_where_it_stood(self):
        self.ensure_one()
        return self._close({"check_out_time": self._last_known_moment(), "closed_automatically": True})

    def _last_known_moment(self):
        """When the visit is last known to have gone on: its check-in, an order made in it, or the person's own notes.

        Nothing of a later day counts, nor what came when the visit had lasted as long as its company allows.
        """
        self.ensure_one()
        company = self.company_id
        end_of_day = company._sales_moment(self.day + timedelta(days=1)) - timedelta(seconds=1)
        latest = min(end_of_day, self.check_in_time + timedelta(hours=company.visit_open_hours))
        # As superuser: when something happened is all that is taken from it.
        moments = [*self.sudo().order_ids.mapped("date_order"), self.check_in_time]
        if self.write_uid == self.user_id:
            moments.append(self.write_date.replace(microsecond=0))
        return max(moment for moment in moments if moment <= latest)

    def _tell_closed(self, person):
        """Tell a person that a check-out was forgotten, in that person's language."""
        visit = self.with_context(lang=person.lang)
        moment = fields.Datetime.context_timestamp(
            visit.with_context(tz=self.company_id.sales_tz), self.check_out_time
        ).strftime("%Y-%m-%d %H:%M")
        visit.message_notify(
            partner_ids=person.partner_id.ids,
            subject=visit.env._("Check-out forgotten: %(visit)s", visit=self.display_name),
            body=visit.env._(
                "%(person)s did not check out of this visit. It was closed automatically at the last moment known of "
                "it, %(moment)s, and counts without duration.",
                person=self.user_id.name,
                moment=moment,
            ),
        )
