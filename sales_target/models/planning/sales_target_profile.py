from calendar import monthrange
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

SHARES = [f"share_{month:02}" for month in range(1, 13)]


def _share(label, default=8.33):
    return fields.Float(string=label, required=True, default=default, digits=(5, 2), aggregator=None)


class SalesTargetProfile(models.Model):
    """How the business of a year spreads over its calendar months, in percent that sum to 100."""

    _name = "sales.target.profile"
    _description = "Target Profile"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "name, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self._default_company_id(),
        help="Empty: the profile serves every company.",
    )
    share_01 = _share("January (%)")
    share_02 = _share("February (%)")
    share_03 = _share("March (%)")
    share_04 = _share("April (%)")
    share_05 = _share("May (%)")
    share_06 = _share("June (%)")
    share_07 = _share("July (%)")
    share_08 = _share("August (%)")
    share_09 = _share("September (%)")
    share_10 = _share("October (%)")
    share_11 = _share("November (%)")
    share_12 = _share("December (%)", default=8.37)
    total = fields.Float(string="Total (%)", compute="_compute_total", digits=(5, 2))

    _shares_positive = models.Constraint(
        f"CHECK (LEAST({', '.join(SHARES)}) >= 0)", "The share of a month can't be negative."
    )

    @api.constrains(*SHARES)
    def _check_total(self):
        for profile in self:
            if float_compare(profile.total, 100, precision_digits=2):
                raise ValidationError(
                    self.env._(
                        'The months of the profile "%(profile)s" sum to %(total)s %%. Change them so that they sum to '
                        "100 %%.",
                        profile=profile.name,
                        total=round(profile.total, 2),
                    )
                )

    @api.depends(*SHARES)
    def _compute_total(self):
        for profile in self:
            profile.total = sum(profile[share] for share in SHARES)

    def _weight(self, date_from: date, date_to: date) -> float:
        """The share of a year's business, in percent, that falls on the days of the span."""
        self.ensure_one()
        days = (date_from + timedelta(days=number) for number in range((date_to - date_from).days + 1))
        return sum(self[SHARES[day.month - 1]] / monthrange(day.year, day.month)[1] for day in days)
