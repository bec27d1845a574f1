import logging
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ...tools.jobs import LATER, attempt, readable
from ...tools.mails import check_reachable, mailed_to
from ...tools.people import responsible
from ...tools.plain_text import to_html
from ...tools.planner import query_dicts
from . import followup_query
from .schedule import Step, due_steps

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """A step that is taken on a quotation, and the earlier ones of its kind that it leaves behind."""

    order: models.BaseModel
    step: models.BaseModel
    day: date
    skipped: list[Step]

    def attempt(self, take, is_done=True):
        """Take the step; where that fails a person is told, once for each step and cycle.

        :param take: a function of step and day
        :param bool is_done: whether the step is taken with it
        :return: whether it went well
        """
        try:
            with self.order.env.cr.savepoint():
                take(self.step, self.day)
                if is_done:
                    self.finish()
        except LATER:
            raise
        except Exception as error:
            is_fault = not isinstance(error, UserError)
            _logger.log(
                logging.ERROR if is_fault else logging.INFO,
                "Step %s of the quotation %s failed: %s", self.step.id, self.order.id, error, exc_info=is_fault,
            )  # fmt: skip
            self.order._followup_failed(self.step, self.day, readable(self.order.env, error))
            return False
        return True

    def finish(self):
        """Skip the steps that are left behind. What failed of this kind has gone out now: nobody has to care."""
        for earlier in self.skipped:
            self.order._log_followup(self.step.browse(earlier.id), "skipped", earlier.day)
        self.order._followup_close_failures(self.step.action)


