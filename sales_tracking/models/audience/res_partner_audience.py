from math import inf

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .age import AGE_BANDS, age_on, band_of, births_of_ages, latest_birth

READERS = "sales_team.group_sale_salesman"


class ResPartner(models.Model):
    """Who a person is: for sales only, in every way of reading. Companies have neither age nor gender."""

    _inherit = "res.partner"

    birth_date = fields.Date(groups=READERS, copy=False, index="btree_not_null")
    age = fields.Integer(
        compute="_compute_age",
        search="_search_age",
        groups=READERS,
        aggregator=None,
        help="In completed years, today in the time zone of the company.",
    )
    age_band = fields.Selection(
        selection=[
            ("0_17", "Under 18"),
            ("18_24", "18-24"),
            ("25_34", "25-34"),
            ("35_44", "35-44"),
            ("45_54", "45-54"),
            ("55_64", "55-64"),
            ("65_plus", "65 and over"),
        ],
        compute="_compute_age",
        search="_search_age_band",
        groups=READERS,
    )
    gender = fields.Selection(
        selection=[("female", "Female"), ("male", "Male"), ("other", "Other")], groups=READERS, copy=False
    )
    audience_tag_ids = fields.Many2many(
        comodel_name="sales.audience.tag",
        string="Audience Tags",
        copy=False,
        groups=READERS,
        help="The social environment: family, education, occupation, interests.",
    )

    @api.constrains("birth_date")
    def _check_birth_date(self):
        today = self.env.company._sales_today()
        for partner in self:
            if partner.birth_date and partner.birth_date > today:
                raise ValidationError(
                    self.env._(
                        "%(name)s can't have been born on %(date)s, which is in the future. Correct the birth date.",
                        name=partner.display_name,
                        date=partner.birth_date,
                    )
                )

    @api.depends("birth_date")
    @api.depends_context("company")
    def _compute_age(self):
        today = self.env.company._sales_today()
        for partner in self:
            birth = partner.birth_date
            # A date of birth being typed may lie ahead until it is refused.
            partner.age = birth and max(age_on(today, birth), 0)
            partner.age_band = birth and band_of(partner.age)

    @api.model
    def _search_age(self, operator, value):
        today = self.env.company._sales_today()
        if operator == "in":
            return Domain.OR(self._aged(today, age, age) if age is not False else [("birth_date", "=", False)]
                             for age in value)  # fmt: skip
        if operator in ("<", ">", "<=", ">="):
            return Domain("birth_date", *births_of_ages(today, operator, value or 0))
        return NotImplemented

    @api.model
    def _search_age_band(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._sales_today()
        return Domain.OR(self._aged(today, *AGE_BANDS[band]) if band else [("birth_date", "=", False)]
                         for band in value if not band or band in AGE_BANDS)  # fmt: skip

    @api.model
    def _aged(self, today, first, last):
        """Those whose age on the day is between the two, both included."""
        oldest = Domain.TRUE if last == inf else Domain("birth_date", *births_of_ages(today, "<=", last))
        return Domain("birth_date", *births_of_ages(today, ">=", first)) & oldest

    def _field_to_sql(self, alias, field_expr, query=None):
        """Bands of age are grouped by, from the oldest date of birth down."""
        if field_expr != "age_band":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields["age_band"], "read")
        birth = super()._field_to_sql(alias, "birth_date", query)
        today = self.env.company._sales_today()
        return SQL(
            "CASE %s END",
            SQL(" ").join(
                SQL("WHEN %s <= %s THEN %s", birth, latest_birth(today, first), band)
                for band, (first, _last) in reversed(AGE_BANDS.items())
            ),
        )
