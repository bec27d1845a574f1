from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    sales_extensions = fields.Char(
        string="Telephone Extensions",
        compute="_compute_sales_extensions",
        groups="sales_team.group_sale_salesman",
        help="Calls of these extensions are yours. A sales administrator says whose they are.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "sales_extensions"]

    def _compute_sales_extensions(self):
        """The user's own, for the preferences; of others the lines tell to those who may read them."""
        self.sales_extensions = False
        me = self & self.env.user
        if me:
            # As superuser: salespeople don't read the lines.
            extensions = self.env["sales.phone.extension"].sudo().search([("user_id", "=", me.id)])
            me.sales_extensions = ", ".join(f"{each.extension} ({each.line_id.name})" for each in extensions)
