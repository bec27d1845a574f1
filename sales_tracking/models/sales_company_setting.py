from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SalesCompanySetting(models.Model):
    """What the settings that decide figures were until a day, for what was decided until then. Append-only.

    Payments and orders until that day count by these values, later ones by those of the company.
    """

    _name = "sales.company.setting"
    _description = "Sales Settings until a Day"
    _inherit = ["sales.append.only.mixin", "sales.guarded.mixin"]
    _order = "company_id, date_to desc"
    _rec_name = "date_to"

    _refusal = _lt("What settings were until a day is kept when they change, and can't be changed.")

    company_id = fields.Many2one(comodel_name="res.company", required=True, ondelete="cascade", readonly=True)
    date_to = fields.Date(string="Until", required=True, readonly=True)
    sales_commission_write_off_is_cash = fields.Boolean(string="Write-Offs Count as Cash", readonly=True)
    sales_commission_down_payment = fields.Char(string="Down Payments Earn", readonly=True)
    money_account_ids = fields.Many2many(
        comodel_name="account.account",
        relation="sales_company_setting_account_rel",
        column1="setting_id",
        column2="account_id",
        string="Accounts That Count as Money Besides",
        readonly=True,
    )

    _company_day_unique = models.Constraint("UNIQUE (company_id, date_to)", "The settings of a day are kept once.")

    @api.model_create_multi
    def create(self, vals_list):
        """A change of the company's settings adds rows, and nobody else does."""
        if not self._in_action():
            self._refuse_change()
        return super().create(vals_list)

    def _keep(self, company, values):
        """Keep the values that the settings of a company had, for what was decided until now, if anything was."""
        until = company._sales_decided_until()
        if not until or self.search_count([("company_id", "=", company.id), ("date_to", ">=", until)], limit=1):
            return
        self._deciding().create([{**values, "company_id": company.id, "date_to": until}])
