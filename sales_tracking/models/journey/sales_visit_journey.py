from odoo import api, fields, models

SALES = "sales_team.group_sale_salesman"


class SalesVisit(models.Model):
    """A visit of a journey plan, and how the trade calls what became of one."""

    _inherit = "sales.visit"

    journey_plan_id = fields.Many2one(
        comodel_name="sales.journey.plan", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    plan_day = fields.Date(
        string="Day in the Plan",
        readonly=True,
        copy=False,
        help="The day of the published journey plan. It stays when the visit is moved: adherence is measured by it.",
    )
    is_unplanned = fields.Boolean(
        string="Unplanned",
        compute="_compute_is_unplanned",
        store=True,
        copy=False,
        help="The person added the visit on its own day, without a plan.",
    )
    unvisited_reason_id = fields.Many2one(
        comodel_name="sales.interaction.outcome",
        string="Not Visited Because",
        domain="[('visit_result', '=', 'unvisited')]",
        ondelete="restrict",
        copy=False,
        help="Why a planned visit was not made.",
    )
    actual_sequence = fields.Integer(
        string="Actual Position",
        compute="_compute_actual_sequence",
        groups=SALES,
        help="Position of the visit in the day as it was made, by the check-ins. 0: not made.",
    )

    @api.depends("day", "journey_plan_id", "user_id")
    def _compute_is_unplanned(self):
        for visit in self:
            created = visit.company_id._sales_day(visit.create_date or fields.Datetime.now())
            visit.is_unplanned = (
                not visit.journey_plan_id and visit.create_uid == visit.user_id and visit.day and visit.day <= created
            )

    @api.depends("check_in_time", "day", "user_id")
    def _compute_actual_sequence(self):
        made = self.env["sales.visit"].search(
            [
                ("user_id", "in", self.user_id.ids),
                ("day", "in", list({visit.day for visit in self})),
                ("check_in_time", "!=", False),
            ],
            order="check_in_time, id",
        )
        by_day = made.grouped(lambda visit: (visit.user_id, visit.day))
        for visit in self:
            of_day = by_day.get((visit.user_id, visit.day), made.browse())
            visit.actual_sequence = of_day.ids.index(visit._origin.id) + 1 if visit._origin in of_day else 0
