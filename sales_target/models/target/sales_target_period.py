from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import float_compare, float_round, format_date

from odoo.addons.sales_tracking.fields import BlankFloat, BlankMonetary
from odoo.addons.sales_tracking.models.analytics.period import steps_between, year_before
from odoo.addons.sales_tracking.models.mixin.sales_guarded_mixin import DECISION
from odoo.addons.sales_tracking.tools.shares import share_out

from .sales_target import KEY_FIELDS
from .sales_target_figures import FIGURE_HELP

SHAPES = [
    ("even", "Evenly over Working Days"),
    ("profile", "By Profile"),
    ("last_year", "As Last Year"),
    ("manual", "By Hand"),
]
# A change of these spreads the amount anew.
SPREAD_FIELDS = {"amount", "shape", "step", "profile_id", "period_kind", *KEY_FIELDS}


class SalesTargetPeriod(models.Model):
    """The part of a target's amount that belongs to one of its months or weeks."""

    _name = "sales.target.period"
    _description = "Month or Week of a Target"
    _inherit = ["sales.guarded.mixin"]
    _order = "target_id, date_from"

    _given_once = frozenset({"date_from", "date_to", "target_id"})

    target_id = fields.Many2one(comodel_name="sales.target", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="target_id.company_id", store=True)
    currency_id = fields.Many2one(related="target_id.currency_id")
    date_from = fields.Date(string="Start Date", required=True, readonly=True)
    date_to = fields.Date(string="End Date", required=True, readonly=True)
    amount = fields.Monetary(string="Target Amount", required=True)
    actual = BlankMonetary(compute="_compute_actual", help=FIGURE_HELP["actual"])
    attainment = BlankFloat(compute="_compute_actual", help=FIGURE_HELP["attainment"])

    _date_unique = models.Constraint("UNIQUE(target_id, date_from)", "A month or week belongs to a target once.")
    _period = models.Constraint("CHECK (date_from <= date_to)", "A month or week ends on the day it starts or later.")
    _amount_positive = models.Constraint("CHECK (amount >= 0)", "A target is zero or more.")

    @api.depends("amount", "date_from", "date_to")
    def _compute_actual(self):
        spans = {period: (period.target_id, period.date_from, period.date_to) for period in self._origin}
        reached = self.env["sales.target.report"]._get_reached(spans.values())
        for period in self:
            value = reached.get(spans.get(period._origin), False)
            period.actual = value
            goal = period.amount if period.target_id.metric_id.direction == "higher" else value
            part = value if period.target_id.metric_id.direction == "higher" else period.amount
            period.attainment = part / goal if goal and value is not False else False

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for period in self:
            period.display_name = f"{format_date(self.env, period.date_from)} – {format_date(self.env, period.date_to)}"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_from_target()
        return super().create(vals_list)

    def write(self, vals):
        self._check_from_target()
        return super().write(vals)

    def unlink(self):
        self._check_from_target()
        return super().unlink()

    def _check_from_target(self):
        """The parts sum to the target, so that they change together, with the target."""
        if self.env.context.get("sales_target_spread") is not DECISION:
            raise UserError(self.env._("Change the months and weeks of a target on the target itself."))


