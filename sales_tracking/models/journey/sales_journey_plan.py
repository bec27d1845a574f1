from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.arguments import given_ids, given_period

LONGEST_PLAN = timedelta(weeks=13)


class SalesJourneyPlan(models.Model):
    """Whom a person visits when over a period, from the frequencies of his or her customers.

    The visits of a draft can be seen and moved by those who plan; published, they are in the person's day and calendar.
    """

    _name = "sales.journey.plan"
    _description = "Journey Plan"
    _inherit = ["mail.thread", "sales.guarded.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    state = fields.Selection(
        selection=[("draft", "Draft"), ("published", "Published")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="restrict",
        index=True,
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(string="From", required=True, default=lambda self: self._next_monday())
    date_to = fields.Date(string="To", required=True, default=lambda self: self._next_monday() + timedelta(days=27))
    start_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Start From",
        check_company=True,
        default=lambda self: self.env.company.partner_id,
        ondelete="set null",
        help="The address from which the person sets out each day. Routes begin there if it has a position.",
    )
    visit_ids = fields.One2many(comodel_name="sales.visit", inverse_name="journey_plan_id", readonly=True)
    visit_count = fields.Integer(string="Visits", compute="_compute_counts")
    customer_count = fields.Integer(
        string="Customers", compute="_compute_counts", help="Customers of the person that have a class."
    )

    _dates_ordered = models.Constraint("CHECK (date_to >= date_from)", "A plan can't end before it begins.")

    @api.model
    def _next_monday(self):
        today = self.env.company._sales_today()
        return today + timedelta(days=7 - today.weekday())

    @api.constrains("date_from", "date_to")
    def _check_length(self):
        weeks = LONGEST_PLAN.days // 7
        if any(plan.date_to - plan.date_from >= LONGEST_PLAN for plan in self):
            raise ValidationError(
                self.env._("A plan covers at most %(weeks)s weeks: choose an earlier end.", weeks=weeks)
            )

    @api.constrains("user_id", "company_id")
    def _check_person(self):
        for plan in self:
            # As superuser: the companies of the person are the administrators' to read.
            if plan.company_id not in plan.user_id.sudo().company_ids or plan.user_id.share:
                raise ValidationError(
                    self.env._("%(person)s does not work for %(company)s.", person=plan.user_id.name,
                               company=plan.company_id.name)
                )  # fmt: skip

    @api.depends("user_id", "company_id")
    def _compute_team_id(self):
        for plan in self:
            plan.team_id = plan.user_id._sale_team_in(plan.company_id)

    @api.depends("visit_ids", "user_id", "company_id")
    def _compute_counts(self):
        visits = dict(
            self.env["sales.visit"]._read_group([("journey_plan_id", "in", self.ids)], ["journey_plan_id"], ["__count"])
        )
        for plan in self:
            plan.visit_count = visits.get(plan._origin, 0)
            plan.customer_count = plan._customer_model().search_count(plan._customer_domain()) if plan.user_id else 0

    @api.depends("user_id", "date_from", "date_to")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f"{plan.user_id.name or ''} · {plan.date_from or ''} – {plan.date_to or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._check_planner()
        return plans

    def write(self, vals):
        if {"user_id", "company_id"} & vals.keys() and self.visit_ids:
            raise UserError(self.env._("The plan has visits: make another plan for another person or company."))
        result = super().write(vals)
        self._check_planner()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if self.filtered(lambda plan: plan.state == "published"):
            raise UserError(self.env._("A published plan stays on record: visits are measured against it."))

    def unlink(self):
        # As superuser: drafts of visits belong to their plan.
        self.visit_ids.sudo().filtered(lambda visit: visit.state == "draft").unlink()
        return super().unlink()

    def _check_planner(self):
        """One plans for oneself; leads plan for the people of the teams that they lead, others for everybody.

        :raise AccessError: for anyone else
        """
        if self.env.su or self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            return
        for plan in self.filtered(lambda plan: plan.user_id != self.env.user):
            if plan.team_id.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "You plan for yourself, and as a team lead for the people of your team: %(person)s is not one "
                        "of them.",
                        person=plan.user_id.name,
                    )
                )

    def action_publish(self):
        """Put the visits of the plan into the person's days and calendar, from where they are measured."""
        for plan in self:
            plan.check_access("write")
            drafts = plan.visit_ids.filtered(lambda visit: visit.state == "draft")
            if not drafts and plan.state == "draft":
                raise UserError(self.env._("The plan has no visits yet: generate or import them first."))
            plan._publish(drafts)
            if plan.state == "draft":
                plan._write_decided({"state": "published"})
                plan._tell_published()
        return True

    def _publish(self, visits):
        quiet = visits.with_context(tracking_disable=True)
        for day, of_day in quiet.grouped("day").items():
            of_day._write_decided({"plan_day": day})
        quiet._write_decided({"state": "planned"})

    def _tell_published(self):
        if self.user_id == self.env.user:
            return
        plan = self.with_context(lang=self.user_id.lang)
        plan.message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=plan.env._("Your journey plan from %(first)s to %(last)s", first=self.date_from, last=self.date_to),
            body=plan.env._("%(count)s visits are planned for you. Find them in your calendar and in My Day.",
                            count=self.visit_count),
        )  # fmt: skip

    def action_view_visits(self):
        """Open the visits of the plan, to move them."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.journey_plan_visit_action")
        return {
            **action,
            "name": self.display_name,
            "domain": [("journey_plan_id", "=", self.id)],
            "context": {"initial_date": fields.Date.to_string(self.date_from)},
        }

    @api.model
    def get_coverage(self, date_from, date_to, user_ids=None):
        """What became of the visits that were due in a period, as far as the caller may see them.

        :param date_from: first day, a date or its ISO text
        :param date_to: last day, included
        :param list user_ids: only these salespeople
        :return: dict of counts ``due, planned, made, verified, effective, unplanned``, and of rates as fractions, False
            without a denominator: ``coverage`` = verified / due, ``effective_rate`` = effective / verified,
            ``adherence`` = made on the day of the plan / due
        """
        first, last = given_period(self.env, date_from, date_to)
        domain = [("day", ">=", first), ("day", "<=", last), ("company_id", "in", self.env.companies.ids)]
        if user_ids is not None:
            domain.append(("user_id", "in", given_ids(self.env, user_ids)))
        counts = ("due", "planned", "made", "verified", "effective", "unplanned")
        rates = ("coverage", "effective_rate", "adherence")
        [values] = self.env["sales.journey.report"]._read_group(
            domain, [], [*(f"{name}:sum" for name in counts), *(f"{name}:avg" for name in rates)]
        )
        numbers = dict(zip((*counts, *rates), values, strict=True))
        return {
            **{name: numbers[name] or 0 for name in counts},
            **{name: False if numbers[name] is None else numbers[name] for name in rates},
        }
