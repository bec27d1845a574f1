from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .occurrences import LONGEST_SERIES, occurrences

SERIES_FIELDS = ("company_id", "lead_id", "partner_id", "planned_hours", "purpose", "sequence", "team_id", "user_id")


class SalesVisitRecurrence(models.Model):
    """The rule of a series of visits.

    Each visit keeps the moment of the rule that it fills (`recurrence_slot`), so that one that is moved, made or
    cancelled alone keeps its place and is not planned a second time.
    """

    _name = "sales.visit.recurrence"
    _description = "Visit Recurrence"
    _inherit = ["sales.guarded.mixin"]
    _rec_name = "visit_id"

    _given_once = frozenset({"visit_id"})

    visit_id = fields.Many2one(
        comodel_name="sales.visit", string="First Visit", required=True, readonly=True, ondelete="cascade", index=True
    )
    visit_ids = fields.One2many(comodel_name="sales.visit", inverse_name="recurrence_id")
    user_id = fields.Many2one(related="visit_id.user_id", store=True, index=True)
    team_id = fields.Many2one(related="visit_id.team_id", store=True, index=True)
    company_id = fields.Many2one(related="visit_id.company_id", store=True, index=True)
    interval = fields.Integer(string="Every", default=1, required=True)
    unit = fields.Selection(selection=[("week", "Weeks"), ("month", "Months")], default="week", required=True)
    end_type = fields.Selection(
        selection=[("count", "After a Number of Visits"), ("until", "On a Day")], string="Ends", default="count",
        required=True,
    )  # fmt: skip
    count = fields.Integer(string="Number of Visits", default=4, help="The first one included; 104 at the most.")
    until = fields.Date(string="Last Day")

    _interval_positive = models.Constraint("CHECK (interval > 0)", "Visits repeat every week or month, or more rarely.")
    _has_end = models.Constraint(
        "CHECK (CASE WHEN end_type = 'count' THEN count > 0 ELSE until IS NOT NULL END)",
        "Say when the series ends: after a number of visits of 1 or more, or on a day.",
    )

    @api.constrains("count", "interval", "end_type")
    def _check_length(self):
        for series in self:
            if series.end_type == "count" and series.count > LONGEST_SERIES:
                raise ValidationError(
                    self.env._("A series has at most %(limit)s visits: enter fewer.", limit=LONGEST_SERIES)
                )
            if series.interval > LONGEST_SERIES:
                raise ValidationError(
                    self.env._("Visits repeat after at most %(limit)s weeks or months.", limit=LONGEST_SERIES)
                )

    def action_apply(self):
        """Plan the visits of the rule; those that have begun, and those cancelled, stay; planned ones that no longer
        belong to it go."""
        self.ensure_one()
        self.check_access("write")
        first = self.visit_id
        if first.recurrence_id != self:
            first._write_decided({"recurrence_id": self.id, "recurrence_slot": first.date_start})
        slots = self._slots()
        # As superuser: a visit that was given to somebody else keeps its place.
        visits = self.env["sales.visit"].sudo().search([("recurrence_id", "=", self.id)])
        taken = set(visits.mapped("recurrence_slot"))
        self.env["sales.visit"]._create_decided(
            [
                {
                    **{name: first[name].id if first._fields[name].relational else first[name]
                       for name in SERIES_FIELDS},
                    "date_start": slot,
                    "recurrence_id": self.id,
                    "recurrence_slot": slot,
                }
                for slot in slots
                if slot not in taken
            ]
        )  # fmt: skip
        obsolete = self.visit_ids.filtered(
            lambda visit: visit.state == "planned" and visit != first and visit.recurrence_slot not in slots
        )
        # As superuser: the person whose visits they are changes the rule without the right to delete visits.
        obsolete.sudo().unlink()
        return {"type": "ir.actions.act_window_close"}

    def _slots(self):
        """The moments (UTC) of the series, at the same hour of the company's clock each time."""
        zone = ZoneInfo(self.company_id.sales_tz)
        first = self.visit_id.recurrence_slot.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)
        ends = {"count": self.count} if self.end_type == "count" else {"until": self.until}
        return [
            moment.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)
            for moment in occurrences(first, self.unit, self.interval, **ends)
        ]


class SalesVisit(models.Model):
    _inherit = "sales.visit"

    recurrence_id = fields.Many2one(
        comodel_name="sales.visit.recurrence", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    recurrence_slot = fields.Datetime(readonly=True, copy=False)
    recurrence_update = fields.Selection(
        selection=[("this", "This visit"), ("following", "This and following visits")],
        string="Change",
        default="this",
        store=False,
        help="Whether a change is for this visit alone, or for the planned ones of the series that follow too.",
    )

    def action_repeat(self):
        """Open the rule by which the visit repeats, a new one for a single visit."""
        self.ensure_one()
        recurrence = self.recurrence_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repeat Visit"),
            "res_model": "sales.visit.recurrence",
            "res_id": recurrence.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_visit_id": self.id},
        }

    def action_cancel_following(self):
        """Cancel the visit and the planned ones of its series that follow."""
        self.ensure_one()
        return (self | self._following()).filtered(lambda visit: visit.state == "planned").action_cancel()

    def _following(self):
        return self.recurrence_id.visit_ids.filtered(
            lambda visit: visit.state == "planned" and visit.recurrence_slot > self.recurrence_slot
        )

    def _write_following(self, vals):
        """Change the planned visits that follow like this one: the same values, and times moved as much.

        Called before the visit itself is written. From here on they are a series of their own.
        """
        if len(self) != 1 or not self.recurrence_id:
            raise UserError(self.env._("Only a visit of a series has following visits: change a single one."))
        zone = ZoneInfo(self.company_id.sales_tz)

        def wall(moment):
            return moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)

        start = fields.Datetime.to_datetime(vals.get("date_start")) or self.date_start
        stop = fields.Datetime.to_datetime(vals.get("date_stop"))
        shift = wall(start) - wall(self.date_start)
        same = {name: vals[name] for name in SERIES_FIELDS if name in vals}
        if stop:
            same["planned_hours"] = (stop - start).total_seconds() / 3600
        self._split_series()
        following = self._following()
        if same:
            following.write(same)
        if shift:
            for visit in self | following:
                slot = wall(visit.recurrence_slot) + shift
                moment = slot.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)
                visit._write_decided({"recurrence_slot": moment})
            for visit in following:
                moved = wall(visit.date_start) + shift
                visit.date_start = moved.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)

    def _split_series(self):
        """Make this visit and those that follow a series of their own; the old one ends before it."""
        series = self.recurrence_id
        if series.visit_id == self:
            return
        earlier = len([slot for slot in series._slots() if slot < self.recurrence_slot])
        later = series.copy({"visit_id": self.id, "count": max(series.count - earlier, 1)})
        followers = series.visit_ids.filtered(lambda visit: visit.recurrence_slot >= self.recurrence_slot)
        followers._write_decided({"recurrence_id": later.id})
        series.write({"end_type": "count", "count": max(earlier, 1)})
