from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

STATES = [
    ("draft", "Draft"),
    ("planned", "Planned"),
    ("in_progress", "In Progress"),
    ("done", "Done"),
    ("missed", "Missed"),
    ("cancelled", "Cancelled"),
]

DOCUMENT_FIELDS = {"lead_id", "order_id", "partner_id"}
EVENT_FIELDS = {"date_start", "date_stop", "partner_id", "planned_hours", "purpose", "lead_id", "state", "user_id"}
LOGGED_FIELDS = {"lead_id", "note", "order_id", "outcome_id"}
# What a check-in is about: it stays as it was at that moment.
FIXED_FIELDS = {"company_id", "date_start", "date_stop", "partner_id", "planned_hours", "team_id", "user_id"}
FACT_FIELDS = {"day", "duration", "event_id", "state", "verification"}
PLAN_FIELDS = {"company_id", "team_id", "user_id"}
# Visits that the job marks in one transaction.
MISSED_AT_ONCE = 1000


class SalesVisit(models.Model):
    """A visit to a customer, from the plan to what came out of it.

    A visit counts on its `day`: that of the check-in, before that the planned one, in the company's sales time zone.
    """

    _name = "sales.visit"
    _description = "Sales Visit"
    _inherit = ["mail.thread", "mail.activity.mixin", "sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "day desc, sequence, date_start, id"
    _check_company_auto = True
    _mail_post_access = "read"

    state = fields.Selection(
        selection=STATES,
        string="Status",
        required=True,
        default="planned",
        readonly=True,
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
        tracking=True,
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        index="btree_not_null",
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer Address",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, precompute=True, index=True
    )
    lead_id = fields.Many2one(comodel_name="crm.lead", ondelete="set null", check_company=True, index="btree_not_null")
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="About Order",
        ondelete="set null",
        check_company=True,
        index="btree_not_null",
        help="The order that the visit is about, if any. Orders made during the visit are found by themselves.",
    )
    purpose = fields.Char()
    date_start = fields.Datetime(
        string="Planned Start", required=True, default=lambda self: self._next_hour(), copy=False, tracking=True
    )
    planned_hours = fields.Float(default=1.0, help="How long the visit is planned to take.")
    date_stop = fields.Datetime(
        string="Planned End",
        compute="_compute_date_stop",
        inverse="_inverse_date_stop",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
    )
    day = fields.Date(
        compute="_compute_day",
        store=True,
        precompute=True,
        help="Day of the check-in, before that the planned day, in the sales time zone of the company.",
    )
    is_today = fields.Boolean(compute="_compute_is_today", search="_search_is_today")
    sequence = fields.Integer(default=10, help="Position in the route of the day.")
    note = fields.Text(copy=False)
    photo_ids = fields.Many2many(comodel_name="ir.attachment", string="Photos", copy=False)
    outcome_id = fields.Many2one(
        comodel_name="sales.interaction.outcome",
        domain="['|', ('kind', '=', False), ('kind', '=', 'visit'), ('visit_result', '!=', 'unvisited')]",
        ondelete="restrict",
        copy=False,
    )
    phone = fields.Char(related="partner_id.phone", string="Customer Phone")
    address = fields.Char(compute="_compute_address")
    map_url = fields.Char(string="Route", compute="_compute_map_url")

    _dates_ordered = models.Constraint(
        "CHECK (date_stop >= date_start)", "A visit can't end before it starts: check the planned start and end."
    )
    # What took place stays on record when its lead is deleted.
    _has_subject = models.Constraint(
        "CHECK (partner_id IS NOT NULL OR lead_id IS NOT NULL OR state IN ('in_progress', 'done'))",
        "Choose whom the visit is for: a customer address or a lead.",
    )
    _user_day_idx = models.Index("(user_id, day)")
    _day_idx = models.Index("(day)")

    @api.constrains("outcome_id")
    def _check_outcome_kind(self):
        for outcome in self.outcome_id.filtered(lambda outcome: outcome.kind and outcome.kind != "visit"):
            raise UserError(
                self.env._('The outcome "%(outcome)s" is not one of visits. Choose another.', outcome=outcome.name)
            )

    @api.constrains("photo_ids")
    def _check_photos(self):
        # As superuser: the type of the file is all that is looked at.
        for photo in self.photo_ids.sudo():
            if not (photo.mimetype or "").startswith("image/"):
                raise UserError(
                    self.env._('"%(name)s" is not a photo. Attach other files to a message.', name=photo.name)
                )

    @api.model
    def _next_hour(self):
        return fields.Datetime.now().replace(minute=0, second=0) + timedelta(hours=1)

    @api.depends("user_id", "lead_id", "company_id")
    def _compute_team_id(self):
        for visit in self:
            if visit.state in ("planned", "missed", False) or not visit.team_id:
                visit.team_id = visit.user_id._sale_team_in(visit.company_id) or visit.lead_id.team_id

    @api.depends("lead_id", "order_id")
    def _compute_partner_id(self):
        for visit in self:
            visit.partner_id = visit.partner_id or visit.order_id.partner_id or visit.lead_id.partner_id

    @api.depends("date_start", "planned_hours")
    def _compute_date_stop(self):
        for visit in self:
            hours = timedelta(minutes=round(visit.planned_hours * 60))
            visit.date_stop = visit.date_start and visit.date_start + hours

    def _inverse_date_stop(self):
        for visit in self.filtered("date_stop"):
            hours = (visit.date_stop - visit.date_start).total_seconds() / 3600
            if hours != visit.planned_hours:
                visit._transition({"planned_hours": hours})

    @api.depends("check_in_time", "date_start", "company_id.sales_tz")
    def _compute_day(self):
        for visit in self:
            # As superuser: the days of check-ins are in the company's zone, whoever may see their times.
            moment = visit.sudo().check_in_time or visit.date_start
            visit.day = moment and visit.company_id._sales_day(moment)

    @api.depends("day")
    def _compute_is_today(self):
        for visit in self:
            visit.is_today = visit.day == visit.company_id._sales_today()

    def _search_is_today(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("day", "=", company._sales_today())
            for company in self.env.companies
        )
        return today if True in value else ~today

    @api.depends("partner_id")
    def _compute_address(self):
        for visit in self:
            lines = visit.partner_id._display_address(without_company=True).splitlines() if visit.partner_id else []
            visit.address = ", ".join(line.strip() for line in lines if line.strip())

    @api.depends("partner_id")
    def _compute_map_url(self):
        for visit in self:
            place = visit.partner_id._visit_address() if visit.partner_id else visit.partner_id
            if place and place._has_position():
                destination = f"{place.partner_latitude},{place.partner_longitude}"
            else:
                destination = visit.address
            visit.map_url = destination and map_url(destination)

    @api.depends("purpose", "commercial_partner_id", "lead_id")
    def _compute_display_name(self):
        for visit in self:
            subject = visit.commercial_partner_id.name or visit.lead_id.name
            visit.display_name = " · ".join(part for part in (subject, visit.purpose) if part)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # With the defaults of a form, which anybody may send along.
            vals_list = [self._add_missing_default_values(vals) for vals in vals_list]
            for vals in vals_list:
                self._refuse_facts([name for name in vals if name != "state" or vals[name] != "planned"])
        quiet = self.with_context(mail_auto_subscribe_no_notify=True)  # it is in the calendar, no mail per visit
        visits = super(SalesVisit, quiet).create(vals_list).with_env(self.env)
        visits._check_planner()
        visits._check_document_access(DOCUMENT_FIELDS)
        visits._adopt_photos()
        visits._sync_event()
        visits._notify_board(visits.team_id)
        return visits

    def write(self, vals):
        vals = {**vals}
        scope = vals.pop("recurrence_update", None)
        if not self._in_action():
            self._refuse_facts(vals)
            self._check_open_to_changes(FIXED_FIELDS & vals.keys())
        if scope == "following":
            self._write_following(vals)
        teams = self.team_id
        result = super().write(vals)
        if PLAN_FIELDS & vals.keys():
            self._check_planner()
        self._check_document_access(DOCUMENT_FIELDS & vals.keys())
        if "photo_ids" in vals:
            self._adopt_photos()
        if EVENT_FIELDS & vals.keys():
            self._sync_event()
        if LOGGED_FIELDS & vals.keys():
            self._update_interaction()
        self._notify_board(teams | self.team_id)
        return result

    def _transition(self, vals):
        """Write what only the buttons change."""
        return self._write_decided(vals)

    def _refuse_facts(self, field_names):
        """State, times and positions come from the buttons alone, for managers too; only a migration brings its own."""
        facts = [name for name in field_names if name in FACT_FIELDS or name.startswith(("check_in_", "check_out_"))]
        if facts:
            raise UserError(
                self.env._(
                    "%(fields)s can't be written: what happened comes from the buttons of the visit.",
                    fields=", ".join(facts),
                )
            )

    def _check_open_to_changes(self, field_names):
        if field_names and (visit := self.filtered(lambda visit: visit.state in ("in_progress", "done"))[:1]):
            labels = self.fields_get(sorted(field_names), ["string"])
            raise UserError(
                self.env._(
                    'The visit "%(visit)s" has begun: %(fields)s can\'t change any more. Plan another visit instead.',
                    visit=visit.display_name,
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )

    def _check_planner(self):
        """One plans for oneself; leads plan for the people of the teams that they lead, managers for everybody."""
        if self.env.su or self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            return
        for visit in self.filtered(lambda visit: visit.user_id != self.env.user):
            team = visit.team_id
            if team.user_id != self.env.user or visit.user_id not in team.member_ids:
                raise AccessError(
                    self.env._(
                        "You plan visits for yourself, and as a team lead for the people of your team: "
                        "%(person)s is not one of them.",
                        person=visit.user_id.name,
                    )
                )

    def _check_document_access(self, field_names):
        """A visit shows whom it is for: only who may open the document can plan one for it."""
        for field_name in field_names:
            self[field_name].check_access("read")

    def _adopt_photos(self):
        """A photo taken before the visit was saved is seen by those who see the visit."""
        for visit in self:
            # As superuser: it is the caller's own upload, which belongs to no record yet.
            uploads = visit.photo_ids.sudo().filtered(lambda photo: not photo.res_id)
            photos = uploads.filtered(lambda photo: photo.create_uid.id == self.env.uid)
            photos.write({"res_model": self._name, "res_id": visit.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for visit in self.filtered(lambda visit: visit.state in ("in_progress", "done")):
            raise UserError(
                self.env._('The visit "%(visit)s" took place: it stays on record.', visit=visit.display_name)
            )

    def unlink(self):
        # As superuser: the event belongs to the visit, whoever its organizer is.
        events = self.sudo().with_context(active_test=False).event_id
        teams = self.team_id
        result = super().unlink()
        events.unlink()
        self._notify_board(teams)
        return result

    def action_cancel(self):
        """Cancel visits that have not begun."""
        for visit in self.filtered(lambda visit: visit.state in ("in_progress", "done")):
            raise UserError(
                self.env._(
                    'The visit "%(visit)s" has begun and can\'t be cancelled. Check out instead.',
                    visit=visit.display_name,
                )
            )
        return self._transition({"state": "cancelled"})

    def action_plan(self):
        """Plan missed and cancelled visits again; one whose day has passed moves to the next hour."""
        for visit in self.filtered(lambda visit: visit.state in ("missed", "cancelled")):
            is_past = visit.day < visit.company_id._sales_today()
            visit._transition({"state": "planned", **({"date_start": self._next_hour()} if is_past else {})})
        return True

    @api.model
    def cron_mark_missed(self):
        """Mark planned visits whose day has passed, in the time zone of their company, as missed.

        So many at once that the statements do not depend on their number; what the scheduler has no time for is left to
        its next run.

        :return: ``{'missed': n}``
        :raise AccessError: for anyone but a sales administrator
        """
        self.check_access("unlink")
        visits = self.search(
            Domain("state", "=", "planned")
            & Domain.OR(
                Domain("company_id", "=", company.id) & Domain("day", "<", company._sales_today())
                for company in self.env["res.company"].search([])
            )
        )
        is_job = self.env.context.get("cron_id")
        commit_progress = self.env["ir.cron"]._commit_progress if is_job else lambda *args, **kwargs: True
        commit_progress(remaining=len(visits))
        missed = 0
        for start in range(0, len(visits), MISSED_AT_ONCE):
            batch = visits[start : start + MISSED_AT_ONCE]
            batch._transition({"state": "missed"})
            missed += len(batch)
            if not commit_progress(len(batch)):
                break
        return {"missed": missed}


def map_url(destination):
    """A link that opens the route in the phone's map application, or else in the browser."""
    return f"https://www.google.com/maps/dir/?{urlencode({'api': 1, 'destination': destination})}"
