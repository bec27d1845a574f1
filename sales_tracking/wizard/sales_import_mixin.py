from odoo import fields, models
from odoo.exceptions import AccessError

DATE_ORDERS = [("dmy", "Day/Month/Year"), ("mdy", "Month/Day/Year"), ("ymd", "Year/Month/Day")]


class SalesImportMixin(models.AbstractModel):
    """A file of what happened with customers: a preview first, then what is not on record yet.

    A model that inherits this has `action_preview` and `action_import`, and names its window in `_import_action`.
    """

    _name = "sales.import.mixin"
    _description = "Import with a Preview"
    _inherit = ["sales.guarded.mixin"]
    _check_company_auto = True

    _import_action = None

    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    file = fields.Binary(attachment=False)
    filename = fields.Char()
    date_order = fields.Selection(selection=DATE_ORDERS, string="Dates Are Written")
    is_order_asked = fields.Boolean(readonly=True)
    state = fields.Selection(
        selection=[("new", "New"), ("checked", "Checked"), ("done", "Imported")],
        required=True,
        readonly=True,
        default="new",
    )
    created = fields.Integer(string="New", readonly=True)
    skipped = fields.Integer(string="Known Already", readonly=True)
    first_date = fields.Datetime(string="From", readonly=True)
    last_date = fields.Datetime(string="To", readonly=True)

    def action_show_preview(self):
        self.action_preview()
        return self._show()

    def action_show_import(self):
        self.action_import()
        return self._show()

    def _show(self):
        action = self.env["ir.actions.actions"]._for_xml_id(self._import_action)
        return {**action, "res_id": self.id}

    def _check_company_allowed(self):
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Choose a company that you are allowed to work in."))
