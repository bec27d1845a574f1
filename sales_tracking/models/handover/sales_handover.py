from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ...tools.people import responsible

ADMINISTRATOR = "sales_team.group_sale_manager"


class SalesHandover(models.Model):
    """The open work of a person who leaves, given to others: first as a preview, then as a record of who got what.

    Only what is still to come changes hands. What the person did, sold and was measured by stays theirs. A sales
    administrator hands over anybody's work, a team lead that of a member to other members.
    """

    _name = "sales.handover"
    _description = "Handover of Work"
    _inherit = ["mail.thread", "mail.activity.mixin", "sales.guarded.mixin"]
    _order = "id desc"
    _rec_name = "leaver_id"
    _check_company_auto = True

    _given_once = frozenset({"company_id", "leaver_id"})

    leaver_id = fields.Many2one(
        comodel_name="res.users",
        string="Work Of",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        context={"active_test": False},
    )
    successor_id = fields.Many2one(
        comodel_name="res.users",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id), ('id', '!=', leaver_id)]",
        tracking=True,
        help="Gets all of it, except the kinds of work that have a successor of their own.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        help="The work in this company and its branches.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The team whose lead may hand over.",
    )
    state = fields.Selection(
        selection=[("draft", "Preview"), ("done", "Handed Over")],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    done_by_id = fields.Many2one(comodel_name="res.users", string="Handed Over by", readonly=True, copy=False)
    done_on = fields.Datetime(string="Handed Over on", readonly=True, copy=False)
    line_ids = fields.One2many(comodel_name="sales.handover.line", inverse_name="handover_id", string="Work")

    _draft_once = models.UniqueIndex(
        "(leaver_id, company_id) WHERE state = 'draft'",
        "A handover of this person's work is being prepared already: open that one.",
    )

    @api.depends("leaver_id", "company_id")
    def _compute_team_id(self):
        for handover in self:
            handover.team_id = handover._teams_of(handover.leaver_id)[:1]

    @api.constrains("leaver_id", "successor_id", "company_id")
    def _check_people(self):
        for handover in self:
            handover._check_leaver()
            handover._check_successor(handover.successor_id)

    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        for handover in handovers:
            handover._check_right(handover.successor_id)
            handover._add_lines()
        return handovers

    def write(self, vals):
        if not self._is_deciding():
            self._check_draft()
        result = super().write(vals)
        if "successor_id" in vals:
            for handover in self:
                handover._check_right(handover.successor_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_draft(self):
        for handover in self:
            if handover.state != "draft":
                raise UserError(
                    self.env._(
                        "The work of %(person)s was handed over on %(day)s, which stays on record. Prepare another "
                        "handover for what is left.",
                        person=handover.leaver_id.name,
                        day=format_date(self.env, handover.done_on),
                    )
                )

    def _add_lines(self):
        """Add a line for each kind of work of which there is some, whoever may see it."""
        lines = self.env["sales.handover.line"].sudo()
        lines = lines.create([{"handover_id": self.id, "kind": kind} for kind in lines._kinds()])
        lines.filtered(lambda line: not line.count).unlink()

    @api.model
    def _teams_of(self, user):
        """The teams of a person, the latest first; of one who has left, the last one."""
        memberships = self.env["crm.team.member"].sudo()
        found = memberships.search([("user_id", "=", user.id)], order="id desc")
        if not found and not user.sudo().active:
            domain = [("user_id", "=", user.id), ("active", "=", False)]
            found = memberships.search(domain, order="write_date desc, id desc", limit=1)
        return found.crm_team_id.filtered("active").sudo(self.env.su)

    def _check_leaver(self):
        """Work is handed over in a company for which the person works or worked, or in one of its branches."""
        companies = self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])
        if not companies & self.leaver_id.sudo().company_ids:
            raise ValidationError(
                self.env._(
                    "%(person)s does not work in %(company)s: prepare the handover in a company where the work is.",
                    person=self.leaver_id.name,
                    company=self.company_id.name,
                )
            )

    def _check_successor(self, successor):
        """Work goes to somebody who is here, and who may work in the company."""
        if successor == self.leaver_id and successor:
            raise ValidationError(self.env._("The work of %s can't go to the same person.", successor.name))
        person = successor.sudo()
        if person and (not person.active or person.share or self.company_id not in person.company_ids):
            raise ValidationError(
                self.env._(
                    "%(person)s can't take over: choose somebody who works in %(company)s.",
                    person=successor.name,
                    company=self.company_id.name,
                )
            )

    @api.model
    def _is_administrator(self):
        return self.env.su or self.env.user.has_group(ADMINISTRATOR)

    def _check_right(self, successors):
        """Administrators hand over anybody's work, a lead that within the own team.

        :raise AccessError: from anyone else
        """
        if self._is_administrator():
            return
        for person in self.leaver_id | successors:
            if self.env.user not in self._teams_of(person).sudo().user_id:
                raise AccessError(
                    self.env._(
                        "You lead no team of %(person)s. A team lead hands over the work of a member to other members; "
                        "ask a sales administrator for anything else.",
                        person=person.name,
                    )
                )

    def action_hand_over(self):
        """Give the work to those who are chosen. What can't be given stays, and its line says why."""
        self.check_access("write")
        for handover in self:
            handover._check_draft()
            chosen = handover.line_ids.filtered(lambda line: line.is_included and line.count and line._may_give())
            if missing := chosen.filtered(lambda line: not line._successor())[:1]:
                raise UserError(
                    self.env._(
                        "Choose who gets the work of %(person)s (%(kind)s), or take it off the handover.",
                        person=handover.leaver_id.name,
                        kind=missing._kind_label(),
                    )
                )
            successors = self.env["res.users"].union(*(line._successor() for line in chosen))
            for successor in successors:
                handover._check_successor(successor)
            handover._check_right(successors)
            for line in handover.line_ids:
                line._hand_over() if line in chosen else line._leave()
            handover._write_decided({"state": "done", "done_by_id": self.env.uid, "done_on": fields.Datetime.now()})
            handover.sudo().activity_ids.action_feedback()
        return True

    @api.model
    def _offer(self, leaver):
        """Prepare a handover in each company where the person leaves work behind, and ask someone to see to it.

        :return: the handovers that are prepared
        """
        handovers = self.sudo()
        for company in leaver.sudo().company_ids:
            handovers |= self.sudo().with_company(company)._offer_in(leaver, company)
        return handovers.sudo(self.env.su)

    def _offer_in(self, leaver, company):
        existing = self.search(
            [("leaver_id", "=", leaver.id), ("company_id", "=", company.id), ("state", "=", "draft")]
        )
        if existing:
            return existing
        handover = self.create({"leaver_id": leaver.id, "company_id": company.id})
        if not handover.line_ids:
            handover.unlink()
            return self.browse()
        person = handover._responsible()
        handover.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=handover.with_context(lang=person.lang).env._("Hand over the work of %s", leaver.name),
            user_id=person.id,
        )
        return handover

    def _keep_activities(self):
        """Give the activities to who is asked to hand over: in the name of somebody archived they would be lost."""
        for handover in self:
            activities = handover.line_ids.filtered(lambda line: line.kind == "activity")._records()
            quiet = activities.with_context(mail_activity_quick_update=True)
            quiet.user_id = handover._responsible()

    def _responsible(self):
        """Who sees to it: the lead of the person's team, or else a sales administrator."""
        administrators = self.env.ref(ADMINISTRATOR).sudo().all_user_ids - self.leaver_id
        return responsible(self.company_id, self.team_id.sudo().user_id - self.leaver_id, administrators)

    @api.model
    def _prepare(self, leaver):
        """Open the handover of a person's work that is being prepared, or a new one."""
        handover = self.search(
            [("leaver_id", "=", leaver.id), ("company_id", "=", self.env.company.id), ("state", "=", "draft")]
        )
        return (handover or self.create({"leaver_id": leaver.id}))._open()

    def _open(self):
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_handover_action")
        if len(self) > 1:
            return {**action, "domain": [("id", "in", self.ids)], "context": {}}
        return {**action, "views": [(False, "form")], "res_id": self.id, "context": {}}
