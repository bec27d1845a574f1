from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.base.models.res_partner import _tz_get

from ..tools.company_settings import DATED


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_tz = fields.Selection(
        selection=_tz_get,
        string="Sales Time Zone",
        compute="_compute_sales_tz",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        groups="base.group_user",
        help="A sale, visit or interaction counts on its day in this time zone, whoever looks at it. It stays once a "
        "commission was confirmed or a target closed.",
    )
    money_account_ids = fields.Many2many(
        comodel_name="account.account",
        relation="res_company_money_account_rel",
        column1="company_id",
        column2="account_id",
        string="Accounts That Count as Money Besides",
        groups="base.group_user",
        help="What a customer's payment leaves on these accounts counts as paid, as if it had reached the bank: the "
        "fees that the bank deducted, for example. A change counts for payments after what was decided: the last "
        "confirmed commission or closed target.",
    )
    sales_commission_write_off_is_cash = fields.Boolean(
        string="Write-Offs Count as Cash",
        groups="base.group_user",
        help="An invoice counts as paid in full, in sales figures and for commissions on cash, although part of it was "
        "written off, or left to the customer as a discount for early payment. A change counts for payments after what "
        "was decided: the last confirmed commission or closed target.",
    )
    sales_commission_down_payment = fields.Selection(
        selection=[("down_payment", "On the down-payment invoice"), ("final", "On the final invoice")],
        string="Down Payments Earn",
        required=True,
        default="down_payment",
        groups="base.group_user",
        help="A down payment counts once for commissions: when it is invoiced, and the final invoice with what is "
        "left; or not at all, and the final invoice with all of it. So does the margin of an order, for targets as "
        "well: in proportion with the down payment, or all of it with the final invoice. A change counts for orders "
        "after what was decided: the last confirmed commission or closed target.",
    )

    @api.depends("resource_calendar_id")
    def _compute_sales_tz(self):
        for company in self:
            if company._origin and company.sales_tz and company._sales_decided_until():
                company.sales_tz = company.sales_tz
                continue
            company.sales_tz = company.resource_calendar_id.tz or company.sales_tz or self.env.user.tz or "UTC"

    def write(self, vals):
        if "sale_discount_product_id" in vals:
            self.env.registry.clear_cache()
        if "sales_tz" in vals:
            self._check_time_zone(vals["sales_tz"])
        before = {company: company._dated_settings() for company in self} if vals.keys() & set(DATED) else {}
        result = super().write(vals)
        for company, values in before.items():
            if values != company._dated_settings():
                self.env["sales.company.setting"].sudo()._keep(company, values)
        return result

    def _dated_settings(self):
        """The settings of which earlier values are kept, as values of a row of them."""
        self.ensure_one()
        return {
            name: [fields.Command.set(self[name].ids)] if name == "money_account_ids" else self[name] for name in DATED
        }

    def _check_time_zone(self, time_zone):
        """Refuse another time zone once something was decided: sales would move to other days and periods."""
        for company in self:
            if company.sales_tz != time_zone and (until := company._sales_decided_until()):
                raise UserError(
                    self.env._(
                        "The sales time zone of %(company)s stays %(time_zone)s: commissions are confirmed, or targets "
                        "closed, until %(day)s, and their sales would move to other days.",
                        company=company.name,
                        time_zone=company.sales_tz,
                        day=format_date(self.env, until),
                    )
                )

    def _sales_decided_until(self):
        """The last day of the periods that something was decided on, False if there is none; for other addons."""
        self.ensure_one()
        return False

    @api.model
    @tools.ormcache()
    def _discount_products(self):
        """The ids of the products of order-wide discounts, of all companies."""
        companies = self.sudo().with_context(active_test=False).search([("sale_discount_product_id", "!=", False)])
        return tuple(companies.sale_discount_product_id.ids)

    def _with_branches(self):
        """The company and the branches below it, archived ones too, whoever may see them."""
        self.ensure_one()
        return self.sudo().with_context(active_test=False).search([("id", "child_of", self.id)]).sudo(self.env.su)

    def _nearest_of(self, records):
        """Those of the records that hold for the company: its own, else those of the nearest company above a branch.

        :param records: of a model with `company_id`; those of no company hold where there are no others
        """
        self.ensure_one()
        owned = records.grouped("company_id")
        lineage = (*reversed(self.sudo().parent_ids.ids), False)
        return next((owned[company] for company in map(self.browse, lineage) if company in owned), records.browse())

    def _sales_today(self):
        """Today's date in the sales time zone of the company.

        :rtype: datetime.date
        """
        self.ensure_one()
        # In sudo mode: customers, too, act on a day of the company.
        return fields.Date.context_today(self.with_context(tz=self.sudo().sales_tz))

    def _sales_year_end(self) -> tuple[int, int]:
        """Month and day on which the fiscal year of the company ends."""
        self.ensure_one()
        return int(self.fiscalyear_last_month), self.fiscalyear_last_day

    def _is_sales_hour(self, hour):
        """Whether that hour of the day has come in the sales time zone of the company."""
        self.ensure_one()
        local = fields.Datetime.context_timestamp(self.with_context(tz=self.sales_tz), fields.Datetime.now())
        return local.hour >= hour
