from odoo import fields, models


class SalesDispute(models.Model):
    """Instalments that a customer does not accept: not chased while it is open, but still part of what is owed."""

    _name = "sales.dispute"
    _inherit = ["sales.dunning.hold"]
    _description = "Disputed Instalments"

    move_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="sales_dispute_line_rel",
        column1="dispute_id",
        column2="move_line_id",
        string="Instalments",
        required=True,
        domain="[('company_id', '=', company_id), ('partner_id', 'child_of', partner_id), ('parent_state', '=', 'posted'),"
        " ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False), ('amount_residual_currency', '>', 0)]",
    )
    reason = fields.Selection(
        selection=[
            ("price", "Price or Discount"),
            ("quantity", "Quantity"),
            ("quality", "Quality"),
            ("delivery", "Not or Late Delivered"),
            ("paid", "Already Paid"),
            ("invoice", "Error on the Invoice"),
            ("other", "Other"),
        ],
        required=True,
    )
    date = fields.Date(string="Opened On", required=True, default=fields.Date.context_today)
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("settled", "Settled"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        help="Accepted: the customer is right and gets a credit. Rejected: the claim stands and is chased again. "
        "Settled: nothing is open any more.",
    )

    _open_idx = models.Index("(company_id) WHERE state = 'open'")
