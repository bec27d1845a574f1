from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import float_compare, format_date

from .sales_commission_rule import ROLES

BENEFICIARIES = [("user", "Salesperson"), ("agent", "External Agent"), ("team", "Sales Team")]
WHOSE_SALES = ("user_id", "agent_id", "team_id", "managed_user_id", "managed_team_id")
END_OF_TIME = fields.Date.to_date("9999-12-31")


class SalesCommissionAssignment(models.Model):
    """Who earns under a plan, from one day to another: a salesperson, an external agent, or people who share what a
    sales team sells.

    People belong to the plan rather than to one of its versions: they come and go while the terms hold, and stay
    when the terms change.
    """

    _name = "sales.commission.assignment"
    _description = "Commission Assignment"
    _inherit = ["sales.guarded.mixin"]
    _order = "plan_id, date_from, id"
    _check_company_auto = True

    plan_id = fields.Many2one(comodel_name="sales.commission.plan", required=True, ondelete="cascade", index=True)
    # Stored for the record rules.
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    beneficiary = fields.Selection(
        selection=BENEFICIARIES,
        string="Who Earns",
        required=True,
        default="user",
        help="Salesperson: earns on the own documents and shares of documents.\n"
        "External Agent: a contact who earns on the documents that name the contact as agent.\n"
        "Sales Team: the people listed share what is earned on the team's documents.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        ondelete="restrict",
        index=True,
        domain="[('share', '=', False), ('company_ids', 'child_of', company_id)]",
    )
    agent_id = fields.Many2one(
        comodel_name="res.partner",
        string="External Agent",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        ondelete="restrict",
        check_company=True,
        help="The team on whose documents the people listed earn.",
    )
    distribution_ids = fields.One2many(
        comodel_name="sales.commission.distribution", inverse_name="assignment_id", copy=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Payee", compute="_compute_partner_id", compute_sudo=True
    )
    role = fields.Selection(selection=ROLES, required=True, default="seller", help="The rules of this role pay.")
    managed_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person Managed",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'child_of', company_id)]",
        help="A manager override is paid on what this person sells, as long as the assignment lasts.",
    )
    managed_team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Team Led",
        ondelete="restrict",
        check_company=True,
        help="A manager override is paid on the documents of this team, as long as the assignment lasts.",
    )
    date_from = fields.Date(string="From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(string="To", help="Last day. Empty: without end.")
    draw_amount = fields.Monetary(string="Draw", help="What is paid at least in a period, in advance of commission.")
    draw_recoverable = fields.Boolean(
        string="Recoverable Draw",
        default=True,
        help="What the draw paid in advance is set off against later commission.",
    )
    payout_currency_id = fields.Many2one(
        comodel_name="res.currency",
        help="Statements are converted into this currency when they are confirmed. Empty: the company's currency.",
    )

    _dates = models.Constraint("CHECK (date_to >= date_from)", "An assignment can't end before it begins.")
    _draw_sign = models.Constraint("CHECK (draw_amount >= 0)", "A draw can't be negative.")
    _beneficiary_set = models.Constraint(
        "CHECK ((beneficiary = 'user') = (user_id IS NOT NULL) AND (beneficiary = 'agent') = (agent_id IS NOT NULL)"
        " AND (beneficiary = 'team') = (team_id IS NOT NULL))",
        "Name who earns: a salesperson, an external agent or a sales team, just one of them.",
    )
    _managed_set = models.Constraint(
        "CHECK ((role = 'override') = (num_nonnulls(managed_user_id, managed_team_id) = 1)"
        " AND num_nonnulls(managed_user_id, managed_team_id) <= 1)",
        "A manager override is for one person managed or one team led; other roles have neither.",
    )
    _override_of_a_person = models.Constraint(
        "CHECK (role != 'override' OR beneficiary = 'user')", "A manager override is paid to a salesperson."
    )

    @api.model
    def _default_date_from(self):
        return self.env.company._sales_today().replace(day=1)

    @api.constrains("plan_id", "user_id", "managed_user_id")
    def _check_people(self):
        for plan, assignments in self.grouped("plan_id").items():
            companies = plan._companies()
            people = assignments.user_id | assignments.managed_user_id | assignments.distribution_ids.user_id
            for person in people.filtered(lambda user, companies=companies: not user.company_ids & companies):
                raise ValidationError(
                    self.env._(
                        "%(person)s works neither in %(company)s nor in a branch whose documents pay. Choose somebody "
                        "else, or make a plan of the other company.",
                        person=person.name,
                        company=plan.company_id.name,
                    )
                )

    @api.constrains("plan_id", "role", "date_from", "date_to", *WHOSE_SALES)
    def _check_overlap(self):
        """Two assignments of a person on one day would pay the same sale twice."""
        for assignment in self:
            same = Domain("role", "=" if assignment.role == "override" else "!=", "override")
            same &= Domain.AND(Domain(name, "=", assignment[name].id) for name in WHOSE_SALES)
            for other in self.search(assignment._same_days() & same & Domain("id", "!=", assignment.id), limit=1):
                raise ValidationError(
                    self.env._(
                        '%(person)s is already assigned to "%(plan)s" from %(date_from)s. '
                        "End that assignment before the new one begins.",
                        person=assignment.display_name,
                        plan=assignment.plan_id.name,
                        date_from=format_date(self.env, other.date_from),
                    )
                )

    @api.constrains("plan_id", "user_id", "role", "managed_user_id", "date_from", "date_to")
    def _check_management_line(self):
        """Nobody manages themselves, neither directly nor through others, on any day."""
        for assignment in self.filtered("managed_user_id"):
            if assignment.managed_user_id in assignment._line_upwards():
                raise ValidationError(
                    self.env._(
                        'In "%(plan)s", %(manager)s can\'t manage %(person)s, who stands above %(manager)s in the '
                        "management line. Change or end one of these assignments.",
                        plan=assignment.plan_id.name,
                        manager=assignment.user_id.name,
                        person=assignment.managed_user_id.name,
                    )
                )

    @api.model
    def _gains(self, before, after, takes_back=False):
        """Tell whether the caller earns more on a document that is credited to others than before.

        Every assignment of the caller counts, also those of other days: a sale counts on its own day.

        :param tuple before: (salesperson, team) to whom the document was credited
        :param tuple after: those to whom it is credited now
        :param bool takes_back: it is a credit note, which earns less than nothing
        """
        user = self.env.user
        # As superuser: plans that the caller may not see pay as well.
        assignments = self.sudo().search(["|", ("user_id", "=", user.id), ("distribution_ids.user_id", "=", user.id)])
        parts = assignments.distribution_ids.filtered(lambda part: part.user_id == user)
        managed = assignments.filtered(lambda assignment: assignment.role == "override")._managed()
        decides = user.has_group("sales_team.group_sale_manager")

        def earns(seller, team):
            """As the salesperson, as one of those who share what a team sells, as a manager."""
            of_team = parts.filtered(lambda part: part.assignment_id.team_id == team)
            is_managed = seller != user and (seller in managed["people"] or team in managed["teams"])
            return seller == user, sum(of_team.mapped("share")), is_managed and not decides

        changes = zip(earns(*before), earns(*after), strict=True)
        return any(now < then if takes_back else now > then for then, now in changes)

    def _managed(self):
        """Return whom these assignments of managers pay on, directly or through other managers.

        :return: {"people": users, "teams": teams}
        """
        found = self
        while below := (self.search([("role", "=", "override"), ("user_id", "in", found.managed_user_id.ids)]) - found):
            found |= below
        return {"people": found.managed_user_id, "teams": found.managed_team_id}

    def _line_upwards(self):
        """The manager of the assignment, and whoever stands above during some of its days."""
        self.ensure_one()
        links = self.search(self._same_days() & Domain("managed_user_id", "!=", False))
        reached = seen = [(self.user_id, self.date_from, self.date_to or END_OF_TIME)]
        while reached:
            above = [
                (link.user_id, max(link.date_from, first), min(link.date_to or END_OF_TIME, last))
                for person, first, last in reached
                for link in links
                if link.managed_user_id == person and link.date_from <= last and (link.date_to or END_OF_TIME) >= first
            ]
            reached = [step for step in dict.fromkeys(above) if step not in seen]
            seen = seen + reached
        return self.env["res.users"].union(*(person for person, _first, _last in seen))

    def _same_days(self) -> Domain:
        """Assignments of the plan that share a day with this one."""
        return (
            Domain("plan_id", "=", self.plan_id.id)
            & Domain("date_from", "<=", self.date_to or END_OF_TIME)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", self.date_from))
        )

    @api.constrains("beneficiary", "distribution_ids")
    def _check_distribution(self):
        for assignment in self:
            total = sum(assignment.distribution_ids.mapped("share"))
            if float_compare(total, 100 if assignment.beneficiary == "team" else 0, precision_digits=4):
                raise ValidationError(
                    self.env._(
                        "The shares of %(team)s sum to %(total)s %%. List the people who share what the team earns, so "
                        "that their shares sum to 100 %%.",
                        team=assignment.display_name,
                        total=round(total, 4),
                    )
                )

    @api.depends("user_id", "agent_id")
    def _compute_partner_id(self):
        for assignment in self:
            assignment.partner_id = assignment.agent_id or assignment.user_id.partner_id

    @api.depends("user_id.name", "agent_id.name", "team_id.name")
    def _compute_display_name(self):
        for assignment in self:
            who = assignment.user_id or assignment.agent_id or assignment.team_id
            assignment.display_name = who.display_name

    @api.onchange("beneficiary", "role")
    def _onchange_beneficiary(self):
        """What the choice hides is empty."""
        for name, beneficiary in (("user_id", "user"), ("agent_id", "agent"), ("team_id", "team")):
            if self.beneficiary != beneficiary:
                self[name] = False
        if self.role != "override":
            self.managed_user_id = self.managed_team_id = False
        if self.beneficiary != "team":
            self.distribution_ids = [Command.clear()]

    @api.onchange("managed_team_id")
    def _onchange_managed_team_id(self):
        self.user_id = self.user_id or self.managed_team_id.user_id


class SalesCommissionDistribution(models.Model):
    """A person's share of what a sales team earns under an assignment."""

    _name = "sales.commission.distribution"
    _description = "Commission Distribution"
    _inherit = ["sales.guarded.mixin"]
    _order = "assignment_id, sequence, id"
    _rec_name = "user_id"
    _check_company_auto = True

    assignment_id = fields.Many2one(
        comodel_name="sales.commission.assignment", required=True, ondelete="cascade", index=True
    )
    # Stored for the record rules.
    company_id = fields.Many2one(related="assignment_id.company_id", store=True)
    sequence = fields.Integer(default=10, help="Of equal remainders of a cent, the first in this order gets it.")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('share', '=', False), ('company_ids', 'child_of', company_id)]",
    )
    share = fields.Float(string="Share (%)", digits=(7, 4), required=True, help="The shares sum to 100 %.")

    _user_unique = models.Constraint(
        "UNIQUE(assignment_id, user_id)", "A person can have only one share of what a team earns: add the shares up."
    )
    _share_range = models.Constraint("CHECK (share > 0 AND share <= 100)", "A share is above 0 % and at most 100 %.")

    @api.constrains("user_id")
    def _check_people(self):
        self.assignment_id._check_people()