class SalesTarget(models.Model):
    _inherit = "sales.target"

    shape = fields.Selection(
        selection=SHAPES,
        required=True,
        default="even",
        help="How the amount spreads over the period, which decides what is expected by now.\n"
        "Evenly over Working Days: each working day the same.\n"
        "By Profile: by the shares of the months in a profile.\n"
        "As Last Year: by what was reached in the same months or weeks a year before.\n"
        "By Hand: an amount per month or week.",
    )
    profile_id = fields.Many2one(
        comodel_name="sales.target.profile", ondelete="restrict", check_company=True, help="The shares of the months."
    )
    step = fields.Selection(
        selection=[("month", "Months"), ("week", "Weeks")], string="Spread over", required=True, default="month"
    )
    period_ids = fields.One2many(comodel_name="sales.target.period", inverse_name="target_id", string="Spread")

    @api.constrains("shape", "profile_id", "metric_id")
    def _check_shape(self):
        for target in self:
            if target.shape != "even" and not target.is_additive:
                raise ValidationError(
                    self.env._(
                        '"%(target)s" is expected in full from the first day on: an average has no parts that add up. '
                        "Leave it evenly spread.",
                        target=target.display_name,
                    )
                )
            if target.shape == "profile" and not target.profile_id:
                raise ValidationError(
                    self.env._('Choose the profile by which "%(target)s" spreads.', target=target.display_name)
                )

    @api.constrains("period_ids")
    def _check_periods(self):
        for target in self.filtered("period_ids"):
            total = sum(target.period_ids.mapped("amount"))
            if float_compare(total, target.amount, precision_digits=target._amount_digits()):
                raise ValidationError(
                    self.env._(
                        'The parts of "%(target)s" sum to %(total)s, the target is %(amount)s: they differ by '
                        "%(difference)s.",
                        target=target.display_name,
                        total=total,
                        amount=target.amount,
                        difference=total - target.amount,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        targets = super(SalesTarget, self._spreading()).create(vals_list).with_env(self.env)
        targets.filtered(lambda target: target.shape != "even" and not target.period_ids)._spread()
        return targets

    def write(self, vals):
        result = super(SalesTarget, self._spreading()).write(vals)
        if SPREAD_FIELDS & vals.keys() and "period_ids" not in vals:
            self._spread()
        return result

    def unlink(self):
        return super(SalesTarget, self._spreading()).unlink()

    def copy_data(self, default=None):
        """A copy is for the next period, unless it is for another node or other days: it would overlap otherwise."""
        vals_list = super().copy_data(default)
        for target, vals in zip(self, vals_list, strict=True):
            if target.shape == "manual":
                vals["shape"] = "even"
            if (default or {}).keys().isdisjoint(KEY_FIELDS):
                vals["date_from"], vals["date_to"] = target._next_period()
                if target.parent_id and target.parent_id.date_to < vals["date_to"]:
                    vals["parent_id"] = False
        return vals_list

    def _next_period(self) -> tuple[date, date]:
        self.ensure_one()
        first = self.date_to + timedelta(days=1)
        if self.period_kind == "custom":
            return first, self.date_to + (first - self.date_from)
        return self.company_id._sales_period_bounds(self.period_kind, first)

    def _spreading(self):
        return self.with_context(sales_target_spread=DECISION)

    def _spread(self):
        """Give each month or week its part of the amount, by the target's shape; the parts sum to it exactly."""
        for target in self:
            steps = list(steps_between(target.step, target.date_from, target.date_to))
            known = {(period.date_from, period.date_to): period.id for period in target.period_ids}
            if target.shape == "even":
                commands = [Command.clear()]
            elif target.shape == "manual" and known.keys() == set(steps):
                weights = target.period_ids.mapped("amount")
                commands = [
                    Command.update(period.id, {"amount": part})
                    for period, part in zip(target.period_ids, target._share(weights), strict=True)
                ]
            else:
                parts = target._share(target._step_weights(steps))
                commands = [Command.delete(known[span]) for span in known.keys() - set(steps)]
                for span, part in zip(steps, parts, strict=True):
                    vals = {"date_from": span[0], "date_to": span[1], "amount": part}
                    commands.append(Command.update(known[span], vals) if span in known else Command.create(vals))
            target._spreading()._transition({"period_ids": commands})

    def _share(self, weights: list[float]) -> list[float]:
        """The amount in proportion to the weights; in equal parts where none of these is above zero."""
        self.ensure_one()
        digits = self._amount_digits()
        weights = [max(weight, 0) for weight in weights]
        if not any(weights):
            weights = [1] * len(weights)
        return [float(part) for part in share_out(Decimal(f"{self.amount:.{digits}f}"), weights, digits)]

    def _amount_within(self, first: date, last: date) -> float:
        """Return the part of the amount that belongs to days of the target's period, by the way it spreads.

        The parts of spans that follow each other sum to the amount. Within a month or week it spreads evenly over the
        working days, as does all of an evenly spread one.
        """
        self.ensure_one()
        return float_round(
            self._amount_until(last) - self._amount_until(first - timedelta(days=1)),
            precision_digits=self._amount_digits(),
        )

    def _amount_until(self, day: date) -> float:
        """The part of the amount that belongs to the period until that day, rounded."""
        if day >= self.date_to:
            return self.amount
        amount = sum(period.amount for period in self.period_ids if period.date_to <= day)
        step = self.period_ids.filtered(lambda period: period.date_from <= day < period.date_to) or self
        if day >= self.date_from and (step != self or not self.period_ids):
            working_days = self.company_id._sales_working_days(step.date_from, step.date_to)
            if working_days:
                part = sum(working_day <= day for working_day in working_days) / len(working_days)
            else:
                part = ((day - step.date_from).days + 1) / ((step.date_to - step.date_from).days + 1)
            amount += step.amount * part
        return float_round(amount, precision_digits=self._amount_digits())

    def _step_weights(self, steps: list[tuple[date, date]]) -> list[float]:
        self.ensure_one()
        if self.shape == "profile":
            return [self.profile_id._weight(*step) for step in steps]
        if self.shape == "manual":
            return [len(self.company_id._sales_working_days(*step)) for step in steps]
        if self.step == "month":
            spans = [(self, *year_before(*step)) for step in steps]
        else:
            # 52 weeks before, where the week begins on the same weekday.
            spans = [(self, *(day - timedelta(weeks=52) for day in step)) for step in steps]
        reached = self.env["sales.target.report"]._get_reached(spans)
        return [reached[span] or 0 for span in spans]
