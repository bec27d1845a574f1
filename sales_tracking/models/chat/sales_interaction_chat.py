from odoo import api, fields, models

from .chat_days import record_days


class SalesInteraction(models.Model):
    _inherit = "sales.interaction"

    message_count = fields.Integer(
        string="Messages", readonly=True, aggregator="sum", help="How many messages of the day the chat holds."
    )
    date_last = fields.Datetime(string="Last Message", readonly=True)

    @api.model
    @api.private
    def record_chat_days(self, message_ids):
        """Record the days of these messages: one interaction per customer, day and direction, anew each time."""
        if message_ids:
            self.env.flush_all()
            self.env.execute_query(record_days(message_ids, self.env.uid))
            self.invalidate_model(flush=False)
