from odoo import api, fields, models

from ...tools.setting_range import setting_range

FREQUENCIES = [
    ("week", "Every Week"),
    ("two_weeks", "Every Two Weeks"),
    ("month", "Every Month (Four Weeks)"),
    ("custom", "Custom"),
]
WEEKS = {"week": 1, "two_weeks": 2, "month": 4}


class SalesCustomerClass(models.Model):
    """How often the customers of a class are visited, and for how long."""

    _name = "sales.customer.class"
    _description = "Customer Class"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self._default_company_id(),
        help="Empty: the class serves every company.",
    )
    frequency = fields.Selection(selection=FREQUENCIES, string="Visited", required=True, default="month")
    interval_weeks = fields.Integer(
        string="Weeks between Visits",
        compute="_compute_interval_weeks",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="A customer of the class is due for a visit every so many weeks. A month is four weeks here, so that a "
        "customer keeps its weekday.",
    )
    visit_hours = fields.Float(
        string="Duration of a Visit", default=0.5, required=True, help="Hours that a plan allows for a visit."
    )
    partner_count = fields.Integer(string="Customers", compute="_compute_partner_count")

    _interval_in_a_year = setting_range(
        "interval_weeks", "Customers are visited every 1 to 52 weeks.", at_least=1, at_most=52
    )
    _visit_hours_of_a_day = setting_range(
        "visit_hours", "A visit takes more than 0 and at most 12 hours.", above=0, at_most=12
    )

    @api.depends("frequency")
    def _compute_interval_weeks(self):
        for each in self:
            each.interval_weeks = WEEKS.get(each.frequency, each.interval_weeks or 1)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_partner_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("customer_class_id", "in", self.ids)], ["customer_class_id"], ["__count"]
            )
        )
        for each in self:
            each.partner_count = counts.get(each._origin, 0)

    def action_view_partners(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.customer_visit_action")
        return {**action, "domain": [("customer_class_id", "=", self.id)], "context": {}}
