from ast import literal_eval

from odoo import api, fields, models

from .sale_order_followup import READERS


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    followup_plan = fields.Text(
        compute="_compute_followup_plan",
        groups=READERS,
        help="What happens by itself after the quotation is sent, and when.",
    )

    @api.depends("model", "res_ids")
    @api.depends_context("lang", "mark_so_as_sent")
    def _compute_followup_plan(self):
        for composer in self:
            is_sending = self.env.context.get("mark_so_as_sent") and composer.model == "sale.order"
            ids = literal_eval(composer.res_ids or "[]") if is_sending else []
            orders = self.env["sale.order"].browse(ids).exists()
            # As the user: what may not be read says nothing.
            composer.followup_plan = len(orders) == 1 and orders.has_access("read") and orders.followup_plan