class SaleOrder(models.Model):
    """One customer's quotations in a run of the follow-up: all of them, or nothing."""

    _inherit = "sale.order"

    def _followup_take(self, today=None):
        """Take the due steps of these quotations of one customer, unless something has come in between.

        :return: counts as those of `sales.quotation.cadence.run`
        :rtype: dict
        """
        nothing = {"sent": 0, "activities": 0, "failed": 0}

        def take():
            orders = self.filtered(lambda order: order._followup_lock("active", "waiting", today=today))
            return orders._followup_take_due(today)

        def failed(_error):
            nothing["failed"] = len(self)

        return attempt(self, take, failed) or nothing

    def _followup_cancel(self, today=None):
        """Cancel this quotation, unless it does not count as expired any more.

        :return: whether it was cancelled
        """
        self.ensure_one()
        return bool(attempt(self, partial(self._followup_cancel_expired, today)))

    def _followup_cancel_expired(self, today):
        if not self._followup_lock("expired", today=today):
            return False
        self._action_cancel()
        theirs = self.with_context(lang=self.user_id.lang).env
        self.message_post(
            body=theirs._(
                "Cancelled by itself: the quotation expired on %s without an answer.",
                format_date(self.env, self.validity_date, lang_code=self.user_id.lang),
            ),
            subtype_xmlid="mail.mt_note",
        )
        self._log_followup(
            self.env["sales.quotation.cadence.step"],
            "cancelled",
            self.validity_date,
            action="expiry",
            step_name=theirs._("Expiry"),
        )
        return True

    def _followup_lock(self, *states, today=None):
        """Lock the quotation and look again: it may have been confirmed, answered or sent since it was selected."""
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        self.invalidate_recordset()
        [row] = self._read_followup(SQL("quotation.id = %s", self.id), today=today)
        return row["state"] in states

    def _followup_take_due(self, today):
        """Take the due steps: activities one by one, the mails of all quotations in one."""
        counts = {"sent": 0, "activities": 0, "failed": 0}
        mails = []
        for order in self:
            due, passed = order._followup_due_steps(today)
            for step in due:
                skipped = [earlier for earlier in passed if earlier.action == step.action]
                taken = Taken(order, self.env["sales.quotation.cadence.step"].browse(step.id), step.day, skipped)
                if step.action == "mail":
                    mails.append(taken)
                    continue
                counts["activities" if taken.attempt(order._followup_activity) else "failed"] += 1
        held = [taken for taken in mails if not taken.attempt(taken.order._followup_check_mail, is_done=False)]
        counts["failed"] += len(held)
        rest = sorted((taken for taken in mails if taken not in held), key=lambda taken: taken.order.followup_sent_at)
        while rest:
            # In the words of the quotation that was sent first; where its template fails, of the next.
            first, *others = rest
            if first.attempt(partial(first.order._followup_mail, others)):
                counts["sent"] += 1
                break
            counts["failed"] += 1
            rest = others
        return counts

    def _followup_due_steps(self, today):
        """The steps to take today and those that they leave behind, as schedule.due_steps."""
        quotation = SQL("quotation.id = %s", self.id)
        steps_of_quotation = followup_query.remaining_steps(quotation, fields.Datetime.now(), today)
        rows = query_dicts(self.env, steps_of_quotation)
        steps = [Step(row["id"], row["action"], row["day"], row["sequence"]) for row in rows]
        return due_steps(steps, rows[0]["today"])

    def _followup_check_mail(self, _step, _day):
        """Refuse to remind of the quotation by mail where nobody can be reached, or its margin is not approved."""
        check_reachable(self.partner_id)
        if self._is_held_by_margin_guard():
            raise UserError(
                self.env._(
                    "The margin of %(order)s is below the floor. Raise the price or have it approved, and the reminder "
                    "goes out with the next run; or skip the step.",
                    order=self.name,
                )
            )

    def _followup_mail(self, others, step, day):
        """Post the reminder on the quotation; its mail waits in the queue until the transaction is through.

        :param list[Taken] others: what is due of the customer's other quotations: the mail lists them, and their
            history says that they were followed up with it
        """
        template = step.template_id
        sender = {}
        person = self._followup_responsible()
        # Nobody writes in the name of somebody who has left, whatever the template says.
        if person.email and (not template.email_from or person != self.user_id):
            sender = {"author_id": person.partner_id.id, "email_from": person.email_formatted}
        listed = self.union(*(other.order for other in others))
        message = self.with_context(followup_listed=listed).message_post_with_source(
            template,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_layout",
            email_add_signature=False,
            notify_skip_followers=True,
            force_send=False,
            **sender,
        )
        recipients = message.notification_ids.res_partner_id
        if not recipients:
            raise UserError(
                self.env._("The mail template %s has no recipient. Let it write to the customer.", template.name)
            )
        mailed = {"message_id": message.id, "recipient": mailed_to(message.sudo().mail_ids)}
        self._log_followup(step, "mail", day, **mailed)
        for other in others:
            other.order._log_followup(other.step, "mail", other.day, **mailed)
            other.finish()
            other.order._followup_note_together(self)

    def _followup_note_together(self, first):
        theirs = self.with_context(lang=self._followup_responsible().lang).env
        self.message_post(
            body=theirs._("Followed up together with %s, in one mail to the customer.", first.name),
            subtype_xmlid="mail.mt_note",
        )

    def message_post(self, *, body="", partner_ids=None, **kwargs):
        """A reminder of several quotations goes to all who got one, and lists them below what its template says."""
        listed = self.env.context.get("followup_listed")
        # Records, which no caller over RPC can put into the context.
        if isinstance(listed, models.BaseModel) and len(listed) > 1:
            orders = listed.with_context(lang=self.partner_id.lang, followup_listed=None)
            table = orders.env["ir.qweb"]._render("sales_tracking.quotation_followup_list", {"orders": orders})
            body = Markup("%s%s") % (body, table)
            partner_ids = [*(partner_ids or ()), *listed.partner_id.ids]
        return super().message_post(body=body, partner_ids=partner_ids, **kwargs)

    def _followup_responsible(self):
        """Who cares for the quotation: its salesperson, or the team lead if they have left."""
        return responsible(self.company_id, self.user_id, self.team_id.user_id, self.create_uid)

    def _followup_activity(self, step, day):
        person = step._responsible_of(self)
        text = step.chat_template_id
        activity = self._followup_plan(
            activity_type_id=step.activity_type_id.id,
            date_deadline=day,
            summary=step.with_context(lang=person.lang).summary,
            user_id=person.id,
            **({"note": self._chat_note(text, person)} if text else {}),
        )
        self._log_followup(step, "activity", day, activity_id=activity.id)

    def _followup_failed(self, step, day, error):
        """Tell a person, once for each step and cycle."""
        if self._followup_failures().filtered(lambda failure: failure.step_id == step):
            return
        person = self._followup_responsible()
        activity = self._followup_plan(
            act_type_xmlid="mail.mail_activity_data_warning",
            date_deadline=day,
            summary=self.with_context(lang=person.lang).env._("Follow-up failed: %s", step.display_name),
            note=to_html(str(error)[:1000]),
            user_id=person.id,
        )
        self._log_followup(step, "failed", day, activity_id=activity.id, error=str(error))

    def _followup_plan(self, **values):
        # Without a mail about each assignment: the salesperson has a list of them.
        return self.with_context(mail_activity_quick_update=True).activity_schedule(**values)

    def _followup_failures(self):
        return self.env["sales.quotation.cadence.log"].search(
            [("order_id", "=", self.id), ("cycle", "=", self.followup_cycle), ("result", "=", "failed")]
        )

    def _followup_close_failures(self, action):
        """What failed has gone out now, or a later step in its place: nobody has to care any more."""
        failures = self._followup_failures()
        failures.filtered(lambda failure: failure.action == action).activity_id.unlink()

    def _log_followup(self, step, result, due_date, **values):
        # The history is written by the follow-up and its buttons alone; who may change the quotation was checked.
        logs = self.env["sales.quotation.cadence.log"].sudo()
        return logs.create(
            {
                "order_id": self.id,
                "company_id": self.company_id.id,
                "cycle": self.followup_cycle,
                "step_id": step.id,
                "step_name": step.display_name,
                "action": step.action,
                "result": result,
                "due_date": due_date,
                **values,
            }
        )
