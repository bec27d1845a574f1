from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    visit_id = fields.Many2one(
        comodel_name="sales.visit",
        string="Made in Visit",
        copy=False,
        ondelete="set null",
        check_company=True,
        index="btree_not_null",
        groups="sales_team.group_sale_salesman",
        help="The visit that the quotation was made from.",
    )

    @api.constrains("visit_id", "partner_id")
    def _check_visit_customer(self):
        # As superuser: whose visit it is does not matter here.
        for order in self.sudo().filtered("visit_id"):
            visited = order.visit_id.commercial_partner_id
            if visited and visited != order.partner_id.commercial_partner_id:
                raise ValidationError(
                    order.env._(
                        "%(order)s is not for the customer of the visit it was made in. Choose that customer, or "
                        "remove the visit.",
                        order=order.display_name,
                    )
                )

    def _action_confirm(self):
        result = super()._action_confirm()
        self.env["sales.visit"]._notify_board(self.team_id)
        return result
