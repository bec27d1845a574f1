from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .sales_commission_rule import ROLES


class SalesCommissionAssignment(models.Model):
    """A person who earns under a plan, from one day to another.

    People belong to the plan rather than to one of its versions: they come and go while the terms hold, and stay
    when the terms change.
    """

    _name = "sales.commission.assignment"
    _description = "Commission Assignment"
    _order = "plan_id, date_from, id"
    _rec_name = "user_id"
    _check_company_auto = True

    plan_id = fields.Many2one(comodel_name="sales.commission.plan", required=True, ondelete="cascade", index=True)
    # Stored for the record rules.
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    role = fields.Selection(selection=ROLES, required=True, default="seller", help="The rules of this role pay.")
    date_from = fields.Date(string="From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(string="To", help="Last day. Empty: without end.")

    _dates = models.Constraint("CHECK (date_to >= date_from)", "An assignment can't end before it begins.")

    @api.model
    def _default_date_from(self):
        return self.env.company._sales_today().replace(day=1)

    @api.constrains("plan_id", "user_id", "date_from", "date_to")
    def _check_overlap(self):
        """Two assignments of a person on one day would pay the same sale twice."""
        for assignment in self:
            other = self.search(
                [
                    ("plan_id", "=", assignment.plan_id.id),
                    ("user_id", "=", assignment.user_id.id),
                    ("id", "!=", assignment.id),
                    ("date_from", "<=", assignment.date_to or fields.Date.to_date("9999-12-31")),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", assignment.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        '%(person)s is already assigned to "%(plan)s" from %(date_from)s. '
                        "End that assignment before the new one begins.",
                        person=assignment.user_id.name,
                        plan=assignment.plan_id.name,
                        date_from=format_date(self.env, other.date_from),
                    )
                )
