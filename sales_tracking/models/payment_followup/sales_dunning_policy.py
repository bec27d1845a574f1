from odoo import api, fields, models


class SalesDunningPolicy(models.Model):
    """How unpaid invoices are followed up: levels, reached so many days after an instalment falls due.

    An instalment follows the policy of its invoice, else that of its customer, else the first one of its company, else
    of the nearest company above a branch, else the first one of all companies.
    """

    _name = "sales.dunning.policy"
    _description = "Payment Follow-Up Policy"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        index="btree_not_null",
        help="The company and its branches, unless they have a policy of their own. Empty: all companies.",
    )
    catch_up = fields.Selection(
        selection=[("sequential", "One Level After the Other"), ("jump", "Highest Level Reached")],
        required=True,
        default="sequential",
        help="What happens when several levels are due at once, because the job stood still or a pause has ended: the "
        "lowest of them goes out and the others after its interval, or the highest at once.",
    )
    quiet_days = fields.Integer(
        string="Days Between Reminders",
        required=True,
        default=0,
        help="A customer gets no two reminders within this number of days, whichever invoices they are about. 0: as "
        "the levels say.",
    )
    grace_days = fields.Integer(
        string="Grace for Promises",
        required=True,
        default=2,
        help="A promise counts as broken when this number of days has passed since the promised day.",
    )
    interest_rate = fields.Float(
        string="Interest per Year",
        digits=(5, 2),
        help="In percent of what is overdue, for each day on the balance of that day, a year having 365 days.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Of the fees and the least amounts. A company with another currency claims them at the rate of the day.",
    )
    charge_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Product for Charges",
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="Fees and interest are invoiced with this product's account and taxes, when somebody asks for it.",
    )
    level_ids = fields.One2many(
        comodel_name="sales.dunning.level", inverse_name="policy_id", string="Levels", copy=True
    )

    _quiet_positive = models.Constraint("CHECK (quiet_days >= 0)", "The days between reminders can't be negative.")
    _grace_positive = models.Constraint("CHECK (grace_days >= 0)", "The grace for promises can't be negative.")
    _interest_positive = models.Constraint("CHECK (interest_rate >= 0)", "The interest can't be negative.")

    @api.depends("company_id")
    def _compute_currency_id(self):
        for policy in self:
            company = policy.company_id or (self.env.company if not policy.currency_id else None)
            policy.currency_id = company.currency_id if company else policy.currency_id

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", policy.name)}
            for policy, vals in zip(self, super().copy_data(default=default), strict=True)
        ]
