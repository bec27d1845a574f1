from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import formatLang

from odoo.addons.sales_tracking.tools.clock import job_day
from odoo.addons.sales_tracking.tools.jobs import attempt
from odoo.addons.sales_tracking.tools.plain_text import to_html

# From the least to the best.
ALERTS = [("behind", "Behind Pace"), ("near", "Nearly Reached"), ("reached", "Reached")]
# The pace of the first days says little: nobody is told to be behind before this part of the target is expected.
EARLIEST_PART = 0.25


class SalesTargetAlert(models.Model):
    """What people were told about a target: each alert once, also when the figure swings back and forth."""

    _name = "sales.target.alert"
    _description = "Target Alert"
    _inherit = ["sales.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "kind"

    target_id = fields.Many2one(
        comodel_name="sales.target", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one(related="target_id.company_id", store=True)
    kind = fields.Selection(selection=ALERTS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    attainment = fields.Float(readonly=True, aggregator=None)
    partner_ids = fields.Many2many(comodel_name="res.partner", string="Told", readonly=True)

    _once = models.UniqueIndex("(target_id, kind)", "This alert was given already.")


class SalesTarget(models.Model):
    _inherit = "sales.target"

    alert_ids = fields.One2many(comodel_name="sales.target.alert", inverse_name="target_id", readonly=True)

    @api.model
    def cron_follow_up(self, today=None):
        """Start the approved targets whose period has begun, and tell people where the running ones stand.

        One target's failure does not stop the others; it is noted on the target.

        :param today: default: today in each company's time zone
        :return: ``{'started': n, 'alerts': n, 'failed': n}``
        :raise AccessError: for anyone but a sales administrator
        """
        self.check_access("write")
        today = job_day(self.env, today)
        result = {"started": 0, "alerts": 0, "failed": 0}
        todo = []
        open_targets = self.search([("state", "in", ("approved", "running"))])
        for company in open_targets.company_id:
            day = today or company._sales_today()
            begun = open_targets.filtered_domain([("company_id", "=", company.id), ("date_from", "<=", day)])
            starting = begun.filtered(lambda target: target.state == "approved")
            starting.action_start()
            result["started"] += len(starting)
            if company.sales_target_alert != "none":
                # With the day after the last: what came on the last day is known only then.
                running = begun.filtered_domain([("date_to", ">=", day - timedelta(days=1))])
                todo += [(row, day) for row in running._get_figures(day)]
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(todo))
        for figures, day in todo:
            target = self.browse(figures["target_id"])

            def failed(error, target=target):
                target._message_log(body=self.env._("The daily alert failed: %(error)s", error=error))
                result["failed"] += 1

            result["alerts"] += attempt(target, partial(target._alert, figures, day), failed) or 0
            if not commit_progress(1):
                break
        return result

    def _alert(self, figures: dict, day) -> int:
        """Give the alerts that are due and were not given yet; the best one of them in words.

        :param figures: a row of get_report
        :return: 1 if people were told, else 0
        """
        self.ensure_one()
        given = set(self.alert_ids.mapped("kind"))
        due = [kind for kind in self._due_alerts(figures) if kind not in given]
        if not due:
            return 0
        people = self._people_to_tell()
        # Nobody writes the alerts by hand; who may follow up targets was checked.
        self.env["sales.target.alert"].sudo().create(
            [
                {
                    "target_id": self.id,
                    "kind": kind,
                    "date": day,
                    "attainment": figures["attainment"],
                    "partner_ids": people.partner_id.ids,
                }
                for kind in due
            ]
        )
        for user in people:
            self.with_context(lang=user.lang or self.env.lang)._tell(user, due[-1], figures)
        return 1 if people else 0

    def _due_alerts(self, figures: dict) -> list[str]:
        """The thresholds that the figures have passed, from the least to the best."""
        company = self.company_id
        if not self.metric_id._is_additive():
            return []
        attainment, pace = figures["attainment"], figures["pace"]
        part = figures["expected"] / figures["amount"] if figures["amount"] else 0
        due = []
        if pace is not False and EARLIEST_PART <= part < 1 and pace < company.sales_target_alert_pace:
            due.append("behind")
        if attainment is not False and self.metric_id.direction == "higher":
            due += ["near"] if attainment >= company.sales_target_alert_attainment else []
            due += ["reached"] if attainment >= 1 else []
        return due

    def _people_to_tell(self):
        """The salesperson and the team's leader; of a company's target, who planned it."""
        people = self.user_id | self.team_id.user_id
        if self.scope == "company":
            people = self.create_uid
        return people.filtered(lambda user: user.active and user.has_group("sales_team.group_sale_salesman"))

    def _tell(self, user, kind: str, figures: dict):
        subject = self._alert_subject(kind)
        body = self.env._(
            "%(actual)s of %(amount)s (%(attainment)s %%). Expected by now: %(expected)s.",
            actual=self._format_amount(figures["actual"]),
            amount=self._format_amount(figures["amount"]),
            attainment=round(100 * (figures["attainment"] or 0), 1),
            expected=self._format_amount(figures["expected"]),
        )
        if self.company_id.sales_target_alert == "mail":
            self.message_notify(partner_ids=user.partner_id.ids, subject=subject, body=body)
        else:
            self.activity_schedule("mail.mail_activity_data_todo", summary=subject, note=to_html(body), user_id=user.id)

    def _alert_subject(self, kind: str) -> str:
        name = self.display_name
        return {
            "behind": self.env._("Behind pace: %(target)s", target=name),
            "near": self.env._("Nearly reached: %(target)s", target=name),
            "reached": self.env._("Reached: %(target)s", target=name),
        }[kind]

    def _format_amount(self, amount: float) -> str:
        return formatLang(self.env, amount, digits=self._amount_digits(), currency_obj=self.currency_id or None)
