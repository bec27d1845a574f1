from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # What the facts of invoices need of a line, in a seventh of the room that its row takes: a report reads this
    # alone, and of it the days that it is about.
    _sales_fact_idx = models.Index(
        "(invoice_date) INCLUDE (move_id, id, balance, quantity, product_id, product_uom_id)"
        " WHERE display_type = 'product'"
    )
