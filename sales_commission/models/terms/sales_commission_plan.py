from collections import Counter
from functools import partial
from time import monotonic

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount, format_date

from odoo.addons.sales_tracking.models.analytics.period import CALENDAR_YEAR_END, period_bounds
from odoo.addons.sales_tracking.tools.arguments import given_day, given_ids
from odoo.addons.sales_tracking.tools.clock import job_day
from odoo.addons.sales_tracking.tools.jobs import attempt

from ..engine.fingerprint import fingerprint_of
from ..engine.kept import keeping_statement
from ..engine.rates import missing_rate_statement
from ..engine.run import query, read_sources, run_statement
from ..engine.scope import Scope

# What does not change any more once terms are approved.
PART_OF_THE_TERMS = {
    "period", "company_id", "with_branches", "overrides_follow", "clawback_days", "pay_after_leaving",
    "credit_notes_count",
}  # fmt: skip
# How far back the nightly run looks for documents that were posted, paid or unmatched late.
MONTHS_LOOKED_BACK = 12
# After so long a person who computes a plan by hand is not kept waiting: the job does the periods that are left.
SECONDS_AT_ONCE = 5


class SalesCommissionPlan(models.Model):
    """How people earn: terms in dated versions, and the people they hold for."""

    _name = "sales.commission.plan"
    _description = "Commission Plan"
    _inherit = ["mail.thread", "sales.guarded.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    with_branches = fields.Boolean(
        default=True, help="The documents of the company's branches pay as well as its own, and their people can earn."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period = fields.Selection(
        selection=[
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("fiscal_year", "Fiscal Year"),
        ],
        required=True,
        default="month",
        help="Commission is added up and stated per calendar month, quarter or year, or per fiscal year: that of the "
        "company when the plan was made.",
    )
    year_last_month = fields.Integer(compute="_compute_year_last_day", store=True, aggregator=None)
    year_last_day = fields.Integer(compute="_compute_year_last_day", store=True, aggregator=None)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("approved", "Approved"), ("closed", "Closed")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        help="A plan is approved with its first version. Nothing is computed for a closed plan.",
    )
    overrides_follow = fields.Selection(
        selection=[("management", "Management Line"), ("network", "Sellers' Network")],
        required=True,
        default="management",
        help="Whom overrides are paid to: the managers assigned above who sold, or the sponsors above a seller in the "
        "network of direct selling, level by level.",
    )
    clawback_days = fields.Integer(
        string="Taken Back within (Days)",
        help="A credit note takes commission back for so many days after the invoice. 0: for ever.",
    )
    pay_after_leaving = fields.Boolean(
        string="Cash after Leaving Pays",
        default=True,
        help="Cash that arrives after a person's assignment ended pays, as long as the sale was made before.",
    )
    credit_notes_count = fields.Selection(
        selection=[("own", "In Their Own Period"), ("sale", "In the Period of the Invoice")],
        required=True,
        default="own",
        help="In their own period: a credit note lowers the period of its day.\n"
        "In the period of the invoice: it lowers the period that the sale was made in, whose tiers, attainment and "
        "limits are paid anew; what that changes of a confirmed period goes into the open one.\n"
        "Money paid back counts on its day.",
    )
    version_ids = fields.One2many(comodel_name="sales.commission.version", inverse_name="plan_id")
    assignment_ids = fields.One2many(comodel_name="sales.commission.assignment", inverse_name="plan_id")
    computed_on = fields.Datetime(string="Last Nightly Run", readonly=True, copy=False)
    run_ids = fields.One2many(comodel_name="sales.commission.run", inverse_name="plan_id")
    current_version_id = fields.Many2one(
        comodel_name="sales.commission.version",
        string="Terms in Force",
        compute="_compute_current_version_id",
        compute_sudo=True,
    )
    person_count = fields.Integer(string="People", compute="_compute_current_version_id", compute_sudo=True)

    _clawback_days_sign = models.Constraint("CHECK (clawback_days >= 0)", "A number of days can't be negative.")

    @api.depends("company_id", "period")
    def _compute_year_last_day(self):
        """The end of the plan's year, which stays when the company changes its fiscal year."""
        for plan in self:
            month, day = CALENDAR_YEAR_END
            if plan.period == "fiscal_year":
                month, day = (plan.company_id or self.env.company)._sales_year_end()
            plan.year_last_month, plan.year_last_day = month, day

    @api.depends("version_ids.state", "version_ids.date_from", "version_ids.date_to", "assignment_ids.date_from")
    def _compute_current_version_id(self):
        for plan in self:
            today = (plan.company_id or self.env.company)._sales_today()
            plan.current_version_id = plan._get_version(today)
            plan.person_count = len(
                plan.assignment_ids.filtered(
                    lambda assignment, today=today: (
                        assignment.date_from and assignment.date_from <= today <= (assignment.date_to or today)
                    )
                ).user_id
            )

    def write(self, vals):
        if PART_OF_THE_TERMS & vals.keys():
            for plan in self.filtered(lambda plan: plan.state != "draft"):
                raise UserError(
                    self.env._(
                        'The plan "%(plan)s" has approved terms: its period, company and conditions can\'t change. '
                        "Close it and make a new plan.",
                        plan=plan.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        for plan in self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(
                self.env._('The plan "%(plan)s" has approved terms: close or archive it instead.', plan=plan.name)
            )

    def _companies(self):
        """The companies whose documents pay."""
        self.ensure_one()
        return self.company_id._with_branches() if self.with_branches else self.company_id

    def action_close(self):
        self._write_decided({"state": "closed"})
        return True

    def action_reopen(self):
        for plan in self:
            plan._write_decided({"state": "approved" if plan._approved_versions() else "draft"})
        return True

    def action_open_entries(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_commission.sales_commission_entry_action")
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {}}

    def action_open_statements(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_commission.sales_commission_statement_action")
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {}}

    def action_compute_now(self):
        """Bring every open period up to date, as the nightly job does, and say what came of it.

        What takes long is handed to the job.
        """
        self.ensure_one()
        self.check_access("write")
        today = self.company_id._sales_today()
        total = {"entries": 0, "amount": 0.0, "skipped": Counter()}
        problems, handed_over = [], []
        started = monotonic()
        days = self._days_to_compute(today) or [today]
        for number, day in enumerate(days):
            if number and monotonic() - started > SECONDS_AT_ONCE:
                self.env.ref("sales_commission.cron_compute").sudo()._trigger()
                handed_over = [
                    self.env._("%(count)s more periods are being computed in the background.", count=len(days) - number)
                ]
                break
            try:
                with self.env.cr.savepoint():
                    result = self.action_compute(day)
            except UserError as error:
                problems.append(str(error))
                continue
            total["entries"] += result["entries"]
            total["amount"] += result["amount"]
            total["skipped"].update(result["skipped"])
        if total["entries"] or total["skipped"].total():
            del total["skipped"]["no_document"]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": "\n".join([self._describe_result(total), *dict.fromkeys(problems), *handed_over]),
                "type": "danger" if problems else "success" if total["entries"] else "info",
                "sticky": bool(problems or handed_over) or not total["entries"],
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_compute(self, date):
        """Bring the ledger of the period that holds ``date`` up to date; running it again adds nothing.

        :param date: a date or its ISO text
        :return: ``{'entries': n, 'amount': total, 'skipped': {reason: n}}``: the rows added to the ledger and their
            sum in the company's currency, and how many documents earned nothing new, by reason (the reasons are in
            ``_skip_reasons``)
        :raise AccessError: for anyone but a sales administrator
        :raise UserError: if the plan is closed
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "closed":
            raise UserError(self.env._('The plan "%(plan)s" is closed: reopen it to compute it.', plan=self.name))
        # The facts, the ledger and the statements of everybody, after the access check above.
        return self.sudo()._compute_period(*self._period_bounds(given_day(self.env, date)))

    def _compute_period(self, period_start, period_end):
        lock = f"sales.commission.plan,{self.id},{period_start}"
        self.env.execute_query(SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", lock))
        today = self.company_id._sales_today()
        open_start, _open_end = self._period_bounds(max(today, period_start))
        scope = self._scope(self._rules_until(period_end), period_start, period_end)
        self._read_sources(scope)
        fingerprint = fingerprint_of(scope)
        runs = self.env["sales.commission.run"]
        last = runs._get(self, period_start)
        result = last._repeated() if last.fingerprint == fingerprint else self._post(scope, open_start)
        run = runs._record(self, period_start, fingerprint, result)
        left_out = run._left_out()
        if not run.entries and not left_out:
            left_out["no_document"] = 0
        return {"entries": run.entries, "amount": run.amount, "skipped": left_out}

    def _rules_until(self, day):
        """The approved rules that hold on the day or did before."""
        return self.version_ids.rule_ids.filtered(
            lambda rule: rule.version_id.state == "approved" and rule.version_id.date_from <= day
        )

    def _scope(self, rules, first, last, **options):
        """What the engine computes: as the plan's company and in nobody's language.

        So the filter of a metric finds the same for whoever computes it.
        """
        neutral = {"lang": None, "active_test": True, "allowed_company_ids": self.company_id.ids}
        plan = self.with_context(**neutral)
        decided = bool(self.env["sales.commission.kept.fact"].sudo().search_count([("plan_id", "=", self.id)], limit=1))
        options = {"decided": decided, **options}
        return Scope(plan, rules.with_context(**neutral), first, last, self.company_id._sales_today(), **options)

    def _post(self, scope, open_start):
        """Add what is due and not in the ledger yet; returns the entries, their sum, and the documents by reason."""
        rows = query(scope, run_statement(scope, open_start))
        self.env["sales.commission.entry"].invalidate_model()
        self.env["sales.commission.statement"].invalidate_model()
        [(entries, amount)] = [(count, amount) for reason, count, amount in rows if not reason]
        documents = {reason: count for reason, count, _amount in rows if reason}
        if lost := documents.pop("lost"):
            raise UserError(
                self.env._(
                    'The ledger of "%(plan)s" would not take %(count)s entries, because two have the same key. Nothing '
                    "was written; please report this to whoever maintains the commission module.",
                    plan=self.name,
                    count=lost,
                )
            )
        return {"entries": entries, "amount": float(amount), "documents": documents}

    def _keep_facts(self, statements):
        """Keep what the pay of statements of one period rests on, as it is known now: a constant number of statements.

        Late corrections in the statements rest on documents of earlier periods.
        """
        self.ensure_one()
        period_end = max(statements.mapped("period_end"))
        [[first]] = statements.entry_ids._read_group(
            [("statement_id", "in", statements.ids)], [], ["origin_period_start:min"]
        )
        first = min(first or period_end, *statements.mapped("period_start"))
        scope = self._scope(self._rules_until(period_end), first, period_end, every_column=True)
        self.env.flush_all()
        read_sources(scope)
        query(scope, keeping_statement(scope, statements))
        self.env["sales.commission.kept.fact"].invalidate_model()

    def _read_sources(self, scope):
        """Read what the statements of the engine are about; they, and the domains of metrics, read past the ORM.

        :raise UserError: for a document in a currency that had no rate on its day: it was converted at a later rate
            or at 1, and so would be what it earns
        """
        self.env.flush_all()
        for name, currency, day in self.env.execute_query(missing_rate_statement(scope)):
            raise UserError(
                self.env._(
                    "%(document)s can't earn commission: there is no rate of %(currency)s for %(date)s. Enter the rate "
                    "of that day or of a day before, and set the document to draft and confirm it again.",
                    document=name,
                    currency=currency,
                    date=format_date(self.env, day),
                )
            )
        read_sources(scope)

    def _skip_reasons(self):
        """The reasons in the result of ``action_compute``, in words. They count documents."""
        return {
            "no_document": self.env._("no documents in the period"),
            "no_version": self.env._("documents on days without approved terms"),
            "no_salesperson": self.env._("documents without a salesperson"),
            "no_assignment": self.env._("documents of people who are not assigned to the plan"),
            "excluded": self.env._("documents without a base: down payments, late credit notes, no products"),
            "unpaid": self.env._("documents that are not paid yet"),
            "no_target": self._describe_no_target(),
            "other_period": self.env._("credit notes that count in the period of their invoice"),
            "no_rule": self.env._("documents that match no rule"),
            "up_to_date": self.env._("documents that are in the ledger already or earn nothing"),
        }

    def _describe_no_target(self):
        return {
            "month": self.env._("documents of people without a target for the month, or a longer one that holds it"),
            "quarter": self.env._(
                "documents of people without a target for the quarter, a longer one that holds it, or one for each of "
                "its months"
            ),
            "year": self.env._("documents of people without a target for the year, or one for each of its months"),
            "fiscal_year": self.env._(
                "documents of people without a target for the fiscal year, or one for each of its months"
            ),
        }[self.period]

    def _describe_result(self, result):
        left_out = self._describe_left_out(result["skipped"])
        if result["entries"]:
            message = self.env._(
                "Entries added: %(count)s, %(amount)s in all.",
                count=result["entries"],
                amount=format_amount(self.env, result["amount"], self.currency_id),
            )
        else:
            message = self.env._("Nothing to add to the ledger.")
        return f"{message} {self.env._('Left out: %(reasons)s.', reasons=left_out)}" if left_out else message

    def _describe_left_out(self, count_by_reason):
        reasons = self._skip_reasons()
        return ", ".join(
            f"{reasons[reason]}: {count}" if count else reasons[reason] for reason, count in count_by_reason.items()
        )

    def _approved_versions(self):
        return self.version_ids.filtered(lambda version: version.state == "approved")

    def _get_version(self, day):
        """The approved version that holds on the day, or an empty recordset."""
        self.ensure_one()
        approved = self._approved_versions()
        return approved.filtered(lambda version: version.date_from <= day <= (version.date_to or day))[:1]

    def _on_version_approved(self, version):
        self.ensure_one()
        if self.state == "draft":
            self._write_decided({"state": "approved"})
        self.message_post(
            body=self.env._(
                "Terms from %(date_from)s approved. %(reason)s",
                date_from=format_date(self.env, version.date_from),
                reason=version.reason or "",
            )
        )

    def _period_bounds(self, day):
        """First and last day of the plan's period that holds the day."""
        self.ensure_one()
        kind = "year" if self.period == "fiscal_year" else self.period
        return period_bounds(kind, day, (self.year_last_month, self.year_last_day))

    def _period_name(self, period_start):
        """The period as people call it: January 2026, Q1 2026, 2026, 2026/27."""
        if self.period == "fiscal_year":
            return self.company_id._sales_year_name(*self._period_bounds(period_start))
        pattern = {"month": "MMMM yyyy", "quarter": "QQQ yyyy", "year": "yyyy"}[self.period or "month"]
        return format_date(self.env, period_start, date_format=pattern)

    def _statements(self, day):
        """The statements of the plan's period that holds the day."""
        self.ensure_one()
        period_start, _period_end = self._period_bounds(day)
        return self.env["sales.commission.statement"].search(
            [("plan_id", "=", self.id), ("period_start", "=", period_start)]
        )

    def _days_to_compute(self, today):
        """A day of each period that the nightly run brings up to date, oldest first."""
        versions = self._approved_versions()
        if not versions:
            return []
        first = fields.Date.subtract(today, months=MONTHS_LOOKED_BACK)
        first = max(min(versions.mapped("date_from")), self._first_sale_touched(first))
        days = []
        while first <= today:
            days.append(first)
            _start, end = self._period_bounds(first)
            first = fields.Date.add(end, days=1)
        return days

    def _first_sale_touched(self, since):
        """The day of the first sale whose period is changed by credit notes or payments from that day on, or that day.

        Credit notes change it if the plan says so, payments where they come after somebody has left.
        """
        late = [SQL("SELECT %s::date AS day", since)]
        if self.credit_notes_count == "sale":
            late.append(
                SQL(
                    """SELECT MIN(invoice.invoice_date)
                    FROM account_move credit
                    JOIN account_move invoice ON invoice.id = credit.reversed_entry_id
                    WHERE credit.company_id IN %s AND credit.state = 'posted' AND credit.invoice_date >= %s""",
                    self._companies()._ids,
                    since,
                )
            )
        if self.pay_after_leaving and any(self.assignment_ids.mapped("date_to")):
            late.append(
                SQL(
                    """SELECT MIN(invoice.invoice_date)
                    FROM account_partial_reconcile partial
                    JOIN account_move_line line ON line.id = partial.debit_move_id
                    JOIN account_move invoice ON invoice.id = line.move_id
                    WHERE partial.company_id IN %s AND partial.max_date >= %s""",
                    self._companies()._ids,
                    since,
                )
            )
        self.env.flush_all()
        [[first]] = self.env.execute_query(SQL("SELECT MIN(day) FROM (%s) late (day)", SQL(" UNION ALL ").join(late)))
        return first

    @api.model
    def cron_compute(self, today=None):
        """Bring the open periods of all approved plans up to date. One plan's failure does not stop the others.

        :return: ``{'entries': n, 'failed': n}``
        :raise AccessError: for anyone but a sales administrator
        """
        self.check_access("write")
        today = job_day(self.env, today)
        plans = self._left_tonight()
        commit_progress = self.env["ir.cron"]._commit_progress
        commit_progress(remaining=len(plans))
        result = {"entries": 0, "failed": 0}
        for plan in plans:
            day = today or plan.company_id._sales_today()
            errors = []
            for period_day in plan._days_to_compute(day):
                computed = attempt(plan, partial(plan.action_compute, period_day), errors.append)
                result["entries"] += computed["entries"] if computed else 0
                commit_progress()
            if errors:
                reasons = ", ".join(dict.fromkeys(map(str, errors)))
                plan.message_post(body=self.env._("The nightly run failed for this plan: %(error)s", error=reasons))
                result["failed"] += 1
            plan._write_decided({"computed_on": fields.Datetime.now()})
            if not commit_progress(1):
                break
        return result

    @api.model
    def _left_tonight(self):
        """The approved plans, but for those that the job has been through since it was due, the longest ago first.

        A job is given some seconds at a time: it goes on with the plan after the last one, and comes to an end.
        """
        plans = self.search([("state", "=", "approved")], order="computed_on NULLS FIRST, id")
        job = self.env["ir.cron"].sudo().browse(given_ids(self.env, self.env.context.get("cron_id"))).exists()
        return plans.filtered(lambda plan: not job or not plan.computed_on or plan.computed_on < job.nextcall)
